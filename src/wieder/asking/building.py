"""From the canonical orders of a shop to marts: the narrow frames that KPIs are computed from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NewType

from wieder.asking.results import OTHER
from wieder.counting.classify import Classified
from wieder.database import frame, quote, script
from wieder.errors import DataError, UsageError
from wieder.exports import EXPORTS
from wieder.exports.orders import ORDERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    import polars as pl

    from wieder.asking.dimensions import Dimension
    from wieder.database import Connection
    from wieder.marts.base import Mart
    from wieder.periods import Period

MAXIMUM_SEGMENTS = 500
USEFUL_SEGMENTS = 20


@dataclass(frozen=True, kw_only=True)
class Basis:
    """Dates, activity window and dimension shared by all periods of a selection."""

    history_start: date
    """The day of the first valid order."""
    as_of: date
    """The report date: orders before this day count (exclusive end)."""
    window_days: int
    """Days that a customer stays active after an order."""
    maximum_lifetime_years: float
    dimension: Dimension


@dataclass(frozen=True, kw_only=True)
class Span:
    """First day, last day and number of the valid orders."""

    first_day: date
    last_day: date
    """The day of the last order; it may be incomplete."""
    orders: int
    orders_on_last_day: int


def has_valid_orders(con: Classified) -> bool:
    """Whether any order is valid."""
    return bool(con.execute("select 1 from classified_orders where class = 'valid' limit 1").fetchall())


def span(con: Classified) -> Span:
    """Return the dates of the first and the last valid order.

    Raises DataError if no order is valid.
    """
    row = con.execute(
        "select min(ordered_on), max(ordered_on), count(*) from classified_orders where class = 'valid'"
    ).fetchall()[0]
    if not row[2]:
        raise _no_orders(con)
    last = con.execute(
        "select count(*) from classified_orders where class = 'valid' and ordered_on = $day", {"day": row[1]}
    ).fetchall()[0][0]
    return Span(first_day=row[0], last_day=row[1], orders=row[2], orders_on_last_day=last)


def _no_orders(con: Classified) -> DataError:
    """Error for data without a valid order: none is valid, or no order export was given."""
    loaded = con.execute(
        "select table_name, min(file), count(*) from loads group by table_name order by table_name"
    ).fetchall()
    others = [(name, file, n_files) for name, file, n_files in loaded if name != ORDERS.name]
    if not others or len(others) < len(loaded):
        return DataError("the data contain no valid orders", "`wieder check` shows what became of every row")
    kinds = " and ".join(name for name, *_ in others)
    files = ", ".join(file if n == 1 else f"{file} and {n - 1} more" for _, file, n in others)
    [(database,)] = con.execute("select current_database()").fetchall()
    names = " ".join(["orders.csv", *(file for _, file, _ in others)])
    return DataError(
        f"the only data are {kinds} ({files}): the orders are missing",
        f"name the order export as well: {names}" if database == "memory" else "`wieder load orders.csv`",
    )


Prepared = NewType("Prepared", Classified)
"""A connection with the views of one basis. Only `prepare` returns one; `Shop` keeps track of the basis."""


def prepare(con: Classified, basis: Basis, occasion: str, *, are_placed: bool = False) -> Prepared:
    """Create all that is independent of periods: `scope`, and the views `valid_orders` and `customer_orders`.

    `are_placed`: the store already has the position of each order in the sequence of its customer.
    """
    con.execute(
        script("asking/scope"),
        {
            "as_of": basis.as_of,
            "history_start": basis.history_start,
            "occasion": occasion,
            "window_days": basis.window_days,
            "maximum_lifetime_years": basis.maximum_lifetime_years,
        },
    )
    if basis.dimension.columns:
        _prepare_segments(con, basis.dimension)
    else:
        con.execute(script("asking/valid_orders"))
    is_known = are_placed and not basis.dimension.columns
    con.execute(script("asking/customer_orders_placed" if is_known else "asking/customer_orders"))
    make_known_rows(con, "known")
    return Prepared(con)


def make_known_rows(con: Connection, prefix: str) -> None:
    """Create a view `PREFIX_NAME` per further export with a day: its rows before the report date."""
    for export in EXPORTS.values():
        if export.day and export.name != ORDERS.name:
            places = {"view": f"{prefix}_{export.name}", "table": export.name, "day": export.placed_on}
            quoted = {place: quote(name) for place, name in places.items()}
            con.execute(script("asking/known_rows").format(**quoted))


def has_rows(con: Connection, export: str) -> bool:
    """Whether the shop has any row of the export named `export`."""
    return bool(con.execute(f"select 1 from {quote(export)} limit 1").fetchall())


def _prepare_segments(con: Connection, dimension: Dimension) -> None:
    if dimension.first_days:
        con.execute(script("asking/first_days"))
    segments, orders = (
        script(name).replace("{value}", dimension.value).replace("{first_days}", dimension.first_days)
        for name in ("asking/segments", "asking/segmented_orders")
    )
    con.execute(segments, {"top": dimension.top, "other": OTHER})
    _refuse_many_segments(con, dimension)
    con.execute(orders)


def set_periods(con: Prepared, periods: Sequence[Period]) -> None:
    """Create `periods` and `calendar`, which assign days to periods for marts and witnesses."""
    con.execute(
        script("asking/periods"),
        {"starts": [period.start for period in periods], "ends": [period.end for period in periods]},
    )
    con.execute(script("asking/calendar"))


def _refuse_many_segments(con: Connection, dimension: Dimension) -> None:
    n_segments = con.execute("select count(distinct segment) from segments").fetchall()[0][0]
    if n_segments > MAXIMUM_SEGMENTS:
        columns = ",".join(column for _, column in dimension.columns)
        raise UsageError(
            f"--by {columns} makes {n_segments} segments; at most {MAXIMUM_SEGMENTS} are possible",
            f"add --top {USEFUL_SEGMENTS} to keep those with the most orders and pool the rest",
        )


def build(con: Prepared, marts: Iterable[Mart]) -> Mapping[Mart, pl.DataFrame]:
    """Return these marts with their columns; marts/ID.sql describes their rows."""
    wanted = tuple(marts)
    for mart in dict.fromkeys(_scripted(wanted)):
        con.execute(script(f"marts/{mart.id}"))
    return {mart: _rows(con, mart) for mart in wanted}


def _scripted(marts: Iterable[Mart]) -> Iterator[Mart]:
    """The marts that a script creates in the database, each after the marts it needs."""
    for mart in marts:
        yield from _scripted(mart.needs)
        if mart.step is None:
            yield mart


def _rows(con: Prepared, mart: Mart) -> pl.DataFrame:
    names = [column.name for column in mart.columns]
    if mart.step is not None:
        return mart.step(frame(con, script(f"marts/{mart.id}"))).select(names)
    if mart.known_if is not None and not con.execute(script(mart.known_if)).fetchall():
        return mart.empty()
    if not all(has_rows(con, name) for name in mart.exports):
        return mart.empty()
    return frame(con, f"select {', '.join(map(quote, names))} from {quote(mart.id)}")


def gap_quantile(con: Prepared, share: float) -> int | None:
    """Return the quantile `share` of the gaps between two purchase days of a customer, in whole days.

    None if no customer came back.
    """
    (row,) = con.execute(script("asking/gap_quantile"), {"share": share}).fetchall()
    return None if row[0] is None else int(row[0])


def segment_labels(con: Prepared) -> Mapping[int, str]:
    """Return the label of every segment, by number; the basis must have a dimension."""
    return dict(con.execute("select distinct segment, label from segments order by segment").fetchall())

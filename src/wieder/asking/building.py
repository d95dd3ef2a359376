"""The canonical orders of a shop -> marts: the narrow frames that KPIs are computed from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wieder.asking.results import OTHER
from wieder.database import frame, quote, script
from wieder.errors import DataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    import polars as pl

    from wieder.asking.dimensions import Dimension
    from wieder.database import Connection
    from wieder.kpis.base import Scope
    from wieder.marts.base import Mart
    from wieder.periods import Period

MAXIMUM_SEGMENTS = 500
USEFUL_SEGMENTS = 20


@dataclass(frozen=True, kw_only=True)
class Span:
    """The valid orders of a store, in time."""

    first_day: date
    last_day: date
    """The day of the last order, which may not be over."""
    orders: int
    orders_on_last_day: int


def has_valid_orders(con: Connection) -> bool:
    """Whether any order counts. Needs `validity.classify` to have run."""
    return bool(con.execute("select 1 from classified_orders where class = 'valid' limit 1").fetchall())


def span(con: Connection) -> Span:
    """When the valid orders were placed. Raises DataError if there are none."""
    row = con.execute(
        "select min(ordered_on), max(ordered_on), count(*) from classified_orders where class = 'valid'"
    ).fetchall()[0]
    if not row[2]:
        raise DataError(
            "there is no valid order in the data", "`wieder check` shows what became of every row"
        )
    last = con.execute(
        "select count(*) from classified_orders where class = 'valid' and ordered_on = $day", {"day": row[1]}
    ).fetchall()[0][0]
    return Span(first_day=row[0], last_day=row[1], orders=row[2], orders_on_last_day=last)


def prepare(
    con: Connection, scope: Scope, occasion: str, dimension: Dimension, *, are_placed: bool = False
) -> None:
    """Make what does not depend on periods: `scope`, and the views `valid_orders` and `customer_orders`.

    `are_placed` says that the store knows the places of orders among those of their customers already.
    """
    con.execute(
        script("scope"),
        {
            "as_of": scope.as_of,
            "history_start": scope.history_start,
            "occasion": occasion,
            "window_days": scope.window_days,
            "maximum_lifetime_years": scope.maximum_lifetime_years,
        },
    )
    if dimension.columns:
        _prepare_segments(con, dimension)
    else:
        con.execute(script("valid_orders"))
    is_known = are_placed and not dimension.columns
    con.execute(script("customer_orders_placed" if is_known else "customer_orders"))


def _prepare_segments(con: Connection, dimension: Dimension) -> None:
    if dimension.first_days:
        con.execute(script("first_days"))
    segments, orders = (
        script(name).replace("{value}", dimension.value).replace("{first_days}", dimension.first_days)
        for name in ("segments", "segmented_orders")
    )
    con.execute(segments, {"top": dimension.top, "other": OTHER})
    _refuse_many_segments(con, dimension)
    con.execute(orders)


def set_periods(con: Connection, periods: Sequence[Period]) -> None:
    """Make `periods` and `calendar`, by which marts and witnesses cut time. Needs `scope`."""
    con.execute(
        script("periods"),
        {"starts": [period.start for period in periods], "ends": [period.end for period in periods]},
    )
    con.execute(script("calendar"))


def _refuse_many_segments(con: Connection, dimension: Dimension) -> None:
    n_segments = con.execute("select count(distinct segment) from segments").fetchall()[0][0]
    if n_segments > MAXIMUM_SEGMENTS:
        columns = ",".join(column for _, column in dimension.columns)
        raise UsageError(
            f"--by {columns} has {n_segments} values, and {MAXIMUM_SEGMENTS} is the most",
            f"--top {USEFUL_SEGMENTS} keeps those with most orders and makes the rest one segment",
        )


def build(con: Connection, periods: Sequence[Period], marts: Iterable[Mart]) -> Mapping[Mart, pl.DataFrame]:
    """These marts for these periods (see sql/ID.sql for their rows), with their columns. Needs `prepare`."""
    set_periods(con, periods)
    wanted = tuple(marts)
    for mart in dict.fromkeys(_scripted(wanted)):
        con.execute(script(mart.id))
    return {mart: _rows(con, mart) for mart in wanted}


def _scripted(marts: Iterable[Mart]) -> Iterator[Mart]:
    """Those that a script makes in the database, each after what it needs."""
    for mart in marts:
        yield from _scripted(mart.needs)
        if mart.step is None:
            yield mart


def _rows(con: Connection, mart: Mart) -> pl.DataFrame:
    names = [column.name for column in mart.columns]
    if mart.step is not None:
        return mart.step(frame(con, script(mart.id))).select(names)
    if mart.known_if is not None and not con.execute(script(mart.known_if)).fetchall():
        return mart.empty()
    return frame(con, f"select {', '.join(map(quote, names))} from {quote(mart.id)}")


def cohort_ages(con: Connection, step_days: int | None) -> pl.DataFrame:
    """What customers order at which age: see sql/cohort_mart.sql. Needs `set_periods`."""
    return frame(con, script("cohort_mart"), {"step_days": step_days})


def gap_quantile(con: Connection, share: float) -> int | None:
    """The days between two purchase days of a customer that `share` of all gaps do not exceed.

    None where nobody came back. Needs `prepare`.
    """
    (row,) = con.execute(script("gap_quantile"), {"share": share}).fetchall()
    return None if row[0] is None else int(row[0])


def segment_labels(con: Connection) -> Mapping[int, str]:
    """The text of every segment; call it only where a dimension was prepared."""
    return dict(con.execute("select distinct segment, label from segments order by segment").fetchall())

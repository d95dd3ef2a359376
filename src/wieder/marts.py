"""The canonical orders of a shop -> marts: the narrow frames that KPIs are computed from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wieder.customer_periods import customer_periods
from wieder.database import frame, quote, script
from wieder.errors import DataError, UsageError
from wieder.kpis.base import Grain
from wieder.results import COHORTS, OTHER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    import polars as pl

    from wieder.database import Connection
    from wieder.kpis.base import Scope
    from wieder.periods import Period

MAXIMUM_SEGMENTS = 500
USEFUL_SEGMENTS = 20

MART_COLUMNS = {
    Grain.PURCHASES: "period, segment, customer, sequence, revenue, gap_days",
    Grain.FIRST_ORDERS: "period, segment, first_day, second_day, second_period",
    Grain.CUSTOMER_PERIODS: (
        "period, segment, n_orders, n_occasions, revenue, first_period, last_day, "
        "previous_period, previous_last_day, next_period"
    ),
    Grain.DAYS: "day, segment, n_orders, revenue, n_repeat_occasions, n_new_customers",
    Grain.ORDER_PAIRS: "day, next_day, segment, n_pairs",
    Grain.REFUNDS: "period, segment, n_orders, n_known, n_refunded, revenue, refunded",
    Grain.REFUND_DAYS: "period, segment, n_refunded, refunded",
}
"""What travels from DuckDB to Polars: no names, no texts, integers for customers and segments."""


COHORT_SQL = dict(
    zip(
        COHORTS,
        (
            "cast(year(f.first_day) as varchar)",
            "year(f.first_day) || '-Q' || quarter(f.first_day)",
            "strftime(f.first_day, '%Y-%m')",
        ),
        strict=True,
    )
)


@dataclass(frozen=True, kw_only=True)
class Span:
    """The valid orders of a store, in time."""

    first_day: date
    last_day: date
    """The day of the last order, which may not be over."""
    orders: int
    orders_on_last_day: int


@dataclass(frozen=True, kw_only=True)
class Dimension:
    """The attributes that results are cut by; an empty one is the whole shop."""

    columns: tuple[tuple[str, str], ...] = ()
    """Table and column of each attribute: of `orders`, `customers`, or `cohorts` (`results.COHORTS`)."""
    top: int | None = None
    """Only so many segments, those with most orders; the rest becomes one, `results.OTHER`."""

    def name(self, grain: Grain) -> str:
        """The name in the result frame.

        Orders are cut by their own attributes, customers by those of their
        first order, or by those of the customer export.
        """
        owners = {
            "orders": "" if grain.is_of_orders else "first_order.",
            "customers": "customer.",
            "cohorts": "",
        }
        return ",".join(owners[table] + column for table, column in self.columns)

    @property
    def value(self) -> str:
        """SQL for the attributes as one text; several are joined by ` | `, and `|` inside one is escaped."""
        parts = [
            f"coalesce({COHORT_SQL[column]}, '')"
            if table == "cohorts"
            else f"coalesce(trim(cast({table[0]}.{quote(column)} as varchar)), '')"
            for table, column in self.columns
        ]
        if len(parts) == 1:
            return parts[0]
        return " || ' | ' || ".join(f"replace(replace({part}, '\\', '\\\\'), '|', '\\|')" for part in parts)

    @property
    def first_days(self) -> str:
        """SQL for the join with the first order of the customer, where an attribute needs it."""
        needs_it = any(table == "cohorts" for table, _ in self.columns)
        return "left join first_days as f on f.customer = o.customer" if needs_it else ""


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


def resolve_dimension(con: Connection, names: Sequence[str], top: int | None = None) -> Dimension:
    """Where the attributes `names` are found: `channel`, `orders.channel` or `customers.country`.

    A plain name means the order's column, else the customer's, else one of
    `results.COHORTS`. Raises UsageError for any other name, listing those that there are.
    """
    return Dimension(columns=tuple(_resolve(con, name) for name in names), top=top)


def _resolve(con: Connection, name: str) -> tuple[str, str]:
    table, _, column = name.rpartition(".")
    tables = [table] if table in {"orders", "customers"} else ["orders", "customers"]
    wanted = column if table in {"orders", "customers"} else name
    for candidate in tables:
        if wanted in attributes(con, candidate):
            return candidate, wanted
    if name in COHORTS:
        return "cohorts", name
    of_customers = [f"customers.{column}" for column in attributes(con, "customers")]
    known = ", ".join([*attributes(con, "orders"), *of_customers, *COHORTS])
    raise UsageError(f"--by {name}: there is no such column", f"columns to cut by: {known}")


NO_ATTRIBUTES = {
    "order_id", "customer", "ordered_at", "ordered_on", "amount", "n_rows", "load", "state_at", "position",
    "refunded_amount", "refunded_at", "email", "phone", "shipping", "tax", "discount", "is_test",
}  # fmt: skip


def attributes(con: Connection, table: str) -> list[str]:
    """The columns of `orders` or `customers` that results can be cut by."""
    described = con.execute(f"describe {quote(table)}").fetchall()
    return [row[0] for row in described if row[0] not in NO_ATTRIBUTES]


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


def build(
    con: Connection, periods: Sequence[Period], grains: Iterable[Grain] = tuple(MART_COLUMNS)
) -> Mapping[Grain, pl.DataFrame]:
    """The marts of these grains for these periods (see sql/GRAIN.sql for their rows). Needs `prepare`."""
    set_periods(con, periods)
    con.execute(script(Grain.PURCHASES.value))
    return {grain: _build(con, grain) for grain in grains}


def _build(con: Connection, grain: Grain) -> pl.DataFrame:
    if grain is Grain.CUSTOMER_PERIODS:
        return customer_periods(frame(con, script(grain.value))).select(MART_COLUMNS[grain].split(", "))
    if grain is not Grain.PURCHASES:
        con.execute(script(grain.value))
    nothing = "limit 0" if grain.can_be_unknown and not _knows_refunds(con) else ""
    return frame(con, f"select {MART_COLUMNS[grain]} from {grain.value} {nothing}")


def _knows_refunds(con: Connection) -> bool:
    """Whether any export says what was refunded, as far as orders count."""
    return bool(con.execute("select 1 from valid_orders where refunded is not null limit 1").fetchall())


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

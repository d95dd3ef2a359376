"""The reconciliation bridge: from the rows of the export to the orders and revenue of the KPIs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from wieder.database import frame, script
from wieder.notices import Notice

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from wieder.counting.classify import Classified
    from wieder.periods import Period

SCHEMA = {
    "step": pl.String,
    "rows": pl.Int64,  # signed; rows of the export up to rows_merged, then orders
    "amount": pl.Decimal(38, 4),  # signed, exact
}
"""One row per step. Steps before `kpi_orders` add up to it, in rows and amount; `of_which_...` split it.

If refunds are known, two more sums follow, of amounts only: `kpi_orders` plus
`refunds_of_these_orders` is `net_revenue`, `kpi_orders` plus
`refunds_in_this_period` is `net_revenue_by_refund_day`.
"""

TOTAL = "kpi_orders"
PART = "of_which_"
REFUND_SUMS = {
    "net_revenue": "refunds_of_these_orders",
    "net_revenue_by_refund_day": "refunds_in_this_period",
}
"""Sum -> the refunds that are deducted from the total."""


def bridge(con: Classified, shown: Period, as_of: date) -> pl.DataFrame:
    """Every step from the rows read to the orders and revenue of the days of `shown`: `SCHEMA`, in order.

    A row whose amount could not be read counts in rows, but not in amounts.
    """
    steps = frame(con, script("counting/bridge"), {"start": shown.start, "end": shown.end, "as_of": as_of})
    return steps.cast(SCHEMA)  # type: ignore[arg-type]


def adds_up(steps: pl.DataFrame) -> bool:
    """Whether steps before the total and parts after it add up to it exactly, and net sums are right."""
    position = steps["step"].to_list().index(TOTAL)
    total = steps.select("rows", "amount").row(position)
    parts = (steps.head(position), steps.filter(pl.col("step").str.starts_with(PART)))
    return _refunds_add_up(steps) and all(
        part.select(pl.col("rows").sum(), pl.col("amount").sum()).row(0) == total for part in parts
    )


def coverage(steps: pl.DataFrame) -> Notice:
    """Notice with the share of orders and revenue that have a known customer."""
    parts = {step: (n, amount) for step, n, amount in steps.select("step", "rows", "amount").iter_rows()}
    (n_orders, revenue), (n_known, known_revenue) = parts[TOTAL], parts[f"{PART}identified"]
    orders = f"{n_known:,} of {n_orders:,} orders ({_percent(n_known, n_orders)})"
    money = f"{_percent(known_revenue, revenue)} of the revenue"
    return Notice(
        "coverage",
        f"{orders} and {money} have a known customer; the others are in no customer KPI",
        "[identity] keys sets the columns that identify a customer",
        values={
            "known": n_known,
            "all": n_orders,
            "share": _share(n_known, n_orders),
            "revenue_share": _share(known_revenue, revenue),
        },
    )


def _share(part: Decimal | int, whole: Decimal | int) -> float:
    return float(part) / float(whole) if whole else 0.0


def _percent(part: Decimal | int, whole: Decimal | int) -> str:
    """A share in percent; 0.0 and 100.0 only if that is exact."""
    if part in {0, whole} or not whole:
        return "100.0%" if part and whole else "0.0%"
    return f"{min(max(100 * float(part) / float(whole), 0.1), 99.9):.1f}%"


def _refunds_add_up(steps: pl.DataFrame) -> bool:
    amounts = dict(steps.select("step", "amount").iter_rows())
    return all(
        amounts[TOTAL] + amounts[refunds] == amounts[net]
        for net, refunds in REFUND_SUMS.items()
        if net in amounts
    )

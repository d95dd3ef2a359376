"""The purchases of customers by their number: what the questions of gaps and of the sequence have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wieder.asking.options import option
from wieder.asking.question import EVERYTHING, Heed
from wieder.marts.frames import pl

if TYPE_CHECKING:
    from collections.abc import Callable

    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.asking.compute import Cut
    from wieder.asking.table import Table

    Rows = Callable[[pl.DataFrame, int, Cut], pl.DataFrame]

POOLED_FROM = 10
"""From which number on purchases usually are one row."""
HEEDS = EVERYTHING - {Heed.PERIOD, Heed.WINDOW, Heed.INCOMPLETE}
"""Customers are chosen by the span of their first order; time is not cut."""


@dataclass(frozen=True, kw_only=True)
class PurchaseOptions:
    """How far purchases are told apart by their number."""

    pooled: int | None = option(
        "--pool-from",
        metavar="N",
        minimum=2,
        maximum=1000,
        help="Purchases from the N-th on are one row. [10]",
    )

    @property
    def last(self) -> int:
        """The number from which on purchases are one row."""
        return self.pooled or POOLED_FROM


def answer_by_number(asked: Asked, table: Table, rows: Rows, last: int) -> Answer[None]:
    """`rows` of the purchases of customers whose first order lies in the span shown.

    Purchases from the `last` on are one class.
    """
    shown = asked.over(*asked.shown)
    mart = shown.query_by_period(
        "questions/purchase_mart",
        after=[f"questions/purchases_by_{asked.settings.orders.occasion}"],
        last=last,
        since=asked.shown[0].start,
        until=asked.shown[-1].end,
    )
    return asked.answer(
        table,
        pl.concat([rows(mart, last, cut) for cut in asked.cuts]),
        behind=None,
        periods=asked.shown,
    )


NUMBERED_PURCHASES = """
    occasions as (
        select customer, segment, day, min((ordered_at, order_id)) as moment, count(*) as n_orders, sum(revenue) as revenue
        from witness_orders cross join scope
        where customer is not null
        group by customer, segment, day, if(occasion = 'day', '', order_id)
    ),
    purchases as (
        select customer, segment, n_orders, revenue,
            row_number() over (partition by customer order by moment) as number,
            date_diff('day', day, lead(day) over (partition by customer order by moment)) as gap,
            date_diff('day', day, as_of) - 1 as known_days
        from occasions cross join scope
        qualify min(day) over (partition by customer) >= (select min(period_start) from periods)
            and min(day) over (partition by customer) < (select max(period_end) from periods)
    )"""
"""`purchases`: one row per purchase of a customer whose first order is in `periods`."""

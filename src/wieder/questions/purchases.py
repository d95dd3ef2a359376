"""Purchases by their number in the sequence of the customer: common parts of gaps and sequence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wieder.asking.options import option
from wieder.asking.question import EVERYTHING, Selector
from wieder.marts.frames import pl

if TYPE_CHECKING:
    from collections.abc import Callable

    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.asking.compute import Cut
    from wieder.asking.table import Table

    Rows = Callable[[pl.DataFrame, int, Cut], pl.DataFrame]

POOLED_FROM = 10
"""Default number from which purchases are pooled in one row."""
SELECTION_OPTIONS = EVERYTHING - {Selector.PERIOD, Selector.WINDOW, Selector.INCOMPLETE}
"""Options that apply: the span selects customers by first order, and there are no periods."""


@dataclass(frozen=True, kw_only=True)
class PurchaseOptions:
    """Limit to the numbers of purchases with rows of their own."""

    pooled: int | None = option(
        "--pool-from",
        metavar="N",
        minimum=2,
        maximum=1000,
        help="Pool purchases from the N-th on in one row. [10]",
    )

    @property
    def last(self) -> int:
        """The number from which purchases are pooled."""
        return self.pooled or POOLED_FROM


def answer_by_number(asked: Asked, table: Table, rows: Rows, last: int) -> Answer[None]:
    """Return `rows` of the purchases of customers whose first order is in the span shown.

    Purchases from number `last` on are pooled.
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
        select customer, segment, day, min((ordered_at, order_id)) as first_order, count(*) as n_orders, sum(revenue) as revenue
        from witness_orders cross join scope
        where customer is not null
        group by customer, segment, day, if(occasion = 'day', '', order_id)
    ),
    purchases as (
        select customer, segment, n_orders, revenue,
            row_number() over (partition by customer order by first_order) as number,
            date_diff('day', day, lead(day) over (partition by customer order by first_order)) as gap,
            date_diff('day', day, as_of) - 1 as known_days
        from occasions cross join scope
        qualify min(day) over (partition by customer) >= (select min(period_start) from periods)
            and min(day) over (partition by customer) < (select max(period_end) from periods)
    )"""
"""`purchases`: one row per purchase of each customer whose first order is in `periods`."""

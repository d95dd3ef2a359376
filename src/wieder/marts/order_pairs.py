"""One row per segment, day of an order and day of the customer's next order."""

from __future__ import annotations

from wieder.marts.base import CutBy, Mart, Type, columns
from wieder.marts.purchases import PURCHASES

ORDER_PAIRS = Mart(
    id="order_pairs",
    needs=(PURCHASES,),
    cut_by=CutBy.FIRST_ORDER,
    columns=columns(day=Type.DATE, next_day=Type.DATE, segment=Type.SHORT, n_pairs=Type.INTEGER),
)

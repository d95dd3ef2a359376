"""One row per customer, in the period of the customer's first order."""

from __future__ import annotations

from wieder.marts.base import CutBy, Mart, Type, columns
from wieder.marts.purchases import PURCHASES

FIRST_ORDERS = Mart(
    id="first_orders",
    needs=(PURCHASES,),
    cut_by=CutBy.FIRST_ORDER,
    columns=columns(
        period=Type.SHORT,
        segment=Type.SHORT,
        first_day=Type.DATE,
        second_day=Type.DATE,
        second_period=Type.SHORT,
    ),
)

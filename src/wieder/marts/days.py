"""One row per day and segment with orders of known customers."""

from __future__ import annotations

from wieder.marts.base import CutBy, Mart, Type, columns
from wieder.marts.purchases import PURCHASES

DAYS = Mart(
    id="days",
    needs=(PURCHASES,),
    cut_by=CutBy.FIRST_ORDER,
    columns=columns(
        day=Type.DATE,
        segment=Type.SHORT,
        n_orders=Type.INTEGER,
        revenue=Type.MONEY,
        n_repeat_occasions=Type.INTEGER,
        n_new_customers=Type.INTEGER,
    ),
)

"""One row per valid order, including anonymous ones."""

from __future__ import annotations

from wieder.marts.base import CutBy, Mart, Type, columns

PURCHASES = Mart(
    id="purchases",
    cut_by=CutBy.ORDER,
    columns=columns(
        period=Type.SHORT,
        segment=Type.SHORT,
        customer=Type.SHORT,
        sequence=Type.SHORT,
        revenue=Type.AMOUNT,
        gap_days=Type.SHORT,
    ),
)

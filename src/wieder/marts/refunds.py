"""Refunds by day of the order: one row per period and segment with orders, if any export has refunds."""

from __future__ import annotations

from wieder.marts.base import CutBy, Mart, Type, columns

REFUNDS = Mart(
    id="refunds",
    cut_by=CutBy.ORDER,
    known_if="marts/known_refunds",
    columns=columns(
        period=Type.SHORT,
        segment=Type.SHORT,
        n_orders=Type.INTEGER,
        n_known=Type.INTEGER,
        n_refunded=Type.INTEGER,
        revenue=Type.MONEY,
        refunded=Type.MONEY,
    ),
)

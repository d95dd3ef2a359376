"""Refunds by day of the refund: one row per period and segment, if any export has dates of refunds."""

from __future__ import annotations

from wieder.marts.base import CutBy, Mart, Type, columns

REFUND_DAYS = Mart(
    id="refund_days",
    cut_by=CutBy.ORDER,
    known_if="marts/known_refunds",
    columns=columns(period=Type.SHORT, segment=Type.SHORT, n_refunded=Type.INTEGER, refunded=Type.MONEY),
)

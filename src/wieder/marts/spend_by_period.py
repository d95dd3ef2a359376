"""One row per period with spend data: the spend, and the new customers on the days covered."""

from __future__ import annotations

from wieder.marts.base import CutBy, Mart, Type, columns

SPEND_BY_PERIOD = Mart(
    id="spend_by_period",
    cut_by=CutBy.SHOP,
    exports=("spend",),
    columns=columns(
        period=Type.SHORT,
        days=Type.INTEGER,
        unknown_days=Type.INTEGER,
        spend=Type.MONEY,
        retention_spend=Type.MONEY,
        new_customers=Type.INTEGER,
    ),
)

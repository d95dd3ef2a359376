"""What customers are worth: by the shops' formula, as realised so far, and by a model with its back-test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from wieder.analyses.base import as_table
from wieder.database import frame, script
from wieder.tables.realised_value import HORIZONS, REALISED_VALUE, realised_values

if TYPE_CHECKING:
    from wieder.analyses.groups import Groups
    from wieder.database import Connection


def realised(con: Connection, groups: Groups) -> pl.DataFrame:
    """`REALISED_VALUE` of the groups. Needs `analysis.prepare`."""
    spent = [
        frame(con, script("realised_values"), {"horizon_days": days}).select(
            pl.lit(days, pl.Int32).alias("horizon_days"), pl.all()
        )
        for days in HORIZONS
    ]
    return as_table(realised_values(pl.concat(spent), groups.members), REALISED_VALUE, groups.cut)

"""What every analysis table comes with, for the renderers and for `verify`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from wieder.asking.compute import Cut
    from wieder.kpis.base import Scope
    from wieder.periods import Period
    from wieder.tables.base import Table


@dataclass(frozen=True, kw_only=True)
class TableAnalysis:
    """One analysis table with its circumstances."""

    table: Table
    frame: pl.DataFrame
    """`table.schema`, sorted by its keys; the whole shop first, then the segments."""
    scope: Scope
    cuts: tuple[Cut, ...]
    periods: tuple[Period, ...]
    """Those that the witness is to see (`building.set_periods`)."""
    currency: str
    """ISO code, or empty where the export names none."""


def cut_rows(mart: pl.DataFrame, cut: Cut) -> pl.DataFrame:
    """The rows of a mart with the segments of the cut; the whole shop is segment 0."""
    return mart.with_columns(segment=pl.lit(0, pl.Int32)) if cut.is_whole else mart


def as_table(found: pl.DataFrame, table: Table, cut: Cut) -> pl.DataFrame:
    """`table.schema`, sorted by its keys; numbers of segments become their labels.

    Customers are cut by their first order.
    """
    numbers, labels = list(cut.labels), list(cut.labels.values())
    segment = pl.col("segment").replace_strict(numbers, labels, return_dtype=pl.String)
    dimension = pl.lit(cut.of_customers)
    return found.with_columns(segment=segment, dimension=dimension).select(*table.schema).sort(table.keys)

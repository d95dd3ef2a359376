"""What every analysis table comes with, for the renderers and for `verify`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from wieder.compute import Cut
    from wieder.kpis.base import Scope
    from wieder.tables.base import Table


@dataclass(frozen=True, kw_only=True)
class TableAnalysis:
    """One analysis table with its circumstances."""

    table: Table
    frame: pl.DataFrame
    """`table.schema`, sorted by its keys; the whole shop first, then the segments."""
    scope: Scope
    cuts: tuple[Cut, ...]
    currency: str
    """ISO code, or empty where the export names none."""

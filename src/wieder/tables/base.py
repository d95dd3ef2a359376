"""What an analysis table is: columns with unit and label, a key, and a witness in SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from wieder.kpis.base import Text, Unit

    DataType = pl.DataType | type[pl.DataType]


@dataclass(frozen=True, kw_only=True)
class TableColumn:
    """One column: the same name in the frame, in CSV and in the documentation."""

    name: str
    type: DataType
    label: Text
    unit: Unit | None = None
    """None for keys, names and dates."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """One analysis, with everything needed to compute, check and explain it."""

    id: str
    version: int = 1
    label: Text
    meaning: Text
    """One or more whole sentences: what a row is, what is counted, and what is left out."""
    columns: tuple[TableColumn, ...]
    keys: tuple[str, ...]
    """The columns that name a row, by which the table is sorted."""
    witness: str
    """The same table once more, in DuckDB SQL, written independently of the marts.

    It reads what the witnesses of KPIs read (see `kpis.base.Kpi.witness`), and
    returns the keys and at least one further column, by their names here. Of
    `dimension` and `segment` it returns the segment only, as a number.
    """

    @property
    def schema(self) -> pl.Schema:
        """The names and types of the columns, in order."""
        return pl.Schema({column.name: column.type for column in self.columns})

"""What an analysis table is: columns with unit and label, a key, and a witness in SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wieder.marts.frames import pl

if TYPE_CHECKING:
    from wieder.kpis.base import Text, Unit
    from wieder.marts.base import DataType, Type


@dataclass(frozen=True, kw_only=True)
class TableColumn:
    """One column: the same name in the frame, in CSV and in the documentation."""

    name: str
    type: Type
    label: Text
    unit: Unit | None = None
    """None for keys, names and dates."""
    categories: tuple[str, ...] = ()
    """All texts that there may be, in the order in which rows are sorted by them; empty: by the alphabet."""

    @property
    def polars(self) -> DataType:
        """The type of the column in a frame."""
        return pl.Enum(self.categories) if self.categories else self.type.polars


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
        return pl.Schema({column.name: column.polars for column in self.columns})

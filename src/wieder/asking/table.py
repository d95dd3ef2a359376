"""What an analysis table is: columns with unit and label, a key, and a witness in SQL."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wieder.locale.text import Text, Unit
from wieder.marts.base import Type
from wieder.marts.frames import pl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wieder.asking.compute import Cut
    from wieder.kpis.base import Scope
    from wieder.marts.base import DataType


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


def count_column(name: str, de: str, en: str) -> TableColumn:
    """Column with a whole number of customers, orders or days."""
    return TableColumn(name=name, type=Type.INTEGER, label=Text(de=de, en=en), unit=Unit.COUNT)


def money_column(name: str, de: str, en: str, kind: Type = Type.FLOAT) -> TableColumn:
    """Column with money; exact where `kind` is."""
    return TableColumn(name=name, type=kind, label=Text(de=de, en=en), unit=Unit.MONEY)


@dataclass(frozen=True)
class Tried:
    """Why a table has no witness."""

    reason: str
    """One sentence: how its numbers are held instead."""


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
    empty: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Column -> when it is null: `the part has no customers`, `as OTHER_COLUMN`. The others never are."""
    witness: str | Tried
    """The same table once more, in DuckDB SQL, written independently of the marts.

    It reads what the witnesses of KPIs read (see `kpis.base.Kpi.witness`), and
    returns the keys and at least one further column, by their names here. Of
    `dimension` and `segment` it returns the segment only, as a number. Otherwise it
    says why there is none.
    """

    @property
    def schema(self) -> pl.Schema:
        """The names and types of the columns, in order."""
        return pl.Schema({column.name: column.polars for column in self.columns})


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


SEGMENT_COLUMNS = (
    TableColumn(name="dimension", type=Type.TEXT, label=Text(de="Merkmal", en="Dimension")),
    TableColumn(name="segment", type=Type.TEXT, label=Text(de="Segment", en="Segment")),
)
"""Both empty for the whole shop."""
PERIOD_COLUMNS = (
    TableColumn(name="period_start", type=Type.DATE, label=Text(de="Von", en="From")),
    TableColumn(
        name="period_end", type=Type.DATE, label=Text(de="Bis ausschließlich", en="Until (exclusive)")
    ),
)
STATE_COLUMNS = (
    TableColumn(name="state", type=Type.TEXT, label=Text(de="Stand", en="State")),
    TableColumn(name="as_of", type=Type.DATE, label=Text(de="Stichtag", en="As of")),
)


def period_rows(scope: Scope) -> pl.LazyFrame:
    """One row per period of the scope: `period` (its number), `period_start`, `period_end` and `as_of`."""
    rows = [(number, period.start, period.end, scope.as_of) for number, period in enumerate(scope.periods)]
    schema = {"period": pl.Int32, "period_start": pl.Date, "period_end": pl.Date, "as_of": pl.Date}
    return pl.LazyFrame(rows, schema=schema, orient="row")

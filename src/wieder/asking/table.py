"""The class of analysis tables: columns with unit and label, keys, and a witness in SQL."""

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
    """One column, with the same name in the frame, in CSV and in the documentation."""

    name: str
    type: Type
    label: Text
    unit: Unit | None = None
    """None for keys, names and dates."""
    categories: tuple[str, ...] = ()
    """All possible texts, in sort order; empty: any text, sorted alphabetically."""

    @property
    def polars(self) -> DataType:
        """The type of the column in a frame."""
        return pl.Enum(self.categories) if self.categories else self.type.polars


def count_column(name: str, de: str, en: str) -> TableColumn:
    """Return a column of whole numbers: customers, orders or days."""
    return TableColumn(name=name, type=Type.INTEGER, label=Text(de=de, en=en), unit=Unit.COUNT)


def money_column(name: str, de: str, en: str, kind: Type = Type.FLOAT) -> TableColumn:
    """Return a column of money; exact if `kind` is `Type.MONEY`."""
    return TableColumn(name=name, type=kind, label=Text(de=de, en=en), unit=Unit.MONEY)


@dataclass(frozen=True)
class NoWitness:
    """Why a table has no witness."""

    reason: str
    """One sentence: how its numbers are checked instead."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """One analysis table, with everything needed to compute, check and explain it."""

    id: str
    version: int = 1
    label: Text
    meaning: Text
    """One or more full sentences: the meaning of a row, and the rules of counting."""
    columns: tuple[TableColumn, ...]
    keys: tuple[str, ...]
    """The columns that identify a row; the table is sorted by them."""
    empty: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Column -> when it is null: `the part has no customers`, `as OTHER_COLUMN`. The others never are."""
    witness: str | NoWitness
    """The same table in DuckDB SQL, written independently of the marts, or the reason why there is none.

    The query reads the same views as the witnesses of KPIs (see `kpis.base.Kpi.witness`).
    It returns the keys and at least one further column, under their names here; of
    `dimension` and `segment` only the segment, as a number.
    """

    @property
    def schema(self) -> pl.Schema:
        """The names and types of the columns, in order."""
        return pl.Schema({column.name: column.polars for column in self.columns})


def cut_rows(mart: pl.DataFrame, cut: Cut) -> pl.DataFrame:
    """Return the rows of a mart with the segments of the cut; the whole shop is segment 0."""
    return mart.with_columns(segment=pl.lit(0, pl.Int32)) if cut.is_whole else mart


def as_table(found: pl.DataFrame, table: Table, cut: Cut) -> pl.DataFrame:
    """Return `found` in `table.schema`, sorted by its keys, with labels in place of segment numbers.

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
    """Return one row per period: `period` (its number), `period_start`, `period_end` and `as_of`."""
    rows = [(number, period.start, period.end, scope.as_of) for number, period in enumerate(scope.periods)]
    schema = {"period": pl.Int32, "period_start": pl.Date, "period_end": pl.Date, "as_of": pl.Date}
    return pl.LazyFrame(rows, schema=schema, orient="row")

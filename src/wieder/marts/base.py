"""Declaration of a mart: a narrow frame of counted orders, with its columns, script and segments."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from wieder.marts.frames import pl

if TYPE_CHECKING:
    from collections.abc import Callable

    DataType = pl.DataType | type[pl.DataType]


class Type(StrEnum):
    """Type of a column of a mart or of a table."""

    BOOLEAN = "boolean"
    SHORT = "short"
    """A whole number of at most 2^31 - 1: customers, periods, segments, and counts within one of them."""
    INTEGER = "integer"
    """A whole number of at most 2^63 - 1."""
    FLOAT = "float"
    AMOUNT = "amount"
    """Exact amount of one order, with four decimals."""
    MONEY = "money"
    """Exact sum of amounts over any number of orders, with four decimals."""
    TEXT = "text"
    DATE = "date"

    @property
    def polars(self) -> DataType:
        """The corresponding Polars type."""
        types: dict[Type, DataType] = {
            Type.BOOLEAN: pl.Boolean(),
            Type.SHORT: pl.Int32(),
            Type.INTEGER: pl.Int64(),
            Type.FLOAT: pl.Float64(),
            Type.AMOUNT: pl.Decimal(18, 4),
            Type.MONEY: pl.Decimal(38, 4),
            Type.TEXT: pl.String(),
            Type.DATE: pl.Date(),
        }
        return types[self]


class CutBy(StrEnum):
    """The attributes that assign a row to a segment."""

    ORDER = "order"
    """Those of each order."""
    FIRST_ORDER = "first_order"
    """Those of the customer's first order."""
    SHOP = "shop"
    """None: a row covers the whole shop, and there are no segments."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: the same name in the SQL and in the frame."""

    name: str
    type: Type


@dataclass(frozen=True, kw_only=True)
class Mart:
    """A frame from which KPIs are computed: without names or texts; customers and segments are integers."""

    id: str
    """Also the name of its script, and of the view or table that the script creates."""
    columns: tuple[Column, ...]
    """The columns that are passed from DuckDB to Polars."""
    cut_by: CutBy
    needs: tuple[Mart, ...] = ()
    """Marts whose scripts must run before."""
    exports: tuple[str, ...] = ()
    """Exports other than orders and customers; its script reads their rows as `known_NAME`.

    If one of them has no rows, the mart is unknown. A period without a row is also
    unknown: for a known period without events, the script returns a row of zeros.
    """
    known_if: str | None = None
    """Script that returns a row if the exports contain this information; None if they always do."""
    step: Callable[[pl.DataFrame], pl.DataFrame] | None = None
    """Computes the rows of the mart from the result of the script, if SQL alone would be slow."""

    @property
    def can_be_unknown(self) -> bool:
        """Whether an empty mart means unknown rather than zero."""
        return self.known_if is not None or bool(self.exports)

    @property
    def schema(self) -> pl.Schema:
        """The names and types of the columns, in order."""
        return pl.Schema({column.name: column.type.polars for column in self.columns})

    def empty(self) -> pl.DataFrame:
        """The mart without rows."""
        return pl.DataFrame(schema=self.schema)


def columns(**types: Type) -> tuple[Column, ...]:
    """Columns by name, in order."""
    return tuple(Column(name=name, type=type_) for name, type_ in types.items())

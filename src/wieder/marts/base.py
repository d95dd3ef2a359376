"""What a mart is: one narrow frame of counted orders, with everything needed to make and to cut it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from wieder.marts.frames import pl

if TYPE_CHECKING:
    from collections.abc import Callable

    DataType = pl.DataType | type[pl.DataType]


class Type(StrEnum):
    """What a column of a mart or of a table holds."""

    BOOLEAN = "boolean"
    SHORT = "short"
    """A whole number of at most 2^31 - 1: numbers of customers, periods, segments, and counts below them."""
    INTEGER = "integer"
    """A whole number of at most 2^63 - 1."""
    FLOAT = "float"
    AMOUNT = "amount"
    """Exact money of one order."""
    MONEY = "money"
    """Exact money, added up over any number of orders."""
    TEXT = "text"
    DATE = "date"

    @property
    def polars(self) -> DataType:
        """The type of such a column in a Polars frame."""
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
    """Whose attributes put a row into a segment."""

    ORDER = "order"
    """Those of each order."""
    FIRST_ORDER = "first_order"
    """Those of the first order of the customer."""
    SHOP = "shop"
    """None: a row is about the whole shop, and there are no segments."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: the same name in the SQL and in the frame."""

    name: str
    type: Type


@dataclass(frozen=True, kw_only=True)
class Mart:
    """A frame that KPIs are computed from: no names, no texts, integers for customers and segments."""

    id: str
    """Also the name of its script, and of the view or table that the script makes."""
    columns: tuple[Column, ...]
    """What travels from DuckDB to Polars."""
    cut_by: CutBy
    needs: tuple[Mart, ...] = ()
    """Marts whose scripts must have run before."""
    exports: tuple[str, ...] = ()
    """Exports beside orders and customers, of which its script reads the rows `known_NAME`.

    Where one has no row, nothing is known. A period without a row is unknown, too:
    the script gives a row of zeros where there was nothing.
    """
    known_if: str | None = None
    """A script that gives a row if the exports say anything of this; None: they always do."""
    step: Callable[[pl.DataFrame], pl.DataFrame] | None = None
    """Makes the rows of what the script selects, where SQL alone would be slow."""

    @property
    def can_be_unknown(self) -> bool:
        """Whether no rows mean that nothing is known, rather than that there was nothing."""
        return self.known_if is not None or bool(self.exports)

    @property
    def schema(self) -> pl.Schema:
        """The names and types of the columns, in order."""
        return pl.Schema({column.name: column.type.polars for column in self.columns})

    def empty(self) -> pl.DataFrame:
        """The mart of no orders."""
        return pl.DataFrame(schema=self.schema)


def columns(**types: Type) -> tuple[Column, ...]:
    """Columns by name, in order."""
    return tuple(Column(name=name, type=type_) for name, type_ in types.items())

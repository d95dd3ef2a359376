"""Files of any declared export, generated from its declaration, for laws of all exports."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from wieder.exports import EXPORTS
from wieder.exports.base import CUSTOMER_ID, ORDER_ID, ColumnType

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from wieder.exports.base import Column, Export

UNREADABLE = "#?"
"""A cell that is neither a number nor a date."""


def columns_of(export: Export) -> list[Column]:
    """Return the columns that one file can have at once: the amount, without its alternatives."""
    return [column for column in export.columns if column.is_kept]


def cell(column: Column, number: int) -> str:
    """Return a readable cell, different for each `number`."""
    texts = {
        ColumnType.MONEY: f"{number % 900}.5",
        ColumnType.NUMBER: f"{number}",
        ColumnType.TIMESTAMP: f"2024-{number % 12 + 1:02}-{number % 28 + 1:02} 10:00:00",
        ColumnType.DAY: f"2024-{number % 12 + 1:02}-{number % 28 + 1:02}",
        ColumnType.CODE: "EUR",
        ColumnType.EMAIL: f"k{number}@example.de",
        ColumnType.PHONE: f"+4917{number:08}",
    }
    return texts.get(column.type, f"{column.name[0].upper()}{number}")


def row(export: Export, number: int, **cells: str) -> dict[str, str]:
    """Return one row of all columns; `cells` override the generated ones."""
    return {column.name: cell(column, number) for column in columns_of(export)} | cells


FURTHER = tuple(export for export in EXPORTS.values() if export.name not in {"orders", "customers"})
"""The optional exports of a shop."""


def staged_rows(export: Export, orders: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return staged rows of a further export, one per staged order, with its day, customer and id."""
    return [_staged_row(export, number, order) for number, order in enumerate(orders, 1)]


def _staged_row(export: Export, number: int, order: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for column in columns_of(export):
        if column.name == CUSTOMER_ID:
            values["customer_key"] = order["customer_key"]
        elif column.name == ORDER_ID:
            values[ORDER_ID] = order["order_id"]
        elif column.type.is_date:
            values[column.name] = order["ordered_at"]
        elif column.type.is_number:
            values[column.name] = Decimal(number % 50) / 2
        else:
            values[column.name] = cell(column, number % 4)
    return values


def text_of(rows: Iterable[Mapping[str, str]]) -> str:
    """Return the rows as the text of a CSV file with a header."""
    listed, text = list(rows), io.StringIO()
    writer = csv.DictWriter(text, list(listed[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(listed)
    return text.getvalue()

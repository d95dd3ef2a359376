"""Files of any declared export, made from what it declares: for laws that hold for every one of them."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from wieder.exports.base import ColumnType

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from wieder.exports.base import Column, Export

UNREADABLE = "#?"
"""A cell that is no number and no date."""


def columns_of(export: Export) -> list[Column]:
    """The columns that one file can have at once: the amount, rather than what gives it."""
    return [column for column in export.columns if column.is_kept]


def cell(column: Column, number: int) -> str:
    """A cell that can be read; another one for each `number`."""
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
    """One row of all columns, with other `cells` where some are given."""
    return {column.name: cell(column, number) for column in columns_of(export)} | cells


def text_of(rows: Iterable[Mapping[str, str]]) -> str:
    """The rows as the text of a CSV file, under the names of their columns."""
    listed, text = list(rows), io.StringIO()
    writer = csv.DictWriter(text, list(listed[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(listed)
    return text.getvalue()

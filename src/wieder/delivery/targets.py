"""The destination and format of a result: `--format`, else by the ending of `-o`, else by the stream."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from wieder.delivery.output import STDOUT, is_stream, stdout_is_terminal
from wieder.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence


class Format(StrEnum):
    """The format that a result is written in."""

    TABLE = "table"
    CSV = "csv"
    TSV = "tsv"
    JSON = "json"
    NDJSON = "ndjson"
    PARQUET = "parquet"
    MARKDOWN = "markdown"
    HTML = "html"
    XLSX = "xlsx"
    PDF = "pdf"


ENDINGS = {
    ".txt": Format.TABLE,
    ".csv": Format.CSV,
    ".tsv": Format.TSV,
    ".json": Format.JSON,
    ".ndjson": Format.NDJSON,
    ".jsonl": Format.NDJSON,
    ".parquet": Format.PARQUET,
    ".md": Format.MARKDOWN,
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".xlsx": Format.XLSX,
    ".pdf": Format.PDF,
}
"""File name ending -> format."""

ALSO_CALLED = {ending.removeprefix("."): form for ending, form in ENDINGS.items()} | {
    "excel": Format.XLSX,
    "text": Format.TABLE,
}
"""Other name of a format -> the format, for suggestions."""

FOR_TABLES = tuple(one for one in Format if one is not Format.PDF)
FOR_REPORTS = (Format.TABLE, Format.HTML, Format.XLSX, Format.PDF)
"""The summary as text, the page, the workbook, and the page as PDF."""
BINARY = {Format.PARQUET: "Parquet", Format.XLSX: "a workbook", Format.PDF: "PDF"}
"""Formats that a terminal cannot show, with their names in messages."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """The destination and format of a result."""

    name: str
    """The path of a file, or `-` for standard output."""
    format: Format

    @property
    def is_file(self) -> bool:
        """Whether it is a regular file rather than a stream."""
        return self.name != STDOUT and not is_stream(self.name)

    @property
    def on_terminal(self) -> bool:
        """Whether the result is shown on a terminal."""
        return self.name == STDOUT and stdout_is_terminal()


def choose_target(name: str | None, asked: Format | None, among: Sequence[Format] = FOR_TABLES) -> Target:
    """The target for `-o NAME --format ASKED`; either may be None.

    Without a format, the ending of the name decides; without a name, the format is table
    on a terminal and CSV in a pipe. Raises UsageError for an unknown ending, for a format
    that is not `among` those on offer, and for a binary format on a terminal.
    """
    target = Target(name=name or STDOUT, format=asked or _fitting(name or STDOUT, among))
    if target.format not in among:
        raise UsageError(
            f"this result cannot be written as {target.format}", f"choose --format {'|'.join(among)}"
        )
    if target.format in BINARY and target.on_terminal:
        name_of_format = BINARY[target.format]
        raise UsageError(
            f"{name_of_format} cannot be shown on a terminal", "write it to a file with -o, or to a pipe"
        )
    return target


def _fitting(name: str, among: Sequence[Format]) -> Format:
    if name == STDOUT:
        return Format.TABLE if stdout_is_terminal() else Format.CSV
    ending = Path(name).suffix.lower()
    if ending not in ENDINGS:
        raise UsageError(
            f"{name}: no format is known for this file name ending", f"add --format {'|'.join(among)}"
        )
    return ENDINGS[ending]

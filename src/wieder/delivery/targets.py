"""Where a result goes and in which form: `--format`, else the ending of `-o`, else what fits."""

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
    """The form that a result is written in."""

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
"""The ending of a file name -> the format that it asks for."""

ALSO_CALLED = {ending.removeprefix("."): form for ending, form in ENDINGS.items()} | {
    "excel": Format.XLSX,
    "text": Format.TABLE,
}
"""Other name of a format -> the format, for suggestions."""

FOR_TABLES = tuple(one for one in Format if one is not Format.PDF)
FOR_REPORTS = (Format.TABLE, Format.HTML, Format.XLSX, Format.PDF)
"""The summary as text, the page, the workbook, and the page on paper."""
BINARY = {Format.PARQUET: "Parquet", Format.XLSX: "a workbook", Format.PDF: "PDF"}
"""What a terminal cannot show, as it is called in a sentence."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where a result goes, and in which form."""

    name: str
    """The path of a file, or `-` for standard output."""
    format: Format

    @property
    def is_file(self) -> bool:
        """Whether it is a file with a place in a folder, rather than a stream."""
        return self.name != STDOUT and not is_stream(self.name)

    @property
    def on_terminal(self) -> bool:
        """Whether a person reads the result directly."""
        return self.name == STDOUT and stdout_is_terminal()


def choose_target(name: str | None, asked: Format | None, among: Sequence[Format] = FOR_TABLES) -> Target:
    """The target for `-o NAME --format ASKED`; either may be missing.

    Without a format the ending of the name decides; without a name, a table is
    for a terminal and CSV for a pipe. Raises UsageError for an unknown ending,
    for a format that is not `among` those that can be written, and for one on a
    terminal that is no text.
    """
    target = Target(name=name or STDOUT, format=asked or _fitting(name or STDOUT, among))
    if target.format not in among:
        raise UsageError(f"this result cannot be written as {target.format}", f"choose {'|'.join(among)}")
    if target.format in BINARY and target.on_terminal:
        name_of_format = BINARY[target.format]
        raise UsageError(
            f"{name_of_format} is no text for a terminal", "name a file with -o, or send it into a pipe"
        )
    return target


def _fitting(name: str, among: Sequence[Format]) -> Format:
    if name == STDOUT:
        return Format.TABLE if stdout_is_terminal() else Format.CSV
    ending = Path(name).suffix.lower()
    if ending not in ENDINGS:
        raise UsageError(
            f"{name}: the ending does not say which format to write", f"give --format {'|'.join(among)}"
        )
    return ENDINGS[ending]

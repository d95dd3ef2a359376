"""Where a result goes and in which form: `--format`, else the ending of `-o`, else what fits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from wieder.errors import UsageError
from wieder.output import STDOUT, stdout_is_terminal


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
}
"""The ending of a file name -> the format that it asks for."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where a result goes, and in which form."""

    name: str
    """The path of a file, or `-` for standard output."""
    format: Format

    @property
    def on_terminal(self) -> bool:
        """Whether a person reads the result directly."""
        return self.name == STDOUT and stdout_is_terminal()


def choose_target(name: str | None, asked: Format | None) -> Target:
    """The target for `-o NAME --format ASKED`; either may be missing.

    Without a format the ending of the name decides; without a name, a table is
    for a terminal and CSV for a pipe. Raises UsageError for an unknown ending,
    and for Parquet on a terminal.
    """
    target = Target(name=name or STDOUT, format=asked or _fitting(name or STDOUT))
    if target.format is Format.PARQUET and target.on_terminal:
        raise UsageError("Parquet is no text for a terminal", "name a file with -o, or send it into a pipe")
    return target


def _fitting(name: str) -> Format:
    if name == STDOUT:
        return Format.TABLE if stdout_is_terminal() else Format.CSV
    ending = Path(name).suffix.lower()
    if ending not in ENDINGS:
        raise UsageError(
            f"{name}: the ending does not say which format to write", f"give --format {'|'.join(Format)}"
        )
    return ENDINGS[ending]

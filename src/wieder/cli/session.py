"""What every command needs before it can work: settings, the data, and where the result goes."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from wieder import messages
from wieder.cli.options import typed_settings
from wieder.errors import UsageError
from wieder.output import STDOUT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    from wieder.cli.options import OutputOptions, QuestionOptions, SourceOptions
    from wieder.config import Settings
    from wieder.database import Connection

SETTINGS_FILE = Path("wieder.toml")


def read_settings(source: SourceOptions, *groups: QuestionOptions | OutputOptions) -> Settings:
    """wieder.toml, the environment and what was typed, the later one winning."""
    from wieder.config import load_settings  # msgspec

    path = Path(source.config) if source.config else SETTINGS_FILE if SETTINGS_FILE.exists() else None
    return load_settings(path, os.environ, typed_settings(source, *groups))


@contextmanager
def opened(files: Sequence[str] | None, settings: Settings) -> Iterator[Connection]:
    """The canonical tables of `files`, or of the store if there are none."""
    from wieder.shop import open_shop  # duckdb, polars

    with open_shop(files or (), settings, standard_input(files or ()), messages.show_notice) as con:
        yield con


def standard_input(files: Sequence[str]) -> BinaryIO | None:
    """Standard input, if one of the files is `-`."""
    return sys.stdin.buffer if STDOUT in files and sys.stdin is not None else None


def now() -> datetime:
    """The one look at the clock."""
    return datetime.now(tz=UTC)


def refuse_overwriting(output: str | None, files: Sequence[str] | None, settings: Settings) -> None:
    """Raise UsageError if the result would replace a file that is read."""
    if output is None or output == STDOUT:
        return
    for name in (*(files or ()), settings.db):
        if Path(name).is_file() and Path(output).is_file() and Path(name).samefile(output):
            raise UsageError(f"{output} is read and cannot be written over", "name another file with -o")

"""What every command needs before it can work: settings, the data, and where the result goes."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from wieder.cli.options import typed_settings
from wieder.delivery import messages
from wieder.delivery.output import STDOUT
from wieder.delivery.targets import FOR_TABLES, choose_target
from wieder.errors import DataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    from wieder.asking.shop import Shop
    from wieder.cli.options import OutputOptions, SourceOptions
    from wieder.config import Settings
    from wieder.delivery.targets import Format, Target
    from wieder.locale.text import Lang
    from wieder.notices import Notify

SETTINGS_FILE = Path("wieder.toml")


@dataclass(frozen=True, kw_only=True)
class Session:
    """One run of a command."""

    files: tuple[str, ...]
    """What is read; none stands for the store."""
    settings: Settings
    target: Target

    @property
    def lang(self) -> Lang:
        """The language of what readers see."""
        return self.settings.report.lang

    @property
    def standard_input(self) -> BinaryIO | None:
        """Standard input, if one of the files is `-`."""
        return sys.stdin.buffer if STDOUT in self.files and sys.stdin is not None else None


def begin(
    files: Sequence[str] | None,
    source: SourceOptions,
    output: OutputOptions,
    *others: object,
    usual_format: Format | None = None,
    among: Sequence[Format] = FOR_TABLES,
) -> Session:
    """Read the settings and choose the target. Raises UsageError before any data are read."""
    asked = output.format or (None if output.output else usual_format)
    session = Session(
        files=tuple(files or ()),
        settings=read_settings(source.config, typed_settings(source, output, *others)),
        target=choose_target(output.output, asked, among),
    )
    refuse_overwriting(session, session.target.name)
    return session


def read_settings(config: str | None, typed: dict[tuple[str, ...], object]) -> Settings:
    """wieder.toml, the environment and what was typed, the later one winning."""
    from wieder.config import load_settings  # msgspec

    path = Path(config) if config else SETTINGS_FILE if SETTINGS_FILE.exists() else None
    return load_settings(path, os.environ, typed)


@contextmanager
def opened_shop(session: Session, notify: Notify = messages.show_notice) -> Iterator[Shop]:
    """The shop of the files, or of the store if there are none, ready to be asked."""
    import duckdb

    from wieder.asking.shop import Shop
    from wieder.store.open import open_shop

    try:
        with open_shop(session.files, session.settings, session.standard_input, notify) as con:
            yield Shop(con, session.settings, notify)
    except duckdb.OutOfMemoryException as error:
        raise DataError(
            f"there is not enough memory for these data ({str(error).splitlines()[0]})",
            "free memory, or space in the folder for temporary files (TMPDIR)",
        ) from error


def now() -> datetime:
    """The one look at the clock, in the time zone of this machine."""
    return datetime.now(tz=UTC).astimezone()


def refuse_overwriting(session: Session, target: str) -> None:
    """Raise UsageError if writing to `target` would replace a file that is read."""
    output = Path(target)
    for name in (*session.files, session.settings.db):
        if output.is_file() and Path(name).is_file() and output.samefile(name):
            raise UsageError(f"{output} is read and cannot be written over", "name another file to write to")

"""What every command needs before it can work: settings, the data, and where the result goes."""

from __future__ import annotations

import os
import shlex
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from wieder.asking.options import declared_options
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
    reads_again: bool = False,
) -> Session:
    """Read the settings and choose the target. Raises UsageError before any data are read.

    Options about files are refused where there are none, unless the command `reads_again`
    the files that were loaded.
    """
    if not (files or reads_again):
        refuse_options_of_files(source)
    asked = output.format or (None if output.output else usual_format)
    session = Session(
        files=tuple(files or ()),
        settings=read_settings(source.config, typed_settings(source, output, *others)),
        target=choose_target(output.output, asked, among),
    )
    refuse_overwriting(session, session.target.name)
    return session


WITHOUT_FILES = frozenset({"db", "config"})
"""Names of the `SourceOptions` that also apply where the store is read; all others concern files alone."""


def refuse_options_of_files(source: SourceOptions) -> None:
    """Raise UsageError for options that change only how files are read, with the load that applies them."""
    typed = [
        (declared.flags[0], value if isinstance(value, list) else [value])
        for one, declared in declared_options(type(source))
        if one.name not in WITHOUT_FILES and (value := getattr(source, one.name)) is not None
    ]
    if typed:
        words = [word for flag, values in typed for value in values for word in (flag, str(value))]
        verb = "changes" if len(typed) == 1 else "change"
        raise UsageError(
            f"{' and '.join(flag for flag, _ in typed)} {verb} nothing in the store, only how files are read",
            f"`wieder load FILE {shlex.join(words)}`, or name the files in this command",
        )


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

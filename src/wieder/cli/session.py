"""A run of a command: its settings, inputs, target and notices."""

from __future__ import annotations

import os
import shlex
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from wieder.asking.options import declared_options
from wieder.cli.options import typed_settings
from wieder.cli.shown_notices import ShownNotices, cache_folder
from wieder.delivery.messages import Detail, Notifier, always_new, is_watched
from wieder.delivery.output import STDOUT
from wieder.delivery.targets import FOR_TABLES, choose_target
from wieder.errors import DataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    from wieder.asking.shop import Shop
    from wieder.cli.options import MessageOptions, OutputOptions, SourceOptions
    from wieder.config import Settings
    from wieder.delivery.targets import Format, Target
    from wieder.locale.text import Lang
    from wieder.notices import Notify

SETTINGS_FILE = Path("wieder.toml")


@dataclass(frozen=True, kw_only=True)
class Session:
    """One run of a command."""

    files: tuple[str, ...]
    """Input files as typed; empty for the store."""
    settings: Settings
    target: Target
    notifier: Notifier = field(default_factory=Notifier)

    @property
    def lang(self) -> Lang:
        """The language of tables and reports."""
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

    Options for reading files are refused if no files are given, unless the command `reads_again`
    the loaded files.
    """
    if not (files or reads_again):
        refuse_options_of_files(source)
    asked = output.format or (None if output.output else usual_format)
    settings = read_settings(source.config, typed_settings(source, output, *others))
    session = Session(
        files=tuple(files or ()),
        settings=settings,
        target=choose_target(output.output, asked, among),
        notifier=notifier_of(output, store=None if files else Path(settings.db)),
    )
    refuse_overwriting(session, session.target.name)
    explain_sources(session, source.config)
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


def notifier_of(options: MessageOptions, store: Path | None = None) -> Notifier:
    """The notifier for the options; notices about `store` are shown in full once.

    Raises UsageError for options that contradict each other.
    """
    if options.quiet and (options.verbose or options.notices):
        other = "--verbose" if options.verbose else "--notices"
        raise UsageError(f"--quiet and {other} contradict each other", f"omit --quiet or {other}")
    cache = cache_folder() if store else None
    return Notifier(_detail(options), ShownNotices(store, cache).is_new if store and cache else always_new)


def _detail(options: MessageOptions) -> Detail:
    if options.verbose:
        return Detail.VERBOSE
    if options.notices:
        return Detail(options.notices)
    is_quiet = options.IS_QUIET and not is_watched() if options.quiet is None else options.quiet
    return Detail.QUIET if is_quiet else Detail.NEW


def explain_sources(session: Session, config: str | None) -> None:
    """Name the settings file, the inputs and the target, for `--verbose`."""
    path = settings_file(config)
    session.notifier.explain(f"settings: {path or 'none, all at their defaults'}")
    session.notifier.explain(f"input: {', '.join(session.files) or session.settings.db}")
    session.notifier.explain(f"result: {session.target.name} as {session.target.format}")


def read_settings(config: str | None, typed: dict[tuple[str, ...], object]) -> Settings:
    """The settings of wieder.toml, overridden by the environment, overridden by options."""
    from wieder.cli.settings import load_checked  # msgspec

    return load_checked(settings_file(config), os.environ, typed).settings


def settings_file(config: str | None) -> Path | None:
    """The file named by `--config`, else wieder.toml in the working directory; None if there is none."""
    return Path(config) if config else SETTINGS_FILE if SETTINGS_FILE.exists() else None


@contextmanager
def opened_shop(session: Session, notify: Notify | None = None) -> Iterator[Shop]:
    """The shop of the files, or of the store if there are none.

    `notify` takes the notices instead of the notifier of the session.
    """
    import duckdb

    from wieder.asking.shop import Shop
    from wieder.store.open import open_shop

    shown = notify or session.notifier
    try:
        with open_shop(session.files, session.settings, session.standard_input, shown) as con:
            yield Shop(con, session.settings, shown)
        session.notifier.close()
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

"""The init command: inspects exports and writes a settings file for them."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

import typer

from wieder.asking.options import option
from wieder.cli.data import GivenFiles
from wieder.cli.options import MessageOptions, SourceOptions, typed_settings
from wieder.cli.session import SETTINGS_FILE, notifier_of
from wieder.delivery.output import STDOUT, write
from wieder.errors import UsageError
from wieder.notices import Notice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wieder.errors import AmbiguousError, SettingChoice
    from wieder.ingest.inspection import Inspected
    from wieder.locale.text import Lang


@dataclass(frozen=True, kw_only=True)
class SetupOptions:
    """Whether to ask, and whether to replace settings."""

    yes: bool | None = option("--yes", "-y", help="Ask nothing; refuse files that leave something open.")
    force: bool | None = option("--force", help="Replace an existing settings file.")


@dataclass(frozen=True, kw_only=True)
class SetupOutput(MessageOptions):
    """Place of the settings, and language of the first rows that are shown."""

    PANEL: ClassVar = "Output"

    output: str | None = option("--output", "-o", metavar="FILE", help="File for the settings. [wieder.toml]")
    lang: Literal["de", "en", "de-AT", "de-CH"] | None = option(
        "--lang", help="Language of the tables shown. [en]", setting=("report", "lang")
    )


def init(files: GivenFiles, *, source: SourceOptions, chosen: SetupOptions, output: SetupOutput) -> None:
    """Inspect exports and write settings for them.

    Shows the first rows as they would be loaded. Questions that the files leave open are asked on a
    terminal; elsewhere, or with --yes, the files are refused, and the message names the option that
    answers the question. With these settings, `wieder load` needs no options.
    """
    from wieder.config.reading import load_settings
    from wieder.database import connect
    from wieder.ingest.inspection import inspect_exports, settings_text

    name = output.output or str(SETTINGS_FILE)
    refuse_replacing(name, force=bool(chosen.force))
    typed = typed_settings(source, output)
    settings = load_settings(Path(source.config) if source.config else None, {}, typed)
    notify = notifier_of(output)
    stdin = sys.stdin.buffer if STDOUT in files and sys.stdin is not None else None
    ask = ask_on_terminal if can_ask(files, chosen) else refuse
    with connect() as con:
        found, answers = inspect_exports(con, files, settings, stdin, notify, ask)
    chosen_settings = typed | {answer.setting: answer.value for answer in answers}
    if name != STDOUT:
        show_files(found, settings.report.lang)
    write(settings_text(found, chosen_settings).encode(), name)
    if name != STDOUT:
        notify(Notice("settings-written", f"the settings are in {name}", next_step(files, name)))


def next_step(files: Sequence[str], settings: str) -> str:
    """The command that loads the files with the settings written for them."""
    config = [] if settings == str(SETTINGS_FILE) else ["--config", settings]
    return f"now: {shlex.join(['wieder', 'load', *files, *config])}"


def refuse_replacing(name: str, *, force: bool) -> None:
    """Raise UsageError if settings would be lost."""
    if name != STDOUT and Path(name).exists() and not force:
        raise UsageError(f"{name} exists already", "add --force to replace it, or name another file with -o")


def can_ask(files: Sequence[str], chosen: SetupOptions) -> bool:
    """Whether a person can answer questions."""
    streams = (sys.stdin, sys.stderr)
    return not chosen.yes and STDOUT not in files and all(one is not None and one.isatty() for one in streams)


def refuse(question: AmbiguousError) -> SettingChoice:
    """Raise the question as the error that it is."""
    raise question


def ask_on_terminal(question: AmbiguousError) -> SettingChoice:
    """Return the answer given on the terminal; raise the question at the end of input."""
    from wieder.writing.screen import visible

    lines = [question.message]
    lines += [
        f"  {n}  {'.'.join(answer.setting)} = {answer.value}" for n, answer in enumerate(question.answers, 1)
    ]
    for line in lines:
        typer.echo(visible(line), err=True)
    while True:
        # Not typer.prompt, which writes a blank to standard output.
        typer.echo(f"Which one, 1 to {len(question.answers)}? ", err=True, nl=False)
        typed = sys.stdin.readline()
        if not typed:
            raise question
        if typed.strip().isdecimal() and 1 <= int(typed) <= len(question.answers):
            return question.answers[int(typed) - 1]


def show_files(found: Sequence[Inspected], lang: Lang) -> None:
    """Print a description of each file, and its first rows."""
    from wieder.asking.view import View
    from wieder.cli.writing import show
    from wieder.ingest.inspection import described
    from wieder.writing.grids import frame_grid

    for one in found:
        grid = frame_grid(one.sample, lang, described(one))
        show(View(frame=one.sample, grids=lambda grid=grid: [grid]))  # type: ignore[misc]

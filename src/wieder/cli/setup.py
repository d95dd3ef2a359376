"""The command that looks at files and writes settings for them."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

import typer

from wieder.asking.options import option
from wieder.cli.data import GivenFiles
from wieder.cli.options import SourceOptions, typed_settings
from wieder.cli.session import SETTINGS_FILE
from wieder.delivery import messages
from wieder.delivery.output import STDOUT, write
from wieder.errors import UsageError
from wieder.notices import Notice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wieder.errors import AmbiguousError, WayOut
    from wieder.ingest.inspection import Inspected
    from wieder.locale.text import Lang


@dataclass(frozen=True, kw_only=True)
class SetupOptions:
    """How questions are answered, and what may be replaced."""

    yes: bool | None = option("--yes", "-y", help="Ask nothing: take what is certain, refuse the rest.")
    force: bool | None = option("--force", help="Replace the settings that are there.")


@dataclass(frozen=True, kw_only=True)
class SetupOutput:
    """Where the settings are written, and in which language the first rows are shown."""

    PANEL: ClassVar = "Output"

    output: str | None = option(
        "--output", "-o", metavar="FILE", help="Write the settings here. [wieder.toml]"
    )
    lang: Literal["de", "en", "de-AT", "de-CH"] | None = option(
        "--lang", help="The language. [en]", setting=("report", "lang")
    )


def init(files: GivenFiles, *, source: SourceOptions, chosen: SetupOptions, output: SetupOutput) -> None:
    """Look at exports, and write settings for them.

    Shows the first rows as they would be loaded. What the files leave open is asked on a terminal;
    elsewhere, or with --yes, it is refused, and the message names the option that answers it. With the
    settings that were written, `wieder load` needs no options.
    """
    from wieder.config import load_settings
    from wieder.database import connect
    from wieder.ingest.inspection import inspect_exports, settings_text

    name = output.output or str(SETTINGS_FILE)
    refuse_replacing(name, force=bool(chosen.force))
    typed = typed_settings(source, output)
    settings = load_settings(Path(source.config) if source.config else None, {}, typed)
    stdin = sys.stdin.buffer if STDOUT in files and sys.stdin is not None else None
    ask = ask_on_terminal if can_ask(files, chosen) else refuse
    with connect() as con:
        found, answers = inspect_exports(con, files, settings, stdin, messages.show_notice, ask)
    told = typed | {answer.setting: answer.value for answer in answers}
    if name != STDOUT:
        show_files(found, settings.report.lang)
    write(settings_text(found, told).encode(), name)
    if name != STDOUT:
        messages.show_notice(
            Notice("settings-written", f"the settings are in {name}", next_step(files, name))
        )


def next_step(files: Sequence[str], settings: str) -> str:
    """The command that loads the files with the settings that were written for them."""
    config = [] if settings == str(SETTINGS_FILE) else ["--config", settings]
    return f"now: {shlex.join(['wieder', 'load', *files, *config])}"


def refuse_replacing(name: str, *, force: bool) -> None:
    """Raise UsageError if settings would be lost."""
    if name != STDOUT and Path(name).exists() and not force:
        raise UsageError(f"{name} is there already", "--force replaces it, -o names another file")


def can_ask(files: Sequence[str], chosen: SetupOptions) -> bool:
    """Whether somebody is there to answer."""
    streams = (sys.stdin, sys.stderr)
    return not chosen.yes and STDOUT not in files and all(one is not None and one.isatty() for one in streams)


def refuse(question: AmbiguousError) -> WayOut:
    """No answer."""
    raise question


def ask_on_terminal(question: AmbiguousError) -> WayOut:
    """The answer of the person at the terminal; raises the question if there is none."""
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
    """Print what each file is, and its first rows."""
    from wieder.asking.view import View
    from wieder.cli.writing import show
    from wieder.ingest.inspection import described
    from wieder.writing.grids import frame_grid

    for one in found:
        grid = frame_grid(one.sample, lang, described(one))
        show(View(frame=one.sample, grids=lambda grid=grid: [grid]))  # type: ignore[misc]

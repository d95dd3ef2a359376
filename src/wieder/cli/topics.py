"""The help command: prints the documentation by topic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar, cast

from typer import Argument, Context
from typer.core import TyperGroup

from wieder.asking.options import option
from wieder.cli.completion import completion, topic_names
from wieder.cli.options import OutputOptions, SourceOptions
from wieder.cli.session import begin
from wieder.delivery.output import STDOUT, stdout_is_terminal, write
from wieder.delivery.targets import Format, choose_target
from wieder.errors import UsageError, likely

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typer.core import TyperCommand

    from wieder.asking.view import View
    from wieder.locale.text import Lang

FOR_TOPICS = (Format.TABLE, Format.MARKDOWN)

Name = Annotated[
    str | None,
    Argument(
        metavar="[TOPIC]",
        help="Topic or command, such as settings.",
        show_default=False,
        autocompletion=completion(topic_names),
    ),
]


@dataclass(frozen=True, kw_only=True)
class TopicOutput(OutputOptions):
    """Form and place of the documentation."""

    PANEL: ClassVar = "Output"

    format: Format | None = option(
        "--format",
        metavar=f"<{'|'.join(FOR_TOPICS)}>",
        ignores_case=True,
        help="Format. [table on a terminal, markdown in a pipe]",
    )


def help_(context: Context, name: Name = None, *, output: TopicOutput) -> None:
    """Show the documentation of a topic or command.

    Without a name: the list of topics.
    """
    from wieder.writing.topics import topics

    if name is None:
        _list_topics(output)
        return
    commands = _commands(context)
    if name not in topics() and name not in commands:
        raise UsageError(
            f"there is no topic or command {name!r}",
            likely(name, [*topics(), *commands], otherwise="`wieder help` lists the topics"),
        )
    parts = [topics()[name].text] if name in topics() else []
    if name in commands:
        parts.append(_help_of(name, context, is_alone=not parts))
    _write_text("\n".join(parts), output)


def _commands(context: Context) -> Mapping[str, TyperCommand]:
    """The commands of the program by name."""
    program = context.find_root().command
    assert isinstance(program, TyperGroup)  # noqa: S101 - it contains the command that runs
    return cast("Mapping[str, TyperCommand]", program.commands)


def _list_topics(wanted: OutputOptions) -> None:
    from wieder.cli.writing import write_view

    session = begin(None, SourceOptions(), wanted)
    write_view(_topics_view(session.lang), session)


def _topics_view(lang: Lang) -> View:
    """One row per topic: `topic`, `summary`."""
    import polars as pl

    from wieder.cli.writing import frame_view
    from wieder.writing.topics import topics

    rows = [(topic.name, topic.summary) for topic in topics().values()]
    return frame_view(pl.DataFrame(rows, schema=["topic", "summary"], orient="row"), lang)


def _help_of(name: str, context: Context, *, is_alone: bool) -> str:
    """The help of a command as a block of code, under a heading where a topic has the same name."""
    command = _commands(context)[name]
    root = context.find_root()
    with command.make_context(name, [], parent=root, resilient_parsing=True) as own:
        text = f"```text\n{command.get_help(own)}\n```\n"
    return text if is_alone else f"## Command `wieder {name}`\n\n{text}"


def _write_text(text: str, wanted: OutputOptions) -> None:
    """Write Markdown as it is, or as a terminal shows it."""
    from wieder.cli.writing import screen_text
    from wieder.writing.markdown import document

    on_screen = Format.TABLE if stdout_is_terminal() else Format.MARKDOWN
    usual = on_screen if wanted.output in {None, STDOUT} else None
    target = choose_target(wanted.output, wanted.format or usual, FOR_TOPICS)
    is_markdown = target.format is Format.MARKDOWN
    write(text.encode() if is_markdown else screen_text(document(text), target), target.name)

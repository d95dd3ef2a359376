"""Commands that are built when they are called, and their help: chapters, and panels of options."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from typer import Typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from wieder.cli.suggestions import unknown_command

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from typer import Context

OWN = "Options"
"""The panel of options that belong to one command."""
PANELS = ("Arguments", OWN, "Time and cuts", "Output", "Input", "Messages")
"""The order in which panels are shown."""
RANGE = re.compile(r"\s*\[(?:[0-9.]+<=?)?x[<>][^\]]*\]$")
"""The bounds that Typer appends to the help of an option; errors name them in words."""
LAST = "help"
"""The option that is listed last."""

Record = tuple[str, str]


class Command(TyperCommand):
    """A command whose options stand in panels, in the order of its parameters."""

    def format_options(self, ctx: Context, formatter: Any) -> None:  # type: ignore[override]
        """Write the arguments, then the options panel by panel, with `--help` at the end."""
        panels: dict[str, list[Record]] = {name: [] for name in PANELS}
        for panel, record in _records(ctx, self.get_params(ctx)):
            panels[panel].append(record)
        _write(formatter, {name: records for name, records in panels.items() if records})


@dataclass(frozen=True, kw_only=True)
class Declared:
    """A command that is built when it is called, so that the others cost no time."""

    name: str
    chapter: str
    help: str
    """The first paragraph is the summary."""
    function: Callable[[], Callable[..., None]]
    """Returns the function behind it, in the form for Typer."""
    epilog: str | None = None
    settings: dict[str, Any] | None = None
    """Settings of its parsing context."""

    @property
    def summary(self) -> str:
        """Its line in the list of commands."""
        return " ".join(self.help.split("\n\n")[0].split()).removesuffix(".") + "."

    def build(self) -> TyperCommand:
        """The command with all its options."""
        alone = Typer(add_completion=False, rich_markup_mode=None)
        add = alone.command(
            self.name,
            cls=Command,
            help=self.help,
            epilog=self.epilog,
            context_settings=self.settings,
            rich_help_panel=self.chapter,
        )
        add(self.function())
        built = get_command(alone)
        assert isinstance(built, TyperCommand)  # noqa: S101 - one command alone is not a group
        return built


class Built(Mapping[str, TyperCommand]):
    """Commands by name, each built at its first use."""

    def __init__(self, declared: Mapping[str, Declared]) -> None:
        self.declared = declared
        self._built: dict[str, TyperCommand] = {}

    def __getitem__(self, name: str) -> TyperCommand:
        if name not in self._built:
            self._built[name] = self.declared[name].build()
        return self._built[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.declared)

    def __len__(self) -> int:
        return len(self.declared)


class Commands(TyperGroup):
    """A program whose commands stand in chapters."""

    declared: ClassVar[Mapping[str, Declared]]

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = Built(self.declared)  # type: ignore[assignment]

    def resolve_command(self, ctx: Context, args: list[str]) -> Any:  # type: ignore[override]
        """The command named by the first argument. Raises UsageError with a proposal if there is none."""
        if args and args[0] not in self.declared and not args[0].startswith("-"):
            raise unknown_command(args[0], {name: one.summary for name, one in self.declared.items()})
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Context, formatter: Any) -> None:  # type: ignore[override]
        """Write the summaries chapter by chapter."""
        del ctx
        chapters: dict[str, list[Record]] = {}
        for command in self.declared.values():
            chapters.setdefault(command.chapter, []).append((command.name, command.summary))
        _write(formatter, chapters)


def _records(ctx: Context, parameters: Iterable[Any]) -> Iterator[tuple[str, Record]]:
    """Panel and line of each parameter that is shown; `--help` stands with the messages."""
    for parameter in parameters:
        record = parameter.get_help_record(ctx)
        if record is None:
            continue
        line = (record[0], RANGE.sub("", record[1]))
        if parameter.param_type_name == "argument":
            yield "Arguments", line
        elif parameter.name == LAST:
            yield PANELS[-1], line
        else:
            yield parameter.rich_help_panel or OWN, line


def _write(formatter: Any, panels: dict[str, list[Record]]) -> None:
    for title, records in panels.items():
        with formatter.section(title):
            formatter.write_dl(records)

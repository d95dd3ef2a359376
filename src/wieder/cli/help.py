"""Commands that are built when they are typed, and their help: chapters, and panels of options."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from typer import Typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from typer import Context

OWN = "Options"
"""The panel of options that are of one command alone."""
LAST = "help"
"""The name of the option that stands at the end."""

Record = tuple[str, str]


class Command(TyperCommand):
    """A command whose options stand in panels, in the order of its parameters."""

    def format_options(self, ctx: Context, formatter: Any) -> None:  # type: ignore[override]
        """Write the arguments, then the options panel by panel, and `--help` below the last."""
        panels: dict[str, list[Record]] = {}
        for panel, record in _records(ctx, self.get_params(ctx)):
            panels.setdefault(panel, []).append(record)
        _write(formatter, panels)


@dataclass(frozen=True, kw_only=True)
class Declared:
    """A command that is built when it is typed, so that the many others cost no time."""

    name: str
    chapter: str
    help: str
    """The first paragraph is the summary."""
    function: Callable[[], Callable[..., None]]
    """Gives the function behind it, as Typer wants it."""
    epilog: str | None = None
    settings: dict[str, Any] | None = None
    """Of the context in which it is parsed."""

    @property
    def summary(self) -> str:
        """What the list of commands says of it."""
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
    """Commands by name, each built when it is first taken."""

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

    def format_commands(self, ctx: Context, formatter: Any) -> None:  # type: ignore[override]
        """Write the summaries chapter by chapter."""
        del ctx
        chapters: dict[str, list[Record]] = {}
        for command in self.declared.values():
            chapters.setdefault(command.chapter, []).append((command.name, command.summary))
        _write(formatter, chapters)


def _records(ctx: Context, parameters: Iterable[Any]) -> Iterator[tuple[str, Record]]:
    """Panel and line of each parameter that is shown; `--help` belongs to the last panel."""
    panel = OWN
    for parameter in parameters:
        record = parameter.get_help_record(ctx)
        if record is None:
            continue
        if parameter.param_type_name == "argument":
            yield "Arguments", record
            continue
        panel = panel if parameter.name == LAST else (parameter.rich_help_panel or OWN)
        yield panel, record


def _write(formatter: Any, panels: dict[str, list[Record]]) -> None:
    for title, records in panels.items():
        with formatter.section(title):
            formatter.write_dl(records)

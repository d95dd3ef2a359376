"""Options of the command line, declared once: where the question is that they belong to."""

from __future__ import annotations

from dataclasses import Field, dataclass, field, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = "option"


class Completes(StrEnum):
    """The kind of values that the shell can propose for an option."""

    KPIS = "kpis"
    CUTS = "cuts"
    CUSTOMER_COLUMNS = "customer columns"
    SEGMENTS = "segments"


@dataclass(frozen=True, kw_only=True)
class Option:
    """How one field of an options dataclass is typed, explained and set."""

    flags: tuple[str, ...]
    """The long name first."""
    help: str
    """One sentence; what holds without the option stands in brackets."""
    metavar: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    setting: tuple[str, ...] = ()
    """The path in wieder.toml of the setting that the option overrides; none for most."""
    ignores_case: bool = False
    """Whether a value may be typed in any case."""
    completes: Completes | None = None
    """None: choices and names of files are proposed without it."""
    is_hidden: bool = False
    """Whether `--help` is silent about it."""


def option(
    *flags: str,
    help: str,  # noqa: A002 - as in the libraries of command lines
    metavar: str | None = None,
    minimum: float | None = None,
    maximum: float | None = None,
    setting: tuple[str, ...] = (),
    ignores_case: bool = False,
    completes: Completes | None = None,
) -> Any:
    """A field that is an option. Its default is None, so that what was not typed never beats wieder.toml."""
    declared = Option(
        flags=flags,
        help=help,
        metavar=metavar,
        minimum=minimum,
        maximum=maximum,
        setting=setting,
        ignores_case=ignores_case,
        completes=completes,
    )
    return field(default=None, metadata={KEY: declared})


def declared_options(group: type) -> Iterator[tuple[Field[Any], Option]]:
    """The options of a dataclass, in order."""
    for one in fields(group):
        yield one, one.metadata[KEY]


def settings_in(group: Any) -> dict[tuple[str, ...], object]:
    """The settings that were typed as options of this group, by their path in wieder.toml."""
    return {
        declared.setting: value
        for one, declared in declared_options(type(group))
        if declared.setting and (value := getattr(group, one.name)) is not None
    }


@dataclass(frozen=True, kw_only=True)
class NoOptions:
    """The options of a question that has none of its own."""

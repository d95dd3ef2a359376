"""Command-line options, declared once, next to the question they belong to."""

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
    """Command-line form, help and setting of one field of an options dataclass."""

    flags: tuple[str, ...]
    """The long name first."""
    help: str
    """One sentence; the default follows in brackets."""
    metavar: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    setting: tuple[str, ...] = ()
    """Path in wieder.toml of the setting that the option overrides; empty for most options."""
    ignores_case: bool = False
    """Whether upper and lower case are equal in values."""
    completes: Completes | None = None
    """None: choices and names of files are proposed without it."""
    is_hidden: bool = False
    """Whether `--help` leaves it out."""


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
    """Declare a field that is an option; with default None, it overrides wieder.toml only if given."""
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
    """Yield the fields and options of a dataclass, in order."""
    for one in fields(group):
        yield one, one.metadata[KEY]


def settings_in(group: Any) -> dict[tuple[str, ...], object]:
    """Return the settings given as options of this group, by their path in wieder.toml."""
    return {
        declared.setting: value
        for one, declared in declared_options(type(group))
        if declared.setting and (value := getattr(group, one.name)) is not None
    }


@dataclass(frozen=True, kw_only=True)
class NoOptions:
    """No options, for questions without options of their own."""

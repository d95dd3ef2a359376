"""Remedies for commands and options that do not exist: what may have been meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder.errors import UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from typer.core import TyperCommand


AT_MOST = 3
"""Proposals in a remedy."""


def unknown_command(name: str, summaries: Mapping[str, str]) -> UsageError:
    """The error for a command that does not exist, with near names, or commands that mention the word.

    `summaries`: the summary of each command by its name.
    """
    from wieder.kpis import kpi_called

    meant = nearest(name, summaries) or [
        one for one, summary in summaries.items() if name.casefold() in f"{one} {summary}".casefold()
    ]
    kpi = kpi_called(name)
    if kpi and not meant:
        remedy = f"it is a KPI: `wieder explain {kpi.id}`"
    elif meant:
        remedy = f"did you mean {_listed(f'`wieder {one}`' for one in meant)}?"
    else:
        remedy = "`wieder --help` lists the commands"
    return UsageError(f"there is no command {name!r}", remedy)


def unknown_option(flag: str, command: TyperCommand, commands: Mapping[str, TyperCommand]) -> UsageError:
    """The error for an option that `command` does not have: other commands that have it, or near names."""
    called = f"wieder {command.name}" if command.name in commands else "wieder"
    others = [name for name, other in commands.items() if flag in _flags(other)]
    near = nearest(flag, _flags(command))
    if others:
        remedy = f"{flag} belongs to {_listed(f'`wieder {name}`' for name in others)}"
    elif near:
        remedy = f"did you mean {_listed(near)}?"
    else:
        remedy = f"`{called} --help` lists the options"
    return UsageError(f"`{called}` has no option {flag}", remedy)


def _flags(command: TyperCommand) -> Iterator[str]:
    """The options that the help of the command shows."""
    for parameter in command.params:
        if not getattr(parameter, "hidden", False):
            yield from (flag for flag in parameter.opts if flag.startswith("-"))


def _listed(names: Iterable[str]) -> str:
    return " or ".join(list(names)[:AT_MOST])

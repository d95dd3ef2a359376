"""Conversion of groups of options to parameters of a command."""

from __future__ import annotations

import inspect
from dataclasses import fields, is_dataclass, replace
from functools import wraps
from operator import getitem
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

from typer import Option as Typed

from wieder.asking.options import Option, declared_options
from wieder.asking.question import EVERYTHING, Selector
from wieder.cli.completion import PROPOSED, completion
from wieder.cli.options import SelectionOptions
from wieder.periods import PeriodKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def with_options(
    command: Callable[..., None],
    *,
    usual: PeriodKind = PeriodKind.ALL,
    selectors: frozenset[Selector] = EVERYTHING,
) -> Callable[..., None]:
    """`command` in the form for Typer: each parameter that is a group is replaced by its options.

    A group is any dataclass whose fields are made by `option`. Options of `SelectionOptions` that do not
    apply to the command are hidden, and the help of `--period` shows the `usual` one.
    """
    hints = get_type_hints(command, include_extras=True)
    groups = {name: hint for name, hint in hints.items() if isinstance(hint, type) and is_dataclass(hint)}

    @wraps(command)
    def run(**typed: Any) -> None:
        packed = {
            name: group(**{one.name: typed.pop(one.name) for one in fields(group)})
            for name, group in groups.items()
        }
        command(**typed, **packed)

    signature = inspect.signature(command)
    parameters = [
        parameter
        for name, given in signature.parameters.items()
        for parameter in (
            _parameters(groups[name], usual, selectors) if name in groups else [_resolved(given, hints[name])]
        )
    ]
    run.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    return run


def _parameters(
    group: type, usual: PeriodKind, selectors: frozenset[Selector]
) -> Iterator[inspect.Parameter]:
    hints = get_type_hints(group)
    for one, declared in declared_options(group):
        fitting = _fitted(declared, one.name, usual, selectors) if group is SelectionOptions else declared
        annotation = getitem(Annotated, (hints[one.name], _typed(fitting, _panel(group, one.name))))
        yield inspect.Parameter(
            one.name, inspect.Parameter.KEYWORD_ONLY, default=one.default, annotation=annotation
        )


def _panel(group: type, name: str) -> str | None:
    """The panel of the class that declares the option; None for options of one command alone."""
    owner = next(one for one in group.__mro__ if name in inspect.get_annotations(one))
    return owner.__dict__.get("PANEL")


def _fitted(declared: Option, name: str, usual: PeriodKind, selectors: frozenset[Selector]) -> Option:
    """An option of time or cut, as it applies to a command."""
    text = f"{declared.help} [{usual}]" if name == Selector.PERIOD else declared.help
    return replace(declared, help=text, is_hidden=Selector(name) not in selectors)


def _typed(declared: Option, panel: str | None) -> Any:
    return Typed(
        *declared.flags,
        help=declared.help,
        metavar=declared.metavar,
        min=declared.minimum,
        max=declared.maximum,
        case_sensitive=not declared.ignores_case,
        hidden=declared.is_hidden,
        autocompletion=completion(PROPOSED[declared.completes]) if declared.completes else None,
        show_default=False,
        rich_help_panel=panel,
    )


def _resolved(parameter: inspect.Parameter, annotation: Any) -> inspect.Parameter:
    return parameter.replace(annotation=annotation, kind=inspect.Parameter.KEYWORD_ONLY)

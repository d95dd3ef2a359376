"""Conversion of typed options to the selection of a question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder.asking.options import declared_options
from wieder.asking.question import Selector
from wieder.asking.selection import Selection
from wieder.cli.session import now
from wieder.errors import UsageError
from wieder.periods import Period, PeriodKind, parse_span

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from wieder.asking.options import Option
    from wieder.cli.options import SelectionOptions


def selection_of(options: SelectionOptions, usual: PeriodKind) -> Selection:
    """Return the selection; periods are `usual` unless `--period` is given. Raises UsageError."""
    if options.top and not _names(options.by):
        raise UsageError("--top has no effect without --by", "add --by channel, or omit --top")
    first, last = _span("--from", options.first), _span("--to", options.last)
    if first and last and first.start >= last.end:
        raise UsageError(
            f"--from {options.first} is after --to {options.last}",
            f"write --from {options.last} --to {options.first}",
        )
    return Selection(
        kind=options.period or usual,
        by=_names(options.by),
        top=options.top,
        as_of=_day("--as-of", options.as_of),
        since=first.start if first else None,
        until=last.end if last else None,
        incomplete=bool(options.incomplete),
        is_time_chosen=bool(options.period or options.first or options.last),
        today=now().date(),
    )


def refuse_without_effect(
    options: SelectionOptions, without_effect: Collection[Selector], usual: PeriodKind | None = None
) -> None:
    """Raise UsageError if one of these options was typed although it has no effect.

    The `usual` period is accepted.
    """
    for one, declared in declared_options(type(options)):
        value = getattr(options, one.name)
        is_usual = one.name == Selector.PERIOD and value is usual
        if value is not None and one.name in without_effect and not is_usual:
            raise no_effect_error(declared)


def no_effect_error(declared: Option) -> UsageError:
    """The error for an option without effect."""
    name = declared.flags[0].partition("/")[0]
    return UsageError(f"{name} has no effect on this table", f"omit {name}")


def _names(text: str | None) -> tuple[str, ...]:
    return tuple(name for part in (text or "").split(",") if (name := part.strip()))


def _span(option: str, text: str | None) -> Period | None:
    if text is None:
        return None
    try:
        return parse_span(text)
    except UsageError as error:
        raise UsageError(f"{option} {error.message}", error.remedy) from error


def _day(option: str, text: str | None) -> date | None:
    span = _span(option, text)
    if span is not None and span.days != 1:
        raise UsageError(f"{option} {text!r} is not a day", "write a day, such as 2024-03-05")
    return span.start if span else None

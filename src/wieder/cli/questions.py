"""From what was typed to the question that is computed, and to its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder import messages
from wieder.analysis import Question, analyse
from wieder.cli.session import now, opened
from wieder.errors import UsageError
from wieder.periods import Period, PeriodKind, parse_span

if TYPE_CHECKING:
    from datetime import date

    from wieder.analysis import Analysis
    from wieder.cli.options import QuestionOptions
    from wieder.cli.session import Session


def question_of(options: QuestionOptions, usual: PeriodKind) -> Question:
    """The question; time is cut by `usual` unless `--period` says otherwise. Raises UsageError."""
    if options.top and not _names(options.by):
        raise UsageError("--top needs --by: the whole shop is one segment", "add --by channel, say")
    first, last = _span("--from", options.first), _span("--to", options.last)
    return Question(
        kind=options.period or usual,
        by=_names(options.by),
        top=options.top,
        as_of=_day("--as-of", options.as_of),
        since=first.start if first else None,
        until=last.end if last else None,
        incomplete=bool(options.incomplete),
        today=now().date(),
    )


def refuse_without_effect(options: QuestionOptions, *names: str) -> None:
    """Raise UsageError if one of these options was typed: it would change nothing."""
    for name in names:
        if getattr(options, name) is not None:
            raise UsageError(f"--{name} changes nothing in this table", f"leave out --{name}")


def answer(session: Session, question: Question) -> Analysis:
    """Every KPI for the question."""
    with messages.working("computing"), opened(session) as con:
        return analyse(con, question, session.settings, messages.show_notice)


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
        raise UsageError(f"{option} {text!r} is no day", "write a day, such as 2024-03-05")
    return span.start if span else None

"""Questions to small shops, for tests of everything above the engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from shops import TODAY, settings, silent
from wieder.asking.asked import ask
from wieder.asking.selection import Selection
from wieder.asking.shop import Shop
from wieder.asking.witness import table_verifications
from wieder.periods import PeriodKind

if TYPE_CHECKING:
    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.asking.question import Question
    from wieder.config import Settings
    from wieder.database import Connection
    from wieder.notices import Notify

DATES = ("as_of", "since", "until")


def selected(kind: PeriodKind = PeriodKind.ALL, **selection: Any) -> Selection:
    """Return a selection; dates may be ISO texts."""
    for name in DATES:
        if isinstance(selection.get(name), str):
            selection[name] = date.fromisoformat(selection[name])
    return Selection(kind=kind, **{"today": TODAY} | selection)


def asked_of(
    con: Connection,
    kind: PeriodKind = PeriodKind.ALL,
    rules: Settings | None = None,
    notify: Notify = silent,
    **selection: Any,
) -> Asked:
    """Return this selection of the shop."""
    return ask(Shop(con, rules or settings(), notify), selected(kind, **selection))


def answered(question: Question[Any], asked: Asked, **options: Any) -> Answer[Any]:
    """Return the answer; options that the question refuses raise its UsageError."""
    typed = question.options(**options)
    question.refuse(typed, asked.selection, asked.settings)
    return question.answer(asked, typed)


def confirm(asked: Asked, answer: Answer[Any]) -> None:
    """Check that the witness of the table confirms every row."""
    for verified in table_verifications(asked, answer):
        assert verified.disagreements == ()
        assert verified.compared > 0


def disagreeing(asked: Asked, answer: Answer[Any], column: str) -> None:
    """Check that the witness contradicts every row after 1 is added to `column`."""
    wrong = replace(answer, frame=answer.frame.with_columns(pl.col(column).fill_null(0) + 1))
    for verified in table_verifications(asked, wrong):
        assert len(verified.disagreements) == verified.compared > 0

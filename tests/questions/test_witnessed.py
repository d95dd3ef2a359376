"""Witnesses of all questions: they confirm every table, and find a mistake in it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from asked import asked_of, confirm
from shops import shop
from wieder.asking.table import NoWitness
from wieder.asking.witness import table_verifications
from wieder.periods import PeriodKind
from wieder.questions import QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wieder.asking.answer import Answer
    from wieder.asking.question import Question
    from wieder.database import Connection

WEB, APP = {"channel": "web"}, {"channel": "app"}
WHO_ORDERS = "abcaabdeafbcaghdaebcdaafbkae" * 2
ROWS = [
    (
        str(n),
        customer,
        f"{2022 + n // 12}-{n % 12 + 1:02}-{n % 28 + 1:02}",
        str(10 + n % 7),
        APP if n % 3 else WEB,
    )
    for n, customer in enumerate(WHO_ORDERS)
]
WITNESSED = [
    question
    for question in QUESTIONS.values()
    if not all(isinstance(table.witness, NoWitness) for table in question.tables())
]
OTHERS = [question for question in QUESTIONS.values() if question not in WITNESSED]

pytestmark = pytest.mark.core


@pytest.fixture(scope="module")
def made_up() -> Iterator[Connection]:
    with shop(ROWS, has_all_exports=True) as con:
        yield con


@pytest.mark.parametrize("question", WITNESSED, ids=lambda question: question.id)
@pytest.mark.parametrize("kind", [PeriodKind.ALL, PeriodKind.QUARTER])
@pytest.mark.parametrize("by", [(), ("channel",)])
def test_every_table_is_confirmed(
    made_up: Connection, question: Question[Any], kind: PeriodKind, by: tuple[str, ...]
) -> None:
    asked = asked_of(made_up, kind, by=by, since="2023-01-01", until="2026-01-01")
    answers = list(question.witnessed(asked))
    assert answers
    for answer in answers:
        confirm(asked, answer)


@pytest.mark.parametrize("question", OTHERS, ids=lambda question: question.id)
def test_a_table_without_a_witness_has_a_reason(made_up: Connection, question: Question[Any]) -> None:
    assert list(question.witnessed(asked_of(made_up))) == []
    for table in question.tables():
        assert isinstance(table.witness, NoWitness)
        assert len(table.witness.reason.split()) > 4


def mutated(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with 1 added to every count of customers, or else of orders or periods."""
    counts = [
        name
        for name in ("customers", "active", "new", "purchases", "orders", "periods", "days")
        if name in frame.columns
    ]
    return frame.with_columns(pl.col(counts[0]) + 1)


def disagreements(made_up: Connection, answer: Answer[Any], frame: pl.DataFrame) -> list[int]:
    asked = asked_of(made_up, as_of="2026-01-01")
    found = table_verifications(asked, replace(answer, frame=frame))
    return [len(one.disagreements) for one in found]


@pytest.mark.parametrize("question", WITNESSED, ids=lambda question: question.id)
def test_a_mistake_and_a_repeated_row_are_found(made_up: Connection, question: Question[Any]) -> None:
    for answer in question.witnessed(asked_of(made_up, as_of="2026-01-01")):
        [wrong] = disagreements(made_up, answer, mutated(answer.frame))
        assert wrong, answer.table.id
        assert disagreements(made_up, answer, pl.concat([answer.frame, answer.frame.head(1)])) == [2]


def test_revenue_retention_is_not_verified_by_week(made_up: Connection) -> None:
    asked = asked_of(made_up, PeriodKind.WEEK, as_of="2022-08-01")
    assert list(QUESTIONS["revenue-retention"].witnessed(asked)) == []


@pytest.mark.parametrize("name", ["holdouts", "churn-rules"])
def test_a_shop_without_customers_has_no_trials_to_confirm(name: str) -> None:
    with shop([(str(n), None, f"2024-{n + 1:02}-01", "10") for n in range(6)]) as con:
        assert list(QUESTIONS[name].witnessed(asked_of(con))) == []

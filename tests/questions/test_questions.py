"""Laws of every question: its command matches its object."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import pytest
from typer.main import get_command

from wieder.asking.question import Selector
from wieder.asking.table import NoWitness
from wieder.cli.app import app
from wieder.periods import PeriodKind
from wieder.questions import QUESTIONS

if TYPE_CHECKING:
    from wieder.asking.question import Question

COMMANDS: Any = get_command(app).commands  # type: ignore[attr-defined]
EVERY_QUESTION = pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)

pytestmark = pytest.mark.core


def test_places_are_unique() -> None:
    assert len({question.place for question in QUESTIONS.values()}) == len(QUESTIONS) > 20


@EVERY_QUESTION
def test_its_command_stands_in_its_chapter(question: Question[Any]) -> None:
    assert COMMANDS[question.id].rich_help_panel == question.chapter


@EVERY_QUESTION
def test_its_examples_can_be_typed(question: Question[Any]) -> None:
    first, second = question.examples
    assert first != second
    for example in question.examples:
        name, *arguments = shlex.split(example)
        assert name == question.id
        COMMANDS[name].make_context(name, arguments)


@EVERY_QUESTION
def test_its_help_begins_with_one_sentence(question: Question[Any]) -> None:
    summary = question.help.split("\n\n")[0]
    assert summary.endswith(".")
    assert len(summary) < 100


@EVERY_QUESTION
def test_every_table_has_a_witness_or_a_reason_why_not(question: Question[Any]) -> None:
    for table in question.tables():
        reason = table.witness.reason if isinstance(table.witness, NoWitness) else table.witness
        assert reason.strip()
        assert set(table.keys) <= set(table.schema)


@EVERY_QUESTION
def test_a_question_with_a_usual_period_applies_the_period(question: Question[Any]) -> None:
    if question.usual is PeriodKind.MONTH:
        assert Selector.PERIOD in question.selectors


@EVERY_QUESTION
def test_an_older_option_leads_to_a_question(question: Question[Any]) -> None:
    for instead in question.instead:
        assert instead.question in QUESTIONS
        assert instead.selector is None or instead.selector not in question.selectors

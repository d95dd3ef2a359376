"""A table states of every column whether it may be empty, and when."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

import pytest

from documented_shop import opened
from wieder.asking.asked import ask
from wieder.asking.question import Selector
from wieder.cli.options import SelectionOptions
from wieder.cli.selection import selection_of
from wieder.questions import QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wieder.asking.shop import Shop
    from wieder.asking.table import Table

TABLES = {(one.id, table.id): table for one in QUESTIONS.values() for table in one.tables()}
WITHOUT_USUAL_OPTIONS = {"restated", "dialects"}
"""Questions that need an option, or an earlier report."""


@pytest.mark.parametrize("table", TABLES.values(), ids=map(" ".join, TABLES))
def test_reasons_are_those_of_columns(table: Table) -> None:
    names = {column.name for column in table.columns}
    assert {*table.empty} <= names
    referred = chain.from_iterable(re.findall(r"\bas (\w+_\w+)", reason) for reason in table.empty.values())
    assert {*referred} <= {*table.empty}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Three years of the sample shop, with customers and spend."""
    with opened(tmp_path_factory.mktemp("shop")) as found:
        yield found


@pytest.mark.parametrize("name", sorted(QUESTIONS.keys() - WITHOUT_USUAL_OPTIONS))
def test_only_columns_with_a_reason_are_empty(name: str, shop: Shop) -> None:
    question = QUESTIONS[name]
    for typed in (
        SelectionOptions(),
        SelectionOptions(by="channel") if Selector.BY in question.selectors else None,
    ):
        if typed is None:
            continue
        answer = question.answer(ask(shop, selection_of(typed, question.usual)), question.options())
        columns = {column.name for column in answer.table.columns} & {*answer.frame.columns}
        empty = {column for column in columns if answer.frame[column].null_count()}
        assert empty <= {*answer.table.empty}

from __future__ import annotations

from decimal import Decimal

import pytest

from staging import order, stage
from wieder.database import connect
from wieder.errors import DataError
from wieder.store.terms import NO_TERMS, Terms, refuse_other_totals

EXPORT = {"a.csv": [order("1", "A", "2024-01-01", "12.50", n_rows=2), order("2", "B", "2024-01-02", "1000")]}
"""Three rows with 1,012.50."""


@pytest.mark.parametrize(
    "terms",
    [
        NO_TERMS,
        Terms(expected_rows=3),
        Terms(expected_total=Decimal("1012.5")),
        Terms(expected_rows=3, expected_total=Decimal("1012.5000")),
    ],
)
def test_terms_that_are_met(terms: Terms) -> None:
    with connect() as con:
        stage(con, EXPORT)
        refuse_other_totals(con, terms)


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        (Terms(expected_rows=4), "3 rows of orders were read, 4 expected"),
        (Terms(expected_rows=0), "3 rows of orders were read, 0 expected"),
        (Terms(expected_total=Decimal("1012.51")), "the amounts add up to 1,012.50, not to 1,012.51"),
        (Terms(expected_total=Decimal("1012.5001")), "the amounts add up to 1,012.50, not to 1,012.5001"),
    ],
)
def test_terms_that_are_not_met(terms: Terms, message: str) -> None:
    with connect() as con:
        stage(con, EXPORT)
        with pytest.raises(DataError, match=message):
            refuse_other_totals(con, terms)


def test_nothing_is_expected_where_nothing_is_new() -> None:
    with connect() as con:
        stage(con)
        refuse_other_totals(con, Terms(expected_rows=3))

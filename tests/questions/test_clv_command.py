"""Output and refusals of `wieder clv`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from outcomes import fails
from sample_files import eighth_of_orders
from wieder.questions.clv.customers import CUSTOMER_VALUES
from wieder.questions.clv.table import LIFETIME_VALUE

if TYPE_CHECKING:
    from pathlib import Path

    from outcomes import Wieder

SHOP = "few.csv"


@pytest.fixture(autouse=True)
def export(wieder: Wieder, tmp_path: Path) -> None:
    """A part of the sample shop, in the working directory of the command."""
    del wieder
    (tmp_path / SHOP).write_text(eighth_of_orders(), "utf-8")


def test_the_three_values_stand_side_by_side(wieder: Wieder) -> None:
    outcome = wieder("clv", SHOP, "--format", "table")
    assert outcome.code == 0
    text = outcome.out.decode()
    for line in ("= value by formula", "Realised, 365 days", "Expected of today's customers, 365 days"):
        assert line in text
    assert ", 180 days" in text, "the back-test is beside the forecast"


def test_machines_get_the_columns_of_the_table(wieder: Wieder) -> None:
    outcome = wieder("clv", SHOP, "--group", "cohort", "--margin", "0.4", "--horizon", "90")
    assert outcome.out.decode().splitlines()[0] == ",".join(LIFETIME_VALUE.schema)
    horizons = {row["horizon_days"] for row in outcome.rows() if row["measure"] == "expected_value"}
    assert horizons == {"90"}
    cohorts = {row["segment"] for row in outcome.rows() if row["dimension"] == "first_order.cohort"}
    assert cohorts == {"2023", "2024", "2025"}


def test_the_list_of_customers_is_a_private_file(wieder: Wieder) -> None:
    outcome = wieder("clv", SHOP, "--customers", "-o", "values.csv")
    assert outcome.code == 0
    with open("values.csv") as file:  # noqa: PTH123 - the name as it was typed
        assert file.readline().strip() == ",".join(CUSTOMER_VALUES.schema)


def test_german_names_and_numbers(wieder: Wieder) -> None:
    text = wieder("clv", SHOP, "--format", "table", "--lang", "de").out.decode()
    assert "Kundenwert nach Formel" in text
    assert "Bisher erreicht, 365 Tage" in text
    assert "Formel der Shops" in text


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--customers", "--by", "channel"), "--by has no effect on this table"),
        (("--window", "60"), "--window has no effect on this table"),
        (("--period", "month"), "--period has no effect on this table"),
        (("--group", "cohort", "--period", "all"), "--group cohort needs a period"),
        (("--margin", "1.5"), "--margin"),
        (("--margin", "0"), "--margin is 0.0; a number (above 0, at most 1) is needed"),
        (("--discount-rate", "2"), "--discount-rate"),
    ],
)
def test_invalid_options_are_refused(wieder: Wieder, options: tuple[str, ...], words: str) -> None:
    assert words in fails(wieder("clv", SHOP, *options), 2)

"""Concentration of revenue on customers."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from asked import answered, asked_of, confirm, disagreeing
from shops import shop
from wieder.config import OrderRules, Settings
from wieder.kpis.base import Scope
from wieder.periods import Period, PeriodKind
from wieder.questions.concentration import LORENZ_QUESTION, QUESTION, concentration

if TYPE_CHECKING:
    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.database import Connection

AS_OF = date(2024, 2, 1)
TEN = ["40", "20", "10", "9", "6", "5", "4", "3", "2", "1"]
"""Spend of ten customers, 100 in total."""


def spenders(amounts: list[str]) -> Connection:
    return shop((f"o{n}", f"c{n}", "2024-01-05", amount) for n, amount in enumerate(amounts))


def asked_by(con: Connection, **selection: Any) -> Asked:
    return asked_of(con, rules=Settings(orders=OrderRules(count_zero=True)), as_of=AS_OF, **selection)


def concentration_of(con: Connection, **selection: Any) -> Answer[None]:
    return answered(QUESTION, asked_by(con, **selection))


def lorenz_of(con: Connection, **selection: Any) -> Answer[None]:
    return answered(LORENZ_QUESTION, asked_by(con, **selection))


def part_of(found: Answer[None], part: str) -> dict[str, Any]:
    [row] = found.frame.filter(pl.col("part").cast(pl.String) == part).to_dicts()
    return row


@pytest.mark.parametrize(
    ("part", "customers", "revenue", "least"),
    [
        ("top_1", 1, "40", "40"),
        ("top_5", 1, "40", "40"),
        ("top_10", 1, "40", "40"),
        ("top_20", 2, "60", "20"),
        ("top_50", 5, "85", "6"),
        ("abc_a", 5, "85", "6"),  # four bring 79, so the fifth is needed for 80
        ("abc_b", 3, "12", "3"),  # seven bring 94, so the eighth is needed for 95
        ("abc_c", 2, "3", "1"),
        ("all", 10, "100", "1"),
    ],
)
def test_ten_customers_by_hand(part: str, customers: int, revenue: str, least: str) -> None:
    row = part_of(concentration_of(spenders(TEN)), part)
    assert (row["customers"], row["revenue"], row["least_revenue"]) == (
        customers,
        Decimal(revenue),
        Decimal(least),
    )
    assert row["revenue_share"] == float(revenue) / 100
    assert row["customer_share"] == customers / 10


def test_a_border_that_is_met_exactly_is_not_crossed() -> None:
    found = concentration_of(spenders(["80", "15", "5"]))
    assert [part_of(found, f"abc_{name}")["customers"] for name in "abc"] == [1, 1, 1]


def test_five_percent_of_twenty_one_customers_are_two() -> None:
    assert part_of(concentration_of(spenders(["1"] * 21)), "top_5")["customers"] == 2


def test_the_gini_coefficient_is_that_of_the_mean_difference() -> None:
    values = [Fraction(value) for value in TEN]
    difference = sum(abs(one - other) for one in values for other in values)
    expected = difference / (2 * len(values) * sum(values))
    found = concentration_of(spenders(TEN))
    assert part_of(found, "all")["gini"] == pytest.approx(float(expected), rel=1e-12)
    assert part_of(found, "top_20")["gini"] is None
    assert part_of(concentration_of(spenders(["3", "3", "3"])), "all")["gini"] == 0


def test_customers_without_revenue_are_a_part() -> None:
    found = concentration_of(spenders(["10", "0", "0"]))
    nothing = part_of(found, "no_revenue")
    assert (nothing["customers"], nothing["revenue"], nothing["revenue_share"]) == (2, 0, 0)
    assert part_of(concentration_of(spenders(["10"])), "no_revenue")["customers"] == 0


def test_without_revenue_there_are_no_shares() -> None:
    found = concentration_of(spenders(["0", "0"]))
    assert found.frame["revenue_share"].null_count() == found.frame.height
    assert part_of(found, "all")["gini"] is None


def test_the_curve_goes_from_nothing_to_everything() -> None:
    curve = lorenz_of(spenders(TEN)).frame
    assert curve["percent"].to_list() == list(range(101))
    shares = dict(curve.select("percent", "revenue_share").iter_rows())
    assert (shares[0], shares[9], shares[10], shares[50], shares[100]) == (0, 0, 0.01, 0.15, 1)


def test_shares_of_the_best_and_of_the_others_add_up() -> None:
    best, curve = concentration_of(spenders(TEN)), lorenz_of(spenders(TEN)).frame
    for percent in (1, 5, 10, 20, 50):
        [rest] = curve.filter(percent=100 - percent)["revenue"]
        assert part_of(best, f"top_{percent}")["revenue"] + rest == 100


AMOUNTS = st.lists(st.integers(0, 400).map(lambda cents: str(Decimal(cents) / 4)), min_size=1, max_size=40)


def mart(amounts: list[str]) -> pl.DataFrame:
    revenue = pl.Series([Decimal(amount) for amount in amounts], dtype=pl.Decimal(38, 4))
    keys = {"segment": pl.lit(0, pl.Int32), "period": pl.lit(0, pl.Int32)}
    return pl.DataFrame({"revenue": revenue}).with_columns(**keys)


@pytest.mark.core
@given(AMOUNTS, st.randoms(use_true_random=False))
@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_laws(amounts: list[str], chance: random.Random) -> None:
    scope = Scope(periods=(Period(date(2024, 1, 1), AS_OF),), history_start=date(2024, 1, 1), as_of=AS_OF)
    found = concentration(mart(amounts), scope).sort("part")
    parts = {row["part"]: row for row in found.to_dicts()}
    for measure in ("customers", "revenue"):
        assert sum(parts[f"abc_{name}"][measure] for name in "abc") == parts["all"][measure]
        tops = [parts[f"top_{percent}"][measure] for percent in (1, 5, 10, 20, 50)]
        assert sorted(tops) == tops
    assert parts["all"]["gini"] is None or 0 <= parts["all"]["gini"] < 1
    shuffled = chance.sample(amounts, len(amounts))
    assert concentration(mart(shuffled), scope).sort("part").equals(found)


def test_the_witnesses_agree() -> None:
    chance = random.Random(5)  # noqa: S311 - reproducible, not secret
    con = shop(
        (
            str(n),
            chance.choice([None, *"abcdefghijklmnopqrstuvw"]),
            str(date(2023, 8, 1) + timedelta(days=n // 3)),
            chance.choice(["0", "1.25", "20", "20", "333.3333"]),
            {"channel": chance.choice("xyz")},
        )
        for n in range(540)
    )
    asked = asked_by(con, kind=PeriodKind.MONTH, by=("channel",), incomplete=True)
    for question in (QUESTION, LORENZ_QUESTION):
        found = answered(question, asked)
        assert found.frame.height >= 60 * len(found.cuts)
        confirm(asked, found)
        disagreeing(asked, found, "customers")

"""Net and gross revenue retention."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from asked import answered, asked_of, confirm, disagreeing
from shops import known_shop, shop
from wieder.errors import UsageError
from wieder.periods import PeriodKind
from wieder.questions.revenue_retention import QUESTION

if TYPE_CHECKING:
    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.database import Connection

# 365 days before 1 January 2024 is 1 January 2023, and 365 before that 1 January 2022.
ROWS = [
    ("1", "a", "2022-01-01", "100"),
    ("2", "a", "2022-12-31", "50"),
    ("3", "a", "2023-01-01", "200"),  # grows from 150 to 200
    ("4", "b", "2022-06-01", "80"),
    ("5", "b", "2023-06-01", "20"),  # shrinks to 20
    ("6", "c", "2022-06-02", "70"),  # is lost
    ("7", "d", "2023-06-02", "900"),  # is new
    ("8", None, "2022-06-02", "5"),
    ("9", None, "2023-06-02", "5"),
]


def asked_by(con: Connection, kind: PeriodKind = PeriodKind.YEAR, **selection: Any) -> Asked:
    return asked_of(con, kind, **({"as_of": date(2024, 1, 1)} | selection))


def retention_of(con: Connection, kind: PeriodKind = PeriodKind.YEAR, **selection: Any) -> Answer[None]:
    return answered(QUESTION, asked_by(con, kind, **selection))


def test_a_year_after_a_year_by_hand() -> None:
    found = retention_of(known_shop(ROWS)).frame
    assert found["state"].to_list() == ["none", "final"]
    assert found["customers"].to_list() == [None, 3]
    row = found.to_dicts()[1]
    assert (row["retained_customers"], row["base_revenue"]) == (2, Decimal(300))
    assert (row["following_revenue"], row["kept_revenue"]) == (Decimal(220), Decimal(170))
    assert row["net_revenue_retention"] == pytest.approx(220 / 300, rel=1e-15)
    assert row["gross_revenue_retention"] == pytest.approx(170 / 300, rel=1e-15)


def test_a_day_too_little_history_is_unknown() -> None:
    found = retention_of(known_shop(ROWS), PeriodKind.MONTH, as_of=date(2023, 12, 31), incomplete=True).frame
    assert set(found["state"]) == {"none"}
    assert found["net_revenue_retention"].null_count() == found.height


def test_a_period_that_is_not_over_is_judged_at_as_of() -> None:
    found = retention_of(known_shop(ROWS), as_of=date(2024, 1, 2), incomplete=True).frame
    row = found.to_dicts()[-1]
    assert (row["state"], row["base_revenue"]) == (
        "partial",
        Decimal(400),
    )  # 2 January 2022 to 1 January 2023


def test_without_customers_in_the_base_year_there_is_no_rate() -> None:
    con = shop([("1", None, "2020-01-01", "1"), ("2", "a", "2022-06-01", "1")])
    row = retention_of(con, as_of=date(2023, 1, 1)).frame.to_dicts()[-1]
    assert (row["customers"], row["net_revenue_retention"], row["state"]) == (0, None, "final")


@pytest.mark.parametrize("kind", [PeriodKind.DAY, PeriodKind.WEEK])
def test_short_periods_are_refused(kind: PeriodKind) -> None:
    with pytest.raises(UsageError, match=f"--period {kind} is too short"):
        retention_of(known_shop(ROWS), kind)


@pytest.fixture(scope="module")
def made_up() -> Connection:
    """Return four years of thirty customers."""
    chance = random.Random(7)  # noqa: S311 - reproducible, not secret
    days = [date(2021, 3, 1) + timedelta(days=int(1400 * chance.random())) for _ in range(500)]
    return shop(
        (
            str(number),
            chance.choice([None, *(f"c{n}" for n in range(30))]),
            str(day),
            chance.choice(["1", "20.5", "333.3333"]),
            {"channel": chance.choice("xyz")},
        )
        for number, day in enumerate(days)
    )


@pytest.mark.core
@pytest.mark.core
@pytest.mark.parametrize("kind", [PeriodKind.MONTH, PeriodKind.YEAR, PeriodKind.ALL])
def test_the_witness_agrees(made_up: Connection, kind: PeriodKind) -> None:
    asked = asked_by(made_up, kind, by=("channel",), incomplete=True, as_of=date(2024, 12, 20))
    found = answered(QUESTION, asked)
    confirm(asked, found)
    disagreeing(asked, found, "customers")


def test_laws(made_up: Connection) -> None:
    found = retention_of(made_up, PeriodKind.MONTH, by=("channel",), as_of=date(2024, 12, 20)).frame
    known = found.filter(pl.col("state") != "none")
    assert known.height == 4 * 22
    assert known.filter(
        pl.col("kept_revenue") > pl.min_horizontal("base_revenue", "following_revenue")
    ).is_empty()
    assert known.filter(pl.col("retained_customers") > pl.col("customers")).is_empty()
    measures = ["customers", "retained_customers", "base_revenue", "kept_revenue", "following_revenue"]
    parts = known.filter(pl.col("dimension") != "").group_by("period_start").agg(pl.col(measures).sum())
    whole = known.filter(dimension="").select("period_start", *measures)
    assert whole.equals(parts.sort("period_start"))

"""Cohorts by age: counted by hand, golden cases of the field, and laws."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from asked import answered, asked_of, confirm
from shops import known_shop, settings, shop
from wieder.errors import UsageError
from wieder.periods import PeriodKind
from wieder.questions.cohorts import QUESTION
from wieder.questions.cohorts.rules import Age, Measure, Mode
from wieder.questions.cohorts.table import wide_cohorts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wieder.asking.answer import Answer
    from wieder.database import Connection
    from wieder.notices import Notice

WEB, APP = {"channel": "web"}, {"channel": "app"}
ROWS = [
    ("1", "a", "2024-01-01", "10", WEB),
    ("2", "a", "2024-01-20", "20", APP),  # a repeat inside January
    ("3", "b", "2024-01-31", "30", APP),
    ("4", "b", "2024-02-02", "40", APP),
    ("5", "a", "2024-03-15", "50", WEB),
    ("6", "c", "2024-02-10", "60", WEB),
    ("7", None, "2024-02-11", "70", WEB),
    ("8", "c", "2024-04-05", "80", WEB),
]


def cohorts_of(
    con: Connection,
    as_of: date,
    kind: PeriodKind = PeriodKind.MONTH,
    *,
    rules: dict[str, Any] | None = None,
    window: int = 1,
    occasion: str = "order",
    **selection: Any,
) -> Answer[Any]:
    """Return the cohorts, confirmed by the witness cell by cell."""
    asked = asked_of(con, kind, settings(window=window, occasion=occasion), as_of=as_of, **selection)
    found = answered(QUESTION, asked, **(rules or {}))
    if not asked.selection.incomplete and asked.selection.since is None:
        confirm(asked, found)
    return found


def column(found: Answer[Any], name: str, start: date | None = None, segment: str = "") -> list[Any]:
    """Return one measure of a cohort, by age."""
    of_start = pl.col("cohort_start").eq_missing(pl.lit(start, pl.Date))
    return found.frame.filter(of_start, segment=segment).sort("age")[name].to_list()


JANUARY, FEBRUARY = date(2024, 1, 1), date(2024, 2, 1)


def test_calendar_ages_count_periods() -> None:
    found = cohorts_of(known_shop(ROWS), date(2024, 4, 1))
    assert column(found, "active", JANUARY) == [2, 1, 1]
    assert column(found, "orders", JANUARY) == [3, 1, 1]
    assert column(found, "repeat_orders", JANUARY) == [1, 1, 1]
    assert column(found, "revenue", JANUARY) == [60, 40, 50]
    assert column(found, "average_order_value", JANUARY) == [20, 40, 50]
    assert column(found, "ltv", JANUARY) == [30, 50, 75]
    assert column(found, "state", JANUARY) == ["final"] * 3
    assert column(found, "retention", FEBRUARY) == [1, 0, None]
    assert column(found, "state", FEBRUARY) == ["final", "final", "none"]


def test_elapsed_ages_count_days_since_each_first_order() -> None:
    found = cohorts_of(known_shop(ROWS), date(2024, 4, 1), rules={"age": Age.ELAPSED})
    assert column(found, "eligible", JANUARY) == [2, 2, 1]  # on 1 April a is 91 days old, b 61
    assert column(found, "active", JANUARY) == [2, 0, 1]
    assert column(found, "orders", JANUARY) == [4, 0, 1]
    assert column(found, "state", JANUARY) == ["final", "final", "partial"]
    assert column(found, "retention", JANUARY) == [1, 0, 1]
    assert column(found, "ltv", JANUARY) == [50, 50, 100]  # the last 50 are of the one customer of that age


def test_the_average_adds_up_final_cells_only() -> None:
    found = cohorts_of(known_shop(ROWS), date(2024, 4, 1), rules={"age": Age.ELAPSED})
    assert column(found, "customers") == [3, 3, 3]
    assert column(found, "eligible") == [3, 2, 0]
    assert column(found, "active") == [3, 0, None]
    assert column(found, "state") == ["final", "final", "none"]
    assert column(found, "ltv") == pytest.approx([160 / 3, 160 / 3, None])


def test_segments_are_cohorts_of_customers_by_their_first_order() -> None:
    found = cohorts_of(known_shop(ROWS), date(2024, 4, 1), by=("channel",))
    assert found.frame["dimension"].unique().sort().to_list() == ["", "first_order.channel"]
    assert column(found, "customers", segment="app") == [1, 1, 1]
    assert column(found, "eligible", segment="web") == [2, 2, 1]
    assert column(found, "active", segment="web") == [2, 0, 1]
    assert column(found, "eligible") == [3, 3, 2]
    assert set(column(found, "cohort_start", segment="web")) == {None}


def test_a_second_purchase_by_the_end_of_an_age_is_cumulative() -> None:
    rules = {"mode": Mode.CUMULATIVE}
    found = cohorts_of(known_shop(ROWS), date(2024, 4, 1), rules=rules)
    assert column(found, "active", JANUARY) == [1, 2, 2]
    same_day = [*ROWS, ("9", "c", "2024-02-10 20:00", "1")]
    assert column(cohorts_of(shop(same_day), date(2024, 4, 1), rules=rules), "active", FEBRUARY)[:2] == [1, 1]
    by_day = cohorts_of(shop(same_day), date(2024, 4, 1), rules=rules, occasion="day")
    assert column(by_day, "active", FEBRUARY)[:2] == [0, 0]


def test_rolling_cells_stay_provisional_until_the_window_has_passed() -> None:
    found = cohorts_of(known_shop(ROWS), date(2024, 4, 1), rules={"mode": Mode.ROLLING}, window=31)
    assert column(found, "active", JANUARY) == [2, 2, 1]
    assert column(found, "state", JANUARY) == ["final", "final", "partial"]


def test_the_current_period_is_shown_on_request() -> None:
    found = cohorts_of(known_shop(ROWS), date(2024, 4, 10), incomplete=True)
    assert column(found, "active", FEBRUARY) == [1, 0, 1, None]
    assert column(found, "state", FEBRUARY) == ["final", "final", "partial", "none"]


def test_from_and_to_choose_cohorts_and_not_their_orders() -> None:
    found = cohorts_of(known_shop(ROWS), date(2024, 4, 1), since=date(2024, 1, 1), until=date(2024, 2, 1))
    assert found.frame["cohort_start"].drop_nulls().unique().to_list() == [JANUARY]
    assert column(found, "active", JANUARY) == column(found, "active") == [2, 1, 1]


def test_cohorts_need_periods() -> None:
    with pytest.raises(UsageError, match="cohorts need shorter periods"):
        cohorts_of(known_shop(ROWS), date(2024, 4, 1), PeriodKind.ALL)


def test_the_wide_table_has_a_column_per_age() -> None:
    found = cohorts_of(known_shop(ROWS), date(2024, 4, 1))
    wide = wide_cohorts(found.frame, Measure.REVENUE)
    assert wide.columns[3:] == ["customers", "repeat_orders", "final_ages", "age_0", "age_1", "age_2"]
    assert wide.select(pl.nth(2, 3, 4, 5, 6, 7, 8)).rows() == [
        (JANUARY, 2, 1, 3, 60, 40, 50),
        (FEBRUARY, 1, 0, 2, 60, 0, None),
        (None, 3, 1, 3, 120, 40, 50),
    ]
    assert wide_cohorts(found.frame, Measure.CUSTOMERS)["age_1"].to_list() == [1, 0, 1]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [(Mode.CLASSIC, [100, 33, 0, 0, 0, 33, 0]), (Mode.ROLLING, [100, 67, 33, 33, 33, 33, 0])],
)
def test_golden_case_of_posthog_13748(mode: Mode, expected: list[int]) -> None:
    """Of three users, one is back on day 1, one on day 5, one never (the source truncates 66.7)."""
    rows = [(str(n), user, "2024-01-01", "1") for n, user in enumerate("abc")]
    con = shop([*rows, ("3", "a", "2024-01-02", "1"), ("4", "b", "2024-01-06", "1")])
    found = cohorts_of(con, date(2024, 1, 9), PeriodKind.DAY, rules={"mode": mode})
    shares = column(found, "retention", date(2024, 1, 1))[:7]
    assert [round(100 * share) for share in shares] == expected


def test_golden_case_of_shopline() -> None:
    """100 customers in September; 20 of them order in October, 15 in November: 100, 20, 15 %."""
    rows = [(f"s{n}", str(n), "2024-09-10", "1") for n in range(100)]
    rows += [(f"o{n}", str(n), "2024-10-10", "1") for n in range(20)]
    rows += [(f"n{n}", str(n), "2024-11-10", "1") for n in range(10, 25)]
    found = cohorts_of(shop(rows), date(2024, 12, 1))
    assert column(found, "retention", date(2024, 9, 1)) == [1, 0.2, 0.15]


def test_golden_case_of_the_local_day() -> None:
    """At 23:30 UTC on 31 October it is 1 November in Berlin, and exports are in local time."""
    con = shop([("1", "a", "2024-11-01 00:30", "1"), ("2", "b", "2024-10-31 23:30", "1")])
    found = cohorts_of(con, date(2024, 12, 1))
    assert column(found, "customers", date(2024, 11, 1)) == [1, 1]
    assert column(found, "customers", date(2024, 10, 1)) == [1, 1]


ORDERS = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.integers(0, 120), st.integers(0, 2), st.sampled_from([WEB, APP])),
    min_size=1,
    max_size=25,
)
AS_OF = date(2024, 4, 10)
lawful = hypothesis_settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


def rows_of(orders: Sequence[tuple[str, int, int, dict[str, str]]]) -> list[tuple[Any, ...]]:
    start = date(2024, 1, 1)
    return [
        (str(n), customer, f"{start + timedelta(days=day % 90)} {hour + 10}:00", str(n + 1), extras)
        for n, (customer, day, hour, extras) in enumerate(orders)
    ]


def retention_of(con: Connection, **rules: Any) -> pl.DataFrame:
    return cohorts_of(con, AS_OF, PeriodKind.WEEK, rules=rules).frame


@pytest.mark.core
@lawful
@given(ORDERS, st.sampled_from(Age))
def test_laws_of_a_row(orders: Any, age: Age) -> None:
    con = shop(rows_of(orders))
    classic, rolling, cumulative = (retention_of(con, age=age, mode=mode) for mode in Mode)
    known = classic["eligible"] > 0
    assert (rolling["active"] >= classic["active"]).filter(known).all()
    assert (classic["active"] <= classic["eligible"]).filter(known).all()
    assert (classic["orders"] >= classic["active"]).filter(known).all()
    final = cumulative.filter(pl.col("state") == "final", pl.col("cohort_start").is_not_null())
    for name in ("active", "ltv"):
        steps = final.select(pl.col(name).diff().over("cohort_start")).to_series().drop_nulls()
        assert (steps >= 0).all()


@pytest.mark.core
@lawful
@given(ORDERS, st.sampled_from(Age))
def test_no_cell_after_as_of(orders: Any, age: Age) -> None:
    cells = retention_of(shop(rows_of(orders)), age=age).filter(pl.col("cohort_start").is_not_null())
    known = cells.filter(pl.col("eligible") > 0)
    end = pl.col("cohort_start") + pl.duration(days=7 * (pl.col("age") + 1))
    assert known.filter(end > AS_OF).is_empty()
    unknown = cells.filter(pl.col("eligible") == 0)
    for name in ("active", "orders", "revenue", "retention", "ci_low", "average_order_value", "ltv"):
        assert unknown[name].is_null().all()


@pytest.mark.core
@lawful
@given(ORDERS)
def test_a_row_adds_up_to_all_orders_of_its_customers(orders: Any) -> None:
    rows = rows_of(orders)
    cells = cohorts_of(shop(rows), date(2024, 4, 1), PeriodKind.MONTH).frame.filter(
        pl.col("cohort_start").is_not_null()
    )
    assert cells["orders"].sum() == len(rows)
    assert cells["revenue"].sum() == sum(Decimal(row[3]) for row in rows)
    assert cells.filter(age=0)["customers"].sum() == len({row[1] for row in rows})


@pytest.mark.core
@lawful
@given(ORDERS, st.integers(0, 9), st.sampled_from(Mode))
def test_the_order_of_rows_changes_nothing(orders: Any, seed: int, mode: Mode) -> None:
    rows = rows_of(orders)
    shuffled = random.Random(seed).sample(rows, len(rows))  # noqa: S311
    assert retention_of(shop(rows), mode=mode).equals(retention_of(shop(shuffled), mode=mode))


@pytest.mark.core
@lawful
@given(ORDERS, st.sampled_from(Age), st.sampled_from(Mode))
def test_segments_are_witnessed(orders: Any, age: Age, mode: Mode) -> None:
    rules = {"age": age, "mode": mode}
    found = cohorts_of(shop(rows_of(orders)), AS_OF, PeriodKind.MONTH, rules=rules, by=("channel",))
    at_start = found.frame.filter(age=0)
    assert at_start.filter(pl.col("dimension") != "")["customers"].sum() == column(found, "customers")[0]


def test_customers_before_the_data_begin_give_a_notice() -> None:
    notices: list[Notice] = []
    answered(
        QUESTION, asked_of(known_shop(ROWS), PeriodKind.MONTH, notify=notices.append, as_of="2024-04-01")
    )
    assert [notice.slug for notice in notices] == ["history-start"]


@pytest.mark.core
def test_every_age_and_mode_is_verified() -> None:
    asked = asked_of(known_shop(ROWS), PeriodKind.ALL, as_of="2024-04-10", since="2024-03-01")
    found = list(QUESTION.witnessed(asked))
    assert [answer.table.id for answer in found] == [f"cohorts_{age}_{mode}" for age in Age for mode in Mode]
    for answer in found:
        confirm(asked, answer)
        assert JANUARY in answer.frame["cohort_start"]


def test_before_a_period_is_over_there_are_no_cohorts() -> None:
    early = asked_of(known_shop(ROWS), PeriodKind.YEAR, as_of="2024-08-01", incomplete=True)
    assert list(QUESTION.witnessed(early)) == []


def test_quarters_without_an_order_count_as_ages() -> None:
    rows = [("1", "a", "2023-01-15", "10"), ("2", "b", "2023-02-20", "40"), ("3", "a", "2024-02-29", "30")]
    con = shop([*rows, ("4", "b", "2024-03-05", "70")])
    found = cohorts_of(con, date(2024, 3, 5), PeriodKind.QUARTER, incomplete=True)
    assert column(found, "active", date(2023, 1, 1)) == [2, 0, 0, 0, 1]
    assert column(found, "state", date(2023, 1, 1)) == ["final"] * 4 + ["partial"]

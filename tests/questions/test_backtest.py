"""Back-tests of small shops by hand, and of a simulated one by invariants."""

from __future__ import annotations

import random
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from asked import answered, asked_of, confirm
from leavers import END, shop_of_leavers
from shops import shop, silent
from wieder.models.baselines import FEWEST_CUSTOMERS
from wieder.questions.backtest import QUESTION
from wieder.questions.backtest.holdouts import HOLDOUTS, holdouts_table
from wieder.questions.backtest.notices import skill_notices
from wieder.questions.backtest.parts import PARTS
from wieder.questions.backtest.scores import BACKTEST, NONE, PURCHASES, SCORES, SPEND
from wieder.questions.backtest.tracking import tracking

if TYPE_CHECKING:
    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.notices import Notice
    from wieder.questions.backtest.methods import Backtest

ROWS = [
    ("1", "a", "2024-01-01 09:00", "10"),
    ("2", "a", "2024-01-01 18:00", "5"),  # twice on a day
    ("3", "a", "2024-01-21", "15"),
    ("4", "a", "2024-02-20", "40"),
    ("5", "b", "2024-01-11", "30"),
    ("6", None, "2024-01-12", "70"),
    ("7", "c", "2024-02-10", "80"),  # first order within the horizon
]
FIRST = date(2024, 1, 31)


def confirmed(asked: Asked, horizon: int | None = 30) -> Answer[Backtest]:
    """The back-test, with its counts confirmed by the witness."""
    found: Answer[Backtest] = answered(QUESTION, asked, horizon=horizon)
    plan = found.behind.plan
    table = holdouts_table(plan.cutoffs, plan.horizon_days)
    confirm(asked, asked.answer(table, found.behind.holdouts, behind=None))
    assert found.behind.holdouts.height == len(plan.cutoffs)
    return found


def of_rows(rows: Any = ROWS, notify: Any = silent) -> Asked:
    return asked_of(shop(rows), notify=notify, as_of="2024-03-01")


def score(found: Answer[Backtest], target: str, method: str, cutoff: date | None = None) -> dict[str, Any]:
    rows = found.behind.scores.filter(target=target, method=method)
    [row] = rows.filter(pl.col("moment").eq_missing(cutoff)).to_dicts()
    return row


def test_counts_of_included_and_excluded_orders() -> None:
    [row] = confirmed(of_rows()).behind.holdouts.to_dicts()
    assert (row["moment"], row["horizon_end"]) == (FIRST, date(2024, 3, 1))
    assert (row["customers"], row["young_customers"], row["repeaters"]) == (2, 1, 1)
    assert (row["orders"], row["merged_orders"], row["merged_rate"]) == (4, 1, 0.25)
    assert (row["buyers"], row["purchases"], row["revenue"], row["base_rate"]) == (1, 1, 40, 0.5)
    assert (row["anonymous_orders"], row["later_customers"], row["later_revenue"]) == (1, 1, 80)


def test_a_free_second_purchase_and_a_refund_are_counted() -> None:
    rows = [
        ("1", "a", "2024-01-01", "10", {"refunded_amount": "4"}),
        ("2", "a", "2024-01-21", "0", {"refunded_amount": "0"}),
    ]
    free = answered(QUESTION, of_rows(rows), horizon=30).behind.holdouts
    assert free["refunded_orders"].to_list() == [1]
    assert free["repeaters"].to_list() == [0]  # amount 0 counts only if [orders] includes it


def test_naive_forecasts_by_hand() -> None:
    """`a` bought twice in 30 days and `b` once in 20; the horizon has one purchase for 40."""
    found = confirmed(of_rows())
    own = score(found, PURCHASES, "own_rate", FIRST)
    assert (own["expected"], own["actual"]) == (pytest.approx(2 + 1.5), 1)
    assert own["bias"] == pytest.approx(2.5)
    assert own["mae"] == pytest.approx((1 + 1.5) / 2)
    last = score(found, SPEND, "last_days", FIRST)
    assert (last["expected"], last["actual"]) == (60, 40)
    formula = score(found, PURCHASES, "shop_formula", FIRST)
    assert formula["expected"] == pytest.approx(2 * 1 / 50 * 30)


def test_a_small_shop_gets_naive_forecasts_with_a_notice() -> None:
    heard: list[Notice] = []
    found = confirmed(of_rows(notify=heard.append))
    assert found.behind.model is None
    assert found.behind.choice.naive_is_better
    assert set(found.behind.scores["method"]) == {"own_rate", "last_days", "shop_formula"}
    assert [notice.slug for notice in heard] == ["backtest", "small-shop"]
    assert str(FEWEST_CUSTOMERS) in heard[-1].message


@cache
def of_leavers() -> Asked:
    return asked_of(shop_of_leavers(), as_of=END)


@cache
def simulated() -> Answer[Backtest]:
    return confirmed(of_leavers(), horizon=None)


def test_models_beat_naive_forecasts_on_data_simulated_by_them() -> None:
    found = simulated().behind
    assert found.plan.cutoffs == (date(2023, 4, 11), date(2023, 7, 20), date(2023, 10, 28))
    assert found.choice.model == found.method
    assert not found.choice.naive_is_better
    bias = found.measure(PURCHASES, found.method, "bias")
    assert bias is not None
    assert abs(bias) < 0.2
    skill = found.measure(NONE, found.method, "skill")
    assert skill is not None
    assert skill > 0.1
    assert found.measure(PURCHASES, "no such method", "bias") is None


def test_overall_scores_are_sums_and_means_over_cutoffs() -> None:
    found = simulated()
    for target, method in ((PURCHASES, "own_rate"), (SPEND, "shop_formula"), (NONE, found.behind.method)):
        rows = found.behind.scores.filter(target=target, method=method)
        compared = [found.behind.plan.cutoffs[place] for place in found.behind.choice.cutoffs]
        single, together = rows.filter(pl.col("moment").is_in(compared)), score(found, target, method)
        expected, actual = (float(single[name].sum()) for name in ("expected", "actual"))
        assert together["expected"] == pytest.approx(expected)
        assert together["bias"] == pytest.approx(expected / actual - 1)
        name = "brier" if target == NONE else "mae"
        weighted = float((single[name] * single["customers"]).sum()) / together["customers"]
        assert together[name] == pytest.approx(weighted)


def test_one_row_per_cutoff_method_and_measure() -> None:
    found = simulated()
    assert found.frame.schema == BACKTEST.schema
    assert not found.frame.select(BACKTEST.keys).is_duplicated().any()
    assert found.frame["value"].null_count() == 0
    mae = found.frame.filter(moment=date(2023, 4, 11), target=PURCHASES, method="last_days", measure="mae")
    assert mae["value"].to_list() == [score(found, PURCHASES, "last_days", date(2023, 4, 11))["mae"]]


def test_deciles_add_up_to_the_scores() -> None:
    found = simulated().behind
    assert (found.parts.schema, found.scores.schema) == (PARTS.schema, SCORES.schema)
    keys = ["moment", "target", "method"]
    sums = found.parts.group_by(keys).agg(pl.col("customers", "expected", "actual").sum())
    both = sums.join(found.scores, on=keys, suffix="_whole")
    assert both.height == sums.height > 0
    for name in ("customers", "expected", "actual"):
        assert both[name].to_list() == pytest.approx(both[f"{name}_whole"].to_list())


def test_the_last_week_ends_at_the_expected_and_actual_totals() -> None:
    found = simulated()
    weekly = tracking(of_leavers(), found.behind)
    last = weekly.filter(pl.col("days") == found.behind.plan.horizon_days)
    assert set(last["method"]) == set(found.behind.scores.filter(moment=date(2023, 10, 28))["method"])
    for row in last.to_dicts():
        whole = score(found, PURCHASES, row["method"], date(2023, 10, 28))
        assert (row["expected"], row["actual"]) == (pytest.approx(whole["expected"]), whole["actual"])
    growing = weekly.sort("method", "week").group_by("method").agg(pl.col("actual", "expected").diff().min())
    assert growing.filter((pl.col("actual") < 0) | (pl.col("expected") < 0)).is_empty()


def test_only_one_method_is_used_for_each_target() -> None:
    found = simulated().behind
    used = found.scores.filter("is_used", pl.col("moment").is_null())
    assert used.select("target", "method").sort("target").rows() == [
        (NONE, found.model),
        (PURCHASES, found.method),
        (SPEND, found.method),
    ]


def test_the_order_of_rows_does_not_matter() -> None:
    shuffled = random.Random(1).sample(ROWS, len(ROWS))  # noqa: S311
    assert confirmed(of_rows()).frame.equals(confirmed(of_rows(shuffled)).frame)


def test_the_counts_have_their_columns() -> None:
    assert simulated().behind.holdouts.schema == HOLDOUTS.schema


def test_a_model_worse_than_the_base_rate_is_named() -> None:
    scores = simulated().behind.scores
    assert list(skill_notices(scores, simulated().behind.model)) == []
    upside_down = scores.with_columns(skill=-pl.col("skill"))
    [notice] = skill_notices(upside_down, simulated().behind.model)
    assert notice.values == {"model": simulated().behind.model}
    assert list(skill_notices(scores, None)) == []

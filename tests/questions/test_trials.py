"""The cut-off dates of a back-test, and the data known at each."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from asked import asked_of
from shops import shop
from wieder.errors import DataError, UsageError
from wieder.kpis.base import Scope
from wieder.periods import Period
from wieder.questions.backtest.plan import Plan, TrialRules, plan_trials
from wieder.questions.backtest.trials import trial, trials

START = date(2024, 1, 1)


def scope(days: int) -> Scope:
    end = START + timedelta(days=days)
    return Scope(periods=(Period(START, end),), history_start=START, as_of=end)


@pytest.mark.parametrize(("days", "horizon"), [(1000, 180), (720, 180), (400, 100), (28, 7)])
def test_the_default_horizon_leaves_room_for_three_cutoffs(days: int, horizon: int) -> None:
    plan = plan_trials(scope(days))
    assert plan.horizon_days == horizon
    assert [(scope(days).as_of - cutoff).days for cutoff in plan.cutoffs] == [
        3 * horizon,
        2 * horizon,
        horizon,
    ]
    assert (plan.cutoffs[0] - START).days >= horizon
    assert plan.end(plan.cutoffs[-1]) == scope(days).as_of


def test_a_long_horizon_leaves_room_for_fewer_cutoffs() -> None:
    plan = plan_trials(scope(500), TrialRules(horizon_days=200, n_cutoffs=5))
    assert plan.cutoffs == (START + timedelta(days=300),)


def test_a_horizon_of_more_than_half_the_history_is_refused() -> None:
    with pytest.raises(UsageError, match="502 days of history, but there are 500") as caught:
        plan_trials(scope(500), TrialRules(horizon_days=251))
    assert caught.value.remedy == "use --horizon 250 or less"


def test_a_history_of_days_is_too_short() -> None:
    with pytest.raises(DataError, match="27 days is too short"):
        plan_trials(scope(27))


def test_a_trial_has_purchases_before_and_after_its_cutoff() -> None:
    con = shop(
        [
            ("1", "a", "2024-01-01", "10"),
            ("2", "a", "2024-02-20", "20"),
            ("3", "a", "2024-02-20 18:00", "5"),
            ("4", "a", "2024-03-05", "40"),
            ("5", "b", "2024-01-31", "50"),
            ("6", "c", "2024-03-02", "60"),
        ]
    )
    asked = asked_of(con, as_of=date(2024, 3, 31))
    plan = plan_trials(asked.scope, TrialRules(horizon_days=30))
    [first, second] = trials(asked, plan)
    assert (first.cutoff, second.cutoff) == (date(2024, 1, 31), date(2024, 3, 1))
    assert first.holdout.purchases.tolist() == [1]
    holdout = second.holdout
    assert holdout.spend.tolist() == [35, 50]
    assert holdout.recent.purchases.tolist() == [1, 1]
    assert holdout.recent.spend.tolist() == [25, 50]
    assert (holdout.future.purchases.tolist(), holdout.future.spend.tolist()) == ([1, 0], [40, 0])
    assert second.is_too_small


def test_a_large_shop_is_sampled_for_trials_but_counted_in_full() -> None:
    con = shop([(str(number), f"c{number:02}", "2024-01-01", "10") for number in range(10)])
    asked = asked_of(con, as_of=date(2024, 3, 1))
    plan = Plan(horizon_days=20, cutoffs=(date(2024, 2, 1),), most_customers=4)
    found = trial(asked, plan.cutoffs[0], plan)
    assert found.customers.height == 10
    assert found.holdout.histories.total == found.holdout.spend.size == 4
    assert trial(asked, plan.cutoffs[0], replace(plan, most_customers=10)).holdout.histories.total == 10


def test_without_customers_there_is_no_forecast() -> None:
    con = shop([("1", None, "2024-01-01", "10"), ("2", "a", "2024-02-20", "20")])
    asked = asked_of(con, as_of=date(2024, 3, 31))
    plan = plan_trials(asked.scope, TrialRules(horizon_days=30))
    with pytest.raises(DataError, match="no order before 2024-01-31 has a customer"):
        next(trials(asked, plan))

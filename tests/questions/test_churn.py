"""Predicted churn: by hand, against the witness, and by invariants."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from asked import answered, asked_of, confirm
from leavers import END, shop_of_leavers
from shops import settings, shop
from wieder.models.purchase_models import first_certified
from wieder.questions.backtest.methods import backtest
from wieder.questions.backtest.plan import TrialRules
from wieder.questions.backtest.purchase_days import PurchaseDays, model_histories
from wieder.questions.churn import LIST, QUESTION
from wieder.questions.churn import RULES as RULES_QUESTION
from wieder.questions.churn.listing import CHURN_LIST, Which
from wieder.questions.churn.methods import churn_of_shop, look_ahead
from wieder.questions.churn.rules import RULES, rules_table
from wieder.questions.churn.table import CHURN, GIVEN, KAPLAN_MEIER
from wieder.questions.segments.groups import Grouping

if TYPE_CHECKING:
    from pathlib import Path

    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.questions.churn.trials import Evidence

ROWS = [
    ("1", "a", "2024-01-01", "10"),
    ("2", "a", "2024-01-21", "15"),
    ("3", "a", "2024-02-20", "40"),
    ("4", "b", "2024-01-03", "30"),
    ("5", "c", "2024-01-30", "80", {"channel": "web"}),
    ("6", "d", "2024-02-02", "80"),
    ("7", None, "2024-01-12", "70"),
]
"""At the end of January `a`, `b` and `c` are known and silent for 10, 28 and 1 days; only `a` comes back."""
AS_OF = date(2024, 3, 1)


def confirmed(asked: Asked, **options: Any) -> Answer[Evidence]:
    """The answer, with the errors of the rule confirmed by the witness."""
    found: Answer[Evidence] = answered(QUESTION, asked, **options)
    evidence = found.behind
    plan, windows = evidence.plan, sorted(set(evidence.windows.values()))
    table = rules_table(plan.cutoffs, windows, plan.horizon_days)
    confirm(asked, asked.answer(table, evidence.rules, behind=None))
    assert evidence.rules.height == len(plan.cutoffs) * len(windows)
    return found


def of_rows(rows: Any = ROWS) -> Asked:
    return asked_of(shop(rows), rules=settings(window=20), as_of=AS_OF)


def of_leavers(**asked: Any) -> Asked:
    return asked_of(shop_of_leavers(), rules=settings(window=90), as_of=END, **asked)


def test_the_errors_of_a_rule_by_hand() -> None:
    [row] = confirmed(of_rows(), horizon=30).behind.rules.to_dicts()
    assert (row["moment"], row["customers"]) == (date(2024, 1, 31), 3)
    assert (row["lost_gone"], row["lost_back"], row["active_gone"], row["active_back"]) == (1, 0, 1, 1)
    assert (row["accuracy"], row["false_alarm_rate"], row["miss_rate"]) == (
        pytest.approx(2 / 3),
        0,
        pytest.approx(1 / 2),
    )


def test_a_small_shop_has_the_rule_and_kaplan_meier() -> None:
    found = confirmed(of_rows(), horizon=30)
    assert found.frame["method"].to_list() == [GIVEN, KAPLAN_MEIER]
    rule, waiting = found.frame.to_dicts()
    assert (rule["window_days"], rule["customers"], rule["lost_rate"]) == (20, 4, 3 / 4)
    assert rule["actual_rate"] == pytest.approx(2 / 3)
    assert (rule["brier"], waiting["window_days"]) == (None, None)
    # At the end of January one gap of 20 days is known, while `b` has waited longer: S is 1 / 2 from then on.
    # This applies to `a` and `c`, who have waited for less; `b` has waited for longer than any gap.
    assert waiting["expected_rate"] == pytest.approx((1 / 2 + 1 + 1 / 2) / 3)


def test_lists_of_customers_at_risk_and_lost() -> None:
    asked = of_rows()
    lists = {which: answered(LIST, asked, which=which, horizon=30) for which in Which}
    lost = lists[Which.WIN_BACK].frame
    assert set(lost["customer_key"]) == {"b", "c", "d"}
    assert lost["value_at_risk"].is_sorted(descending=True)
    for row in lost.to_dicts():
        assert row["value_at_risk"] == pytest.approx(row["probability_of_none"] * row["spend_if_back"])
    [b] = lost.filter(customer_key="b").to_dicts()
    assert (b["days_since_last_order"], b["purchases"], b["revenue"], b["spend_if_back"]) == (58, 1, 30, 30)
    assert set(lists[Which.AT_RISK].frame["customer_key"]) <= {"a"}


def test_pseudonyms_stand_for_customers(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(b"k" * 16)
    found = answered(LIST, of_rows(), which=Which.WIN_BACK, horizon=30, pseudonym=str(key))
    assert found.frame.height == 3
    assert all(len(name) == 64 for name in found.frame["customer_key"])


@cache
def simulated() -> Answer[Evidence]:
    return confirmed(of_leavers(), group=Grouping.SEGMENT)


def test_three_methods_side_by_side() -> None:
    found = simulated()
    whole = found.frame.filter(dimension="")
    assert found.frame.schema == CHURN.schema
    assert whole["method"].to_list() == [*found.behind.windows, found.behind.choice.model, KAPLAN_MEIER]
    assert whole["actual_rate"].n_unique() == 1
    _, _, model, waiting = whole.to_dicts()
    assert model["auc"] > 0.6
    assert model["brier"] < waiting["brier"]
    assert model["skill"] > waiting["skill"]
    assert whole["false_alarm_rate"].is_between(0, 1).all()


def test_only_the_best_method_has_a_value_at_risk() -> None:
    known = simulated().frame.drop_nulls("value_at_risk")
    assert set(known["method"]) == {simulated().behind.choice.model}
    rule, waiting = confirmed(of_rows(), horizon=30).frame["value_at_risk"]
    assert rule is None
    assert waiting > 0


def test_without_repeat_purchases_value_at_risk_is_unknown() -> None:
    once = [row for row in ROWS if row[0] not in {"2", "3"}]
    assert confirmed(of_rows(once), horizon=30).frame["value_at_risk"].to_list() == [None, None]


def test_the_rows_of_the_rule_add_up_to_its_rates() -> None:
    found = simulated()
    evidence = found.behind
    assert evidence.rules.schema == RULES.schema
    compared = evidence.rules.filter(pl.col("moment").is_in([one.cutoff for one in evidence.compared]))
    for name, window in evidence.windows.items():
        sums = compared.filter(window_days=window).select(pl.exclude("moment").sum()).row(0, named=True)
        [row] = found.frame.filter(dimension="", method=name).to_dicts()
        assert row["accuracy"] == pytest.approx((sums["lost_gone"] + sums["active_back"]) / sums["customers"])
        assert row["false_alarm_rate"] == pytest.approx(
            sums["lost_back"] / (sums["lost_back"] + sums["active_back"])
        )


def test_groups_add_up_to_the_shop() -> None:
    found = simulated()
    groups = found.frame.filter(dimension="segment")
    for way in groups["method"].unique():
        rows = groups.filter(method=way)
        [whole] = found.frame.filter(dimension="", method=way).to_dicts()
        assert rows["customers"].sum() == whole["customers"]
        shares = (rows["lost_rate"] * rows["customers"]).sum() / whole["customers"]
        assert shares == pytest.approx(whole["lost_rate"])
        if way == found.behind.choice.model:
            assert rows["value_at_risk"].sum() == pytest.approx(whole["value_at_risk"])
    assert groups["auc"].null_count() == groups.height


def test_a_channel_with_faster_dropout_has_more_predicted_churn() -> None:
    found = answered(QUESTION, of_leavers(by=("channel",))).frame
    shares = found.filter(dimension="first_order.channel", method=KAPLAN_MEIER)
    app, web = shares.sort("segment")["lost_rate"]
    assert app < web


def test_lists_do_not_overlap_and_have_their_columns() -> None:
    asked = of_leavers()
    at_risk, win_back = (answered(LIST, asked, which=which).frame for which in Which)
    assert at_risk.schema == CHURN_LIST.schema
    assert not set(at_risk["customer_key"]) & set(win_back["customer_key"])
    assert at_risk["probability_of_none"].min() > 0.5  # type: ignore[operator]
    assert at_risk["days_since_last_order"].max() <= 90 < win_back["days_since_last_order"].min()  # type: ignore[operator]
    known = win_back.drop_nulls("value_at_risk")
    assert (known["spend_if_back"] > 0).all()


def test_the_rule_is_scored_on_all_customers_even_if_models_use_a_sample() -> None:
    heard = list[str]()
    asked = of_leavers(notify=lambda notice: heard.append(notice.slug))
    found = look_ahead(asked, TrialRules(most_customers=200)).evidence
    assert "back-test-sample" in heard
    assert found.rules.equals(simulated().behind.rules)


def test_the_errors_of_the_rule_need_no_model() -> None:
    found = answered(RULES_QUESTION, of_leavers())
    assert found.frame.equals(simulated().behind.rules)


def test_churn_by_the_fits_of_a_back_test_is_the_same() -> None:
    asked = of_leavers()
    tested = backtest(asked)
    histories, _ = model_histories(PurchaseDays(asked).histories(END), END)
    fitted = first_certified(tested.choice.models, histories)
    ways, rules = churn_of_shop(asked, tested, fitted)
    again = answered(QUESTION, asked)
    assert_frame_equal(ways, again.frame)
    assert rules.equals(again.behind.rules)

"""Limits for KPIs."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import polars as pl
import pytest

from asked import asked_of
from shops import known_shop, shop
from wieder.config import AlertRules
from wieder.errors import UsageError
from wieder.periods import Period, PeriodKind
from wieder.questions.alerts import (
    Rule,
    alert_sentence,
    crossed_alerts,
    refuse_unknown_alerts,
    unchecked_alerts,
)
from wieder.questions.kpis import kpis_of

MARCH = Period(date(2024, 3, 1), date(2024, 4, 1))

ROWS = [
    *((f"j{n}", f"c{n}", "2024-01-10", "10") for n in range(10)),
    *((f"f{n}", f"c{n}", "2024-02-10", "10") for n in range(8)),
    *((f"m{n}", f"c{n}", "2024-03-10", "10") for n in range(6)),
    ("x", "late", "2023-03-10", "10"),
    ("y", "late", "2024-04-10", "10"),
]
"""1 order in March 2023; 10, 8 and 6 from January to March 2024; April is not over."""


@cache
def results(**question: Any) -> pl.DataFrame:
    return kpis_of(asked_of(known_shop(ROWS), PeriodKind.MONTH, **question)).frame


@pytest.mark.parametrize(
    ("rules", "rule", "measured"),
    [
        (AlertRules(below=7), Rule.BELOW, 6),
        (AlertRules(above=5.5), Rule.ABOVE, 6),
        (AlertRules(change_below=-0.2), Rule.CHANGE_BELOW, -0.25),
        (AlertRules(change_above=-0.3), Rule.CHANGE_ABOVE, -0.25),
        (AlertRules(year_change_above=4), Rule.YEAR_CHANGE_ABOVE, 5),
        (AlertRules(year_change_below=6), Rule.YEAR_CHANGE_BELOW, 5),
    ],
)
def test_a_limit_is_crossed_by_the_last_complete_period(
    rules: AlertRules, rule: Rule, measured: float
) -> None:
    [alert] = crossed_alerts(results(), {"orders": rules})
    assert (alert.kpi, alert.period, alert.rule, alert.value) == ("orders", MARCH, rule, 6)
    assert alert.measured == pytest.approx(measured)
    assert alert.limit == getattr(rules, rule)


@pytest.mark.parametrize(
    "rules",
    [
        AlertRules(below=6, above=6),
        AlertRules(change_below=-0.25, change_above=-0.25),
        AlertRules(year_change_below=5, year_change_above=5),
    ],
)
def test_a_limit_that_is_just_reached_is_not_crossed(rules: AlertRules) -> None:
    assert crossed_alerts(results(), {"orders": rules}) == ()


def test_a_kpi_is_checked_in_its_last_final_period() -> None:
    [alert] = crossed_alerts(results(as_of="2024-04-20"), {"repeat_purchase_rate_90d": AlertRules(above=0.5)})
    assert (alert.period.start, alert.value) == (date(2024, 1, 1), 0.8)


def test_a_limit_without_a_value_is_not_crossed_and_gives_a_notice() -> None:
    rules = {"refunds": AlertRules(below=1000), "orders": AlertRules(band=True, year_change_below=0)}
    found = results().filter(pl.col("period_start") < date(2024, 3, 1))
    assert crossed_alerts(found, rules) == ()
    assert [notice.message for notice in unchecked_alerts(found, rules)] == [
        "refunds has no final value, so its alert was not checked",
        "year_change_below of orders was not checked: there is no final value to compare with",
        "band of orders was not checked: the history is too short for a usual range",
    ]


def test_a_band_is_the_usual_range() -> None:
    months = [(year, month) for year in (2022, 2023) for month in range(1, 13)]
    rows = [
        (f"{year}-{month}-{n}", f"c{n}", f"{year}-{month:02d}-10", "10")
        for year, month in months
        for n in range(40 + month % 3)
    ]
    rows += [(f"2024-{n}", f"c{n}", "2024-01-10", "10") for n in range(90)]
    rows += [("end", "c1", "2024-02-01", "10")]
    found = kpis_of(asked_of(shop(rows), PeriodKind.MONTH)).frame
    [alert] = crossed_alerts(found, {"orders": AlertRules(band=True)})
    assert (alert.rule, alert.value, alert.limit) == (Rule.BAND, 90, None)
    assert alert.band is not None
    assert alert.band[0] < 41 < alert.band[1] < 60
    assert (
        crossed_alerts(
            found.filter(pl.col("period_start") < date(2024, 1, 1)), {"orders": AlertRules(band=True)}
        )
        == ()
    )


def test_only_the_whole_shop_is_checked() -> None:
    rows = [(*row, {"channel": "web"}) for row in ROWS]
    found = kpis_of(asked_of(shop(rows), PeriodKind.MONTH, by=("channel",))).frame
    assert len(crossed_alerts(found, {"orders": AlertRules(below=7)})) == 1


@pytest.mark.parametrize(
    ("name", "rules", "message"),
    [
        ("repeat_rate", AlertRules(below=1), "no such KPI"),
        ("orders", AlertRules(), "sets no limit"),
        ("churn_rate", AlertRules(above=20), "a share"),
    ],
)
def test_impossible_rules_are_refused(name: str, rules: AlertRules, message: str) -> None:
    with pytest.raises(UsageError, match=message) as refused:
        refuse_unknown_alerts({name: rules})
    assert refused.value.remedy


def test_a_name_that_is_nearly_right_is_suggested() -> None:
    with pytest.raises(UsageError) as refused:
        refuse_unknown_alerts({"repeat_purchase_rate_90": AlertRules(below=0.2)})
    assert "repeat_purchase_rate_90d" in refused.value.remedy


def test_every_rule_is_a_setting() -> None:
    assert {rule.value for rule in Rule} == set(AlertRules.__struct_fields__)


@pytest.mark.parametrize("rule", Rule)
def test_every_alert_is_a_sentence_in_both_languages(rule: Rule) -> None:
    limit: Any = True if rule is Rule.BAND else 5 if rule.is_lower_limit else -5
    measured = -9 if rule.is_lower_limit else 9
    ends = {"usual_low": 100.0, "usual_high": 200.0}
    made_up = dict.fromkeys(("value", "previous_change", "year_before_change"), float(measured))
    found = results().with_columns(
        usual_n=pl.lit(12), **{name: pl.lit(end) for name, end in (made_up | ends).items()}
    )
    [alert] = crossed_alerts(found, {"orders": AlertRules(**{rule.value: limit})})
    assert "March 2024" in alert_sentence(alert, PeriodKind.MONTH, "en", "EUR")
    assert "März 2024" in alert_sentence(alert, PeriodKind.MONTH, "de", "EUR")

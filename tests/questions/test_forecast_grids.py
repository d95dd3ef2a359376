"""Back-tests and churn for readers, from made-up frames."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest

from wieder.asking.results import SCHEMA
from wieder.locale.text import Text
from wieder.periods import PeriodKind
from wieder.questions.backtest.grids import holdout_grid, part_grids, score_grids, tracking_grid
from wieder.questions.backtest.holdouts import HOLDOUTS
from wieder.questions.backtest.parts import PARTS
from wieder.questions.backtest.scores import NONE, PURCHASES, SCORES, SPEND
from wieder.questions.backtest.tracking import TRACKING
from wieder.questions.churn.grids import churn_grids, list_grid, rate_grid
from wieder.questions.churn.listing import CHURN_LIST
from wieder.questions.churn.rules import RULES
from wieder.questions.churn.table import CHURN

if TYPE_CHECKING:
    from wieder.asking.grid import Grid
    from wieder.locale.text import Lang

CUTOFFS = (date(2024, 1, 31), date(2024, 3, 1))


def texts_of(grid: Grid) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in grid.rows]


def score(cutoff: date | None, target: str, method: str, **measures: object) -> dict[str, object]:
    key = {"moment": cutoff, "horizon_days": 30, "target": target, "method": method}
    return key | {"is_used": method == "bg_nbd", "customers": 10, "expected": 8.0, "actual": 10.0} | measures


SCORED = pl.DataFrame(
    [
        score(cutoff, target, method, bias=-0.2, mae=0.5, gini=0.6634, auc=0.771, skill=0.25)
        for cutoff in (*CUTOFFS, None)
        for target in (PURCHASES, SPEND, NONE)
        for method in ("last_days", "mbg_nbd", "bg_nbd")
    ],
    schema=SCORES.schema,
)


def test_the_method_that_is_used_comes_first_and_naive_ones_last() -> None:
    purchases, spend, none, *bias = score_grids(SCORED, "en", "EUR")
    title = Text(
        de="Käufe in 30 Tagen, vorhergesagt an 2 früheren Zeitpunkten",
        en="Purchases within 30 days, foreseen at 2 earlier moments",
    )
    assert (purchases.title, score_grids(SCORED, "de", "EUR")[0].title) == (title.en, title.de)
    assert [row[0] for row in texts_of(purchases)] == [
        "BG/NBD (used)",
        "MBG/NBD",
        "As in the last 30 days",
    ]
    assert texts_of(purchases)[0][1:7] == ["8", "10", "−20.0%", "0.500", "–", "0.663"]
    assert texts_of(spend)[0][1:5] == ["€8.00", "€10.00", "−20.0%", "€0.50"]
    assert texts_of(none)[0][1:4] == ["80.0%", "100%", "0.771"]
    assert [heading.text for heading in bias[0].headings[1:]] == [
        "31\N{NO-BREAK SPACE}Jan\N{NO-BREAK SPACE}2024",
        "1\N{NO-BREAK SPACE}Mar\N{NO-BREAK SPACE}2024",
    ]


def test_a_single_cutoff_has_no_table_by_cutoff() -> None:
    one = SCORED.filter(pl.col("moment").is_null() | (pl.col("moment") == CUTOFFS[0]))
    grids = score_grids(one, "de", "EUR")
    assert [grid.title for grid in grids] == [
        f"{target}, vorhergesagt an einem früheren Zeitpunkt"
        for target in ("Käufe in 30 Tagen", "Umsatz in 30 Tagen", "Kein Kauf in 30 Tagen")
    ]


def test_deciles_are_summed_over_cutoffs() -> None:
    parts = pl.DataFrame(
        [
            {"moment": cutoff, "horizon_days": 30, "target": target, "method": "bg_nbd", "is_used": True}
            | {"part": part, "customers": 5, "expected": 4.0 / part, "actual": 2.0}
            for cutoff in CUTOFFS
            for target in (SPEND, NONE)
            for part in (1, 2)
        ],
        schema=PARTS.schema,
    )
    [spend] = part_grids(parts, [SPEND], "en", "EUR")
    assert texts_of(spend) == [
        ["0–50%", "10", "€8.00", "€4.00", "2.00"],
        ["50–100%", "10", "€4.00", "€4.00", "1.00"],
    ]
    [none] = part_grids(parts, [PURCHASES, NONE], "en", "EUR")
    assert texts_of(none)[0] == ["0–50%", "10", "80.0%", "40.0%"]


def test_holdouts_have_a_column_per_cutoff() -> None:
    rows = [
        dict.fromkeys(HOLDOUTS.schema, None) | {"moment": cutoff, "customers": 1200} for cutoff in CUTOFFS
    ]
    grid = holdout_grid(pl.DataFrame(rows, schema=HOLDOUTS.schema), HOLDOUTS, "en", "EUR")
    assert texts_of(grid)[0] == ["Customers", "1,200", "1,200"]
    assert texts_of(grid)[1] == ["of them young", "–", "–"]


def test_expected_and_actual_purchases_week_by_week() -> None:
    rows = [
        {"moment": CUTOFFS[0], "horizon_days": 14, "target": PURCHASES, "method": method}
        | {"is_used": method == "nbd", "week": week, "days": 7 * week}
        | {"expected": 10.0 * week, "actual": 9.0 * week, "bias": 1 / 9}
        for week in (1, 2)
        for method in ("last_days", "nbd")
    ]
    grid = tracking_grid(pl.DataFrame(rows, schema=TRACKING.schema), TRACKING, "en")
    assert [heading.text for heading in grid.headings] == [
        "Week",
        "Actual",
        "NBD (used)",
        "As in the last 14 days",
    ]
    assert texts_of(grid) == [["1", "9", "10", "10"], ["2", "18", "20", "20"]]


def churn_row(
    method: str, dimension: str = "", segment: str = "", window: int | None = None
) -> dict[str, object]:
    key = {"dimension": dimension, "segment": segment, "method": method, "window_days": window}
    at_risk = None if window else 99.0
    known = {"horizon_days": 30, "customers": 10, "lost_rate": 0.5, "value_at_risk": at_risk}
    return dict.fromkeys(CHURN.schema, None) | key | known | ({} if dimension else {"moments": 1, "auc": 0.8})


@pytest.mark.parametrize(("lang", "rule"), [("en", "Rule, 90 days"), ("de", "Regel, 90 Tage")])
def test_methods_and_groups(lang: Lang, rule: str) -> None:
    title = Text(
        de="Wer in 30 Tagen nicht kauft, und wie gut das an einem früheren Zeitpunkt zutraf",
        en="Who will not buy within 30 days, and how good that was at one earlier moment",
    )
    methods = (("given_window", 90), ("kaplan_meier", None))
    groups = (("", ""), ("first_order.channel", "app"), ("segment", "New"))
    rows = [churn_row(name, *group, window) for group in groups for name, window in methods]
    rules = pl.DataFrame(schema=RULES.schema)
    whole, scores, channel, segment, errors = churn_grids(
        pl.DataFrame(rows, schema=CHURN.schema), rules, RULES, lang, "EUR"
    )
    assert whole.title == title[lang]
    assert [row[1] for row in texts_of(scores)] == ["0.800".replace(".", "," if lang == "de" else ".")] * 2
    assert [heading.text for heading in channel.headings[-2:]] == [rule, "Kaplan-Meier"]
    [app] = texts_of(channel)
    assert (app[0], app[2]) == ("app", "99,00\N{NO-BREAK SPACE}€" if lang == "de" else "€99.00")
    assert texts_of(segment)[0][0] == "New"
    assert errors.rows == ()


def test_a_list_shows_the_total_value_at_risk() -> None:
    rows = [
        dict.fromkeys(CHURN_LIST.schema, None) | {"customer_key": key, "value_at_risk": value}
        for key, value in (("a", 20.0), ("b", 10.5), ("c", None))
    ]
    listed = pl.DataFrame(rows, schema=CHURN_LIST.schema)
    grid = list_grid(listed, CHURN_LIST, "at-risk", "en", "EUR", most=2)
    german = list_grid(listed, CHURN_LIST, "at-risk", "de", "EUR", most=2)
    title = Text(
        de="Gefährdet: 2 von 3 Kunden, zusammen 30,50\N{NO-BREAK SPACE}€ in Gefahr",
        en="At risk: 2 of 3 customers, €30.50 at risk in all",
    )
    assert (grid.title, german.title) == (title.en, title.de)
    assert [row[0] for row in texts_of(grid)] == ["a", "b"]


@pytest.mark.parametrize(
    ("n_customers", "value"),
    [(2, Text(de="–", en="–")), (0, Text(de="0,00\N{NO-BREAK SPACE}€", en="€0.00"))],
)
@pytest.mark.parametrize("lang", ["de", "en"])
def test_an_unknown_value_at_risk_is_not_0(n_customers: int, value: Text, lang: Lang) -> None:
    row = dict.fromkeys(CHURN_LIST.schema, None) | {"customer_key": "a"}
    found = pl.DataFrame([row] * n_customers, schema=CHURN_LIST.schema)
    title = Text(
        de=f"Zurückzugewinnen: {n_customers} von {n_customers} Kunden, zusammen {value.de} in Gefahr",
        en=f"To win back: {n_customers} of {n_customers} customers, {value.en} at risk in all",
    )
    assert list_grid(found, CHURN_LIST, "win-back", lang, "EUR", most=2).title == title[lang]


def test_the_churn_rate_period_by_period() -> None:
    row = dict.fromkeys(SCHEMA, None) | {
        "kpi": "churn_rate", "version": 1, "period_start": date(2024, 1, 1), "period_end": date(2024, 4, 1),
        "dimension": "", "segment": "", "numerator": 20.0, "denominator": 80.0, "value": 0.25, "n": 80,
        "state": "final", "as_of": date(2024, 5, 1),
    }  # fmt: skip
    grid = rate_grid(pl.DataFrame([row], schema=SCHEMA), PeriodKind.QUARTER, "en")
    assert texts_of(grid) == [["Q1 2024", "25.0%", "", "20", "80", "final"]]

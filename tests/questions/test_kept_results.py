"""Kept results of a report, and their comparison with later data and settings."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from asked import asked_of
from shops import LOADED_AT, shop
from staging import order, stage
from wieder.config import Identity, OrderRules, Settings
from wieder.periods import PeriodKind
from wieder.questions.kpis import kpis_of
from wieder.questions.restated.comparison import restated
from wieder.questions.restated.kept import KEPT, Kept, kept_results
from wieder.questions.restated.table import FACTS
from wieder.store.merge import merge

if TYPE_CHECKING:
    from wieder.database import Connection

BY_MAIL = Settings(identity=Identity(keys=("customer_id", "email")))

ROWS = [
    ("1", "a", "2024-01-05", "20", {"email": "a@shop.de"}),
    ("2", "b", "2024-01-20", "50", {"email": "b@shop.de", "status": "cancelled"}),
    ("3", "b", "2024-02-10", "30", {"email": "b@shop.de", "refunded_amount": "10"}),
    ("4", "c", "2024-03-01", "1", {"email": "c@shop.de"}),
]


def keep(con: Connection, settings: Settings = BY_MAIL, **selection: Any) -> Kept:
    asked = asked_of(con, PeriodKind.MONTH, settings, **selection)
    return kept_results(asked, kpis_of(asked))


def load_more(con: Connection, *rows: tuple[Any, ...]) -> None:
    stage(con, {"more.csv": [order(row[0], row[1], row[2], row[3], **row[4]) for row in rows]})
    merge(con, LOADED_AT)


def causes(then: Kept, now: Kept) -> dict[tuple[str, int], str]:
    """The causes, by KPI and month."""
    found = restated(then.frame, now.frame).select("kpi", pl.col("period_start").dt.month(), "causes")
    return {(kpi, month): why for kpi, month, why in found.iter_rows()}


def test_facts_about_each_month_are_kept_with_every_result() -> None:
    kept = keep(shop(ROWS))
    assert kept.frame.schema == pl.Schema(KEPT)
    assert (kept.kind, kept.as_of, kept.load) == ("month", date(2024, 3, 1), 1)
    facts = kept.frame.select("period_start", *FACTS).unique().sort("period_start")
    assert facts.to_dicts() == [
        dict(zip(facts.columns, (date(2024, 1, 1), 2, 70, 1, 0, 0, 0), strict=True)),
        dict(zip(facts.columns, (date(2024, 2, 1), 1, 30, 0, 1, 10, 0), strict=True)),
    ]


def test_only_complete_periods_are_kept_whatever_is_shown() -> None:
    whole = keep(shop(ROWS)).frame
    shown = keep(shop(ROWS), since=date(2024, 2, 1), incomplete=True).frame
    assert shown.equals(whole)


def test_the_identity_is_that_of_data_and_settings() -> None:
    con = shop(ROWS)
    others = Settings(orders=OrderRules(count_zero=True), identity=BY_MAIL.identity)
    assert keep(con).identity == keep(shop(ROWS)).identity
    assert len({one.identity for one in (keep(con), keep(con, others), keep(shop(ROWS[1:])))}) == 3


def test_the_same_data_restate_no_value() -> None:
    assert causes(keep(shop(ROWS)), keep(shop(ROWS))) == {}


def test_a_late_order_restates_its_month_and_months_that_depend_on_it() -> None:
    con = shop(ROWS)
    then = keep(con)
    load_more(con, ("5", "b", "2024-01-30", "5", {"email": "b@shop.de"}))
    why = causes(then, keep(con))
    assert why["revenue", 1] == "late-orders"
    assert why["new_orders", 2] == "other-periods"
    assert ("revenue", 2) not in why


def test_customers_who_turn_out_to_be_one_person_are_a_cause() -> None:
    """The address of order 6 shows that a and b are the same person; a bought first, in January."""
    con = shop(ROWS)
    then = keep(con)
    load_more(con, ("6", "b", "2024-03-02", "5", {"email": "a@shop.de"}))
    why = causes(then, keep(con, as_of=date(2024, 3, 1)))
    assert why["new_orders", 2] == "merged-customers"


@pytest.mark.parametrize(
    ("newer", "why"),
    [
        (("2", "b", "2024-01-20", "50", {"email": "b@shop.de", "status": "paid"}), "readmitted-orders"),
        (("1", "a", "2024-01-05", "25", {"email": "a@shop.de"}), "corrected-amounts"),
        (("3", "b", "2024-02-10", "30", {"email": "b@shop.de", "status": "cancelled"}), "excluded-orders"),
    ],
)
def test_a_newer_state_of_an_order_is_a_cause(newer: tuple[Any, ...], why: str) -> None:
    """The order of March makes this export newer than the first one."""
    con = shop(ROWS)
    then = keep(con)
    load_more(con, newer, ("7", "c", "2024-03-05", "1", {}))
    month = date.fromisoformat(newer[2]).month
    assert causes(then, keep(con, as_of=date(2024, 3, 1)))["revenue", month] == why


def test_a_setting_is_a_cause() -> None:
    everything = Settings(orders=OrderRules(cancelled=()), identity=BY_MAIL.identity)
    why = causes(keep(shop(ROWS)), keep(shop(ROWS), everything))
    assert why["revenue", 1] == "readmitted-orders settings"

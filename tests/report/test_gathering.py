"""A report shows the same answers as the questions themselves, besides the KPIs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from polars.testing import assert_frame_equal

from asked import answered, asked_of
from shops import settings, shop, silent
from wieder.models.kaplan_meier import kaplan_meier
from wieder.notices import Notice
from wieder.periods import PeriodKind
from wieder.questions import QUESTIONS
from wieder.questions.moves import moves_of
from wieder.report.findings import Layout
from wieder.report.page import findings_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wieder.config import Settings
    from wieder.database import Connection
    from wieder.notices import Notify
    from wieder.report.findings import Findings

OCCASIONS = pytest.mark.parametrize("occasion", ["order", "day"])


def small_shop() -> Connection:
    """Two years; customer K orders every K weeks, twice on every third day with orders, and then stops."""
    return shop(
        (
            f"{customer}-{place}-{again}",
            f"c{customer}",
            f"{date(2023, 1, 2) + timedelta(weeks=week)}",
            10 + place,
        )
        for customer in range(1, 13)
        for place, week in enumerate(range(customer, 4 + 8 * customer, customer))
        for again in range(1 + (place % 3 == 2))
    )


def parts_of(con: Connection, kind: PeriodKind, occasion: str) -> Findings:
    return findings_of(asked_of(con, kind, settings(window=60, occasion=occasion)), Layout())


@OCCASIONS
def test_the_waits_are_the_gaps_from_the_first_purchase_to_the_second(occasion: str) -> None:
    con = small_shop()
    waits = parts_of(con, PeriodKind.ALL, occasion).gathered["repeat"]
    asked = asked_of(con, rules=settings(window=60, occasion=occasion))
    gaps = answered(QUESTIONS["gaps"], asked, pooled=2).frame.row(0, named=True)
    assert gaps["from_number"] == 1
    assert sum(wait.events for wait in waits) == gaps["gaps"] > 0
    assert sum(wait.censored for wait in waits) == gaps["waiting"]
    step = kaplan_meier(waits).at(30)
    assert step is not None
    assert step.survival == gaps["waiting_30d"]
    assert kaplan_meier(waits).median()[0] == gaps["km_median"]


@OCCASIONS
def test_the_flow_is_that_of_its_question(occasion: str) -> None:
    con = small_shop()
    flow = parts_of(con, PeriodKind.MONTH, occasion).gathered["flow"]
    asked = asked_of(con, PeriodKind.MONTH, settings(window=60, occasion=occasion))
    assert_frame_equal(flow.frame, answered(QUESTIONS["flow"], asked).frame)


def test_the_moves_are_those_of_their_question() -> None:
    con = small_shop()
    found = parts_of(con, PeriodKind.MONTH, "order").gathered["segments"]
    moves = moves_of(asked_of(con, PeriodKind.MONTH, settings(window=60)))
    assert found.moves is not None
    assert_frame_equal(found.moves.frame, moves.frame)
    assert found.thresholds == moves.behind.thresholds
    assert found.sizes.frame["customers"].sum() == moves.frame["customers"].sum()


def test_time_that_is_not_cut_has_no_moves() -> None:
    assert parts_of(small_shop(), PeriodKind.ALL, "order").gathered["segments"].moves is None


def test_forecasts_are_made_where_they_are_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    con, shown = small_shop(), list[Notice]()
    usual = settings(window=60)
    assert gathered(con, usual)["churn"]
    monkeypatch.setattr("wieder.report.gathering.MAXIMUM_FORECAST", 11)
    without = gathered(con, usual, shown.append)
    assert [notice.slug for notice in shown] == ["as-of", "no-forecasts-in-report"]
    assert without["churn"] == ()
    assert [one.table.id for one in without["value"]] == ["lifetime_value"], "realised value is known"
    assert gathered(con, replace_report(usual, forecasts="always"))["churn"]
    assert gathered(con, replace_report(usual, forecasts="never"))["churn"] == ()


def gathered(con: Connection, rules: Settings, notify: Notify = silent) -> Mapping[str, Any]:
    return findings_of(asked_of(con, PeriodKind.MONTH, rules, notify), Layout()).gathered


def replace_report(options: Settings, **report: Any) -> Settings:
    return msgspec.structs.replace(options, report=msgspec.structs.replace(options.report, **report))

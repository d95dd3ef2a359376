"""What a report shows beside the KPIs is what the commands of these analyses show."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from polars.testing import assert_frame_equal

from shops import TODAY, settings, shop, silent
from wieder.analyses.by_period import analyse_flow
from wieder.analyses.purchases import analyse_gaps
from wieder.analyses.report_parts import ReportParts, report_parts
from wieder.analyses.segments import analyse_moves
from wieder.analysis import Question, analyse
from wieder.models.kaplan_meier import kaplan_meier
from wieder.notices import Notice
from wieder.periods import PeriodKind

if TYPE_CHECKING:
    from wieder.config import Settings
    from wieder.database import Connection

OCCASIONS = pytest.mark.parametrize("occasion", ["order", "day"])


def small_shop() -> Connection:
    """Two years in which customer K orders every K weeks, twice on each third day, until they stop."""
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


def parts_of(con: Connection, kind: PeriodKind, occasion: str) -> ReportParts:
    options = settings(window=60, occasion=occasion)
    return report_parts(con, analyse(con, Question(kind=kind, today=TODAY), options, silent), options, silent)


@OCCASIONS
def test_the_waits_are_the_gaps_from_the_first_purchase_to_the_second(occasion: str) -> None:
    con = small_shop()
    waits = parts_of(con, PeriodKind.ALL, occasion).waits
    options = settings(window=60, occasion=occasion)
    gaps = analyse_gaps(con, Question(kind=PeriodKind.ALL, today=TODAY), 2, options, silent).frame.row(
        0, named=True
    )
    assert gaps["from_number"] == 1
    assert sum(wait.events for wait in waits) == gaps["gaps"] > 0
    assert sum(wait.censored for wait in waits) == gaps["waiting"]
    step = kaplan_meier(waits).at(30)
    assert step is not None
    assert step.survival == gaps["waiting_30d"]
    assert kaplan_meier(waits).median()[0] == gaps["km_median"]


@OCCASIONS
def test_the_flow_is_that_of_its_command(occasion: str) -> None:
    con = small_shop()
    flow = parts_of(con, PeriodKind.MONTH, occasion).flow.frame
    options = settings(window=60, occasion=occasion)
    question = Question(kind=PeriodKind.MONTH, today=TODAY)
    assert_frame_equal(flow, analyse_flow(con, question, options, silent).frame)


def test_the_moves_are_those_of_their_command() -> None:
    con = small_shop()
    found = parts_of(con, PeriodKind.MONTH, "order").customer_segments
    moves = analyse_moves(
        con, Question(kind=PeriodKind.MONTH, today=TODAY), settings(window=60), None, silent
    )
    assert found.moves is not None
    assert_frame_equal(found.moves.frame, moves.frame)
    assert found.thresholds == moves.thresholds
    assert found.sizes.frame["customers"].sum() == moves.frame["customers"].sum()


def test_time_that_is_not_cut_has_no_moves() -> None:
    assert parts_of(small_shop(), PeriodKind.ALL, "order").customer_segments.moves is None


def test_forecasts_are_made_where_they_are_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    con, heard = small_shop(), list[Notice]()
    usual = settings(window=60)
    analysis = analyse(con, Question(kind=PeriodKind.MONTH, today=TODAY), usual, silent)
    assert report_parts(con, analysis, usual, silent).churn
    monkeypatch.setattr("wieder.analyses.report_parts.MOST_FORESEEN", 11)
    without = report_parts(con, analysis, usual, heard.append)
    assert [notice.slug for notice in heard] == ["no-forecasts-in-report"]
    assert without.churn == ()
    assert [one.table.id for one in without.value] == ["lifetime_value"], "what was realised is known"
    always = replace_report(usual, forecasts="always")
    assert report_parts(con, analysis, always, silent).churn
    never = replace_report(usual, forecasts="never")
    assert report_parts(con, analysis, never, silent).churn == ()


def replace_report(options: Settings, **report: Any) -> Settings:
    return msgspec.structs.replace(options, report=msgspec.structs.replace(options.report, **report))

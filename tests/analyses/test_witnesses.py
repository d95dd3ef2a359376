"""That every table is compared with its witness, and that a mistake in one is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest

from shops import ask, settings, shop
from wieder.analyses import witnesses
from wieder.analyses.witnesses import table_verifications
from wieder.periods import PeriodKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from wieder.analyses.base import TableAnalysis
    from wieder.database import Connection

WEB, APP = {"channel": "web"}, {"channel": "app"}
WHO_ORDERS = "abcaabdeafbcaghdaebcdaafbkae" * 2
ROWS = [
    (
        str(n),
        customer,
        f"{2022 + n // 12}-{n % 12 + 1:02}-{n % 28 + 1:02}",
        str(10 + n % 7),
        APP if n % 3 else WEB,
    )
    for n, customer in enumerate(WHO_ORDERS)
]
TABLES = [
    "flow", "concentration", "lorenz_curve", "revenue_retention", "cohorts_calendar_classic",
    "cohorts_calendar_rolling", "cohorts_calendar_cumulative", "cohorts_elapsed_classic",
    "cohorts_elapsed_rolling", "cohorts_elapsed_cumulative", "gaps", "sequence", "segments_rfm",
    "segment_moves_rfm", "customers_rfm", "holdouts", "churn_rules",
]  # fmt: skip

pytestmark = pytest.mark.core


@pytest.fixture(scope="module")
def made_up() -> Iterator[Connection]:
    with shop(ROWS) as con:
        yield con


@pytest.mark.parametrize("kind", [PeriodKind.ALL, PeriodKind.QUARTER])
@pytest.mark.parametrize("by", [(), ("channel",)])
def test_every_table_is_confirmed(made_up: Connection, kind: PeriodKind, by: tuple[str, ...]) -> None:
    analysis = ask(made_up, kind, by=by, since="2023-01-01", until="2026-01-01")
    found = table_verifications(made_up, analysis, settings())
    assert list(dict.fromkeys(one.kpi for one in found)) == TABLES
    assert [one for one in found if one.disagreements] == []
    assert all(one.compared for one in found)


def test_a_year_of_revenue_is_not_looked_at_week_by_week(made_up: Connection) -> None:
    found = table_verifications(made_up, ask(made_up, PeriodKind.WEEK, as_of="2022-08-01"), settings())
    assert "revenue_retention" not in {one.kpi for one in found}


def test_before_a_period_is_over_there_are_no_cohorts(made_up: Connection) -> None:
    early = ask(made_up, PeriodKind.YEAR, as_of="2022-08-01", incomplete=True)
    found = table_verifications(made_up, early, settings())
    assert [one.kpi for one in found if one.kpi.startswith("cohorts")] == []
    assert [one for one in found if one.disagreements] == []


def mutated(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with every count of customers, or else of orders, one too high."""
    counts = [name for name in ("customers", "active", "new", "purchases", "orders") if name in frame.columns]
    return frame.with_columns(pl.col(counts[0]) + 1)


def test_a_table_with_a_mistake_is_found_out(made_up: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = witnesses._tables  # noqa: SLF001 - the one place that all tables come from

    def with_mistakes(*arguments: Any) -> Iterator[TableAnalysis]:
        for found in tables(*arguments):
            yield replace(found, frame=mutated(found.frame))

    monkeypatch.setattr(witnesses, "_tables", with_mistakes)
    found = table_verifications(made_up, ask(made_up, as_of=date(2026, 1, 1)), settings())
    assert [one.kpi for one in found if one.disagreements] == TABLES


def test_a_row_that_comes_twice_is_found_out(made_up: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = witnesses._tables  # noqa: SLF001 - the one place that all tables come from

    def with_doubles(*arguments: Any) -> Iterator[TableAnalysis]:
        for found in tables(*arguments):
            yield replace(found, frame=pl.concat([found.frame, found.frame.head(1)]))

    monkeypatch.setattr(witnesses, "_tables", with_doubles)
    found = table_verifications(made_up, ask(made_up, as_of=date(2026, 1, 1)), settings())
    assert [len(one.disagreements) for one in found] == [2] * len(TABLES)


def test_a_shop_without_customers_has_no_trials_to_confirm() -> None:
    rows = [(str(n), None, f"2024-{n + 1:02}-01", "10") for n in range(6)]
    with shop(rows) as con:
        found = table_verifications(con, ask(con), settings())
    assert not {"holdouts", "churn_rules"} & {one.kpi for one in found}
    assert [one for one in found if one.disagreements] == []

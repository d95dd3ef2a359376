from __future__ import annotations

from datetime import date

import pytest

from asked import asked_of
from shops import shop
from wieder.kpis import REGISTRY
from wieder.marts import MARTS
from wieder.marts.base import Mart, Type
from wieder.periods import PeriodKind, periods_between

EVERY_MART = pytest.mark.parametrize("mart", MARTS.values(), ids=MARTS)
MONTHS = periods_between(PeriodKind.MONTH, date(2024, 1, 1), date(2024, 4, 1))
REFUNDED = [
    ("1", "a", "2024-01-01", "10", {"refunded_amount": "3", "refunded_at": "2024-02-01"}),
    ("2", "a", "2024-02-20", "10", {"refunded_amount": "0"}),
    ("3", None, "2024-02-21", "10", {"refunded_amount": "0"}),
]
SILENT_ABOUT_REFUNDS = [("1", "a", "2024-01-01", "10"), ("2", "a", "2024-02-20", "10")]


@EVERY_MART
@pytest.mark.parametrize("rows", [REFUNDED, SILENT_ABOUT_REFUNDS], ids=["refunded", "silent"])
def test_a_mart_has_the_columns_that_it_declares(mart: Mart, rows: list[tuple[object, ...]]) -> None:
    con = shop(rows, has_all_exports=rows is REFUNDED)
    built = asked_of(con, as_of="2024-04-01").over(*MONTHS).mart(mart)
    assert built.schema == mart.schema == mart.empty().schema
    assert built.is_empty() is (mart.can_be_unknown and rows is SILENT_ABOUT_REFUNDS)


@EVERY_MART
def test_a_mart_is_made_alone_as_among_all(mart: Mart) -> None:
    asked = asked_of(shop(REFUNDED, has_all_exports=True), as_of="2024-04-01").over(*MONTHS)
    among_all = asked.marts(MARTS.values())[mart]
    columns = among_all.columns
    assert asked.mart(mart).sort(columns).equals(among_all.sort(columns))


def test_the_marts_of_all_kpis_are_found() -> None:
    assert {kpi.mart for kpi in REGISTRY.values() if kpi.mart is not None} <= set(MARTS.values())


def test_every_type_of_columns_is_one_of_polars() -> None:
    assert len({type_.polars for type_ in Type}) == len(Type)

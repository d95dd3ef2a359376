"""A real shop with refunds, against figures that were computed independently of this project."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from shops import Found, ask, row_of, silent, verifications
from wieder.config import Settings
from wieder.counting.bridge import adds_up
from wieder.periods import PeriodKind
from wieder.store.open import open_shop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wieder.database import Connection

SHARED = Path(__file__).parents[2] / "shared"
TOYS = SHARED / "data" / "maven_toy_store"
COLUMNS = {"customer_id": "user_id", "ordered_at": "created_at", "amount": "price_usd"}
AS_OF = date(2015, 5, 1)
"""Report date: six weeks after the last order, the time of the last refund."""

pytestmark = [
    pytest.mark.core,
    pytest.mark.skipif(not TOYS.is_dir(), reason="needs the real data in ../shared"),
]


@pytest.fixture(scope="module")
def toys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """The orders, each with the sum of the refunds of its items and the day of the last one."""
    refunds = (
        pl.read_parquet(TOYS / "order_item_refunds.parquet")
        .group_by("order_id")
        .agg(
            refunded_amount=pl.col("refund_amount_usd").cast(pl.Decimal(18, 2)).sum(),
            refunded_at=pl.col("created_at").max(),
        )
    )
    path = tmp_path_factory.mktemp("toys") / "orders.parquet"
    pl.read_parquet(TOYS / "orders.parquet").join(refunds, on="order_id", how="left").write_parquet(path)
    with open_shop([str(path)], Settings(columns=COLUMNS), None, silent) as con:
        yield con


def reference(policy: str) -> Any:
    return json.loads((SHARED / "reference" / f"maven_toy_store.{policy}.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def expected() -> Any:
    return reference("net_of_refunds")


def found_by(toys: Connection, kind: PeriodKind) -> Found:
    return ask(toys, kind, Settings(), as_of=AS_OF, incomplete=True)


def test_the_revenue_net_of_refunds(toys: Connection, expected: Any) -> None:
    found = found_by(toys, PeriodKind.ALL)
    for kpi in ("orders", "customers"):
        assert row_of(found.results, kpi)["value"] == expected["Q1"][kpi]
    assert row_of(found.results, "net_revenue")["value"] == expected["Q1"]["revenue"]
    assert adds_up(found.bridge)
    assert [v.disagreements for v in verifications(found) if v.disagreements] == []


def test_the_revenue_of_every_month(toys: Connection, expected: Any) -> None:
    found = found_by(toys, PeriodKind.MONTH)
    net = found.results.filter(kpi="net_revenue").select(pl.col("period_start").dt.strftime("%Y-%m"), "value")
    assert {month: round(value, 2) for month, value in net.iter_rows() if month <= "2015-03"} == {
        month["month"]: round(month["revenue_new"] + month["revenue_returning"], 2)
        for month in expected["monthly_new_vs_returning"]
    }


def test_all_refunds_are_in_both_datings(toys: Connection, expected: Any) -> None:
    refunded = round(reference("gross")["Q1"]["revenue"] - expected["Q1"]["revenue"], 2)
    found = found_by(toys, PeriodKind.ALL).results
    by_order, by_refund = (row_of(found, kpi)["value"] for kpi in ("refunds", "refunds_by_refund_day"))
    assert by_refund == by_order == refunded

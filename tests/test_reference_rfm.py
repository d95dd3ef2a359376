"""Scores of the R package rfm on its own data, with thresholds frozen to its method."""

from __future__ import annotations

from datetime import date
from math import inf, nextafter
from pathlib import Path

import polars as pl
import pytest

from asked import asked_of
from shops import silent
from wieder.config import Settings
from wieder.periods import PeriodKind
from wieder.questions.customers import customers_of
from wieder.questions.customers.audience import Audience
from wieder.questions.segments.rfm import quantile_edges
from wieder.questions.segments.schemes import SCORES
from wieder.questions.segments.thresholds import Thresholds
from wieder.store.open import open_shop

SHARED = Path(__file__).parents[2] / "shared"
ORDERS = SHARED / "data" / "rfm_r" / "rfm_data_orders.parquet"
SCORED = SHARED / "reference" / "rfm_r.rfm_scores_R_method.csv"
AS_OF = date(2006, 12, 31)

pytestmark = [
    pytest.mark.core,
    pytest.mark.skipif(not SCORED.exists(), reason="../shared is not there"),
]


def r_edges(values: pl.Series) -> tuple[float, ...]:
    """R puts x < quantile + 1 into the lower bin, so its edges are just below quantile + 1."""
    return tuple(nextafter(edge + 1, -inf) for edge in quantile_edges(values))


def test_our_scores_by_the_thresholds_of_r_are_those_of_r(tmp_path: Path) -> None:
    expected = pl.read_csv(SCORED, try_parse_dates=True).sort("customer_id")
    exported = tmp_path / "orders.csv"
    orders = pl.read_parquet(ORDERS)
    orders.with_row_index("order_id").write_csv(exported)
    thresholds = Thresholds(
        as_of=AS_OF,
        lookback_days=0,
        recency_days=r_edges(expected["rec"]),
        orders=r_edges(expected["cnt"]),
        revenue=r_edges(expected["amount"]),
        abc=(inf, inf),
        vip=inf,
    )
    settings = Settings(columns={"ordered_at": "order_date", "amount": "revenue"})
    with open_shop([str(exported)], settings, None, silent) as con:
        asked = asked_of(con, rules=settings, kind=PeriodKind.MONTH, as_of=AS_OF)
        found = customers_of(asked, Audience(thresholds=thresholds)).frame
    ours = found.select("customer_key", "days_since_last_order", "orders", "revenue", *SCORES)
    theirs = expected.select("customer_id", "rec", "cnt", "amount", "R", "F", "M")
    assert [tuple(row) for row in ours.rows()] == theirs.rows()

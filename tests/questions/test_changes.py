"""Changes of KPIs, and the segments behind them."""

from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import product
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from asked import asked_of
from shops import shop
from wieder.asking.witness import orders_for_witness
from wieder.kpis import REGISTRY
from wieder.marts.base import CutBy
from wieder.periods import PeriodKind
from wieder.questions.changes import Changes, changes_of
from wieder.questions.changes.latest import CHANGES, Against
from wieder.questions.changes.parts import PARTS, can_be_split
from wieder.questions.kpis import kpis_of

if TYPE_CHECKING:
    from wieder.asking.asked import Asked
    from wieder.database import Connection

CHANNELS = ("web", "app", "")

PARTS_WITNESS = """
    with of_segments (period, segment, numerator, denominator) as ({witness}),
    paired as (
        select segment,
            coalesce(sum(numerator) filter (period = {before}), 0)::double as n0,
            coalesce(sum(denominator) filter (period = {before}), 0)::double as d0,
            coalesce(sum(numerator) filter (period = {after}), 0)::double as n1,
            coalesce(sum(denominator) filter (period = {after}), 0)::double as d1
        from of_segments
        group by segment
    ),
    wholes as (select sum(n0) as n0, sum(d0) as d0, sum(n1) as n1, sum(d1) as d1 from paired)
    select b.segment,
        case when w.d1 = 0 then b.n1 - b.n0
            else ((b.n1 / w.d1 - b.n0 / w.d0) - (w.n0 / w.d0 + w.n1 / w.d1) / 2 * (b.d1 / w.d1 - b.d0 / w.d0))
        end as effect,
        case when w.d1 > 0 and b.d0 > 0 and b.d1 > 0
            then ((b.n1 / b.d1 - b.n0 / b.d0) * b.d0 / w.d0 + (b.n1 / b.d1 - b.n0 / b.d0) * b.d1 / w.d1) / 2
            when w.d1 > 0 then 0
        end as rate_effect
    from paired b cross join wholes w
"""
"""An independent check of the effects, in SQL over the witness of the KPI: one row per segment with orders.

`{witness}` is the witness of the KPI; `{before}` and `{after}` are the numbers of the periods.
"""


def random_shop(seed: int = 1) -> Connection:
    """A shop with slightly more than two years, three channels of different growth, and refunds."""
    chance = random.Random(seed)  # noqa: S311 - reproducible, not secret
    first = date(2022, 1, 1)
    rows = []
    for number in range(1500):
        day = first + timedelta(days=int(820 * chance.random() ** 0.8))
        channel = chance.choices(CHANNELS, (5, 1 + day.year - 2022, 1))[0]
        further = {"channel": channel, "refunded_amount": chance.choice(["0", "0", "3.10"])}
        rows.append(
            (
                f"o{number}",
                f"c{chance.randrange(300)}",
                f"{day} 10:00",
                f"{chance.random() * 90:.2f}",
                further,
            )
        )
    return shop(rows, has_all_exports=True)


@pytest.fixture(scope="module")
def asked() -> Asked:
    return asked_of(random_shop(), PeriodKind.MONTH, by=("channel",))


@pytest.fixture(scope="module")
def found(asked: Asked) -> Changes:
    return changes_of(kpis_of(asked))


@pytest.fixture(scope="module")
def changes(found: Changes) -> pl.DataFrame:
    return found.changes


@pytest.fixture(scope="module")
def parts(found: Changes) -> pl.DataFrame:
    return found.parts


def row(frame: pl.DataFrame, **keys: Any) -> dict[str, Any]:
    found = frame.filter(**keys)
    assert found.height == 1
    return found.row(0, named=True)


def test_every_kpi_is_compared_twice(changes: pl.DataFrame) -> None:
    assert changes.schema == CHANGES.schema
    assert changes.select("kpi", "against").rows() == list(product(REGISTRY, [one.value for one in Against]))


def test_the_last_final_period_is_compared(changes: pl.DataFrame, asked: Asked) -> None:
    orders = row(changes, kpi="orders", against="previous")
    assert orders["period_start"] == asked.shown[-1].start
    assert orders["before_start"] == asked.shown[-2].start
    later = row(changes, kpi="repeat_purchase_rate_90d", against="year_before")
    assert later["state"] == "final"
    assert later["period_start"] < orders["period_start"]
    assert later["before_start"] == later["period_start"].replace(year=later["period_start"].year - 1)


def test_a_kpi_that_was_never_final_has_no_change() -> None:
    rows = [("1", "a", "2024-01-05", "10"), ("2", "a", "2024-02-05", "20"), ("3", "b", "2024-03-05", "1")]
    found = changes_of(kpis_of(asked_of(shop(rows), PeriodKind.MONTH))).changes
    never = row(found, kpi="repeat_purchase_rate_365d", against="previous")
    assert (never["value"], never["change"], never["state"], never["outside"]) == (None, None, "none", None)
    assert row(found, kpi="revenue", against="previous")["change"] == 1


def test_parts_add_up_to_the_change(changes: pl.DataFrame, parts: pl.DataFrame) -> None:
    assert parts.schema == PARTS.schema
    sums = parts.group_by("kpi", "against").agg(pl.col("effect").sum(), pl.len())
    both = changes.join(sums, on=["kpi", "against"])
    assert both.height > 40
    assert both["len"].to_list() == [len(CHANNELS)] * both.height
    for one in both.iter_rows(named=True):
        assert one["effect"] == pytest.approx(one["value"] - one["before"], abs=1e-9), one["kpi"]


def test_ratios_have_mix_and_rate_and_sums_have_neither(parts: pl.DataFrame) -> None:
    ratios = parts.filter(pl.col("denominator").is_not_null())
    assert (ratios["mix_effect"] + ratios["rate_effect"] - ratios["effect"]).abs().max() < 1e-9  # type: ignore[operator]
    sums = parts.filter(pl.col("denominator").is_null())
    assert sums["mix_effect"].null_count() == sums.height
    assert {"orders", "revenue", "customers"} <= set(sums["kpi"])


def test_kpis_that_cannot_be_split_are_left_out(parts: pl.DataFrame) -> None:
    assert {"median_order_value", "revenue_gini"}.isdisjoint(parts["kpi"])
    assert not can_be_split(REGISTRY["median_order_value"])


def test_a_witness_finds_the_same_effects(asked: Asked, parts: pl.DataFrame) -> None:
    con = asked.connected(asked.periods)
    places = {period.start: place for place, period in enumerate(asked.periods)}
    cut = asked.cuts[1]
    compared = 0
    for kpi, against in parts.select("kpi", "against").unique(maintain_order=True).iter_rows():
        of_change = parts.filter(kpi=kpi, against=against)
        con.execute(orders_for_witness(cut, by_own_attributes=REGISTRY[kpi].cut_by is CutBy.ORDER))
        query = PARTS_WITNESS.format(
            witness=REGISTRY[kpi].witness,
            before=places[of_change["before_start"][0]],
            after=places[of_change["period_start"][0]],
        )
        for segment, effect, rate_effect in con.execute(query).fetchall():
            found = row(of_change, segment=cut.labels[segment])
            assert found["effect"] == pytest.approx(effect, abs=1e-9), (kpi, against)
            assert found["rate_effect"] == pytest.approx(rate_effect, abs=1e-9), (kpi, against)
            compared += 1
    assert compared > 120


def test_a_new_channel_is_mix_alone() -> None:
    rows = [(f"a{n}", f"a{n}", "2024-01-05", "10", {"channel": "web"}) for n in range(4)]
    rows += [(f"b{n}", f"a{n}", "2024-02-05", "10", {"channel": "web"}) for n in range(4)]
    rows += [(f"c{n}", f"c{n}", "2024-02-06", "40", {"channel": "app"}) for n in range(4)]
    asked = asked_of(shop([*rows, ("z", "z", "2024-03-01", "1")]), PeriodKind.MONTH, by=("channel",))
    parts = changes_of(kpis_of(asked)).parts
    app = row(parts, kpi="average_order_value", against="previous", segment="app")
    assert (app["before"], app["value"], app["rate_effect"]) == (None, 40, 0)
    web = row(parts, kpi="average_order_value", against="previous", segment="web")
    assert app["mix_effect"] + web["mix_effect"] == 15

"""Laws that every KPI in the registry must obey."""

from __future__ import annotations

import dataclasses
import random
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from shops import ask, row_of, settings, shop, verifications
from wieder.asking.compute import WHOLE, compute
from wieder.asking.witness import verify
from wieder.kpis import REGISTRY, kpis_shown
from wieder.kpis.base import Interval, Kpi, Scope, Shown
from wieder.kpis.expressions import number_where
from wieder.marts import MARTS
from wieder.marts.base import CutBy
from wieder.periods import PeriodKind, periods_between

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wieder.database import Connection
    from wieder.locale.text import Lang
    from wieder.marts.base import Mart

Drawn = tuple[str | None, date, str, Any, str]
Row = tuple[Any, ...]

EVERY_KPI = pytest.mark.parametrize("kpi", REGISTRY.values(), ids=REGISTRY)
SLOW_CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large]

pytestmark = pytest.mark.core


def made_up_rows(seed: int = 1, orders: int = 700, days: int = 1200) -> Iterator[Row]:
    """A small shop over three years: repeat customers, guests, ties, cancellations, refunds, segments."""
    chance = random.Random(seed)  # noqa: S311 - reproducible, not secret
    for number in range(orders):
        day = date(2021, 12, 27) + timedelta(days=int(days * chance.random()))
        customer = None if chance.random() < 0.1 else f"c{int(200 * chance.random() ** 2)}"
        channel = chance.choice(["web", "app", None])
        status = chance.choice(["paid", "paid", "paid", " Storniert"])
        amount = chance.choice(["10", "20.5", "7.333", "0", "199.99"])
        hour = chance.choice(["00:00", "00:00", "23:59"])
        refund = chance.choice([None, "0", "0", "3", "25"])
        refunded_at = day + timedelta(days=int(90 * chance.random())) if chance.random() < 0.8 else None
        more = {"channel": channel, "status": status, "refunded_amount": refund, "refunded_at": refunded_at}
        yield f"o{number}", customer, f"{day} {hour}", amount, more


@pytest.fixture(scope="module")
def made_up() -> Connection:
    return shop(made_up_rows(), has_all_exports=True)


@pytest.fixture(scope="module")
def quarters(made_up: Connection) -> pl.DataFrame:
    return ask(made_up, PeriodKind.QUARTER, by=("channel",)).results


@pytest.mark.parametrize("occasion", ["order", "day"])
@pytest.mark.parametrize("window", [30, 400])
@pytest.mark.parametrize("kind", [PeriodKind.WEEK, PeriodKind.MONTH, PeriodKind.YEAR, PeriodKind.ALL])
def test_polars_agrees_with_the_sql_witness(
    made_up: Connection, kind: PeriodKind, window: int, occasion: str
) -> None:
    options = settings(window=window, occasion=occasion)
    analysis = ask(made_up, kind, options, by=("channel",))
    checked = verifications(analysis)
    assert {verification.kpi for verification in checked} == set(REGISTRY)
    assert [v.disagreements for v in checked if v.disagreements] == []


def test_witnesses_agree_on_single_days_too(made_up: Connection) -> None:
    analysis = ask(made_up, PeriodKind.DAY, settings(window=1))
    checked = verifications(analysis)
    assert [v.disagreements for v in checked if v.disagreements] == []


@EVERY_KPI
def test_segments_add_up_to_the_whole(quarters: pl.DataFrame, kpi: Kpi) -> None:
    results = quarters.filter(kpi=kpi.id)
    parts = (
        results.filter(pl.col("dimension") != "")
        .group_by("period_start")
        .agg(pl.col("numerator", "denominator").sum())
    )
    if kpi.cut_by is CutBy.SHOP:
        assert parts.is_empty()
        return
    whole = results.filter(dimension="").join(parts, on="period_start", suffix="_of_parts")
    assert whole.height == parts.height == 14
    if not kpi.additive:
        assert kpi.mart is None or "median" in kpi.id or kpi.family == "value"
        return
    for part in ("numerator", "denominator"):
        assert largest_difference(whole[part], whole[f"{part}_of_parts"]) < 1e-6


def largest_difference(one: pl.Series, other: pl.Series) -> float:
    """The largest absolute difference; null counts as 0."""
    return max((abs(difference) for difference in one.fill_null(0) - other.fill_null(0)), default=0.0)


@EVERY_KPI
def test_the_value_is_the_numerator_over_the_denominator(quarters: pl.DataFrame, kpi: Kpi) -> None:
    for row in quarters.filter(kpi=kpi.id).iter_rows(named=True):
        if row["value"] is None:
            assert row["state"] == "none"
        elif row["denominator"] is None:
            assert row["value"] == row["numerator"]
        else:
            assert row["value"] == row["numerator"] / row["denominator"]


FIRST_MONTHS = periods_between(PeriodKind.MONTH, date(2024, 1, 1), date(2024, 4, 1))


@pytest.fixture(scope="module")
def empty() -> dict[Mart, pl.DataFrame]:
    """Every mart, without rows."""
    found = ask(shop([("o1", "c1", "2024-01-01", "10")]), as_of="2024-02-01")
    built = found.asked.over(*FIRST_MONTHS).marts(MARTS.values())
    return {mart: frame.clear() for mart, frame in built.items()}


@EVERY_KPI
def test_nothing_in_nothing_out(empty: dict[Mart, pl.DataFrame], kpi: Kpi) -> None:
    scope = Scope(periods=FIRST_MONTHS, history_start=date(2024, 1, 1), as_of=date(2024, 4, 1))
    results = compute(empty, scope, [kpi])
    assert results["value"].null_count() == results.height == 3
    assert results["state"].unique().to_list() == ["none"]


@EVERY_KPI
@pytest.mark.parametrize("lang", ["de", "en"])
def test_every_kpi_is_explained_in_both_languages(kpi: Kpi, lang: Lang) -> None:
    assert kpi.label[lang]
    assert kpi.formula[lang]
    assert kpi.meaning[lang].endswith(".")
    assert kpi.label["de"] != kpi.label["en"]
    assert kpi.maturity is None or kpi.maturity[lang]


@EVERY_KPI
def test_every_kpi_is_of_one_kind(kpi: Kpi) -> None:
    assert (kpi.numerator is None) != (kpi.table is None)
    assert (kpi.mart is None) == bool(kpi.factors)
    assert kpi.version >= 1


def test_rates_lie_in_their_intervals_and_between_0_and_1(made_up: Connection) -> None:
    results = ask(made_up, PeriodKind.WEEK, incomplete=True).results
    rates = results.filter(pl.col("ci_low").is_not_null())
    assert set(rates["kpi"]) == {kpi.id for kpi in REGISTRY.values() if kpi.interval is Interval.WILSON}
    assert rates.filter(
        (pl.col("ci_low") > pl.col("value")) | (pl.col("value") > pl.col("ci_high"))
    ).is_empty()
    assert rates.filter((pl.col("ci_low") < 0) | (pl.col("ci_high") > 1)).is_empty()


ORDERS = st.lists(
    st.tuples(
        st.sampled_from([None, "a", "b", "c", "d"]),
        st.dates(date(2023, 12, 28), date(2024, 3, 2)),
        st.sampled_from(["00:30", "23:30"]),
        st.decimals("0.01", "9999", places=2),
        st.sampled_from(["x", "y"]),
    ),
    min_size=2,
    max_size=25,
)


def to_rows(drawn: list[Drawn]) -> list[Row]:
    return [
        (f"o{number:02}", customer, f"{day} {time}", amount, {"branch": branch})
        for number, (customer, day, time, amount, branch) in enumerate(drawn)
    ]


def weekly(rows: list[Row], **question: Any) -> pl.DataFrame:
    return ask(shop(rows), PeriodKind.WEEK, settings(window=21), as_of="2024-03-11", **question).results


@given(ORDERS, st.randoms(use_true_random=False))
@hypothesis_settings(max_examples=10, deadline=None, suppress_health_check=SLOW_CHECKS)
def test_the_order_of_rows_does_not_matter(drawn: list[Drawn], chance: random.Random) -> None:
    rows = to_rows(drawn)
    shuffled = chance.sample(rows, len(rows))
    assert weekly(rows).equals(weekly(shuffled))


@given(ORDERS)
@hypothesis_settings(max_examples=10, deadline=None, suppress_health_check=SLOW_CHECKS)
def test_customers_split_at_random_add_up(drawn: list[Drawn]) -> None:
    """Each half of the customers is a separate shop; numerators and denominators are sums over both."""
    rows = to_rows(drawn)
    first_branch = {
        row[1]: row[4]["branch"] for row in sorted(rows, key=lambda row: (row[2], row[0]), reverse=True)
    }
    split = [(*row[:4], {"branch": first_branch[row[1]]}) for row in rows]
    results = weekly(split, by=("branch",))
    additive = [kpi.id for kpi in REGISTRY.values() if kpi.additive]
    keys = ["kpi", "period_start"]
    parts = (
        results.filter(pl.col("dimension") != "").group_by(keys).agg(pl.col("numerator", "denominator").sum())
    )
    whole = results.filter((pl.col("dimension") == "") & pl.col("kpi").is_in(additive)).join(parts, on=keys)
    for part in ("numerator", "denominator"):
        assert largest_difference(whole[part], whole[f"{part}_right"]) < 1e-6


@given(ORDERS)
@hypothesis_settings(max_examples=10, deadline=None, suppress_health_check=SLOW_CHECKS)
def test_new_returning_and_anonymous_make_the_whole(drawn: list[Drawn]) -> None:
    results = weekly(to_rows(drawn))
    for what in ("orders", "revenue"):
        values = {kpi: results.filter(kpi=kpi)["value"] for kpi in results["kpi"].unique()}
        parts = values[f"new_{what}"] + values[f"returning_{what}"] + values[f"anonymous_{what}"]
        assert largest_difference(parts, values[what]) < 1e-6
    kept, lost = values["base_retention_rate"].drop_nulls(), values["churn_rate"].drop_nulls()
    assert largest_difference(kept + lost, pl.Series([1.0]).new_from_index(0, len(kept))) < 1e-12


def test_the_clv_is_the_product_of_its_factors(made_up: Connection) -> None:
    results = ask(made_up, PeriodKind.YEAR).results
    clv = row_of(results, "customer_lifetime_value", "2024-01-01")
    factors = [
        row_of(results, factor, "2024-01-01")["value"]
        for factor in REGISTRY["customer_lifetime_value"].factors
    ]
    assert clv["value"] == pytest.approx(factors[0] * factors[1] * factors[2], rel=1e-12)
    assert row_of(results, "customer_lifetime_value", "2022-01-01")["state"] == "none"


def test_the_lifetime_is_capped() -> None:
    rows = [(f"{who}{year}", who, f"{year}-06-01", "10") for who in "abc" for year in range(2020, 2025)]
    results = ask(shop(rows), as_of="2024-12-31").results
    assert row_of(results, "customer_lifetime_years")["value"] == 5.0


@pytest.mark.parametrize("place", Shown)
def test_no_two_kpis_have_one_rank_at_a_place(place: Shown) -> None:
    ranks = [kpi.shown[place] for kpi in REGISTRY.values() if place in kpi.shown]
    assert sorted(ranks) == list(range(1, len(ranks) + 1))
    assert [REGISTRY[kpi].shown[place] for kpi in kpis_shown(place)] == sorted(ranks)


def mutated(kpi: Kpi, **changes: Any) -> Kpi:
    return dataclasses.replace(kpi, **changes)


MUTANTS = {
    "twice becomes three times": mutated(
        REGISTRY["repeat_purchase_rate_in_period"], numerator=number_where(lambda: pl.col("n_occasions") > 2)
    ),
    "before becomes not after": mutated(
        REGISTRY["returning_customer_rate"],
        numerator=number_where(lambda: pl.col("first_period") <= pl.col("period")),
    ),
    "first becomes up to second": mutated(
        REGISTRY["new_orders"], numerator=number_where(lambda: pl.col("sequence") <= 2)
    ),
    "returning includes the first": mutated(
        REGISTRY["returning_revenue"],
        numerator=lambda: pl.col("revenue").filter(pl.col("sequence") >= 1).sum(),
    ),
    "known becomes anonymous": mutated(
        REGISTRY["anonymous_orders"], numerator=lambda: pl.col("customer").is_not_null().sum()
    ),
    "immature customers count": mutated(
        REGISTRY["repeat_purchase_rate_90d"],
        denominator=number_where(lambda: pl.col("first_day") + pl.duration(days=90) <= pl.col("as_of")),
    ),
}


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS)
def test_a_changed_comparison_is_found_by_the_witness(mutant: Kpi) -> None:
    """On a shop with every boundary case, a KPI with one changed comparison disagrees with its witness."""
    rows = [
        ("1", "a", "2024-01-02", "10"),
        ("2", "a", "2024-01-05", "10"),
        ("3", "b", "2024-02-01", "10"),
        ("4", "c", "2024-02-02", "10"),
        ("5", None, "2024-02-03", "10"),
        ("6", "a", "2024-02-04", "10"),
    ]
    con = shop(rows)
    analysis = ask(con, PeriodKind.MONTH, as_of="2024-05-01")
    con, frames = analysis.asked.connected(analysis.asked.periods), analysis.asked.marts(MARTS.values())
    honest = REGISTRY[mutant.id]
    for kpi, disagrees in ((honest, False), (mutant, True)):
        results = compute(frames, analysis.asked.scope, [kpi])
        assert bool(verify(con, results, analysis.asked.scope, kpi, WHOLE).disagreements) is disagrees

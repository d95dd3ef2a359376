"""Forecasts of real shops, against figures that were computed independently of this project.

CDNOW as Fader, Hardie and Lee (2005) split it: orders until 1997-09-30 are
known, the 273 days after are forecast. The sample of one customer in ten comes
with the package `lifetimes`; all customers, and Online Retail, are read where
`../shared` lies beside the project.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from asked import answered, asked_of, confirm
from shops import silent
from wieder.config import OrderRules, Retention, Settings
from wieder.questions.backtest.holdouts import holdouts_table
from wieder.questions.backtest.methods import backtest
from wieder.questions.backtest.plan import TrialRules
from wieder.questions.backtest.scores import NONE, PURCHASES, SPEND
from wieder.questions.churn import QUESTION as CHURN
from wieder.store.open import open_shop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wieder.database import Connection
    from wieder.notices import Notice
    from wieder.questions.backtest.methods import Backtest

SHARED = Path(__file__).parents[2] / "shared"
CDNOW = date(1998, 7, 1)
HOLDOUT = TrialRules(horizon_days=273, n_cutoffs=1)
ONLINE_RETAIL = Settings(
    columns={
        "order_id": "invoice_no",
        "customer_id": "customer_id",
        "ordered_at": "invoice_date",
        "quantity": "quantity",
        "unit_price": "unit_price",
    },
    orders=OrderRules(
        where=(
            "customer_id is not null and not order_id like 'C%' and not order_id like 'A%' "
            "and quantity > 0 and unit_price > 0"
        )
    ),
)

pytestmark = pytest.mark.core


def counting_zero(window: int = 180) -> Settings:
    """Return settings in which orders of amount 0 count, as in the papers."""
    return Settings(orders=OrderRules(count_zero=True), retention=Retention(window_days=window))


def sample_export(path: Path) -> None:
    """The sample as an export, with one order id per row."""
    text = files("lifetimes").joinpath("datasets/CDNOW_sample.txt").read_text(encoding="utf-8")
    rows = [line.split() for line in text.splitlines()]
    lines = [
        f"{number:05},{customer},{day[:4]}-{day[4:6]}-{day[6:]},{amount}"
        for number, (_, customer, day, _, amount) in enumerate(rows)
    ]
    path.write_text("\n".join(["order_id,customer_id,ordered_at,amount", *lines]), "utf-8")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    export = tmp_path_factory.mktemp("cdnow") / "orders.csv"
    sample_export(export)
    with open_shop([str(export)], counting_zero(), None, silent) as con:
        yield con


@contextmanager
def shared_shop(name: str, folder: Path) -> Iterator[tuple[Connection, Settings]]:
    if not SHARED.is_dir():
        pytest.skip("needs the real data in ../shared")
    source, options = SHARED / "data" / "online_retail_1" / "lines.parquet", ONLINE_RETAIL
    if name == "cdnow_master":
        rows = pl.read_parquet(SHARED / "data" / "cdnow_master" / "transactions.parquet")
        source, options = folder / "orders.csv", counting_zero()
        order_id = pl.col("row_no").cast(pl.String).str.zfill(6)
        rows.with_columns(order_id=order_id).drop("row_no").write_csv(source)
    with open_shop([str(source)], options, None, silent) as con:
        yield con, options


def measures(tested: Backtest, target: str, method: str, *names: str) -> tuple[float | None, ...]:
    return tuple(tested.measure(target, method, name) for name in names)


def test_the_sample_of_cdnow_is_prepared_as_in_the_paper(sample: Connection) -> None:
    tested = backtest(asked_of(sample, rules=counting_zero(), as_of=CDNOW), HOLDOUT)
    [row] = tested.holdouts.to_dicts()
    assert (row["moment"], row["customers"], row["repeaters"]) == (date(1997, 10, 1), 2357, 946)
    assert (row["purchases"], row["later_customers"]) == (1882, 0)
    assert row["base_rate"] == pytest.approx(0.710, abs=5e-4)
    assert row["merged_rate"] == pytest.approx(0.029, abs=5e-4)


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("bg_nbd", (-0.121, 0.785, 0.663, 0.467)),
        ("mbg_nbd", (-0.162, 0.765, 0.664, 0.475)),
        ("pareto_nbd", (-0.115, 0.755, 0.673, 0.470)),
        ("own_rate", (2.07, 1.922, 0.680, 0.458)),
        ("last_days", (1.56, 1.596, 0.660, 0.454)),
    ],
)
def test_purchases_of_the_sample_of_cdnow(
    sample: Connection, method: str, expected: tuple[float, ...]
) -> None:
    """Bias, error per customer, normalised Gini, share of the best tenth.

    The rate of a customer is per day including the first, so `own_rate` is
    0.5 % below the reference. Equal forecasts, frequent for `last_days`,
    are averaged here, while the reference leaves them in row order.
    """
    tested = backtest(asked_of(sample, rules=counting_zero(), as_of=CDNOW), HOLDOUT)
    found = measures(tested, PURCHASES, method, "bias", "mae", "gini", "top_decile")
    assert found == pytest.approx(expected, abs=5e-3, rel=1e-2)


def test_spend_in_the_sample_of_cdnow(sample: Connection) -> None:
    tested = backtest(asked_of(sample, rules=counting_zero(), as_of=CDNOW), HOLDOUT)
    found = measures(tested, SPEND, "pareto_nbd", "bias", "mae", "gini", "top_decile")
    assert found == pytest.approx((-0.148, 29.45, 0.659, 0.503), abs=1e-3, rel=1e-3)
    textbook = measures(tested, SPEND, "own_rate", "bias", "mae", "gini", "top_decile")
    assert textbook == pytest.approx((1.93, 73.0, 0.685, 0.499), abs=2e-3, rel=1e-2)
    assert tested.method == "pareto_nbd"


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("bg_nbd", (0.757, 0.161, 0.74)),
        ("mbg_nbd", (0.760, 0.161, 0.76)),
        ("pareto_nbd", (0.771, 0.162, 0.78)),
    ],
)
def test_no_purchase_in_the_sample_of_cdnow(
    sample: Connection, method: str, expected: tuple[float, ...]
) -> None:
    """AUC, Brier score and mean probability; calibration errors are between 0.05 and 0.07."""
    tested = backtest(asked_of(sample, rules=counting_zero(), as_of=CDNOW), HOLDOUT)
    auc, brier, predicted, customers = measures(tested, NONE, method, "auc", "brier", "expected", "customers")
    assert predicted is not None
    assert customers == 2357
    assert (auc, brier, predicted / 2357) == pytest.approx(expected, abs=5e-3)
    [error] = measures(tested, NONE, method, "calibration_error")
    assert error == pytest.approx(0.06, abs=0.01)


@pytest.mark.parametrize(("window", "accuracy"), [(90, 0.779), (180, 0.773)])
def test_the_rule_and_kaplan_meier_in_the_sample_of_cdnow(
    sample: Connection, window: int, accuracy: float
) -> None:
    asked = asked_of(sample, rules=counting_zero(window), as_of=CDNOW)
    found = answered(CHURN, asked, horizon=HOLDOUT.horizon_days, moments=HOLDOUT.n_cutoffs).frame
    rule, _, waiting = found.to_dicts()
    assert rule["accuracy"] == pytest.approx(accuracy, abs=1e-3)
    assert rule["auc"] == pytest.approx(0.771, abs=5e-4)
    assert (waiting["auc"], waiting["brier"], waiting["expected_rate"]) == pytest.approx(
        (0.771, 0.193, 0.87), abs=2e-3
    )


def test_all_of_cdnow(tmp_path: Path) -> None:
    with shared_shop("cdnow_master", tmp_path) as (con, options):
        tested = backtest(asked_of(con, rules=options, as_of=CDNOW), HOLDOUT)
    for method, expected in {
        "bg_nbd": (-0.143, 0.819, 0.663, 0.456),
        "mbg_nbd": (-0.191, 0.795, 0.666, 0.459),
        "pareto_nbd": (-0.129, 0.794, 0.673, 0.460),
    }.items():
        found = measures(tested, PURCHASES, method, "bias", "mae", "gini", "top_decile")
        assert found == pytest.approx(expected, abs=1e-3), method
    spend = measures(tested, SPEND, "pareto_nbd", "bias", "mae", "gini", "top_decile")
    assert spend == pytest.approx((-0.158, 31.99, 0.684, 0.516), abs=1e-3, rel=1e-3)


def test_in_one_year_of_online_retail_nobody_is_seen_to_leave(tmp_path: Path) -> None:
    """So every model in which customers leave is refused by name, and the simpler NBD is used."""
    notices: list[Notice] = []
    with shared_shop("online_retail_1", tmp_path) as (con, options):
        asked = asked_of(con, rules=options, notify=notices.append, as_of=date(2011, 12, 10))
        found = backtest(asked)
        plan = found.plan
        table = holdouts_table(plan.cutoffs, plan.horizon_days)
        confirm(asked, asked.answer(table, found.holdouts, behind=None))
    refused = {notice.values["model"] for notice in notices if notice.slug == "model-refused"}
    assert refused == {"bg_nbd", "mbg_nbd", "pareto_nbd"}
    assert (found.method, len(plan.cutoffs)) == ("nbd", 3)
    [model, naive] = [found.measure(PURCHASES, name, "mae") for name in ("nbd", "last_days")]
    assert model is not None
    assert naive is not None
    assert model < naive

"""Forecasts for made-up customers, and their scores."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from wieder.models.baselines import Expected
from wieder.models.histories import distinct_histories
from wieder.models.holdout import (
    Holdout,
    model_forecast,
    naive_forecasts,
    score_amounts,
    score_probabilities,
)
from wieder.models.nbd_future import NBD
from wieder.models.scoring import ranking
from wieder.models.spend import spend_model

if TYPE_CHECKING:
    from numpy.typing import NDArray

REPEATS, RECENCY, AGE = np.array([0, 2, 0]), np.array([0, 30, 0]), np.array([99, 49, 99])


def floats(*values: float) -> NDArray[np.float64]:
    return np.array(values, dtype=np.float64)


@pytest.fixture
def holdout() -> Holdout:
    """Three customers, the first and the last with the same history."""
    histories, places = distinct_histories(REPEATS, RECENCY, AGE)
    return Holdout(
        histories=histories,
        places=places,
        spend=floats(10, 60, 20),
        repeat_spend=floats(0, 40, 0),
        recent=Expected(purchases=floats(0, 3, 0), spend=floats(0, 60, 0)),
        future=Expected(purchases=floats(0, 2, 1), spend=floats(0, 50, 5)),
        horizon_days=50,
    )


def test_the_known_figures_of_each_customer(holdout: Holdout) -> None:
    assert holdout.histories.size == 2
    assert holdout.purchases.tolist() == [1, 3, 1]
    assert holdout.observed_days.tolist() == [100, 50, 100]
    assert holdout.silent_days.tolist() == [100, 20, 100]
    assert holdout.is_gone.tolist() == [True, False, False]


def test_naive_forecasts(holdout: Holdout) -> None:
    said = {one.method: one for one in naive_forecasts(holdout)}
    assert said["own_rate"].expected.purchases.tolist() == [0.5, 3, 0.5]
    assert said["own_rate"].expected.spend.tolist() == [5, 60, 10]
    assert said["last_days"].expected is holdout.recent
    assert said["shop_formula"].expected.purchases.tolist() == pytest.approx([2 / 250 * 50] * 3)
    assert all(one.none is None for one in said.values())


def test_a_forecast_by_history_is_returned_by_customer(holdout: Holdout) -> None:
    # Three customers are too few to fit anything; these parameters are made up.
    fit = replace(NBD.fit(holdout.histories), parameters=floats(0.4, 80), doubts=())
    spend = spend_model(holdout.repeats, holdout.repeat_spend)
    said = model_forecast(NBD, fit, spend, holdout)
    assert said.expected.purchases.tolist() == pytest.approx([20 / 179, 120 / 129, 20 / 179])
    assert said.none is not None
    assert said.none.tolist() == pytest.approx([(179 / 229) ** 0.4, (129 / 179) ** 2.4, (179 / 229) ** 0.4])
    # Only the second customer came back, and spent 20 each time.
    assert said.expected.spend == pytest.approx(said.expected.purchases * 20)


def test_scores_have_totals_measures_and_deciles(holdout: Holdout) -> None:
    actual = holdout.future.purchases
    score = score_amounts(floats(1, 2, 1), actual, ranking(actual))
    assert (score.customers, score.expected, score.actual) == (3, 4, 3)
    assert score.measures["mae"] == pytest.approx(1 / 3)
    assert len(score.parts) == 3
    told = score_probabilities(floats(0.9, 0.1, 0.2), holdout.is_gone.astype(np.float64))
    assert (told.measures["auc"], told.actual) == (1, 1)
    assert told.measures["brier"] == pytest.approx((0.01 + 0.01 + 0.04) / 3)

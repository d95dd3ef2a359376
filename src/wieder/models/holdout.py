"""Holdouts: customers at a cut-off date, their actual purchases after it, and scores of forecasts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from wieder.models import scoring
from wieder.models.baselines import Expected, own_rate, shop_formula
from wieder.models.scoring import Part, Ranking, ranking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from wieder.models.fitting import Fit
    from wieder.models.histories import Histories
    from wieder.models.purchase_model import PurchaseModel
    from wieder.models.spend import SpendModel

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

OWN_RATE, LAST_DAYS, SHOP_FORMULA = "own_rate", "last_days", "shop_formula"
NAIVE = (OWN_RATE, LAST_DAYS, SHOP_FORMULA)
"""The forecasts that need no model."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Holdout:
    """The customers of a shop at a cut-off date, one element each, and their horizon after it."""

    histories: Histories
    """The distinct histories."""
    places: NDArray[np.intp]
    """For each customer the index of its history."""
    spend: Floats
    """Total spend before the cut-off date."""
    repeat_spend: Floats
    """The same without the first purchase."""
    recent: Expected
    """Actual purchases and spend in the last horizon before the cut-off date."""
    future: Expected
    """Actual purchases and spend in the horizon after it."""
    horizon_days: int

    @property
    def repeats(self) -> Integers:
        """Purchases after the first, before the cut-off date."""
        return self.histories.repeats[self.places]

    @property
    def purchases(self) -> Floats:
        """All purchases before the cut-off date; 1 or more."""
        return np.asarray(self.repeats + 1.0)

    @property
    def silent_days(self) -> Integers:
        """Days from the last purchase to the cut-off date; 1 or more."""
        return (self.histories.age - self.histories.recency + 1)[self.places]

    @property
    def observed_days(self) -> Floats:
        """Days from the first purchase to the cut-off date; 1 or more."""
        return np.asarray(self.histories.age[self.places] + 1.0)

    @cached_property
    def is_gone(self) -> NDArray[np.bool_]:
        """Whether the customer made no purchase in the horizon."""
        return np.asarray(self.future.purchases == 0)

    @cached_property
    def purchases_ranked(self) -> Ranking:
        """The ranking of customers by actual purchases in the horizon."""
        return ranking(self.future.purchases)

    @cached_property
    def spend_ranked(self) -> Ranking:
        """The ranking of customers by actual spend in the horizon."""
        return ranking(self.future.spend)


@dataclass(frozen=True, kw_only=True, eq=False)
class Forecast:
    """The forecast of one method for each customer at the cut-off date."""

    method: str
    """The name of a model, or one of `NAIVE`."""
    expected: Expected
    none: Floats | None = None
    """The probability of no purchase in the horizon; None for methods without probabilities."""


def naive_forecasts(holdout: Holdout) -> Iterator[Forecast]:
    """The forecasts that need no model."""
    known = holdout.purchases, holdout.spend, holdout.observed_days, holdout.horizon_days
    yield Forecast(method=OWN_RATE, expected=own_rate(*known))
    yield Forecast(method=LAST_DAYS, expected=holdout.recent)
    yield Forecast(method=SHOP_FORMULA, expected=shop_formula(*known))


def model_forecast(model: PurchaseModel, fit: Fit, spend: SpendModel, holdout: Holdout) -> Forecast:
    """The forecast of a fitted model, with the expected cost of a purchase by `spend`."""
    known = fit.parameters, holdout.histories, float(holdout.horizon_days)
    purchases = model.expected_purchases(*known)[holdout.places]
    each = spend.expected(holdout.repeats, holdout.repeat_spend)
    return Forecast(
        method=model.name,
        expected=Expected(purchases=purchases, spend=purchases * each),
        none=model.probability_of_none(*known)[holdout.places],
    )


@dataclass(frozen=True, kw_only=True)
class Score:
    """The score of one method for one target at one cut-off date; undefined measures are nan."""

    customers: int
    expected: float
    """The sum over customers."""
    actual: float
    """The sum over customers."""
    measures: dict[str, float]
    """The other measures by name; each is a mean or a share."""
    parts: list[Part]
    """The deciles, from the highest forecasts to the lowest."""


def score_amounts(forecast: Floats, actual: Floats, actual_ranked: Ranking) -> Score:
    """Score expected purchases or spend."""
    ranked = ranking(forecast)
    return Score(
        customers=forecast.size,
        expected=float(forecast.sum()),
        actual=float(actual.sum()),
        measures={
            "mae": scoring.mean_absolute_error(forecast, actual),
            "relative_error": scoring.relative_error(forecast, actual),
            "gini": scoring.normalised_gini(ranked, actual, actual_ranked),
            "spearman": scoring.rank_correlation(ranked, actual_ranked),
            "top_decile": scoring.top_decile_capture(ranked, actual),
        },
        parts=scoring.deciles(ranked, forecast, actual),
    )


def score_probabilities(probability: Floats, happened: Floats) -> Score:
    """Score the probability of an event that happened (1) or did not (0)."""
    ranked = ranking(probability)
    parts = scoring.deciles(ranked, probability, happened)
    return Score(
        customers=probability.size,
        expected=float(probability.sum()),
        actual=float(happened.sum()),
        measures={
            "auc": scoring.area_under_curve(ranked, happened),
            "brier": scoring.brier_score(probability, happened),
            "skill": scoring.brier_skill(probability, happened),
            "log_loss": scoring.log_loss(probability, happened),
            "calibration_error": scoring.calibration_error(parts),
        },
        parts=parts,
    )

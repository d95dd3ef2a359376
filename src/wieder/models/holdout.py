"""What was known of customers at one moment, what they did after it, and how well each method foresaw it."""

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
    """The customers of a shop at one moment, one element each, with the horizon after it."""

    histories: Histories
    """The distinct ones."""
    places: NDArray[np.intp]
    """For each customer the place of its history."""
    spend: Floats
    """All that was spent before the moment."""
    repeat_spend: Floats
    """Without that of the first purchase."""
    recent: Expected
    """Purchases and spend of the last horizon before the moment."""
    future: Expected
    """Purchases and spend of the horizon after it."""
    horizon_days: int

    @property
    def repeats(self) -> Integers:
        """Purchases after the first, before the moment."""
        return self.histories.repeats[self.places]

    @property
    def purchases(self) -> Floats:
        """All purchases before the moment; 1 or more."""
        return np.asarray(self.repeats + 1.0)

    @property
    def silent_days(self) -> Integers:
        """Days from the last purchase to the moment; 1 or more."""
        return (self.histories.age - self.histories.recency + 1)[self.places]

    @property
    def observed_days(self) -> Floats:
        """Days from the first purchase to the moment; 1 or more."""
        return np.asarray(self.histories.age[self.places] + 1.0)

    @cached_property
    def is_gone(self) -> NDArray[np.bool_]:
        """Whether no purchase came in the horizon."""
        return np.asarray(self.future.purchases == 0)

    @cached_property
    def purchases_ranked(self) -> Ranking:
        """The customers by what they bought in the horizon."""
        return ranking(self.future.purchases)

    @cached_property
    def spend_ranked(self) -> Ranking:
        """The customers by what they spent in the horizon."""
        return ranking(self.future.spend)


@dataclass(frozen=True, kw_only=True, eq=False)
class Forecast:
    """What one method said of each customer at the moment."""

    method: str
    """The name of a model, or one of `NAIVE`."""
    expected: Expected
    none: Floats | None = None
    """The probability of no purchase in the horizon; None from methods that know none."""


def naive_forecasts(holdout: Holdout) -> Iterator[Forecast]:
    """The forecasts that need no model."""
    known = holdout.purchases, holdout.spend, holdout.observed_days, holdout.horizon_days
    yield Forecast(method=OWN_RATE, expected=own_rate(*known))
    yield Forecast(method=LAST_DAYS, expected=holdout.recent)
    yield Forecast(method=SHOP_FORMULA, expected=shop_formula(*known))


def model_forecast(model: PurchaseModel, fit: Fit, spend: SpendModel, holdout: Holdout) -> Forecast:
    """What a fitted model says, with the expected cost of a purchase by `spend`."""
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
    """What one method scored in one respect at one moment; a measure that is not defined is nan."""

    customers: int
    expected: float
    """The sum over customers."""
    actual: float
    measures: dict[str, float]
    """The other measures by name, all of which are means or shares."""
    parts: list[Part]
    """The tenths, from the highest forecasts to the lowest."""


def score_amounts(forecast: Floats, actual: Floats, actual_ranked: Ranking) -> Score:
    """The scores of expected purchases or spend."""
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
        parts=scoring.tenths(ranked, forecast, actual),
    )


def score_probabilities(probability: Floats, happened: Floats) -> Score:
    """The scores of the probability of something that happened (1) or did not (0)."""
    ranked = ranking(probability)
    parts = scoring.tenths(ranked, probability, happened)
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

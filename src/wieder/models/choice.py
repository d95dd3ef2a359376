"""Choice of the forecasting method for a shop, by the errors of each method at past cut-off dates."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isnan, nan
from typing import TYPE_CHECKING

from wieder.models.holdout import NAIVE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, kw_only=True, slots=True)
class Rating:
    """The errors of one method at one cut-off date."""

    absolute_error: float
    """The mean of |expected - actual| purchases over customers."""
    mean_error: float
    """The mean of expected - actual purchases over customers: the error of the total."""
    log_loss: float = nan
    """The log loss of the probability of no purchase; nan for naive forecasts, which have none."""

    @property
    def error(self) -> float:
        """The error for single customers plus the error of their total, in purchases per customer.

        It is not relative to the actual purchases, so it is defined where there were none.
        """
        return self.absolute_error + abs(self.mean_error)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The methods available to a shop, the best first."""

    models: tuple[str, ...]
    """The competing models, the best first; empty if none could be fitted at the last cut-off date."""
    naive: str
    """The naive forecast with the smallest error."""
    naive_is_better: bool
    """Whether its error is smaller than that of the best model; True without a model."""
    cutoffs: tuple[int, ...]
    """The indices of the cut-off dates at which the models are compared."""

    @property
    def model(self) -> str | None:
        """The model for probabilities, which naive forecasts do not have; None without a model."""
        return self.models[0] if self.models else None

    @property
    def method(self) -> str:
        """The method for expected purchases and spend: the best model, or a naive forecast that beats it."""
        return self.naive if self.naive_is_better or not self.models else self.models[0]


NEARLY = 1.01
"""A log loss within one percent of the smallest counts as equal."""


def choose(by_cutoff: Sequence[Mapping[str, Rating]]) -> Choice:
    """Choose a method from the ratings by method at each cut-off date, in chronological order.

    Models are ranked by the log loss of the probability of no purchase. Log
    loss is a proper score: a model cannot improve it by reporting anything but
    its own probability. Models within `NEARLY` of the best are ranked by the
    error of purchases. The winner must have a smaller error than the best naive
    forecast.

    Candidates are the models fitted at the last cut-off date; of these, the ones
    that were fitted at the most cut-off dates. They are compared at the cut-off
    dates at which all of them were fitted.
    """
    candidates = _most_reliable(by_cutoff)
    compared = tuple(
        place for place, ratings in enumerate(by_cutoff) if all(name in ratings for name in candidates)
    )
    common = [by_cutoff[place] for place in compared]
    errors = {name: _mean([ratings[name].error for ratings in common]) for name in (*NAIVE, *candidates)}
    losses = {name: _mean([ratings[name].log_loss for ratings in common]) for name in candidates}
    models = _best_first(losses, errors)
    naive = min(NAIVE, key=lambda name: errors[name])
    return Choice(
        models=models,
        naive=naive,
        naive_is_better=not models or errors[naive] < errors[models[0]],
        cutoffs=compared,
    )


def _most_reliable(by_cutoff: Sequence[Mapping[str, Rating]]) -> list[str]:
    fitted = {
        name: sum(name in ratings for ratings in by_cutoff) for name in by_cutoff[-1] if name not in NAIVE
    }
    most = max(fitted.values(), default=0)
    return [name for name, times in fitted.items() if times == most]


def _best_first(losses: Mapping[str, float], errors: Mapping[str, float]) -> tuple[str, ...]:
    good = min(losses.values(), default=inf) * NEARLY

    def order(name: str) -> tuple[bool, float]:
        is_good = losses[name] <= good
        return (not is_good, errors[name] if is_good else losses[name])

    return tuple(sorted(losses, key=order))


def _mean(values: Sequence[float]) -> float:
    """The mean; infinite if any value is undefined, so that no method wins by it."""
    return inf if not values or any(isnan(value) for value in values) else sum(values) / len(values)

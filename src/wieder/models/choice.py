"""Which method a shop should use, by what each would have said at earlier moments."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isnan, nan
from typing import TYPE_CHECKING

from wieder.models.holdout import NAIVE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, kw_only=True, slots=True)
class Rating:
    """How wrong one method was at one moment."""

    absolute_error: float
    """Of purchases: the mean of |expected - actual| over customers."""
    mean_error: float
    """The mean of expected - actual over customers: the error of the total."""
    log_loss: float = nan
    """Of the probability of no purchase; only models have one."""

    @property
    def error(self) -> float:
        """In purchases per customer: how wrong it was of customers one by one, and of their total alike.

        Not a share of what came, so that it is known where nothing came.
        """
        return self.absolute_error + abs(self.mean_error)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The methods that may be used, the best first."""

    models: tuple[str, ...]
    """Those that compete; none where none could be fitted at the last moment."""
    naive: str
    """The best of the forecasts that need no model, by error."""
    naive_is_better: bool
    """Whether its error is less than that of the best model; also if there is no model."""
    moments: tuple[int, ...]
    """The places of the moments at which they are compared."""

    @property
    def model(self) -> str | None:
        """The model for probabilities, which naive forecasts do not know."""
        return self.models[0] if self.models else None

    @property
    def method(self) -> str:
        """What expected purchases and spend are taken from."""
        return self.naive if self.naive_is_better or not self.models else self.models[0]


NEARLY = 1.01
"""A log loss within one percent of the least is as good."""


def choose(moments: Sequence[Mapping[str, Rating]]) -> Choice:
    """The choice by the ratings of every method at each moment, the last moment last.

    Models compete by the log loss of the probability of no purchase, a proper
    score: none gains by saying something else than what it believes. Those
    that are nearly as good as the best are ordered by the error of purchases.
    The winner must then have a smaller error than the best naive forecast.

    Of the models that could be fitted at the last moment those compete that
    could be most often, and all are compared at the moments they have in common.
    """
    candidates = _most_reliable(moments)
    compared = tuple(
        place for place, ratings in enumerate(moments) if all(name in ratings for name in candidates)
    )
    common = [moments[place] for place in compared]
    errors = {name: _mean([ratings[name].error for ratings in common]) for name in (*NAIVE, *candidates)}
    losses = {name: _mean([ratings[name].log_loss for ratings in common]) for name in candidates}
    models = _best_first(losses, errors)
    naive = min(NAIVE, key=lambda name: errors[name])
    return Choice(
        models=models,
        naive=naive,
        naive_is_better=not models or errors[naive] < errors[models[0]],
        moments=compared,
    )


def _most_reliable(moments: Sequence[Mapping[str, Rating]]) -> list[str]:
    fitted = {name: sum(name in ratings for ratings in moments) for name in moments[-1] if name not in NAIVE}
    most = max(fitted.values(), default=0)
    return [name for name, times in fitted.items() if times == most]


def _best_first(losses: Mapping[str, float], errors: Mapping[str, float]) -> tuple[str, ...]:
    good = min(losses.values(), default=inf) * NEARLY

    def order(name: str) -> tuple[bool, float]:
        is_good = losses[name] <= good
        return (not is_good, errors[name] if is_good else losses[name])

    return tuple(sorted(losses, key=order))


def _mean(values: Sequence[float]) -> float:
    """Infinite where a value is not defined, so that nobody wins by it."""
    return inf if not values or any(isnan(value) for value in values) else sum(values) / len(values)

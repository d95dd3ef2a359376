"""The expected cost of future purchases, and its uncertainty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from wieder.models.gamma_gamma import expected_spend, expected_square
from wieder.models.moves import moves_of
from wieder.models.spend import CLASSES, SpendMethod, class_of, nearest_known

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wieder.models.fitting import Fit
    from wieder.models.spend import SpendModel

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
    Places = NDArray[np.integer]


@dataclass(frozen=True, kw_only=True, eq=False)
class SpendOutlook:
    """The cost of future purchases, one element per customer."""

    mean: Floats
    """The expected cost of a purchase."""
    square: Floats
    """The expected square of the customer's own mean; infinite if it has no finite expectation."""
    within: Floats
    """The variance of one purchase around the customer's own mean; infinite if `square` is."""
    moves: Floats
    """The moves of `mean` by one standard deviation of the parameters, one row per direction."""

    def at(self, places: Places) -> SpendOutlook:
        """The outlook of some of the customers."""
        return SpendOutlook(
            mean=self.mean[places],
            square=self.square[places],
            within=self.within[places],
            moves=self.moves[:, places],
        )


def spend_outlook(model: SpendModel, repeats: Integers, repeat_spend: Floats) -> SpendOutlook:
    """The outlook by the spend method of the shop."""
    if model.method is SpendMethod.GAMMA_GAMMA:
        return gamma_gamma_outlook(model.fit, repeats, repeat_spend)
    return class_outlook(model, repeats, repeat_spend)


def gamma_gamma_outlook(fit: Fit, repeats: Integers, repeat_spend: Floats) -> SpendOutlook:
    """The outlook by Gamma-Gamma, where the variance of a purchase is the customer's squared mean over p."""
    square = expected_square(fit.parameters, repeats, repeat_spend)
    return SpendOutlook(
        mean=expected_spend(fit.parameters, repeats, repeat_spend),
        square=square,
        within=square / fit.parameters[0],
        moves=moves_of(lambda parameters: expected_spend(parameters, repeats, repeat_spend), fit),
    )


def class_outlook(model: SpendModel, repeats: Integers, repeat_spend: Floats) -> SpendOutlook:
    """The outlook by class means; customers of a class differ as much as their observed means do.

    Only the total of each customer's purchases is known. The relative variance
    of single purchases, including differences between customers, is therefore
    taken from all customers with one repeat purchase.
    """
    variance = _variances(repeats, repeat_spend)
    mean = model.expected(repeats, repeat_spend)
    place = class_of(repeats)
    between = nearest_known(variance)[place]
    single = _relative_variance(variance, model.class_means) * mean**2
    members = np.bincount(place[repeats > 0], minlength=len(CLASSES))
    errors = np.sqrt(np.divide(variance, members, out=np.zeros(len(CLASSES)), where=members > 1))
    return SpendOutlook(
        mean=mean,
        square=mean**2 + between,
        within=np.maximum(single - between, 0.0),
        moves=np.where(place == np.arange(len(CLASSES))[:, None], errors[:, None], 0.0),
    )


def _relative_variance(variances: Floats, means: Floats) -> float:
    """The variance of the lowest class with a mean above 0, over the squared mean; 0 if there is none."""
    known = means > 0
    return float((variances[known] / means[known] ** 2)[0]) if known.any() else 0.0


def _variances(repeats: Integers, repeat_spend: Floats) -> Floats:
    """The variance of customers' own means by class, weighted by purchases; nan for an empty class."""
    again = repeats > 0
    place, weight = class_of(repeats[again]), repeats[again].astype(np.float64)
    own = repeat_spend[again] / weight
    sums = [np.bincount(place, weight * own**power, len(CLASSES)) for power in range(3)]
    with np.errstate(invalid="ignore"):
        return np.asarray(np.maximum(sums[2] / sums[0] - (sums[1] / sums[0]) ** 2, 0.0))

"""What the purchases to come will cost, with what makes that uncertain."""

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
    """The cost of the purchases to come, one element per customer."""

    mean: Floats
    square: Floats
    """The expected square of the customer's own mean; infinite where it has no finite one."""
    within: Floats
    """The variance of one purchase around the customer's own mean; likewise."""
    moves: Floats
    """Of `mean`, by one standard deviation in each direction of the parameters: one row per direction."""

    def at(self, places: Places) -> SpendOutlook:
        """The outlook of some of the customers."""
        return SpendOutlook(
            mean=self.mean[places],
            square=self.square[places],
            within=self.within[places],
            moves=self.moves[:, places],
        )


def spend_outlook(model: SpendModel, repeats: Integers, repeat_spend: Floats) -> SpendOutlook:
    """The outlook by whichever method holds for the shop."""
    if model.method is SpendMethod.GAMMA_GAMMA:
        return gamma_gamma_outlook(model.fit, repeats, repeat_spend)
    return class_outlook(model, repeats, repeat_spend)


def gamma_gamma_outlook(fit: Fit, repeats: Integers, repeat_spend: Floats) -> SpendOutlook:
    """By Gamma-Gamma, where the variance of a purchase is the square of the customer's mean over p."""
    square = expected_square(fit.parameters, repeats, repeat_spend)
    return SpendOutlook(
        mean=expected_spend(fit.parameters, repeats, repeat_spend),
        square=square,
        within=square / fit.parameters[0],
        moves=moves_of(lambda parameters: expected_spend(parameters, repeats, repeat_spend), fit),
    )


def class_outlook(model: SpendModel, repeats: Integers, repeat_spend: Floats) -> SpendOutlook:
    """By the means of classes, in which customers differ as their own means do.

    Of the purchases of one customer only the total is known. So they are taken
    to vary, relative to the mean and with the means of customers, as those of
    all customers with one repeat purchase do.
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
    """That of the lowest class with a mean above 0, over its square; 0 if there is none."""
    known = means > 0
    return float((variances[known] / means[known] ** 2)[0]) if known.any() else 0.0


def _variances(repeats: Integers, repeat_spend: Floats) -> Floats:
    """Of customers' own means, by class, each mean counted by its purchases; nan where nobody is."""
    again = repeats > 0
    place, weight = class_of(repeats[again]), repeats[again].astype(np.float64)
    own = repeat_spend[again] / weight
    sums = [np.bincount(place, weight * own**power, len(CLASSES)) for power in range(3)]
    with np.errstate(invalid="ignore"):
        return np.asarray(np.maximum(sums[2] / sums[0] - (sums[1] / sums[0]) ** 2, 0.0))

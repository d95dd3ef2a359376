"""The expected cost of a customer's next purchase: by Gamma-Gamma, or by class means if that is refused."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from wieder.models.gamma_gamma import expected_spend, fit_gamma_gamma
from wieder.models.independence import Independence, independence

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wieder.models.fitting import Fit

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

CLASSES = (1, 2, 3, 5, 10)
"""The least repeat purchases of each class: 1, 2, 3-4, 5-9, 10 and more."""


class SpendMethod(StrEnum):
    """Methods for the expected cost of a purchase."""

    GAMMA_GAMMA = "gamma_gamma"
    """Each customer's own mean, shrunk towards the mean of all."""
    CLASS_MEANS = "class_means"
    """The mean of customers who bought about as often; valid even if spend depends on frequency."""


@dataclass(frozen=True, kw_only=True, eq=False)
class SpendModel:
    """The spend method of a shop, with the evidence for it."""

    method: SpendMethod
    fit: Fit
    """The fit of Gamma-Gamma, even if it is not used; its doubts are then the reason."""
    independence: Independence
    class_means: Floats
    """The mean cost of a repeat purchase in each of `CLASSES`; nan for an empty class."""

    @property
    def reason(self) -> str:
        """Why Gamma-Gamma is not used: `dependence`, or the first doubt about its fit; empty if it is."""
        if self.method is SpendMethod.GAMMA_GAMMA:
            return ""
        return "dependence" if self.independence.is_doubtful else str(self.fit.doubts[0])

    def expected(self, repeats: Integers, repeat_spend: Floats) -> Floats:
        """The expected cost of the next purchase, one per customer; nan if all classes are empty.

        `repeat_spend` is the total of the `repeats` purchases after the first.
        With class means, customers without repeat purchases are expected to
        spend as much as those with the fewest.
        """
        if self.method is SpendMethod.GAMMA_GAMMA:
            return expected_spend(self.fit.parameters, repeats, repeat_spend)
        return np.asarray(nearest_known(self.class_means)[class_of(repeats)])


def spend_model(repeats: Integers, repeat_spend: Floats) -> SpendModel:
    """Choose the spend method; one element per customer, spend as the total of all repeat purchases."""
    fit = fit_gamma_gamma(repeats, repeat_spend)
    tested = independence(repeats, repeat_spend)
    holds = fit.is_certified and not tested.is_doubtful
    return SpendModel(
        method=SpendMethod.GAMMA_GAMMA if holds else SpendMethod.CLASS_MEANS,
        fit=fit,
        independence=tested,
        class_means=_class_means(repeats, repeat_spend),
    )


def class_of(repeats: Integers) -> NDArray[np.intp]:
    """The index in `CLASSES`; 0 without repeat purchases."""
    return np.asarray(np.maximum(np.searchsorted(CLASSES, repeats, side="right") - 1, 0))


def nearest_known(values: Floats) -> Floats:
    """The values of classes, with nan replaced by the value of the nearest class below, or else above."""
    known = ~np.isnan(values)
    nearest = np.maximum.accumulate(np.where(known, np.arange(known.size), -1))
    return np.asarray(values[np.where(nearest < 0, np.argmax(known), nearest)])


def _class_means(repeats: Integers, repeat_spend: Floats) -> Floats:
    again = repeats > 0
    classes = class_of(repeats[again])
    purchases = np.bincount(classes, repeats[again].astype(np.float64), minlength=len(CLASSES))
    spend = np.bincount(classes, repeat_spend[again], minlength=len(CLASSES))
    unknown = np.full(len(CLASSES), np.nan)
    return np.asarray(np.divide(spend, purchases, out=unknown, where=purchases > 0))

"""The common interface of all purchase models: NBD, BG/NBD, MBG/NBD and Pareto/NBD."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from wieder.models.fitting import Fit
    from wieder.models.histories import Histories

    Floats = NDArray[np.float64]


class Forecast(Protocol):
    """A quantity over the next `days` days, one value per history."""

    def __call__(self, parameters: Floats, histories: Histories, days: float, /) -> Floats:
        """Finite for every history and every `days >= 0`."""


class Discounted(Protocol):
    """The present value of future purchases, in purchases, one value per history."""

    def __call__(
        self, parameters: Floats, histories: Histories, days: float, yearly_rate: float, /
    ) -> Floats:
        """Discounted continuously at log(1 + yearly_rate) per 365 days; `days` may be infinite."""


class PerHistory(Protocol):
    """A quantity of the observed history, one value per history."""

    def __call__(self, parameters: Floats, histories: Histories, /) -> Floats:
        """Finite for every history."""


class OfNew(Protocol):
    """The expected repeat purchases of a customer by age in days, one value per age."""

    def __call__(self, parameters: Floats, ages: Floats, /) -> Floats:
        """Finite for every age of 0 or more."""


class Fitter(Protocol):
    """Maximum likelihood fit with its certificate."""

    def __call__(self, histories: Histories, /) -> Fit:
        """Never raises because of the data; problems are listed in `Fit.doubts`."""


@dataclass(frozen=True, kw_only=True)
class PurchaseModel:
    """A purchase model. All functions take the parameters of `fit`, with days as the unit of time."""

    name: str
    fit: Fitter
    log_likelihood: PerHistory
    """The log-likelihood of one customer with that history."""
    probability_alive: PerHistory
    """In [0, 1]. Under BG/NBD it is 1 without a repeat purchase, so it is never shown as churn."""
    probability_of_none: Forecast
    """The probability of no purchase in the next `days` days, in [0, 1]: the churn probability."""
    expected_purchases: Forecast
    expected_pairs: Forecast
    """The expectation of Y (Y - 1) for Y purchases in the next `days` days; it gives their variance."""
    discounted_purchases: Discounted
    expected_of_new: OfNew
    has_dropout: bool = True
    """Whether customers can drop out, so that their purchases come to an end."""

"""What every model of purchases to come can tell: the one interface of BG/NBD, MBG/NBD and Pareto/NBD."""

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
    """Something about the next `days` days, one value per history."""

    def __call__(self, parameters: Floats, histories: Histories, days: float, /) -> Floats:
        """Finite for every history and every `days >= 0`."""


class Discounted(Protocol):
    """The value today of purchases to come, in purchases, one value per history."""

    def __call__(
        self, parameters: Floats, histories: Histories, days: float, yearly_rate: float, /
    ) -> Floats:
        """Discounted continuously at log(1 + yearly_rate) per 365 days; `days` may be infinite."""


class PerHistory(Protocol):
    """Something about what was observed, one value per history."""

    def __call__(self, parameters: Floats, histories: Histories, /) -> Floats:
        """Finite for every history."""


class OfNew(Protocol):
    """The expected repeat purchases of a customer by age in days, one value per age."""

    def __call__(self, parameters: Floats, ages: Floats, /) -> Floats:
        """Finite for every age of 0 or more."""


class Fitter(Protocol):
    """Maximum likelihood with its certificate."""

    def __call__(self, histories: Histories, /) -> Fit:
        """Never raises for data: what is wrong is said by `Fit.doubts`."""


@dataclass(frozen=True, kw_only=True)
class PurchaseModel:
    """One model; its parameters are those of `fit`, with days as the unit of time."""

    name: str
    fit: Fitter
    log_likelihood: PerHistory
    """Of one customer with that history."""
    probability_alive: PerHistory
    """In [0, 1]. BG/NBD gives 1 to everybody without a repeat purchase, so this is never shown as churn."""
    probability_of_none: Forecast
    """No purchase in the next `days` days, in [0, 1]: the churn number."""
    expected_purchases: Forecast
    expected_pairs: Forecast
    """The expectation of Y (Y - 1), with Y the purchases in the next `days` days: it gives their variance."""
    discounted_purchases: Discounted
    expected_of_new: OfNew
    has_dropout: bool = True
    """Whether customers leave, so that their purchases come to an end."""

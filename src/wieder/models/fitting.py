"""What a fitted model is, and what a fit must prove before anybody may use it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class Doubt(StrEnum):
    """Why a fit is refused. The slug names a sentence in the locale files: `doubt.SLUG`."""

    TOO_FEW_CUSTOMERS = "too_few_customers"
    NO_REPEATS = "no_repeats"
    """Nobody bought again, or everybody did on the same terms: nothing to learn from."""
    NOT_CONVERGED = "not_converged"
    """The gradient at the end is not zero."""
    NOT_A_MAXIMUM = "not_a_maximum"
    """The Hessian is not definite."""
    SECOND_START = "second_start"
    """Two starts end at different likelihoods, so there may be a third that is higher."""
    WORSE_THAN_NESTED = "worse_than_nested"
    """The simpler model inside this one is no less likely."""
    RIDGE = "ridge"
    """Two parameters run away together: only their ratio is known."""
    NO_MEAN = "no_mean"
    """The spend of a customer has no finite expectation (q <= 1)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Fit:
    """A maximum of the likelihood, and the evidence that it is one. Times are in days, everywhere."""

    model: str
    """`bg_nbd`, `mbg_nbd`, `pareto_nbd`, `nbd`, `gamma_gamma`."""
    names: tuple[str, ...]
    """The parameters' names as in the paper, such as r, alpha, a, b."""
    parameters: Floats
    log_likelihood: float
    covariance: Floats
    """Of the logarithms of the parameters; all nan where the maximum is not definite."""
    customers: float
    gradient: float
    """The largest absolute slope of the mean log-likelihood in the log parameters."""
    doubts: tuple[Doubt, ...] = ()
    """Why the fit may not be used; none if it is certified."""

    @property
    def is_certified(self) -> bool:
        """Whether the fit may be used."""
        return not self.doubts

    @property
    def standard_errors(self) -> Floats:
        """Of the parameters themselves, by the delta method."""
        return np.asarray(self.parameters * np.sqrt(np.diag(self.covariance)))


def refused(model: str, names: tuple[str, ...], customers: float, *doubts: Doubt) -> Fit:
    """A fit that was not even tried; its figures are nan."""
    return Fit(
        model=model,
        names=names,
        parameters=np.full(len(names), np.nan),
        log_likelihood=np.nan,
        covariance=np.full((len(names), len(names)), np.nan),
        customers=customers,
        gradient=np.nan,
        doubts=doubts,
    )

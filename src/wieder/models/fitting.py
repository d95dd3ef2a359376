"""Fitted models, and the reasons for which a fit is refused."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class Doubt(StrEnum):
    """Reasons for which a fit is refused. Each is a sentence in the locale files: `doubt.SLUG`."""

    TOO_FEW_CUSTOMERS = "too_few_customers"
    NO_REPEATS = "no_repeats"
    """No customer bought again, or all histories are equal, so the parameters cannot be determined."""
    NOT_CONVERGED = "not_converged"
    """The gradient at the end of the search is not zero."""
    NOT_A_MAXIMUM = "not_a_maximum"
    """The Hessian is not negative definite."""
    SECOND_START = "second_start"
    """Two starting points lead to different likelihoods, so a third might lead to a higher one."""
    WORSE_THAN_NESTED = "worse_than_nested"
    """The nested simpler model is at least as likely."""
    RIDGE = "ridge"
    """Two parameters diverge together; only their ratio is determined."""
    NO_MEAN = "no_mean"
    """The spend of a customer has no finite expectation (q <= 1)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Fit:
    """A maximum of the likelihood, and the evidence that it is one. All times are in days."""

    model: str
    """`bg_nbd`, `mbg_nbd`, `pareto_nbd`, `nbd`, `gamma_gamma`."""
    names: tuple[str, ...]
    """The names of the parameters as in the paper, such as r, alpha, a, b."""
    parameters: Floats
    log_likelihood: float
    covariance: Floats
    """The covariance of the log parameters; all nan if the Hessian is not negative definite."""
    customers: float
    gradient: float
    """The largest absolute slope of the mean log-likelihood in the log parameters."""
    doubts: tuple[Doubt, ...] = ()
    """The reasons for which the fit is refused; empty if it is certified."""

    @property
    def is_certified(self) -> bool:
        """Whether the fit may be used: it has no doubts."""
        return not self.doubts

    @property
    def standard_errors(self) -> Floats:
        """The standard errors of the parameters themselves, by the delta method."""
        return np.asarray(self.parameters * np.sqrt(np.diag(self.covariance)))


def refused(model: str, names: tuple[str, ...], customers: float, *doubts: Doubt) -> Fit:
    """A fit that was refused before any search; its figures are nan."""
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

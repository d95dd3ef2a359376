"""Test of the assumption of Gamma-Gamma that spend per purchase does not depend on purchase frequency.

Fader, Hardie and Lee (2005, Journal of Marketing Research 42, section 2.2)
check it by a correlation and by the spend of customers grouped by number of
purchases. Here the correlation is one of ranks, which no single customer can sway.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

LARGEST_CORRELATION = 0.30
LARGEST_EXPLAINED = 0.25
LAST_GROUP = 7
"""Customers with 7 and more repeat purchases are one group, as in the paper's figure 4."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Independence:
    """The dependence of spend per purchase on the number of purchases, among repeat customers."""

    customers: int
    spearman: float | None
    """The rank correlation; None if all customers buy equally often or spend equally much."""
    eta_squared: float | None
    """The share of the variance of spend that lies between the groups; None without variance."""

    @property
    def is_doubtful(self) -> bool:
        """Whether either figure is too large for a model that assumes independence."""
        return (
            abs(self.spearman or 0.0) >= LARGEST_CORRELATION or (self.eta_squared or 0.0) >= LARGEST_EXPLAINED
        )


def independence(repeats: Integers, repeat_spend: Floats) -> Independence:
    """Test all customers, one per element; those without repeat purchases are left out."""
    again = repeats > 0
    frequency = repeats[again]
    spend = repeat_spend[again] / frequency
    return Independence(
        customers=frequency.size,
        spearman=_correlation(_ranks(frequency), _ranks(spend)),
        eta_squared=_explained(np.minimum(frequency, LAST_GROUP), spend),
    )


def _ranks(values: Floats | Integers) -> Floats:
    """The ranks from 1 up; equal values have the mean of their ranks."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[places])


def _correlation(first: Floats, second: Floats) -> float | None:
    if first.size == 0 or np.ptp(first) == 0 or np.ptp(second) == 0:
        return None
    first, second = first - first.mean(), second - second.mean()
    return float(first @ second / np.sqrt((first @ first) * (second @ second)))


def _explained(groups: Integers, spend: Floats) -> float | None:
    if spend.size == 0 or np.ptp(spend) == 0:
        return None
    _, places, counts = np.unique(groups, return_inverse=True, return_counts=True)
    deviation = spend - spend.mean()
    means = np.bincount(places, deviation) / counts
    return float(counts @ means**2 / (deviation @ deviation))

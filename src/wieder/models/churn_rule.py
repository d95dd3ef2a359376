"""The churn rule of most shops (a customer silent for too long is lost), and its errors.

Wuebben and von Wangenheim (2008) found that such a rule often classifies
customers as well as a model does, so it is scored like one.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Verdicts:
    """Customers by predicted class at a cut-off date and actual purchases in the horizon after it."""

    lost_gone: int
    """Classified as lost, and made no purchase."""
    lost_back: int
    """Classified as lost, but made a purchase: false alarms."""
    active_gone: int
    """Classified as active, but made no purchase: missed churners."""
    active_back: int
    """Classified as active, and made a purchase."""

    @property
    def customers(self) -> int:
        """The number of customers."""
        return self.lost_gone + self.lost_back + self.active_gone + self.active_back

    @property
    def false_alarm_rate(self) -> float:
        """The share classified as lost among customers who came back; nan if none did."""
        return _share(self.lost_back, self.lost_back + self.active_back)

    @property
    def miss_rate(self) -> float:
        """The share classified as active among customers who did not come back; nan if all did."""
        return _share(self.active_gone, self.active_gone + self.lost_gone)

    @property
    def accuracy(self) -> float:
        """The share of correct verdicts; nan without customers."""
        return _share(self.lost_gone + self.active_back, self.customers)


def count_verdicts(is_lost: NDArray[np.bool_], is_gone: NDArray[np.bool_]) -> Verdicts:
    """Count customers by whether they were classified as lost and whether they made no purchase."""
    return Verdicts(
        lost_gone=int((is_lost & is_gone).sum()),
        lost_back=int((is_lost & ~is_gone).sum()),
        active_gone=int((~is_lost & is_gone).sum()),
        active_back=int((~is_lost & ~is_gone).sum()),
    )


def pooled(parts: Iterable[Verdicts]) -> Verdicts:
    """The verdicts of several cut-off dates combined; a customer counts at each of them."""
    counts = [(part.lost_gone, part.lost_back, part.active_gone, part.active_back) for part in parts]
    sums = [sum(column) for column in zip(*counts, strict=True)] or [0, 0, 0, 0]
    return Verdicts(lost_gone=sums[0], lost_back=sums[1], active_gone=sums[2], active_back=sums[3])


def _share(numerator: int, denominator: int) -> float:
    return numerator / denominator if denominator else nan

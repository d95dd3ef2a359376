"""The rule of most shops, that who has been silent for too long is lost, and how often it is wrong.

Wuebben and von Wangenheim (2008) found that such a rule often tells customers
apart as well as a model does; so it is scored like one.
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
    """What a rule said of customers at one moment, and what they did in the horizon after it."""

    lost_gone: int
    """Called lost, and no purchase came."""
    lost_back: int
    """Called lost, but a purchase came: false alarms."""
    active_gone: int
    """Called active, but no purchase came: misses."""
    active_back: int
    """Called active, and a purchase came."""

    @property
    def customers(self) -> int:
        """All of them."""
        return self.lost_gone + self.lost_back + self.active_gone + self.active_back

    @property
    def false_alarm_rate(self) -> float:
        """Of those who came back, the share that was called lost; nan if nobody came."""
        return _share(self.lost_back, self.lost_back + self.active_back)

    @property
    def miss_rate(self) -> float:
        """Of those who did not come back, the share that was called active; nan if everybody came."""
        return _share(self.active_gone, self.active_gone + self.lost_gone)

    @property
    def accuracy(self) -> float:
        """The share of right verdicts; nan without customers."""
        return _share(self.lost_gone + self.active_back, self.customers)


def verdicts(is_lost: NDArray[np.bool_], is_gone: NDArray[np.bool_]) -> Verdicts:
    """The verdicts on customers, by who was called lost and who made no purchase in the horizon."""
    return Verdicts(
        lost_gone=int((is_lost & is_gone).sum()),
        lost_back=int((is_lost & ~is_gone).sum()),
        active_gone=int((~is_lost & is_gone).sum()),
        active_back=int((~is_lost & ~is_gone).sum()),
    )


def pooled(parts: Iterable[Verdicts]) -> Verdicts:
    """The verdicts of several moments together; a customer counts at each."""
    counts = [(part.lost_gone, part.lost_back, part.active_gone, part.active_back) for part in parts]
    sums = [sum(column) for column in zip(*counts, strict=True)] or [0, 0, 0, 0]
    return Verdicts(lost_gone=sums[0], lost_back=sums[1], active_gone=sums[2], active_back=sums[3])


def _share(numerator: int, denominator: int) -> float:
    return numerator / denominator if denominator else nan

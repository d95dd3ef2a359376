"""Time to an event that has not happened in every case yet (Kaplan and Meier 1958).

Cases still waiting are censored: they count for as long as they were observed
and are not left out. Cases are counted by whole days, so a curve has at most
one step per day, however many cases there are.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from math import ceil, exp, floor, log, sqrt
from typing import TYPE_CHECKING

from wieder.models.wilson import Z_95

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

HALF = 0.5 + 1e-12
"""A tolerance in the last digit, for a curve that falls to exactly one half."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Waits:
    """The cases observed for a given number of days."""

    days: int
    events: int
    """Cases that ended after that many days."""
    censored: int
    """Cases still waiting when last seen, after that many days."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """The curve from one day on."""

    days: int
    survival: float
    """The share still waiting after that day."""
    greenwood: float
    """The sum in Greenwood's formula (1926): the variance of the survival over its square."""

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval on the log-log scale, which stays inside 0 and 1; None at 0 and 1."""
        if not 0 < self.survival < 1:
            return None
        width = exp(Z_95 * sqrt(self.greenwood) / -log(self.survival))
        return self.survival**width, self.survival ** (1 / width)


@dataclass(frozen=True, kw_only=True)
class Curve:
    """The share still waiting, by day."""

    steps: tuple[Step, ...]
    """One per day on which a case ended or was last seen."""

    def at(self, days: int) -> Step | None:
        """The step that applies after `days` days; None if no case was observed for that long."""
        if not self.steps or (days > self.steps[-1].days and self.steps[-1].survival > 0):
            return None
        index = bisect_right(self.steps, days, key=lambda step: step.days) - 1
        return self.steps[index] if index >= 0 else Step(days=0, survival=1.0, greenwood=0.0)

    def median(self) -> tuple[int | None, int | None, int | None]:
        """The day by which half are no longer waiting, and its 95 % interval (Brookmeyer and Crowley 1982).

        Each is None if the curve, or the bound of its interval, does not fall to one half.
        """
        return (
            self._first_day(lambda step: step.survival),
            self._first_day(lambda step: step.interval[0] if step.interval else step.survival),
            self._first_day(lambda step: step.interval[1] if step.interval else step.survival),
        )

    def _first_day(self, height: Callable[[Step], float]) -> int | None:
        return next((step.days for step in self.steps if height(step) <= HALF), None)


def kaplan_meier(waits: Sequence[Waits]) -> Curve:
    """Estimate the curve from `waits`, sorted by days, with each day once.

    A case last seen on the day of an event counts as waiting on that day.
    """
    at_risk = sum(wait.events + wait.censored for wait in waits)
    survival, greenwood = 1.0, 0.0
    steps = []
    for wait in waits:
        remaining = at_risk - wait.events
        survival *= remaining / at_risk if at_risk else 1.0
        greenwood += wait.events / (at_risk * remaining) if remaining else 0.0
        steps.append(Step(days=wait.days, survival=survival, greenwood=greenwood))
        at_risk = remaining - wait.censored
    return Curve(steps=tuple(steps))


def counted_quantile(waits: Sequence[Waits], share: float) -> float | None:
    """The quantile of days over the cases that ended, by linear interpolation; None if none ended."""
    totals = list(accumulate(wait.events for wait in waits))
    if not totals or not totals[-1]:
        return None
    place = share * (totals[-1] - 1)
    low, high = (waits[bisect_right(totals, rank)].days for rank in (floor(place), ceil(place)))
    return low + (high - low) * (place - floor(place))

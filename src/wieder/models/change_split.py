"""Split of a change in a ratio into the mix effect and the rate effect of each segment.

The split is symmetric: the weights of both periods count equally
(Marshall-Edgeworth weights; for two factors this is the Shapley value, the mean
over both orders in which they may have changed).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

HALF = Fraction(1, 2)


@dataclass(frozen=True, kw_only=True)
class Part:
    """One segment in one period; an absent segment has 0 for both."""

    numerator: Fraction
    denominator: Fraction


@dataclass(frozen=True, kw_only=True)
class Effect:
    """The effect of one segment on the ratio of the whole."""

    mix: Fraction
    """The effect of its share: positive if a segment above the whole grew, or one below it shrank."""
    rate: Fraction
    """The effect of its own ratio."""

    @property
    def total(self) -> Fraction:
        """The sum of both effects."""
        return self.mix + self.rate


def split_ratio(before: Sequence[Part], after: Sequence[Part]) -> tuple[Effect, ...] | None:
    """One effect per segment, in the order given; they add up exactly to the change of the ratio.

    `before` and `after` contain the same segments in the same order. With w for
    the share of the denominator, r for the ratio of a segment, R for that of the
    whole, and means over both periods: mix = (mean r - mean R) * change of w,
    rate = mean w * change of r. A segment that is new or gone has no change of r,
    so its whole effect is mix. None if the denominator of the whole is 0 in
    either period.
    """
    wholes = [sum((part.denominator for part in parts), Fraction(0)) for parts in (before, after)]
    if not all(wholes):
        return None
    totals = [
        sum((part.numerator for part in parts), Fraction(0)) / whole
        for parts, whole in zip((before, after), wholes, strict=True)
    ]
    mean_total = HALF * (totals[0] + totals[1])
    return tuple(
        _effect(one, other, (one.denominator / wholes[0], other.denominator / wholes[1]), mean_total)
        for one, other in zip(before, after, strict=True)
    )


def _effect(before: Part, after: Part, shares: tuple[Fraction, Fraction], mean_total: Fraction) -> Effect:
    rate_before, rate_after = _ratio(before, after), _ratio(after, before)
    return Effect(
        mix=(HALF * (rate_before + rate_after) - mean_total) * (shares[1] - shares[0]),
        rate=HALF * (shares[0] + shares[1]) * (rate_after - rate_before),
    )


def _ratio(part: Part, otherwise: Part) -> Fraction:
    """The ratio of a part; that of the other period if the part is absent, and 0 if both are."""
    known = part if part.denominator else otherwise
    return known.numerator / known.denominator if known.denominator else Fraction(0)

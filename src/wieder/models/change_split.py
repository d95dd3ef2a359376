"""Which part moved a ratio: its own rate, or its share of the whole.

The symmetric split of a change of a ratio over parts, with the weights of both
periods counting alike (Marshall-Edgeworth weights; for two factors this is the
Shapley value, the mean over both orders in which they may have changed).
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
    """One segment at one time; a segment that is not there has 0 of both."""

    numerator: Fraction
    denominator: Fraction


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What one segment did to the ratio of the whole."""

    mix: Fraction
    """By growing or shrinking: positive if a segment above the whole grew, or one below it shrank."""
    rate: Fraction
    """By its own ratio."""

    @property
    def total(self) -> Fraction:
        """Both."""
        return self.mix + self.rate


def split_ratio(before: Sequence[Part], after: Sequence[Part]) -> tuple[Effect, ...] | None:
    """One effect per segment, in the order given; together they are exactly the change of the ratio.

    `before` and `after` hold the same segments in the same order. With w for the
    share of the denominator, r for the ratio of a segment, R for that of the
    whole, and means over both times: mix = (mean r - mean R) * change of w, rate
    = mean w * change of r. A segment that is new or gone has no change of r, so
    all that it does is mix. None where the whole has no denominator at either
    time.
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
    """The ratio of a part, or that of the other time if it is not there; of a segment without any, 0."""
    known = part if part.denominator else otherwise
    return known.numerator / known.denominator if known.denominator else Fraction(0)

"""Random draws that are the same on every machine and in every version of Python.

Python guarantees a stable sequence across versions only for `Random.random`, so
every draw is based on it. Logarithms and cosines differ in the last bit between
C libraries and are rounded.
"""

from __future__ import annotations

from enum import IntEnum
from math import cos, log, pi, sqrt
from random import Random
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

T = TypeVar("T")

EXACT_DIGITS = 9
"""Decimals kept of results from the C library."""


class Stream(IntEnum):
    """Groups of draws that are independent of each other."""

    ARRIVALS = 1
    PEOPLE = 2
    HABITS = 3
    CONTACTS = 4
    ORDERS = 5
    GUESTS = 6
    GUEST_ORDERS = 7
    SPEND = 8


class Chance:
    """One stream of draws, for one customer or guest if `number` is given.

    Each of them has a separate stream, so that a change for one leaves all others
    unchanged.
    """

    def __init__(self, seed: int, stream: Stream, number: int = 0) -> None:
        name = (seed * 100 + stream) * 1_000_000 + number
        self._draw = Random(name).random  # noqa: S311 - made-up data, no secret

    def happens(self, probability: float) -> bool:
        """Whether an event of this probability occurs."""
        return self._draw() < probability

    def whole(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self._draw() * (high - low + 1))

    def between(self, low: float, high: float) -> float:
        """A number from `low` (inclusive) to `high` (exclusive)."""
        return low + self._draw() * (high - low)

    def pick(self, options: Sequence[T]) -> T:
        """One of `options`, all equally likely."""
        return options[int(self._draw() * len(options))]

    def weighted(self, weights: Mapping[T, int]) -> T:
        """One of the keys, with a probability proportional to its weight.

        Weights are whole, so that their sum is exact. Raises ValueError if none is above 0.
        """
        rest = self.whole(1, sum(weights.values()))
        for option, weight in weights.items():
            rest -= weight
            if rest <= 0:
                return option
        raise ValueError("at least one weight must be above 0")

    def exponential(self, mean: float) -> float:
        """An exponential variate with this mean."""
        return mean * round(-log(1.0 - self._draw()), EXACT_DIGITS)

    def gamma(self, shape: float, mean: float) -> float:
        """A gamma variate with this shape and mean, by Marsaglia and Tsang (2000)."""
        boosted = shape if shape >= 1 else shape + 1
        value = self._gamma_from_one(boosted)
        if shape < 1:
            value *= (1.0 - self._draw()) ** (1 / shape)
        return round(value / shape * mean, EXACT_DIGITS)

    def _gamma_from_one(self, shape: float) -> float:
        d = shape - 1 / 3
        while True:
            x = self._normal()
            v = (1 + x / sqrt(9 * d)) ** 3
            if v > 0 and log(1.0 - self._draw()) < x * x / 2 + d - d * v + d * log(v):
                return d * v

    def _normal(self) -> float:
        radius = sqrt(-2 * log(1.0 - self._draw()))
        return round(radius * cos(2 * pi * self._draw()), EXACT_DIGITS)

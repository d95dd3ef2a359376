"""What a purchase model knows of customers: repeat purchases, the day of the last one, and age.

Many customers have the same three numbers, and everything about them is equal;
so each distinct history is kept once, with the number of customers that have it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

SEED = 20050101


@dataclass(frozen=True, kw_only=True, eq=False)
class Histories:
    """Distinct purchase histories, in whole days since the customer's first purchase.

    All arrays have the same length. `0 <= recency <= age`, and `recency` is 0
    where `repeats` is.
    """

    repeats: Integers
    """Purchases after the first; x in the literature."""
    recency: Integers
    """Days from the first purchase to the last; t_x."""
    age: Integers
    """Days from the first purchase to the end of observation; T."""
    customers: Floats
    """How many customers have this history; positive."""

    @cached_property
    def total(self) -> float:
        """The number of customers."""
        return float(self.customers.sum())

    @property
    def size(self) -> int:
        """The number of distinct histories."""
        return self.repeats.size

    @cached_property
    def by_repeats(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Where one history with each distinct number of repeats is, and which of these each has."""
        _, first, places = np.unique(self.repeats, return_index=True, return_inverse=True)
        return first, places

    @cached_property
    def by_age(self) -> tuple[Integers, NDArray[np.intp]]:
        """The distinct ages, and the place of each history's among them."""
        return np.unique(self.age, return_inverse=True)


def distinct_histories(
    repeats: Integers, recency: Integers, age: Integers
) -> tuple[Histories, NDArray[np.intp]]:
    """The distinct histories of customers, one per element, and for each customer the place of its history.

    They are sorted by repeats, recency, age.
    """
    days = int(age.max(initial=0)) + 1
    keys = (repeats * days + recency) * days + age
    distinct, places, counts = np.unique(keys, return_inverse=True, return_counts=True)
    histories = Histories(
        repeats=distinct // (days * days),
        recency=distinct // days % days,
        age=distinct % days,
        customers=counts.astype(np.float64),
    )
    return histories, places


def sample(histories: Histories, customers: float) -> Histories:
    """About so many of the customers, drawn at random but the same ones each time."""
    share = min(1.0, customers / histories.total)
    drawn = np.random.default_rng(SEED).binomial(histories.customers.astype(np.int64), share)
    kept = drawn > 0
    return Histories(
        repeats=histories.repeats[kept],
        recency=histories.recency[kept],
        age=histories.age[kept],
        customers=drawn[kept].astype(np.float64),
    )

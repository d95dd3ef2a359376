"""Purchase histories, the input of purchase models: repeat purchases, day of the last one, and age.

Customers with the same three numbers have equal forecasts, so each distinct
history is stored once, with the number of customers who share it.
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

    All arrays have the same length. `0 <= recency <= age`, and `recency` is 0 if
    `repeats` is 0.
    """

    repeats: Integers
    """Purchases after the first; x in the literature."""
    recency: Integers
    """Days from the first purchase to the last; t_x."""
    age: Integers
    """Days from the first purchase to the end of observation; T."""
    customers: Floats
    """The number of customers with this history; positive."""

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
        """One history index per distinct number of repeats, and the index of each history's number."""
        _, first, places = np.unique(self.repeats, return_index=True, return_inverse=True)
        return first, places

    @cached_property
    def by_age(self) -> tuple[Integers, NDArray[np.intp]]:
        """The distinct ages, and for each history the index of its age among them."""
        return np.unique(self.age, return_inverse=True)


def distinct_histories(
    repeats: Integers, recency: Integers, age: Integers
) -> tuple[Histories, NDArray[np.intp]]:
    """The distinct histories of customers (one per element), and for each customer the index of its history.

    The histories are sorted by repeats, recency, age.
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
    """A random sample of about `customers` customers, with a fixed seed."""
    share = min(1.0, customers / histories.total)
    drawn = np.random.default_rng(SEED).binomial(histories.customers.astype(np.int64), share)
    kept = drawn > 0
    return Histories(
        repeats=histories.repeats[kept],
        recency=histories.recency[kept],
        age=histories.age[kept],
        customers=drawn[kept].astype(np.float64),
    )

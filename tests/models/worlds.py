"""Simulated shops with known parameters: customers buy and leave by the process of BG/NBD or MBG/NBD."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from wieder.models.histories import Histories, distinct_histories

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class World:
    """A shop; times in days."""

    r: float = 0.55
    alpha: float = 45.0
    a: float = 0.8
    b: float = 2.4
    customers: int = 4000
    longest_age: int = 600
    shortest_age: int = 0
    """Ages are distributed uniformly between the two."""
    leaves_after_first: bool = False

    @property
    def parameters(self) -> Floats:
        """The parameters in the order that the models expect."""
        return np.array([self.r, self.alpha, self.a, self.b])


@dataclass(frozen=True, kw_only=True, eq=False)
class Simulated:
    """One element per customer."""

    repeats: Integers
    recency: Integers
    age: Integers
    later: Integers
    """Purchases in the `later_days` after the end of observation."""

    @property
    def histories(self) -> Histories:
        """The distinct histories, with the number of customers."""
        return distinct_histories(self.repeats, self.recency, self.age)[0]

    @property
    def each(self) -> Histories:
        """One history per customer, in their order."""
        return Histories(
            repeats=self.repeats, recency=self.recency, age=self.age, customers=np.ones(self.age.size)
        )


def simulate(world: World, seed: int, later_days: int = 0) -> Simulated:
    """Simulate the shop; purchases are recorded by day, and several on one day count separately."""
    random = np.random.default_rng(seed)
    rate = random.gamma(world.r, 1 / world.alpha, world.customers)
    leaving = random.beta(world.a, world.b, world.customers)
    age = random.integers(world.shortest_age, world.longest_age + 1, world.customers)
    repeats, recency, later = (np.zeros(world.customers, dtype=np.int64) for _ in range(3))
    time = np.zeros(world.customers)
    buying = np.arange(world.customers)
    if world.leaves_after_first:
        buying = buying[random.random(buying.size) >= leaving[buying]]
    while buying.size:
        time[buying] += random.exponential(1, buying.size) / rate[buying]
        buying = buying[time[buying] <= age[buying] + later_days]
        seen = buying[time[buying] <= age[buying]]
        repeats[seen] += 1
        recency[seen] = np.rint(time[seen])
        later[np.setdiff1d(buying, seen, assume_unique=True)] += 1
        buying = buying[random.random(buying.size) >= leaving[buying]]
    return Simulated(repeats=repeats, recency=recency, age=age, later=later)

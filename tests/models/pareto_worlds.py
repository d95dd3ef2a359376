"""Shops simulated by Pareto/NBD and Gamma-Gamma, with known parameters, past and future."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from wieder.models.histories import Histories, distinct_histories

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class World:
    """One element per customer."""

    repeats: Integers
    recency: Integers
    age: Integers
    later: Integers
    """Purchases in the horizon."""

    @property
    def histories(self) -> Histories:
        """The distinct histories."""
        return distinct_histories(self.repeats, self.recency, self.age)[0]

    @property
    def each(self) -> Histories:
        """One history per customer."""
        return Histories(
            repeats=self.repeats, recency=self.recency, age=self.age, customers=np.ones(self.age.size)
        )


def pareto_world(
    random: Generator, customers: int, parameters: Floats, *, ages: tuple[int, int], horizon: int
) -> World:
    """Customers whose first purchase was between `ages` days ago."""
    r, alpha, s, beta = parameters
    rate = random.gamma(r, 1 / alpha, customers)
    lifetime = random.exponential(1 / random.gamma(s, 1 / beta, customers))
    age = random.integers(ages[0], ages[1], customers, endpoint=True)
    return _observed(random, rate, lifetime, age, horizon)


def spend_of(
    random: Generator, repeats: Integers, later: Integers, parameters: Floats
) -> tuple[Floats, Floats]:
    """The total cost of repeat purchases in the past and in the horizon, by Gamma-Gamma."""
    p, q, v = parameters
    rate = random.gamma(q, 1 / v, repeats.size)
    past, future = (random.gamma(np.maximum(p * count, 1e-9)) / rate for count in (repeats, later))
    return np.where(repeats > 0, past, 0.0), np.where(later > 0, future, 0.0)


def _observed(random: Generator, rate: Floats, lifetime: Floats, age: Integers, horizon: int) -> World:
    """Purchases at any time, recorded to the nearest day; several on one day count separately."""
    until = np.minimum(lifetime, age + horizon)
    counts = random.poisson(rate * until)
    customer = np.repeat(np.arange(age.size), counts)
    time = random.random(customer.size) * until[customer]
    is_past = time <= age[customer]
    recency = np.zeros(age.size, dtype=np.int64)
    np.maximum.at(recency, customer[is_past], np.rint(time[is_past]).astype(np.int64))
    return World(
        repeats=np.bincount(customer[is_past], minlength=age.size),
        recency=recency,
        age=age,
        later=np.bincount(customer[~is_past], minlength=age.size),
    )

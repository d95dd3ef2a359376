"""Who is alive and who dropped out when, in the Pareto/NBD model, for a million customers.

The papers write its likelihood with differences of hypergeometric functions,
which overflow and cancel. Without them it is what it means: a customer with x
repeat purchases, the last on day t and seen until day T, is alive at T or
dropped out on a day y between t and T,

    G(r+x) / G(r) / alpha^x * [ (1 + T/alpha)^-(r+x) * (1 + T/beta)^-s
        + integral from t to T of (1 + y/alpha)^-(r+x) * s/beta * (1 + y/beta)^-(s+1) dy ].

The integrand depends on the customer by x alone. So one table per distinct x
is cumulated from the last day back, in logarithms, and each history looks up
two places of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, gammaln

from wieder.models.day_grid import DayGrid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from wieder.models.histories import Histories

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
    Places = NDArray[np.intp]

LARGEST_TABLE = 100_000
"""Cells of one table; with its nodes and their means some 20 MB in all."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Block:
    """Histories that share one table, which has one row per distinct number of repeat purchases."""

    members: Places
    """Their places among all histories."""
    repeats: Floats
    """By row."""
    row: Places
    """By history, as the following."""
    recency: Places
    """The edge of the grid at the last purchase, as a place in the flattened table."""
    age: Places
    """The edge at the end of observation, likewise."""
    last_edge: Places
    """The edge at the end of observation, as a place on the grid."""
    customers: Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class Table:
    """Dropout by number of purchases (rows) and day (columns), up to a factor per row."""

    cells: Floats
    """The logarithm of the integral over each cell."""
    shares: Floats
    """Of the nodes (first axis) in the integral over their cell."""
    beyond: Floats
    """The logarithm of the integral from each edge to the end of the grid."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Posterior:
    """What the histories of a block say, one element per history; times the same factor as the table."""

    log_likelihood: Floats
    alive: Floats
    """The probability to be alive at the end of observation."""
    from_recency: Floats
    """The integral from the last purchase to the end of the grid, over the likelihood; at most 1."""
    from_age: Floats
    """The integral from the end of observation on, likewise."""


class Population:
    """Histories, arranged for evaluations at one set of parameters after another."""

    def __init__(self, histories: Histories) -> None:
        self.grid = DayGrid.up_to(max(int(histories.age.max(initial=0)), 1))
        self.blocks = list(_blocks(histories, self.grid))
        self.total = histories.total
        first, places = histories.by_repeats
        self.repeats = histories.repeats[first]
        self.by_repeats = np.bincount(places, histories.customers)
        self.size = histories.size

    def per_history(self, parameters: Floats, value: Callable[[Posterior], Floats]) -> Floats:
        """A value of each posterior, in the order of the histories."""
        values = np.empty(self.size)
        for block in self.blocks:
            table = dropout_table(parameters, block.repeats, self.grid)
            values[block.members] = value(posterior(parameters, block, table, self.grid))
        return values


def log_likelihoods(parameters: Floats, histories: Histories) -> Floats:
    """Of one customer with each history."""
    found = Population(histories).per_history(parameters, lambda known: known.log_likelihood)
    return found + purchases_factor(parameters, histories.repeats)


def probabilities_alive(parameters: Floats, histories: Histories) -> Floats:
    """At the end of observation, one per history."""
    return Population(histories).per_history(parameters, lambda known: known.alive)


def dropout_table(parameters: Floats, repeats: Floats, grid: DayGrid) -> Table:
    """The integrals over the days of the grid for each number of repeat purchases."""
    r, alpha, s, beta = parameters
    density = grid.log_weights + np.log(s / beta) - (s + 1) * np.log1p(grid.days / beta)
    exponents = density[:, None] - (r + repeats)[:, None] * np.log1p(grid.days / alpha)[:, None]
    largest = exponents.max(axis=0)
    shares = np.exp(exponents - largest)
    sums = shares.sum(axis=0)
    cells = largest + np.log(sums)
    return Table(cells=cells, shares=shares / sums, beyond=cumulated_back(cells))


def posterior(parameters: Floats, block: Block, table: Table, grid: DayGrid) -> Posterior:
    """Alive or dropped out, and when, for each history of a block."""
    r, alpha, s, beta = parameters
    log_alpha, log_beta = (np.log1p(grid.edges / scale)[block.last_edge] for scale in (alpha, beta))
    alive = -(r + block.repeats)[block.row] * log_alpha - s * log_beta
    recency, age = table.beyond.ravel()[block.recency], table.beyond.ravel()[block.age]
    with np.errstate(divide="ignore", invalid="ignore"):
        dead = np.where(block.recency == block.age, -np.inf, recency + np.log1p(-np.exp(age - recency)))
    log_likelihood = np.logaddexp(alive, dead)
    return Posterior(
        log_likelihood=log_likelihood,
        alive=expit(alive - dead),
        from_recency=np.exp(recency - log_likelihood),
        from_age=np.exp(age - log_likelihood),
    )


def _blocks(histories: Histories, grid: DayGrid) -> Iterator[Block]:
    first_of, rows = histories.by_repeats
    distinct = histories.repeats[first_of]
    height = max(LARGEST_TABLE // grid.edges.size, 1)
    for first in range(0, distinct.size, height):
        members = np.flatnonzero((rows >= first) & (rows < first + height))
        row, last_edge = rows[members] - first, grid.places(histories.age[members])
        yield Block(
            members=members,
            repeats=distinct[first : first + height].astype(np.float64),
            row=row,
            recency=row * grid.edges.size + grid.places(histories.recency[members]),
            age=row * grid.edges.size + last_edge,
            last_edge=last_edge,
            customers=histories.customers[members],
        )


def cumulated_back(cells: Floats) -> Floats:
    """The logarithm of the sums from each column to the last, and of 0 after it."""
    beyond = np.full((cells.shape[0], cells.shape[1] + 1), -np.inf)
    beyond[:, :-1] = np.logaddexp.accumulate(cells[:, ::-1], axis=1)[:, ::-1]
    return beyond


def purchases_factor(parameters: Floats, repeats: Floats | Integers) -> Floats:
    """The logarithm of what stands before the bracket, by the number of repeat purchases."""
    r, alpha, _, _ = parameters
    return np.asarray(gammaln(r + repeats) - gammaln(r) - repeats * np.log(alpha))

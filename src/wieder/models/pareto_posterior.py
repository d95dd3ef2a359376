"""Probabilities of being alive and of dropout by day in the Pareto/NBD model, for a million customers.

The papers write the likelihood as differences of hypergeometric functions,
which overflow and cancel. Here it is integrated directly: a customer with x
repeat purchases, the last on day t and observed until day T, is alive at T or
dropped out on a day y between t and T,

    G(r+x) / G(r) / alpha^x * [ (1 + T/alpha)^-(r+x) * (1 + T/beta)^-s
        + integral from t to T of (1 + y/alpha)^-(r+x) * s/beta * (1 + y/beta)^-(s+1) dy ].

The integrand depends on the customer through x alone. One table per distinct x
is therefore cumulated backwards from the last day, in logarithms, and each
history looks up two of its entries.
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
"""The cells of one table, which takes about 20 MB with its nodes and their means."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Block:
    """Histories that share one table, which has one row per distinct number of repeat purchases."""

    members: Places
    """Their indices among all histories."""
    repeats: Floats
    """The repeat purchases of each row of the table."""
    row: Places
    """The row of each history; all following fields are also by history."""
    recency: Places
    """The edge of the grid at the last purchase, as an index into the flattened table."""
    age: Places
    """The edge at the end of observation, as an index into the flattened table."""
    last_edge: Places
    """The edge at the end of observation, as an index into the grid."""
    customers: Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class Table:
    """Dropout by number of purchases (rows) and day (columns), up to a factor per row."""

    cells: Floats
    """The logarithm of the integral over each cell."""
    shares: Floats
    """The share of each node (first axis) in the integral over its cell."""
    beyond: Floats
    """The logarithm of the integral from each edge to the end of the grid."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Posterior:
    """The posterior of a block, one element per history, up to the same factor as the table."""

    log_likelihood: Floats
    alive: Floats
    """The probability of being alive at the end of observation."""
    from_recency: Floats
    """The integral from the last purchase to the end of the grid, divided by the likelihood."""
    from_age: Floats
    """The integral from the end of observation to the end of the grid, divided by the likelihood."""


class Population:
    """Histories arranged for repeated evaluation at different parameters."""

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
    """The log-likelihood of one customer with each history."""
    found = Population(histories).per_history(parameters, lambda known: known.log_likelihood)
    return found + purchases_factor(parameters, histories.repeats)


def probabilities_alive(parameters: Floats, histories: Histories) -> Floats:
    """The probability of being alive at the end of observation, one per history."""
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
    """The posterior of being alive or having dropped out, for each history of a block."""
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
    """The logarithm of the sum from each column to the last, with a final column of log 0."""
    beyond = np.full((cells.shape[0], cells.shape[1] + 1), -np.inf)
    beyond[:, :-1] = np.logaddexp.accumulate(cells[:, ::-1], axis=1)[:, ::-1]
    return beyond


def purchases_factor(parameters: Floats, repeats: Floats | Integers) -> Floats:
    """The logarithm of the factor before the bracket, by number of repeat purchases."""
    r, alpha, _, _ = parameters
    return np.asarray(gammaln(r + repeats) - gammaln(r) - repeats * np.log(alpha))

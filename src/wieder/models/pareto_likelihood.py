"""The likelihood of the Pareto/NBD model, with its gradient and Hessian, for a million customers.

The papers write it with differences of hypergeometric functions, which overflow
and cancel. Without them it is what it means: a customer with x repeat
purchases, the last on day t and seen until day T, is alive at T or dropped out
on a day y between t and T,

    G(r+x) / G(r) / alpha^x * [ (1 + T/alpha)^-(r+x) * (1 + T/beta)^-s
        + integral from t to T of (1 + y/alpha)^-(r+x) * s/beta * (1 + y/beta)^-(s+1) dy ].

The integrand depends on the customer by x alone. So one table per distinct x
is cumulated from the last day back, in logarithms, and each history looks up
two places of it.

Derivatives follow from those of a likelihood where the day of dropout is known,
by their expectation (Fisher's identity) and covariance (Louis 1982) over the
days on which a customer may have dropped out. All are taken in the logarithms
of r, alpha, s and beta, where none of the terms cancel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, gammaln, polygamma, psi

from wieder.models.day_grid import NODES, DayGrid
from wieder.models.maximiser import Evaluation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from wieder.models.histories import Histories

    Floats = NDArray[np.float64]
    Integers = NDArray[np.intp]

LARGEST_TABLE = 300_000
"""Cells of one table; with its nodes and their means some 50 MB in all."""
IS_PER_PURCHASE = np.array([0, 1, 0, 0])
"""The score of alpha is proportional to r + x, the others are the same for every x."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Block:
    """Histories that share one table, which has one row per distinct number of repeat purchases."""

    members: Integers
    """Their places among all histories."""
    repeats: Floats
    """By row."""
    row: Integers
    """By history, as the following."""
    recency: Integers
    """The edge of the grid at the last purchase, as a place in the flattened table."""
    age: Integers
    """The edge at the end of observation, likewise."""
    last_edge: Integers
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
    """The integral from the last purchase to the end of the grid, over the likelihood."""
    from_age: Floats
    """The integral from the end of observation on, over the likelihood."""


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


def mean_log_likelihood(log_parameters: Floats, population: Population) -> Evaluation:
    """Of a customer, with the gradient and Hessian in log r, log alpha, log s, log beta."""
    parameters, grid = np.exp(log_parameters), population.grid
    value, means = 0.0, np.zeros((4, 4))
    dropouts, survivors = np.zeros((3, NODES, grid.cells)), np.zeros((3, grid.edges.size))
    for block in population.blocks:
        table = dropout_table(parameters, block.repeats, grid)
        known = posterior(parameters, block, table, grid)
        value += float(known.log_likelihood @ block.customers)
        dropouts += _expected_dropouts(parameters, block, table, known)
        survivors += _expected_survivors(parameters, block, known, grid)
        means += _products_of_means(parameters, block, table, known, grid)
    ends = _Ends.of(parameters, grid, dropouts, survivors)
    value += float(population.by_repeats @ _factor(parameters, population.repeats))
    return Evaluation(
        value=value / population.total,
        gradient=_gradient(parameters, population, ends) / population.total,
        hessian=(_known_hessian(parameters, population, ends) + ends.products - means) / population.total,
    )


def log_likelihoods(parameters: Floats, histories: Histories) -> Floats:
    """Of one customer with each history."""
    found = Population(histories).per_history(parameters, lambda known: known.log_likelihood)
    return found + _factor(parameters, histories.repeats)


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
    return Table(cells=cells, shares=shares / sums, beyond=_cumulated_back(cells))


def posterior(parameters: Floats, block: Block, table: Table, grid: DayGrid) -> Posterior:
    """Alive or dropped out, and when, for each history of a block."""
    r, alpha, s, beta = parameters
    life, dropout = np.log1p(grid.edges / alpha), s * np.log1p(grid.edges / beta)
    alive = -(r + block.repeats)[block.row] * life[block.last_edge] - dropout[block.last_edge]
    recency, age = table.beyond.ravel()[block.recency], table.beyond.ravel()[block.age]
    with np.errstate(divide="ignore", invalid="ignore"):
        dead = np.where(block.recency == block.age, -np.inf, recency + np.log1p(-np.exp(age - recency)))
    log_likelihood = np.logaddexp(alive, dead)
    return Posterior(
        log_likelihood=log_likelihood,
        alive=expit(alive - dead),
        from_recency=np.exp(np.where(np.isneginf(dead), age, recency) - log_likelihood),
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


def _cumulated_back(cells: Floats) -> Floats:
    """The logarithm of the sums from each column to the last, and of 0 after it."""
    beyond = np.full((cells.shape[0], cells.shape[1] + 1), -np.inf)
    beyond[:, :-1] = np.logaddexp.accumulate(cells[:, ::-1], axis=1)[:, ::-1]
    return beyond


def _factor(parameters: Floats, repeats: Floats | NDArray[np.int64]) -> Floats:
    r, alpha, _, _ = parameters
    return np.asarray(gammaln(r + repeats) - gammaln(r) - repeats * np.log(alpha))


def _powers(shape: Floats) -> Floats:
    """Of r + x, to weigh by: what is the same for every x, proportional to r + x, and to its square."""
    return np.stack([np.ones_like(shape), shape, shape**2])


def _expected_survivors(parameters: Floats, block: Block, known: Posterior, grid: DayGrid) -> Floats:
    """The customers that are alive at each edge when their observation ends, by power of r + x."""
    powers = _powers((parameters[0] + block.repeats)[block.row]) * (block.customers * known.alive)
    return np.stack([np.bincount(block.last_edge, power, grid.edges.size) for power in powers])


def _expected_dropouts(parameters: Floats, block: Block, table: Table, known: Posterior) -> Floats:
    """The customers that dropped out at each node, by power of r + x.

    Those that were seen to buy before, less those whose observation had ended.
    """
    under = _exposed(block.recency, block.customers * known.from_recency, table)
    over = _exposed(block.age, block.customers * known.from_age, table)
    powers = _powers(parameters[0] + block.repeats)
    return np.stack([powers @ ((under - over) * share) for share in table.shares], axis=1)


def _exposed(places: Integers, customers: Floats, table: Table) -> Floats:
    """Customers spread over the cells from their places on, in proportion to the integrals."""
    starts = np.bincount(places, customers, table.beyond.size).reshape(table.beyond.shape)[:, :-1]
    with np.errstate(divide="ignore"):
        density = np.log(starts) - table.beyond[:, :-1]
    return np.asarray(np.exp(table.cells + np.logaddexp.accumulate(density, axis=1)))


def _products_of_means(
    parameters: Floats, block: Block, table: Table, known: Posterior, grid: DayGrid
) -> Floats:
    """The sum over customers of their expected scores, multiplied pairwise."""
    r, _, s, _ = parameters
    shape, alive, dead = (r + block.repeats)[block.row], known.alive, 1 - known.alive
    at_dropout = _means(parameters, block, table, known, grid)
    at_end = _functions(parameters, grid.edges)[:, block.last_edge] * alive
    life, elapsed, dropout, spent = at_dropout + at_end
    scores = np.stack(
        [-r * life, -shape * (1 - elapsed), dead - s * dropout, s * spent - dead + at_dropout[3]]
    )
    return np.asarray((scores * block.customers) @ scores.T)


def _means(parameters: Floats, block: Block, table: Table, known: Posterior, grid: DayGrid) -> Floats:
    """The expectations of `_functions` at dropout, 0 where alive, one column per history."""
    found = []
    for function in _functions(parameters, grid.days):
        in_cells = np.einsum("krc,kc->rc", table.shares, function)
        beyond = np.exp(_cumulated_back(table.cells + np.log(in_cells)) - _finite(table.beyond)).ravel()
        found.append(known.from_recency * beyond[block.recency] - known.from_age * beyond[block.age])
    return np.stack(found)


def _finite(logarithms: Floats) -> Floats:
    return np.maximum(logarithms, np.finfo(np.float64).min)


def _functions(parameters: Floats, days: Floats) -> Floats:
    """What the scores are made of: log(1 + y/alpha), y/(alpha + y), and the same with beta."""
    _, alpha, _, beta = parameters
    return np.stack(
        [np.log1p(days / alpha), days / (alpha + days), np.log1p(days / beta), days / (beta + days)]
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Ends:
    """Expected customers by where their purchases ended: by dropout on a node, or alive on an edge."""

    customers: Floats
    """One row per power of r + x."""
    functions: Floats
    is_dropout: Floats
    scores: Floats
    """Of r, alpha (per r + x), s and beta, without terms that are the same wherever a customer ended."""

    @classmethod
    def of(cls, parameters: Floats, grid: DayGrid, dropouts: Floats, survivors: Floats) -> _Ends:
        r, _, s, _ = parameters
        functions = _functions(parameters, np.concatenate([grid.days.ravel(), grid.edges]))
        life, elapsed, dropout, spent = functions
        is_dropout = np.concatenate([np.ones(grid.days.size), np.zeros(grid.edges.size)])
        return cls(
            customers=np.concatenate([dropouts.reshape(3, -1), survivors], axis=1),
            functions=functions,
            is_dropout=is_dropout,
            scores=np.stack(
                [-r * life, elapsed - 1, is_dropout - s * dropout, s * spent - is_dropout * (1 - spent)]
            ),
        )

    @property
    def sums(self) -> Floats:
        """The scores, over customers."""
        return np.asarray((self.scores * self.customers[IS_PER_PURCHASE]).sum(axis=1))

    @property
    def products(self) -> Floats:
        """The scores multiplied pairwise, over customers."""
        by_power = np.einsum("in,pn,jn->pij", self.scores, self.customers, self.scores)
        first, second = np.indices((4, 4))
        return np.asarray(by_power[IS_PER_PURCHASE[first] + IS_PER_PURCHASE[second], first, second])


def _gradient(parameters: Floats, population: Population, ends: _Ends) -> Floats:
    r = parameters[0]
    purchases = r * population.by_repeats @ (psi(r + population.repeats) - psi(r))
    return np.asarray(ends.sums + np.array([purchases, r * population.total, 0.0, 0.0]))


def _known_hessian(parameters: Floats, population: Population, ends: _Ends) -> Floats:
    """The expected Hessian of a likelihood where the day of dropout is known."""
    r, _, s, _ = parameters
    _, elapsed, dropout, spent = ends.functions
    same, per_purchase, _ = ends.customers
    trigamma = polygamma(1, r + population.repeats) - polygamma(1, r)
    rr = _gradient(parameters, population, ends)[0] + r * r * population.by_repeats @ trigamma
    ra = r * same @ elapsed
    aa = -per_purchase @ (elapsed * (1 - elapsed))
    ss = -s * same @ dropout
    sb = s * same @ spent
    bb = -same @ ((s + ends.is_dropout) * spent * (1 - spent))
    return np.array([[rr, ra, 0, 0], [ra, aa, 0, 0], [0, 0, ss, sb], [0, 0, sb, bb]])

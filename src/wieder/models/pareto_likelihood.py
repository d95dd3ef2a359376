"""The likelihood of the Pareto/NBD model, with its gradient and Hessian.

The derivatives follow from those of the likelihood with known day of dropout,
through their expectation (Fisher's identity) and covariance (Louis 1982) over
the days on which a customer may have dropped out. All are taken in the
logarithms of r, alpha, s and beta, in which no terms cancel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import polygamma, psi

from wieder.models.day_grid import NODES
from wieder.models.maximiser import Evaluation
from wieder.models.pareto_posterior import cumulated_back, dropout_table, posterior, purchases_factor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wieder.models.day_grid import DayGrid
    from wieder.models.pareto_posterior import Block, Population, Posterior, Table

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

IS_PER_PURCHASE = np.array([0, 1, 0, 0])
"""The score of alpha is proportional to r + x, the others are the same for every x."""


def mean_log_likelihood(log_parameters: Floats, population: Population) -> Evaluation:
    """The mean log-likelihood of a customer, with gradient and Hessian in log r, alpha, s and beta."""
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
    value += float(population.by_repeats @ purchases_factor(parameters, population.repeats))
    return Evaluation(
        value=value / population.total,
        gradient=_gradient(parameters, population, ends) / population.total,
        hessian=(_known_hessian(parameters, population, ends) + ends.products - means) / population.total,
    )


def _powers(shape: Floats) -> Floats:
    """The powers 0, 1 and 2 of r + x, one row each, as weights."""
    return np.stack([np.ones_like(shape), shape, shape**2])


def _expected_survivors(parameters: Floats, block: Block, known: Posterior, grid: DayGrid) -> Floats:
    """The expected customers alive at the edge where their observation ends, by power of r + x."""
    powers = _powers((parameters[0] + block.repeats)[block.row]) * (block.customers * known.alive)
    return np.stack([np.bincount(block.last_edge, power, grid.edges.size) for power in powers])


def _expected_dropouts(parameters: Floats, block: Block, table: Table, known: Posterior) -> Floats:
    """The expected customers who dropped out at each node, by power of r + x.

    Customers whose last purchase was earlier, minus those whose observation had already ended.
    """
    under = _exposed(block.recency, block.customers * known.from_recency, table)
    over = _exposed(block.age, block.customers * known.from_age, table)
    powers = _powers(parameters[0] + block.repeats)
    return np.stack([powers @ ((under - over) * share) for share in table.shares], axis=1)


def _exposed(places: Places, customers: Floats, table: Table) -> Floats:
    """Customers distributed over the cells from their own cell on, in proportion to the integrals."""
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
    log_alpha, share_alpha, log_beta, share_beta = at_dropout + at_end
    of_beta = s * share_beta - (dead - at_dropout[3])
    scores = np.stack([-r * log_alpha, -shape * (1 - share_alpha), dead - s * log_beta, of_beta])
    return np.asarray((scores * block.customers) @ scores.T)


def _means(parameters: Floats, block: Block, table: Table, known: Posterior, grid: DayGrid) -> Floats:
    """The expectations of `_functions` at dropout (0 if alive), one column per history."""
    found = []
    for function in _functions(parameters, grid.days):
        in_cells = np.einsum("krc,kc->rc", table.shares, function)
        beyond = np.exp(cumulated_back(table.cells + np.log(in_cells)) - _finite(table.beyond)).ravel()
        found.append(known.from_recency * beyond[block.recency] - known.from_age * beyond[block.age])
    return np.stack(found)


def _finite(logarithms: Floats) -> Floats:
    """The logarithms, with log 0 replaced by a finite number that can be subtracted from itself."""
    return np.maximum(logarithms, np.finfo(np.float64).min)


def _functions(parameters: Floats, days: Floats) -> Floats:
    """The components of the scores: log(1 + y/alpha), y/(alpha + y), and the same with beta."""
    _, alpha, _, beta = parameters
    return np.stack(
        [np.log1p(days / alpha), days / (alpha + days), np.log1p(days / beta), days / (beta + days)]
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Ends:
    """Expected customers by the point where their purchases end: dropout at a node, or alive at an edge."""

    customers: Floats
    """One row per power of r + x."""
    functions: Floats
    is_dropout: Floats
    scores: Floats
    """Of r, alpha (per r + x), s and beta, without terms that do not depend on where a customer ends."""

    @classmethod
    def of(cls, parameters: Floats, grid: DayGrid, dropouts: Floats, survivors: Floats) -> _Ends:
        r, _, s, _ = parameters
        functions = _functions(parameters, np.concatenate([grid.days.ravel(), grid.edges]))
        log_alpha, share_alpha, log_beta, share_beta = functions
        is_dropout = np.concatenate([np.ones(grid.days.size), np.zeros(grid.edges.size)])
        of_beta = s * share_beta - is_dropout * (1 - share_beta)
        return cls(
            customers=np.concatenate([dropouts.reshape(3, -1), survivors], axis=1),
            functions=functions,
            is_dropout=is_dropout,
            scores=np.stack([-r * log_alpha, share_alpha - 1, is_dropout - s * log_beta, of_beta]),
        )

    @property
    def sums(self) -> Floats:
        """The sum of the scores over customers."""
        return np.asarray((self.scores * self.customers[IS_PER_PURCHASE]).sum(axis=1))

    @property
    def products(self) -> Floats:
        """The sum of pairwise products of the scores over customers."""
        by_power = np.einsum("in,pn,jn->pij", self.scores, self.customers, self.scores)
        first, second = np.indices((4, 4))
        return np.asarray(by_power[IS_PER_PURCHASE[first] + IS_PER_PURCHASE[second], first, second])


def _gradient(parameters: Floats, population: Population, ends: _Ends) -> Floats:
    r = parameters[0]
    purchases = r * population.by_repeats @ (psi(r + population.repeats) - psi(r))
    return np.asarray(ends.sums + np.array([purchases, r * population.total, 0.0, 0.0]))


def _known_hessian(parameters: Floats, population: Population, ends: _Ends) -> Floats:
    """The expected Hessian of the likelihood with known day of dropout."""
    r, _, s, _ = parameters
    _, share_alpha, log_beta, share_beta = ends.functions
    same, per_purchase, _ = ends.customers
    trigamma = polygamma(1, r + population.repeats) - polygamma(1, r)
    rr = _gradient(parameters, population, ends)[0] + r * r * population.by_repeats @ trigamma
    ra = r * same @ share_alpha
    aa = -per_purchase @ (share_alpha * (1 - share_alpha))
    ss = -s * same @ log_beta
    sb = s * same @ share_beta
    bb = -same @ ((s + ends.is_dropout) * share_beta * (1 - share_beta))
    return np.array([[rr, ra, 0, 0], [ra, aa, 0, 0], [0, 0, ss, sb], [0, 0, sb, bb]])

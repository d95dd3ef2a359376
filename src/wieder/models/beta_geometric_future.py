"""Future purchases of a customer who is alive, under BG/NBD and MBG/NBD.

The usual formula divides by a - 1, where its numerator vanishes as well, and
needs 2F1 at arguments for which no library is reliable. Its derivative in time
has neither weakness, so the derivative is integrated numerically:

    while alive, purchases in t days, discounted continuously at the rate d
        = k times the integral from 0 to t of exp(-d s) G(v) ds / (alpha + T),
    with k = r + x, v = s / (alpha + T), and G(v) the mean of (1 + p v)^-(k + 1)
    over p ~ Beta(a, b + chances).

As a function of w = log(1 + v), (1 + v) G(v) is smooth up to any horizon. It
depends on x alone, so it is computed at a few nodes for each distinct x,
represented as a Chebyshev polynomial, and integrated for all distinct ages at once.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.polynomial import chebyshev, legendre
from scipy.special import log_expit

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from wieder.models.histories import Histories

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
    Rates = Callable[[Floats, Integers, Integers, Floats], Floats]
    """A function of parameters, repeats, chances to leave, and 1 + v."""
    Weight = Callable[[Floats, Floats], Floats]
    """A function of w, and the days in which v is measured."""

NEGLIGIBLE = 37.0
"""exp(-37) is less than the last digit of 1."""
LONGEST = 1e6
"""The longest horizon in days; without discounting, some sums diverge."""


def purchases_while_alive(
    parameters: Floats, histories: Histories, chances: Integers, days: float, daily_rate: float
) -> Floats:
    """Expected purchases in the next `days` days of customers who are alive now, one value per history.

    Each purchase has the weight exp(-daily_rate * its day). `chances` are the
    chances to leave that the customer has passed up.
    """
    discount = partial(_discount, daily_rate)
    return _integrated(
        parameters, histories, chances, _relevant(days, daily_rate), rates=_rates, weight=discount
    )


def pairs_while_alive(parameters: Floats, histories: Histories, chances: Integers, days: float) -> Floats:
    """The expectation of Y (Y - 1) for Y purchases in the next `days` days of customers who are alive now.

    After a purchase at time s, a customer who stays buys again at u > s at a
    rate that does not depend on s. The result is therefore 2 k (k + 1) times the
    integral of v H(v), with H(v) the mean of (1 - p) (1 + p v)^-(k + 2), since s
    may be any time before u.
    """
    return _integrated(
        parameters, histories, chances, min(days, LONGEST), rates=_rates_of_pairs, weight=_share_before
    )


def purchases_of_new(parameters: Floats, chances: int, ages: Floats) -> Floats:
    """Expected repeat purchases up to each age in days of customers who stay after the first purchase."""
    alpha, nothing = parameters[1], np.zeros(1, dtype=np.int64)
    longest = float(np.log1p(ages.max(initial=0.0) / alpha))
    coefficients = _coefficients(parameters, nothing, nothing + chances, longest, _rates)
    sums = _sums_over_time(
        np.full((1, 1), alpha), ages[:, None], longest, coefficients.shape[1], partial(_discount, 0.0)
    )
    return np.asarray((coefficients @ sums.T)[0])


def _integrated(
    parameters: Floats,
    histories: Histories,
    chances: Integers,
    horizon: float,
    *,
    rates: Rates,
    weight: Weight,
) -> Floats:
    """The integral over w of `rates`, which depend on x alone, times a weight by w and alpha + T."""
    alpha = parameters[1]
    first, of_repeats = histories.by_repeats
    ages, of_age = histories.by_age
    if not ages.size:
        return np.zeros(0)
    longest = float(np.log1p(horizon / (alpha + ages[0])))
    coefficients = _coefficients(parameters, histories.repeats[first], chances[first], longest, rates)
    sums = _sums_over_time((alpha + ages)[:, None], horizon, longest, coefficients.shape[1], weight)
    return np.asarray((coefficients @ sums.T)[of_repeats, of_age])


def _relevant(days: float, daily_rate: float) -> float:
    """The horizon, cut off at `LONGEST` and where discounting leaves nothing."""
    return min(days, LONGEST, NEGLIGIBLE / daily_rate if daily_rate > 0 else np.inf)


def _coefficients(
    parameters: Floats,
    repeats: Integers,
    chances: Integers,
    longest: float,
    rates: Rates,
) -> Floats:
    """The Chebyshev coefficients of `rates` for w from 0 to `longest`, one row per history."""
    points = chebyshev.chebpts1(_degree(parameters))
    stretch = np.exp((points + 1) / 2 * longest)
    values = rates(parameters, repeats, chances, stretch)
    coefficients = values @ chebyshev.chebvander(points, points.size - 1) * (2 / points.size)
    coefficients[:, 0] /= 2
    return np.asarray(coefficients)


def _degree(parameters: Floats) -> int:
    """A degree that gives eleven digits; a steep integrand (large a, customers leave early) needs more."""
    return int(np.clip(16 * np.sqrt(parameters[2]), 64, 256))


def _rates(parameters: Floats, repeats: Integers, chances: Integers, stretch: Floats) -> Floats:
    """The values of k (1 + v) G(v), one row per number of repeats and one column per 1 + v."""
    r, _, a, b = parameters
    k = r + repeats
    return np.asarray(k[:, None] * stretch * _mean_powers(stretch - 1, k + 1, a, b + chances))


def _rates_of_pairs(parameters: Floats, repeats: Integers, chances: Integers, stretch: Floats) -> Floats:
    """The values of 2 k (k + 1) (1 + v)^2 H(v), one row per number of repeats and one column per 1 + v."""
    r, _, a, b = parameters
    k, bs = r + repeats, b + chances
    staying = 2 * k * (k + 1) * bs / (a + bs)
    return np.asarray(staying[:, None] * stretch**2 * _mean_powers(stretch - 1, k + 2, a, bs + 1))


def _discount(daily_rate: float, w: Floats, scales: Floats) -> Floats:
    return np.asarray(np.exp(-daily_rate * scales * np.expm1(w)))


def _share_before(w: Floats, _: Floats) -> Floats:
    """The values of v / (1 + v)."""
    return np.asarray(-np.expm1(-w))


def _sums_over_time(
    scales: Floats, horizon: float | Floats, longest: float, degree: int, weight: Weight
) -> Floats:
    """The weighted integral of each Chebyshev polynomial over the horizon, one row per scale.

    `scales` are the days in which v is measured.
    """
    ends = np.log1p(horizon / scales)
    nodes, shares = legendre.leggauss(degree)
    w = ends * (nodes + 1) / 2
    weights = ends / 2 * shares * weight(w, scales)
    polynomials = chebyshev.chebvander(2 * w / max(longest, np.finfo(float).tiny) - 1, degree - 1)
    return np.asarray(np.einsum("an,anp->ap", weights, polynomials))


def _mean_powers(v: Floats, powers: Floats, a: float, bs: Floats) -> Floats:
    """The mean of (1 + p v)^-power over p ~ Beta(a, b), one row per power and b, one column per v.

    Computed by the trapezoidal rule in the logit of p, which reaches machine
    precision for such a function; the tails beyond its ends are geometric series.
    """
    step = min(0.25, 0.55 / np.sqrt(a))
    low = -NEGLIGIBLE - np.log1p(v.max() * powers.max())
    logits = np.arange(low, NEGLIGIBLE, step)
    log_p, log_q = log_expit(logits), log_expit(-logits)
    log_growth = np.log1p(np.exp(log_p)[:, None] * v)
    means = np.empty((powers.size, v.size))
    for row, (power, b) in enumerate(zip(powers, bs, strict=True)):
        log_weights = a * log_p + b * log_q
        log_weights -= log_weights.max()
        counted = log_weights > -2 * NEGLIGIBLE
        weights = np.exp(log_weights[counted])
        weights[0] /= -np.expm1(-a * step)
        weights[-1] /= -np.expm1(-b * step)
        means[row] = weights @ np.exp(-power * log_growth[counted]) / weights.sum()
    return means

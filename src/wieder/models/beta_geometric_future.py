"""Purchases to come of a customer who is alive, under BG/NBD and MBG/NBD.

The usual formula divides by a - 1 what vanishes there, and needs 2F1 at
places where no library is reliable. Its derivative in time has neither
weakness, so that is what is integrated:

    while alive, purchases in t days, discounted continuously at the rate d
        = k times the integral from 0 to t of exp(-d s) G(v) ds / (alpha + T),
    with k = r + x, v = s / (alpha + T), and G(v) the mean of (1 + p v)^-(k + 1)
    over p ~ Beta(a, b + chances).

In w = log(1 + v), (1 + v) G(v) is smooth out to any horizon. It depends on x
alone, so that it is computed on a few nodes for each distinct x, held as a
Chebyshev polynomial, and integrated for all distinct ages at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.polynomial import chebyshev, legendre
from scipy.special import log_expit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wieder.models.histories import Histories

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

NEGLIGIBLE = 37.0
"""exp(-37) is less than the last digit of 1."""
LONGEST = 1e6
"""Days; nobody asks for more, and without discounting some sums have no end."""


def purchases_while_alive(
    parameters: Floats, histories: Histories, chances: Integers, days: float, daily_rate: float
) -> Floats:
    """Expected purchases in the next `days` days of customers who are alive now, one value per history.

    Each counts exp(-daily_rate * its day). `chances` are those to leave that the customer let pass.
    """
    alpha = parameters[1]
    _, first, of_repeats = np.unique(histories.repeats, return_index=True, return_inverse=True)
    ages, of_age = np.unique(histories.age, return_inverse=True)
    if not ages.size:
        return np.zeros(0)
    horizon = _relevant(days, daily_rate)
    longest = float(np.log1p(horizon / (alpha + ages[0])))
    degree = _degree(parameters)
    rates = _rates(parameters, histories.repeats[first], chances[first], longest, degree)
    sums = _sums_over_time(alpha + ages, horizon, daily_rate, longest, degree)
    return np.asarray((rates @ sums.T)[of_repeats, of_age])


def _relevant(days: float, daily_rate: float) -> float:
    """The days that count: what is discounted to nothing does not."""
    return min(days, LONGEST, NEGLIGIBLE / daily_rate if daily_rate > 0 else np.inf)


def _degree(parameters: Floats) -> int:
    """Enough for eleven digits: what falls off sharply, where nobody stays long, takes more."""
    return int(np.clip(16 * np.sqrt(parameters[2]), 64, 256))


def _rates(parameters: Floats, repeats: Integers, chances: Integers, longest: float, degree: int) -> Floats:
    """The Chebyshev coefficients of k (1 + v) G(v), for w from 0 to `longest`; one row per history."""
    r, _, a, b = parameters
    points = chebyshev.chebpts1(degree)
    stretch = np.exp((points + 1) / 2 * longest)
    values = (r + repeats)[:, None] * stretch * _mean_powers(stretch - 1, r + repeats + 1, a, b + chances)
    coefficients = values @ chebyshev.chebvander(points, degree - 1) * (2 / degree)
    coefficients[:, 0] /= 2
    return np.asarray(coefficients)


def _sums_over_time(scales: Floats, horizon: float, daily_rate: float, longest: float, degree: int) -> Floats:
    """The discounted integral of each Chebyshev polynomial over the horizon, one row per element of `scales`.

    `scales` are the days that v is measured in.
    """
    ends = np.log1p(horizon / scales)[:, None]
    nodes, shares = legendre.leggauss(degree)
    w = ends * (nodes + 1) / 2
    weights = ends / 2 * shares * np.exp(-daily_rate * scales[:, None] * np.expm1(w))
    polynomials = chebyshev.chebvander(2 * w / max(longest, np.finfo(float).tiny) - 1, degree - 1)
    return np.asarray(np.einsum("an,anp->ap", weights, polynomials))


def _mean_powers(v: Floats, powers: Floats, a: float, bs: Floats) -> Floats:
    """The mean of (1 + p v)^-power over p ~ Beta(a, b), one row per power and b, one column per v.

    By the trapezoidal rule in the logit of p, which is as exact as arithmetic
    for a function like this; what lies beyond its ends is a geometric series.
    """
    step = min(0.25, 0.55 / np.sqrt(a))
    low = -NEGLIGIBLE - np.log1p(v.max() * powers.max())
    logits = np.arange(low, NEGLIGIBLE, step)
    log_p, log_q = log_expit(logits), log_expit(-logits)
    log_growth = np.log1p(np.exp(log_p)[:, None] * v)
    means = np.empty((powers.size, v.size))
    for row, (power, b) in enumerate(zip(powers, bs, strict=True)):
        log_weights = a * log_p + b * log_q
        weights = np.exp(log_weights - log_weights.max())
        weights[0] /= -np.expm1(-a * step)
        weights[-1] /= -np.expm1(-b * step)
        means[row] = weights @ np.exp(-power * log_growth) / weights.sum()
    return means

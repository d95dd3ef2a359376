"""Pareto/NBD in arithmetic of 60 digits, by the hypergeometric formulas of the papers."""

from __future__ import annotations

from typing import Any

from mpmath import exp, gamma, hyp2f1, inf, mpf, quad, workdps

DIGITS = 60
Parameters = tuple[float, float, float, float]


def likelihood(parameters: Parameters, x: int, recency: float, age: float) -> Any:
    """Likelihood of a history: Fader and Hardie (2005), A note on deriving the Pareto/NBD model, eq. 18."""
    with workdps(DIGITS):
        r, alpha, s, beta = map(mpf, parameters)
        alive = (alpha + age) ** -(r + x) * (beta + age) ** -s
        dead = s / (r + s + x) * (_tail(parameters, x, recency) - _tail(parameters, x, age))
        return gamma(r + x) / gamma(r) * alpha**r * beta**s * (alive + dead)


def probability_alive(parameters: Parameters, x: int, recency: float, age: float) -> Any:
    """The probability of being alive at the end of observation."""
    with workdps(DIGITS):
        r, alpha, s, beta = map(mpf, parameters)
        alive = gamma(r + x) / gamma(r) * alpha**r * beta**s * (alpha + age) ** -(r + x) * (beta + age) ** -s
        return alive / likelihood(parameters, x, recency, age)


def discounted_while_alive(parameters: Parameters, x: int, age: float, days: float, daily: float) -> Any:
    """The expected purchases of a customer who is alive, by quadrature in time."""
    with workdps(30):
        r, alpha, s, beta = map(mpf, parameters)
        survival = quad(
            lambda t: exp(-daily * t) * (1 + t / (beta + age)) ** -s,
            [0, 1, 10, 100, 1000, 10_000, 100_000, inf] if days == inf else [0, days / 100, days / 10, days],
        )
        return (r + x) / (alpha + age) * survival


def pairs_while_alive(parameters: Parameters, x: int, age: float, days: float) -> Any:
    """The expectation of Y (Y - 1) for a customer who is alive: twice the days before each such day."""
    with workdps(30):
        r, alpha, s, beta = map(mpf, parameters)
        squared_days = quad(lambda t: 2 * t * (1 + t / (beta + age)) ** -s, [0, days / 10, days])
        return (r + x) * (r + x + 1) / (alpha + age) ** 2 * squared_days


def _tail(parameters: Parameters, x: int, day: float) -> Any:
    r, alpha, s, beta = map(mpf, parameters)
    power = r + s + x
    if alpha >= beta:
        return hyp2f1(power, s + 1, power + 1, (alpha - beta) / (alpha + day)) / (alpha + day) ** power
    return hyp2f1(power, r + x, power + 1, (beta - alpha) / (beta + day)) / (beta + day) ** power

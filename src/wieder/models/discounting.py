"""Discounting of future purchases to their present value."""

from __future__ import annotations

from math import log1p

DAYS_PER_YEAR = 365


def daily_force(yearly_rate: float) -> float:
    """The rate d for which exp(-d t) is the present value of 1 in t days, at the discount rate per year."""
    return log1p(yearly_rate) / DAYS_PER_YEAR

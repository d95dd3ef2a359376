"""What a purchase to come is worth today."""

from __future__ import annotations

from math import log1p

DAYS_PER_YEAR = 365


def daily_force(yearly_rate: float) -> float:
    """The rate d for which exp(-d t) is the value today of 1 in t days, at `yearly_rate` a year."""
    return log1p(yearly_rate) / DAYS_PER_YEAR

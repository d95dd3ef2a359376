"""Expressions that several KPIs share, over the rows of one period and segment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder.marts.frames import pl

if TYPE_CHECKING:
    from wieder.kpis.base import Expression


def n_rows() -> pl.Expr:
    """The number of rows."""
    return pl.len()


def sum_of(column: str) -> Expression:
    """The sum of a column; null counts as 0."""
    return lambda: pl.col(column).sum()


def number_where(is_counted: Expression) -> Expression:
    """The number of rows where `is_counted` is true; null counts as false."""
    return lambda: is_counted().sum()

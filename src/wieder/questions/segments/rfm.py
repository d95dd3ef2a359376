"""RFM: scores of 1 to 5 for recency, frequency and money, and the groups of their grid."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from wieder.errors import UsageError
from wieder.locale.text import Text
from wieder.marts.frames import pl

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LEVELS = 5
FIXED_FREQUENCY = (1.0, 2.0, 4.0, 9.0)
"""Edges between 1, 2, 3-4, 5-9, and 10 or more orders."""

CELLS = tuple(product(range(1, LEVELS + 1), range(1, LEVELS + 1)))
"""Every combination of recency score and frequency-and-money score."""

GROUPS: Mapping[Text, str] = {
    Text(de="Champions", en="Champions"): "54 55 45",
    Text(de="Treue Kunden", en="Loyal"): "53 43 44 34 35",
    Text(de="Potenzielle Stammkunden", en="Potential loyalist"): "52 42",
    Text(de="Neukunden", en="New"): "51",
    Text(de="Vielversprechende", en="Promising"): "41",
    Text(de="Aufmerksamkeit nötig", en="Need attention"): "32 33",
    Text(de="Einschlafende", en="About to sleep"): "31",
    Text(de="Gefährdete", en="At risk"): "23 24 13",
    Text(de="Nicht zu verlieren", en="Can't lose them"): "25 14 15",
    Text(de="Ruhende", en="Hibernating"): "21 22",
    Text(de="Verlorene", en="Lost"): "11 12",
}
"""Cells of each group: recency score, then frequency-and-money score."""

REMEDY = 'write "NAME" = "55 54 45": recency score, then frequency-and-money score, each cell once'
A_PERCENT, B_PERCENT = 80, 95
"""Percent of revenue in class A, and in A and B together."""


def quantile_edges(values: pl.Series) -> tuple[float, ...]:
    """Return the 20, 40, 60 and 80 % quantiles of `values`, by linear interpolation; they may be equal.

    A quantile that falls on a value is exactly that value. Needs at least one value.
    """
    ordered = values.sort()
    return tuple(_quantile(ordered, level) for level in range(1, LEVELS))


def _quantile(ordered: pl.Series, level: int) -> float:
    place, rest = divmod(level * (len(ordered) - 1), LEVELS)
    low = float(ordered[place])
    return low + (float(ordered[place + 1]) - low) * rest / LEVELS if rest else low


def score(value: pl.Expr, edges: Sequence[float]) -> pl.Expr:
    """Return 1 + the number of edges strictly below the value; equal values have equal scores."""
    passed = [(value > edge).cast(pl.Int32) for edge in edges]
    return pl.sum_horizontal(pl.lit(1, pl.Int32), *passed).cast(pl.Int32)


def reversed_score(value: pl.Expr, edges: Sequence[float]) -> pl.Expr:
    """Return the score with the best one for the smallest values: the fewer days ago, the better."""
    return (len(edges) + 2 - score(value, edges)).cast(pl.Int32)


def combined_score(frequency: pl.Expr, money: pl.Expr) -> pl.Expr:
    """Return the mean of two scores, halves rounded up."""
    return ((frequency + money + 1) // 2).cast(pl.Int32)


def cell_map(groups: Mapping[str, str]) -> Mapping[tuple[int, int], int]:
    """Map each cell to the place of its group, from 1. Raises UsageError unless each cell has one group."""
    places: dict[tuple[int, int], int] = {}
    for place, (name, cells) in enumerate(groups.items(), 1):
        for text in cells.split():
            cell = _cell(name, text)
            if cell in places:
                raise UsageError(
                    f"[segments.rfm]: cell {text} of {name!r} is already in another group", REMEDY
                )
            places[cell] = place
    missing = [f"{recency}{rest}" for recency, rest in CELLS if (recency, rest) not in places]
    if missing:
        raise UsageError(f"[segments.rfm]: no group contains {', '.join(missing)}", REMEDY)
    return places


def _cell(name: str, text: str) -> tuple[int, int]:
    for cell in CELLS:
        if text == f"{cell[0]}{cell[1]}":
            return cell
    raise UsageError(f"[segments.rfm]: {text!r} of {name!r} is not a cell of the map", REMEDY)


def in_lookback() -> pl.Expr:
    """Whether a customer has an order in the look-back, as RFM, ABC and VIP require."""
    return pl.col("lookback_orders") > 0

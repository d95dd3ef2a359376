"""Check that two programs computed the same values: otherwise their times cannot be compared."""

from __future__ import annotations

import csv
import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

TOLERANCE = 1e-9
"""Relative tolerance: float sums of amounts differ in the last digits with the order of addition."""

Values = dict[tuple[str, str], float | None]
"""(KPI, first day of the period) -> value, None if unknown."""


def read_values(path: Path) -> Values:
    """The values of a CSV file with the columns kpi, period_start and value."""
    with path.open(encoding="utf-8", newline="") as file:
        return {
            (row["kpi"], row["period_start"]): float(row["value"]) if row["value"] else None
            for row in csv.DictReader(file)
        }


def differences(ours: Values, theirs: Values) -> Sequence[str]:
    """One line per value that differs or that only one side has.

    KPIs that only wieder computes are ignored: they are additional work.
    """
    known = {kpi for kpi, _ in theirs}
    keys = sorted(theirs.keys() | {key for key in ours if key[0] in known})
    missing = [f"{' '.join(key)}: only one side has it" for key in keys if (key in ours) != (key in theirs)]
    unequal = [
        f"{' '.join(key)}: {ours[key]} and {theirs[key]}"
        for key in keys
        if key in ours and key in theirs and not _are_equal(ours[key], theirs[key])
    ]
    return missing + unequal


def _are_equal(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


def refuse_differences(ours: Path, theirs: Path) -> int:
    """Return the number of values compared. Raises SystemExit with the first differences if there are any."""
    values = read_values(theirs)
    found = differences(read_values(ours), values)
    if found or not values:
        raise SystemExit("\n".join([f"{ours} and {theirs} differ in {len(found)} values", *found[:10]]))
    return len(values)

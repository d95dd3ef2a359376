"""The sample of CDNOW customers used in the papers on these models, prepared in the same way.

Fader, Hardie and Lee (2005): one in ten of the customers whose first purchase
was in the first quarter of 1997; days with several orders count once; purchases
after 1997-09-30 are the holdout. Ages are in days; the papers use weeks.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from wieder.models.histories import Histories, distinct_histories

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
    Row = tuple[str, date, float]

CALIBRATION_END = date(1997, 9, 30)
HOLDOUT_DAYS = 273
"""From the day after `CALIBRATION_END` to 1998-06-30."""
DAYS_PER_WEEK = 7


@dataclass(frozen=True, kw_only=True, eq=False)
class Customers:
    """One element per customer, in the order of their numbers."""

    number: Integers
    repeats: Integers
    recency: Integers
    age: Integers
    repeat_spend: Floats
    """Total spend on repeat days of the calibration period; 0 without one."""
    later: Integers
    """Days with purchases in the holdout."""

    @property
    def histories(self) -> Histories:
        """The distinct histories, with the number of customers."""
        return distinct_histories(self.repeats, self.recency, self.age)[0]

    @property
    def each(self) -> Histories:
        """One history per customer, in their order."""
        return Histories(
            repeats=self.repeats, recency=self.recency, age=self.age, customers=np.ones(self.age.size)
        )

    def each_of(self, *, number: int) -> Histories:
        """The history of one customer."""
        place = self.number == number
        return Histories(
            repeats=self.repeats[place],
            recency=self.recency[place],
            age=self.age[place],
            customers=np.ones(1),
        )


@cache
def cdnow_sample() -> Customers:
    """The 2,357 customers of `CDNOW_sample.txt`, which is part of the package lifetimes."""
    text = files("lifetimes").joinpath("datasets/CDNOW_sample.txt").read_text(encoding="utf-8")
    lines = (line.split() for line in text.splitlines())
    return _customers((customer, _day(day), float(amount)) for _, customer, day, _, amount in lines)


def cdnow_master(path: Path) -> Customers:
    """The 23,570 customers of `CDNOW_master.txt`."""
    lines = (line.split() for line in path.read_text(encoding="utf-8").splitlines()[1:])
    return _customers((customer, _day(day), float(amount)) for customer, day, _, amount in lines)


def _day(digits: str) -> date:
    return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))


def _customers(rows: Iterable[Row]) -> Customers:
    spent: dict[int, dict[date, float]] = defaultdict(lambda: defaultdict(float))
    for customer, day, amount in rows:
        spent[int(customer)][day] += amount
    numbers = sorted(spent)
    columns = zip(*(_history(spent[number]) for number in numbers), strict=True)
    repeats, recency, age, spend, later = map(np.array, columns)
    return Customers(
        number=np.array(numbers),
        repeats=repeats,
        recency=recency,
        age=age,
        repeat_spend=spend,
        later=later,
    )


def _history(spent: dict[date, float]) -> tuple[int, int, int, float, int]:
    days = sorted(day for day in spent if day <= CALIBRATION_END)
    first, last = days[0], days[-1]
    return (
        len(days) - 1,
        (last - first).days,
        (CALIBRATION_END - first).days,
        sum(spent[day] for day in days[1:]),
        len(spent) - len(days),
    )

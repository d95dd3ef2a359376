"""Customers in groups that may be looked at one by one: by attributes, by cohort, by segment."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import polars as pl

from wieder.analyses.segments import tell_apart
from wieder.asking.compute import WHOLE, Cut
from wieder.database import frame
from wieder.errors import UsageError
from wieder.periods import PeriodKind, period_at, period_name
from wieder.tables.schemes import scheme_of

if TYPE_CHECKING:
    from wieder.analysis import Prepared, Question
    from wieder.config import Settings
    from wieder.database import Connection


class Grouping(StrEnum):
    """What customers are grouped by beside the columns of the export."""

    COHORT = "cohort"
    """The period of the first order."""
    SEGMENT = "segment"
    """The scheme of `[segments]`, at as-of."""


@dataclass(frozen=True, kw_only=True)
class Groups:
    """The customers of a shop, each in one group."""

    members: pl.DataFrame
    """One row per identified customer: customer, segment (the number of the group)."""
    cut: Cut


FIRST_ORDERS = """
    select customer, first_segment as segment, first_day
    from customer_orders where customer is not null and sequence = 1
"""


def everybody(customers: pl.DataFrame) -> Groups:
    """The shop as a whole; `customers` has one row per identified customer."""
    return Groups(members=customers.select("customer", segment=pl.lit(0, pl.Int32)), cut=WHOLE)


def customer_groups(
    con: Connection, prepared: Prepared, question: Question, grouping: Grouping | None, settings: Settings
) -> tuple[Groups, ...]:
    """The whole shop, then the groups by attribute and by `grouping`, where they are asked for.

    Needs `analysis.prepare`. Raises UsageError for cohorts without a period.
    """
    firsts = frame(con, FIRST_ORDERS).with_columns(pl.col("segment").cast(pl.Int32))
    groups = [everybody(firsts)]
    groups += [Groups(members=firsts.drop("first_day"), cut=cut) for cut in prepared.cuts if not cut.is_whole]
    if grouping is Grouping.COHORT:
        groups.append(_by_cohort(firsts, question.kind))
    if grouping is Grouping.SEGMENT:
        groups.append(_by_segment(con, prepared, settings))
    return tuple(groups)


def _by_cohort(firsts: pl.DataFrame, kind: PeriodKind) -> Groups:
    if kind is PeriodKind.ALL:
        raise UsageError("--group cohort needs a period", "choose --period year, quarter, month or week")
    days = firsts["first_day"].unique().sort()
    names = [period_name(period_at(day, kind), kind) for day in days]
    labels = dict(enumerate(sorted(set(names)), 1))
    numbers = {name: number for number, name in labels.items()}
    number_of_day = {day: numbers[name] for day, name in zip(days, names, strict=True)}
    segment = pl.col("first_day").replace_strict(number_of_day, return_dtype=pl.Int32)
    return Groups(members=firsts.select("customer", segment=segment), cut=_cut("first_order.cohort", labels))


def _by_segment(con: Connection, prepared: Prepared, settings: Settings) -> Groups:
    """Without those whom the scheme does not tell apart."""
    scheme = scheme_of(settings.segments, prepared.scope.window_days)
    told = tell_apart(con, prepared.scope.as_of, scheme, settings, None).customers
    members = told.select("customer", segment="place").drop_nulls()
    present = set(members["segment"])
    labels = {place: name for place, name in enumerate(scheme.names, 1) if place in present}
    return Groups(members=members, cut=_cut("customer.segment", labels))


def _cut(dimension: str, labels: dict[int, str]) -> Cut:
    return Cut(labels=labels, of_orders=dimension, of_customers=dimension)

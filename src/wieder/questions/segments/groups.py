"""Groups of customers: by attribute, cohort or segment."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from wieder.asking.options import option
from wieder.errors import UsageError
from wieder.marts.frames import pl
from wieder.periods import PeriodKind, period_at, period_name
from wieder.questions.segments.schemes import scheme_of
from wieder.questions.segments.segmented import segment_customers

if TYPE_CHECKING:
    from wieder.asking.asked import Asked
    from wieder.asking.compute import Cut


class Grouping(StrEnum):
    """Groupings in addition to columns of the exports."""

    COHORT = "cohort"
    """The period of the first order."""
    SEGMENT = "segment"
    """The scheme of `[segments]`, on the report date."""


@dataclass(frozen=True, kw_only=True)
class GroupOptions:
    """Grouping of customers in addition to `--by`."""

    group: Grouping | None = option(
        "--group", help="Also group by cohort (first order), or by segment of [segments]."
    )


@dataclass(frozen=True, kw_only=True)
class Groups:
    """The customers of a shop, each in at most one group."""

    members: pl.DataFrame
    """One row per identified customer: customer, segment (the number of the group)."""
    cut: Cut


FIRST_ORDERS = "questions/segments/customer_starts"
"""The script that returns `customer, segment, first_day`, one row per identified customer."""


def everybody(customers: pl.DataFrame) -> Groups:
    """Return the whole shop as one group; `customers` has one row per identified customer."""
    from wieder.asking.compute import WHOLE

    return Groups(members=customers.select("customer", segment=pl.lit(0, pl.Int32)), cut=WHOLE)


def customer_groups(asked: Asked, kind: PeriodKind, grouping: Grouping | None) -> tuple[Groups, ...]:
    """Return the whole shop, then the groups by attribute and by `grouping` if requested.

    `kind` is the period of cohorts. Raises UsageError for cohorts with `PeriodKind.ALL`.
    """
    firsts = asked.query(FIRST_ORDERS)
    groups = [everybody(firsts)]
    groups += [Groups(members=firsts.drop("first_day"), cut=cut) for cut in asked.cuts if not cut.is_whole]
    if grouping is Grouping.COHORT:
        groups.append(_by_cohort(firsts, kind))
    if grouping is Grouping.SEGMENT:
        groups.append(_by_segment(asked))
    return tuple(groups)


def _by_cohort(firsts: pl.DataFrame, kind: PeriodKind) -> Groups:
    if kind is PeriodKind.ALL:
        raise UsageError("--group cohort needs a period", "add --period month")
    days = firsts["first_day"].unique().sort()
    names = [period_name(period_at(day, kind), kind) for day in days]
    labels = dict(enumerate(sorted(set(names)), 1))
    numbers = {name: number for number, name in labels.items()}
    number_of_day = {day: numbers[name] for day, name in zip(days, names, strict=True)}
    segment = pl.col("first_day").replace_strict(number_of_day, return_dtype=pl.Int32)
    return Groups(members=firsts.select("customer", segment=segment), cut=_cut("first_order.cohort", labels))


def _by_segment(asked: Asked) -> Groups:
    """Group customers by segment, without those outside the scheme."""
    scheme = scheme_of(asked.settings.segments, asked.basis.window_days)
    segmented = segment_customers(asked, asked.as_of, scheme).customers
    members = segmented.select("customer", segment="place").drop_nulls()
    present = set(members["segment"])
    labels = {place: name for place, name in enumerate(scheme.names, 1) if place in present}
    return Groups(members=members, cut=_cut("customer.segment", labels))


def _cut(dimension: str, labels: dict[int, str]) -> Cut:
    from wieder.asking.compute import Cut

    return Cut(labels=labels, of_orders=dimension, of_customers=dimension)

"""Who moves between segments from the end of one period to the end of the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder.kpis.base import Text, Unit
from wieder.marts.base import Type
from wieder.marts.frames import pl
from wieder.tables.base import Table, TableColumn
from wieder.tables.segment_witness import members
from wieder.tables.segments import PART_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wieder.config import Segmentation
    from wieder.periods import Period
    from wieder.tables.schemes import Scheme
    from wieder.tables.thresholds import Thresholds

NOT_YET = 0
"""The place of who has not ordered yet."""
NOT_YET_NAME = Text(de="noch kein Kunde", en="not yet a customer")
OUTSIDE_NAME = Text(de="ohne Bestellung im Rückblick", en="no order in the look-back")
"""Who is a customer and not told apart; the place after the last one of the scheme."""

COLUMNS = (
    *PART_COLUMNS,
    TableColumn(name="period_start", type=Type.DATE, label=Text(de="von", en="From")),
    TableColumn(
        name="period_end", type=Type.DATE, label=Text(de="bis (ausschließlich)", en="To (exclusive)")
    ),
    TableColumn(name="place_before", type=Type.SHORT, label=Text(de="Nr. vorher", en="No. before")),
    TableColumn(name="place_after", type=Type.SHORT, label=Text(de="Nr. nachher", en="No. after")),
    TableColumn(name="segment_before", type=Type.TEXT, label=Text(de="vorher", en="Before")),
    TableColumn(name="segment_after", type=Type.TEXT, label=Text(de="nachher", en="After")),
    TableColumn(
        name="customers", type=Type.INTEGER, label=Text(de="Kunden", en="Customers"), unit=Unit.COUNT
    ),
    TableColumn(
        name="customers_before",
        type=Type.INTEGER,
        label=Text(de="Kunden vorher", en="Before"),
        unit=Unit.COUNT,
    ),
    TableColumn(
        name="customers_after",
        type=Type.INTEGER,
        label=Text(de="Kunden nachher", en="After"),
        unit=Unit.COUNT,
    ),
    TableColumn(
        name="share_of_before",
        type=Type.FLOAT,
        label=Text(de="Anteil an vorher", en="Share of before"),
        unit=Unit.RATE,
    ),
)

MEANING = Text(
    de="Eine Zeile je Periode und Paar von Segmenten, zwischen denen Kunden gewechselt haben oder in denen sie"
    " geblieben sind: vorher am Beginn der Periode, nachher an ihrem Ende, mit denselben Schwellen. Die"
    " Zeilen- und Spaltensummen stehen daneben. Geschnitten wird nach der ersten Bestellung des Kunden.",
    en="One row per period and pair of segments that customers moved between or stayed in: before at the begin"
    " of the period, after at its end, by the same thresholds. The totals of row and column stand beside."
    " Customers are cut by their first order.",
)
KEYS = ("dimension", "segment", "period_start", "place_before", "place_after")


def moves_table(
    scheme: Scheme, settings: Segmentation, thresholds: Thresholds, periods: Sequence[Period]
) -> Table:
    """The table of these periods; `thresholds` hold at both ends of each."""
    return Table(
        id=f"segment_moves_{scheme.name}",
        label=Text(de="Wechsel zwischen Segmenten", en="Moves between segments"),
        meaning=MEANING,
        columns=COLUMNS,
        keys=KEYS,
        witness=_witness(scheme, settings, thresholds, periods),
    )


WITNESS = """
select segment, date '{start}' as period_start,
       case when known_before.customer is null then 0 else coalesce(before.place, {outside}) end as place_before,
       coalesce(after.place, {outside}) as place_after,
       count(*) as customers
from (select distinct customer, segment from witness_orders where customer is not null and day < date '{end}') as known
left join (select distinct customer from witness_orders where day < date '{start}') as known_before
    using (customer)
left join ({before} select customer, place from members) as before using (customer)
left join ({after} select customer, place from members) as after using (customer)
group by all
"""


def _witness(
    scheme: Scheme, settings: Segmentation, thresholds: Thresholds, periods: Sequence[Period]
) -> str:
    return " union all ".join(
        WITNESS.replace("{before}", members(scheme, settings, f"date '{period.start}'", thresholds))
        .replace("{after}", members(scheme, settings, f"date '{period.end}'", thresholds))
        .replace("{outside}", str(len(scheme.names) + 1))
        .replace("{start}", str(period.start))
        .replace("{end}", str(period.end))
        for period in periods
    )


def _place_names(scheme: Scheme) -> pl.DataFrame:
    """`place, name` of the segments, and of those who are in none."""
    names = [NOT_YET_NAME.en, *scheme.names, OUTSIDE_NAME.en]
    return pl.DataFrame(
        {"place": range(len(names)), "name": names}, schema={"place": pl.Int32, "name": pl.String}
    )


def states(assigned: pl.DataFrame, scheme: Scheme) -> pl.DataFrame:
    """`customer, segment, place` of everybody who has ordered, told apart or not."""
    return assigned.select("customer", "segment", pl.col("place").fill_null(len(scheme.names) + 1))


def moves_between(before: pl.DataFrame, after: pl.DataFrame, scheme: Scheme, period: Period) -> pl.DataFrame:
    """`segment`, and `COLUMNS` without the dimension, for one period; only pairs that have customers.

    `before` and `after` are the `states` at its begin and end; a row per
    `segment` of `after`, period and pair.
    """
    pairs = after.join(
        before.select("customer", "place"), on="customer", how="left", suffix="_before"
    ).select("segment", pl.col("place_before").fill_null(NOT_YET), pl.col("place").alias("place_after"))
    counts = pairs.group_by("segment", "place_before", "place_after").agg(customers=pl.len().cast(pl.Int64))
    totals = counts.with_columns(
        customers_before=pl.col("customers").sum().over("segment", "place_before"),
        customers_after=pl.col("customers").sum().over("segment", "place_after"),
        period_start=pl.lit(period.start),
        period_end=pl.lit(period.end),
    ).with_columns(share_of_before=pl.col("customers") / pl.col("customers_before"))
    names = _place_names(scheme)
    for side in ("before", "after"):
        named = names.rename({"place": f"place_{side}", "name": f"segment_{side}"})
        totals = totals.join(named, on=f"place_{side}")
    return totals

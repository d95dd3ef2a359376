"""The table of customer segments: size, orders and revenue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder.asking.table import Table, TableColumn
from wieder.locale.text import Text, Unit
from wieder.marts.base import Type
from wieder.marts.frames import pl
from wieder.questions.segments.witness import members

if TYPE_CHECKING:
    from wieder.config import Segmentation
    from wieder.questions.segments.schemes import Scheme
    from wieder.questions.segments.thresholds import Thresholds

PART_COLUMNS = (
    TableColumn(name="dimension", type=Type.TEXT, label=Text(de="Schnitt", en="Cut by")),
    TableColumn(name="segment", type=Type.TEXT, label=Text(de="Ausprägung", en="Part")),
)
"""Columns of the cut, both empty for the whole shop; labelled so because "segment" is a customer segment here."""

COLUMNS = (
    *PART_COLUMNS,
    TableColumn(name="place", type=Type.SHORT, label=Text(de="Nr.", en="No."), unit=Unit.COUNT),
    TableColumn(name="customer_segment", type=Type.TEXT, label=Text(de="Segment", en="Segment")),
    TableColumn(
        name="customers", type=Type.INTEGER, label=Text(de="Kunden", en="Customers"), unit=Unit.COUNT
    ),
    TableColumn(name="customer_share", type=Type.FLOAT, label=Text(de="Anteil", en="Share"), unit=Unit.RATE),
    TableColumn(
        name="orders", type=Type.INTEGER, label=Text(de="Bestellungen", en="Orders"), unit=Unit.COUNT
    ),
    TableColumn(name="revenue", type=Type.FLOAT, label=Text(de="Umsatz", en="Revenue"), unit=Unit.MONEY),
    TableColumn(
        name="revenue_share",
        type=Type.FLOAT,
        label=Text(de="Umsatzanteil", en="Share of revenue"),
        unit=Unit.RATE,
    ),
    TableColumn(
        name="average_order_value",
        type=Type.FLOAT,
        label=Text(de="Ø Bestellwert", en="Average order value"),
        unit=Unit.MONEY,
    ),
    TableColumn(
        name="orders_per_customer",
        type=Type.FLOAT,
        label=Text(de="Bestellungen je Kunde", en="Orders per customer"),
        unit=Unit.RATIO,
    ),
    TableColumn(
        name="repeat_purchase_rate",
        type=Type.FLOAT,
        label=Text(de="Wiederkaufrate", en="Repeat purchase rate"),
        unit=Unit.RATE,
    ),
    TableColumn(
        name="median_days_since_last_order",
        type=Type.FLOAT,
        label=Text(de="Tage seit letzter Bestellung (Median)", en="Median days since last order"),
        unit=Unit.DAYS,
    ),
)

MEANING = Text(
    de="Eine Zeile je Kundensegment am Stichtag. Jeder Kunde mit einer gültigen Bestellung ist in genau"
    " einem Segment; bei RFM, ABC und VIP zählen nur Kunden mit einer Bestellung im Rückblick. Bestellungen,"
    " Umsatz und Wiederkaufrate beziehen sich auf den Rückblick. Anonyme Bestellungen gehören keinem Kunden."
    " RFM bewertet die Tage seit der letzten Bestellung, die Zahl der Bestellungen und ihren gesamten Umsatz"
    " mit 1 bis 5 Punkten; das Segment folgt aus den ersten Punkten und dem Mittel der beiden anderen,"
    " Hälften aufgerundet.",
    en="One row per segment of customers at as-of. Every customer with a valid order is in exactly one"
    " segment; for RFM, ABC and VIP only customers with an order in the look-back are. Orders, revenue and the"
    " repeat purchase rate are those in the look-back. Anonymous orders belong to no customer. RFM scores the"
    " days since the last order, the number of orders and their total revenue with 1 to 5; the segment follows"
    " from the first score and the mean of the other two, halves rounded up.",
)

WITNESS = """
, places as (select unnest([{names}]) as customer_segment, cast(unnest(range(1, {n} + 1)) as integer) as place),
parts as (select segment, count(*) as customers, sum(lookback_revenue)::double as revenue from members group by segment)
select parts.segment, places.place, places.customer_segment,
       count(members.customer) as customers,
       count(members.customer) / parts.customers as customer_share,
       coalesce(sum(lookback_orders), 0) as orders,
       coalesce(sum(lookback_revenue), 0)::double as revenue,
       case when parts.revenue <> 0 then coalesce(sum(lookback_revenue), 0)::double / parts.revenue end as revenue_share,
       case when sum(lookback_orders) > 0 then sum(lookback_revenue)::double / sum(lookback_orders) end
           as average_order_value,
       case when count(members.customer) > 0 then sum(lookback_orders) / count(members.customer) end
           as orders_per_customer,
       avg(case when lookback_orders >= 2 then 1.0 when lookback_orders >= 0 then 0.0 end) as repeat_purchase_rate,
       median(days_since_last_order)::double as median_days_since_last_order
from parts cross join places
left join members on members.segment = parts.segment and members.place = places.place
group by parts.segment, parts.customers, parts.revenue, places.place, places.customer_segment
"""


def segments_table(scheme: Scheme, settings: Segmentation, frozen: Thresholds | None = None) -> Table:
    """Return the table of this scheme; its witness derives thresholds itself unless they are frozen."""
    names = ", ".join("'" + name.replace("'", "''") + "'" for name in scheme.names)
    members_of_all = members(scheme, settings, "(select as_of from scope)", frozen)
    return Table(
        id=f"segments_{scheme.name}",
        label=Text(de=f"Kundensegmente: {LABELS[scheme.name].de}", en=f"Segments: {LABELS[scheme.name].en}"),
        meaning=MEANING,
        columns=COLUMNS,
        keys=("dimension", "segment", "place"),
        empty={
            "revenue_share": "the revenue of all segments is 0",
            "average_order_value": "the segment has no orders",
            "orders_per_customer": "the segment has no customers",
            "repeat_purchase_rate": "as orders_per_customer",
            "median_days_since_last_order": "as orders_per_customer",
        },
        witness=members_of_all + WITNESS.replace("{names}", names).replace("{n}", str(len(scheme.names))),
    )


LABELS = {
    "rfm": Text(de="RFM", en="RFM"),
    "lifecycle": Text(de="Lebenszyklus", en="life cycle"),
    "abc": Text(de="ABC nach Umsatz", en="ABC by revenue"),
    "vip": Text(de="VIP nach Umsatz", en="VIP by revenue"),
    "rules": Text(de="eigene Regeln", en="your own rules"),
}
"""Label of each scheme."""


def segment_sizes(assigned: pl.DataFrame, scheme: Scheme) -> pl.DataFrame:
    """Return one row per part of the cut (`segment`) with customers, and segment of the scheme.

    `assigned` is the result of `schemes.assign`; customers without a place are left out. A segment without
    customers has 0 customers, orders and revenue; its averages, repeat rate and median are null.
    """
    in_segment = assigned.filter(pl.col("place").is_not_null())
    found = in_segment.group_by("segment", "place").agg(*_measures())
    places = pl.DataFrame(
        {"place": range(1, len(scheme.names) + 1), "customer_segment": scheme.names},
        schema={"place": pl.Int32, "customer_segment": pl.String},
    )
    every = found.select(pl.col("segment").unique()).join(places, how="cross")
    sizes = every.join(found, on=["segment", "place"], how="left").with_columns(
        pl.col("customers", "orders", "repeaters", "revenue").fill_null(0)
    )
    return _with_rates(sizes)


def _measures() -> tuple[pl.Expr, ...]:
    return (
        pl.len().cast(pl.Int64).alias("customers"),
        pl.col("lookback_orders").cast(pl.Int64).sum().alias("orders"),
        pl.col("lookback_revenue").sum().alias("revenue"),
        (pl.col("lookback_orders") >= 2).cast(pl.Int64).sum().alias("repeaters"),  # noqa: PLR2004 - to repeat
        pl.col("days_since_last_order").median().alias("median_days_since_last_order"),
    )


def _with_rates(sizes: pl.DataFrame) -> pl.DataFrame:
    of_all = sizes.with_columns(
        all_customers=pl.col("customers").sum().over("segment"),
        all_revenue=pl.col("revenue").sum().over("segment"),
    ).with_columns(pl.col("revenue", "all_revenue").cast(pl.Float64))
    return of_all.with_columns(
        customer_share=_ratio("customers", "all_customers"),
        revenue_share=_ratio("revenue", "all_revenue"),
        average_order_value=_ratio("revenue", "orders"),
        orders_per_customer=_ratio("orders", "customers"),
        repeat_purchase_rate=_ratio("repeaters", "customers"),
    )


def _ratio(numerator: str, denominator: str) -> pl.Expr:
    return pl.when(pl.col(denominator) != 0).then(pl.col(numerator) / pl.col(denominator))

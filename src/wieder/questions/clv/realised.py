"""Realised value: revenue per customer in the first days after the first order (LTV90, LTV365)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder.asking.table import SEGMENT_COLUMNS, Table, TableColumn, as_table
from wieder.kpis.base import State
from wieder.locale.text import Text, Unit
from wieder.marts.base import Type
from wieder.marts.frames import pl
from wieder.models.wilson import Z_95
from wieder.periods import PeriodKind
from wieder.questions.segments.groups import customer_groups

if TYPE_CHECKING:
    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.questions.segments.groups import Groups

HORIZONS = (90, 365)
UNITS_OF_MONEY = 10_000
"""The number of integer steps per unit of currency: amounts have four decimals."""


def realised_values(spent: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """One row per segment and horizon: `segment`, and the columns of `REALISED_VALUE`.

    `spent` has one row per horizon and customer observed for that long:
    horizon_days, customer, revenue. `members` has one row per customer:
    customer, segment. If no customer was observed for that long, customers is 0
    and all else null; a single customer has no interval.
    """
    horizons = pl.LazyFrame({"horizon_days": HORIZONS}, schema={"horizon_days": pl.Int32})
    wanted = members.lazy().select("segment").unique().join(horizons, how="cross")
    amount = pl.col("revenue").cast(pl.Float64)
    # Sums of integers are exact in any order; the last digits of sums of floats would depend on it.
    units = pl.col("revenue").cast(Type.MONEY.polars).to_physical().cast(pl.Int128)
    count = pl.len().cast(pl.Int128)
    squares = count * (units * units).sum() - units.sum() * units.sum()
    sums = (
        spent.lazy()
        .join(members.lazy(), on="customer")
        .group_by("segment", "horizon_days")
        .agg(
            customers=pl.len().cast(pl.Int64),
            revenue=pl.col("revenue").sum(),
            squares=squares.cast(pl.Float64),
        )
    )
    n = pl.col("customers").cast(pl.Float64)
    variance = pl.when(n > 1).then(pl.col("squares") / (n * (n - 1) * UNITS_OF_MONEY**2))
    mean, half = amount / n, Z_95 * (variance / n).sqrt()
    return (
        wanted.join(sums, on=["segment", "horizon_days"], how="left")
        .with_columns(
            customers=pl.col("customers").fill_null(0),
            value=mean,
            value_low=mean - half,
            value_high=mean + half,
            state=pl.when(n > 0).then(pl.lit(State.FINAL.value)).otherwise(pl.lit(State.NONE.value)),
        )
        .collect()
    )


REALISED_VALUE = Table(
    id="realised_value",
    label=Text(de="Bisheriger Wert je Kunde (LTV)", en="Realised value per customer (LTV)"),
    meaning=Text(
        de="Eine Zeile je Horizont: was Kunden in so vielen Tagen nach dem Tag ihrer ersten Bestellung ausgaben, die erste eingeschlossen, geteilt durch die Zahl dieser Kunden. Nur wer vor mindestens so vielen vollen Tagen zum ersten Mal bestellte, zählt; auch wer nie wiederkam. Nichts daran ist geschätzt.",
        en="One row per horizon: what customers spent in so many days after the day of their first order, that order included, divided by the number of these customers. Only who first ordered at least so many whole days ago counts; who never came back counts, too. Nothing in it is a forecast.",
    ),
    columns=(
        *SEGMENT_COLUMNS,
        TableColumn(
            name="horizon_days", type=Type.SHORT, label=Text(de="Horizont", en="Horizon"), unit=Unit.DAYS
        ),
        TableColumn(
            name="customers", type=Type.INTEGER, label=Text(de="Kunden", en="Customers"), unit=Unit.COUNT
        ),
        TableColumn(name="revenue", type=Type.MONEY, label=Text(de="Umsatz", en="Revenue"), unit=Unit.MONEY),
        TableColumn(
            name="value", type=Type.FLOAT, label=Text(de="je Kunde", en="per customer"), unit=Unit.MONEY
        ),
        TableColumn(name="value_low", type=Type.FLOAT, label=Text(de="von", en="from"), unit=Unit.MONEY),
        TableColumn(name="value_high", type=Type.FLOAT, label=Text(de="bis", en="to"), unit=Unit.MONEY),
        TableColumn(name="state", type=Type.TEXT, label=Text(de="Stand", en="State")),
    ),
    keys=("dimension", "segment", "horizon_days"),
    empty={
        "revenue": "no customer is old enough",
        "value": "as revenue",
        "value_low": "fewer than two customers are old enough",
        "value_high": "as value_low",
    },
    witness="""
        with firsts as (
            select customer, min(day) as born, any_value(segment) as segment
            from witness_orders where customer is not null group by customer
        ),
        old_enough as (
            select f.*, h.days
            from firsts f cross join (values (90), (365)) as h(days) cross join scope s
            where date_diff('day', f.born, s.as_of) > h.days
        ),
        bought as (
            select e.days, e.segment, e.customer,
                (select sum(w.revenue) from witness_orders w
                 where w.customer = e.customer and date_diff('day', e.born, w.day) <= e.days) as spent
            from old_enough e
        ),
        found as (
            select days, segment, count(*) as customers, sum(spent) as revenue, avg(spent::double) as value,
                1.959963984540054 * stddev_samp(spent::double) / sqrt(count(*)) as half
            from bought group by days, segment
        )
        select g.segment, d.days as horizon_days, coalesce(f.customers, 0) as customers, f.revenue, f.value,
            f.value - f.half as value_low, f.value + f.half as value_high
        from (select distinct segment from firsts) g
        cross join (values (90), (365)) as d(days)
        left join found f on f.segment = g.segment and f.days = d.days
    """,
)


def realised(asked: Asked, groups: Groups) -> pl.DataFrame:
    """The rows of `REALISED_VALUE` for the groups."""
    spent = [
        asked.query("questions/clv/realised_values", horizon_days=days).select(
            pl.lit(days, pl.Int32).alias("horizon_days"), pl.all()
        )
        for days in HORIZONS
    ]
    return as_table(realised_values(pl.concat(spent), groups.members), REALISED_VALUE, groups.cut)


def realised_of(asked: Asked) -> Answer[None]:
    """The realised values of the shop, and of the segments if the selection has some."""
    whole = asked.whole_span
    found = [realised(whole, groups) for groups in customer_groups(whole, PeriodKind.ALL, None)]
    return whole.answer(REALISED_VALUE, pl.concat(found), behind=None)

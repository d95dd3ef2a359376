"""How much of the revenue of a year comes again in the next one, from the same customers (NRR and GRR)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder.kpis.base import State, Text, Unit
from wieder.marts.base import Type
from wieder.marts.frames import pl
from wieder.tables.base import Table, TableColumn
from wieder.tables.periods import PERIOD_COLUMNS, SEGMENT_COLUMNS, STATE_COLUMNS, period_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wieder.kpis.base import Scope

YEAR_DAYS = 365
MART: Mapping[str, Type] = {
    "period": Type.SHORT,
    "segment": Type.SHORT,
    "customers": Type.INTEGER,
    "retained_customers": Type.INTEGER,
    "base_revenue": Type.MONEY,
    "kept_revenue": Type.MONEY,
    "following_revenue": Type.MONEY,
}
"""One row per period whose two years are known and segment with customers in the first of them."""
MEASURES = list(MART)[2:]


def revenue_retention(mart: pl.DataFrame, segments: pl.DataFrame, scope: Scope) -> pl.DataFrame:
    """One row per segment of `segments` and period of the scope: `segment`, and the columns of `REVENUE_RETENTION`.

    `mart` is of `MART`. A customer belongs to one segment, so that the counts
    of a period may be added up. Without two years before its end a period is
    unknown; without revenue in the first year a rate is.
    """
    sums = mart.lazy().group_by("period", "segment").agg(pl.col(MEASURES).sum())
    known = pl.col("period").is_in(periods_with_two_years(scope))
    measured = (
        segments.lazy()
        .join(period_rows(scope), how="cross")
        .join(sums, on=["period", "segment"], how="left")
        .with_columns(pl.when(known).then(pl.col(name).fill_null(0)).alias(name) for name in MEASURES)
    )
    base, kept, following = (
        pl.col(f"{name}_revenue").cast(pl.Float64) for name in ("base", "kept", "following")
    )
    return measured.with_columns(
        net_revenue_retention=pl.when(base > 0).then(following / base),
        gross_revenue_retention=pl.when(base > 0).then(kept / base),
        state=_state(known),
    ).collect()


def periods_with_two_years(scope: Scope) -> list[int]:
    """The periods before whose known end two years of history lie."""
    return [
        number
        for number, period in enumerate(scope.periods)
        if (min(period.end, scope.as_of) - scope.history_start).days >= 2 * YEAR_DAYS
    ]


def _state(known: pl.Expr) -> pl.Expr:
    return (
        pl.when(~known)
        .then(pl.lit(State.NONE.value))
        .when(pl.col("period_end") > pl.col("as_of"))
        .then(pl.lit(State.PARTIAL.value))
        .otherwise(pl.lit(State.FINAL.value))
    )


TYPES = {Unit.COUNT: Type.INTEGER, Unit.MONEY: Type.MONEY, Unit.RATE: Type.FLOAT}


def _column(name: str, unit: Unit, de: str, en: str) -> TableColumn:
    return TableColumn(name=name, type=TYPES[unit], label=Text(de=de, en=en), unit=unit)


REVENUE_RETENTION = Table(
    id="revenue_retention",
    label=Text(de="Umsatzbindung", en="Revenue retention"),
    meaning=Text(
        de="Eine Zeile je Zeitraum, an seinem Ende: die Kunden, die im vorletzten Jahr (365 Tage) kauften, und was sie in den 365 Tagen seither ausgaben. NRR: ihr Umsatz seither / ihr Umsatz im Jahr davor. GRR: davon je Kunde höchstens so viel wie im Jahr davor. Neukunden seither zählen nicht. Das Basisjahr enthält erste Bestellungen, nach denen die meisten Kunden eines Shops nicht wiederkommen; mit Abonnements ist der Wert nicht vergleichbar.",
        en="One row per period, at its end: the customers who bought in the year before last (365 days), and what they spent in the 365 days since. NRR: their revenue since / their revenue in the year before. GRR: of that, for each customer at most as much as in the year before. New customers since then do not count. The base year holds first orders, after which most customers of a shop do not come back; subscriptions cannot be compared with it.",
    ),
    columns=(
        *SEGMENT_COLUMNS,
        *PERIOD_COLUMNS,
        _column("customers", Unit.COUNT, "Kunden im Basisjahr", "Customers in the base year"),
        _column("retained_customers", Unit.COUNT, "davon seither", "of them since"),
        _column("base_revenue", Unit.MONEY, "Umsatz im Basisjahr", "Revenue in the base year"),
        _column("kept_revenue", Unit.MONEY, "davon gehalten", "of it kept"),
        _column("following_revenue", Unit.MONEY, "Umsatz seither", "Revenue since"),
        _column("net_revenue_retention", Unit.RATE, "NRR", "NRR"),
        _column("gross_revenue_retention", Unit.RATE, "GRR", "GRR"),
        *STATE_COLUMNS,
    ),
    keys=("dimension", "segment", "period_start"),
    witness="""
        with moments as (
            select p.period_start, least(p.period_end, s.as_of) as stop, s.history_start
            from periods p cross join scope s
        ),
        base as (
            select m.period_start, o.segment, o.customer, sum(o.revenue) as spent
            from moments m join witness_orders o on o.day between m.stop - 730 and m.stop - 366
            where o.customer is not null
            group by m.period_start, o.segment, o.customer
        ),
        since as (
            select m.period_start, o.customer, sum(o.revenue) as spent
            from moments m join witness_orders o on o.day between m.stop - 365 and m.stop - 1
            group by m.period_start, o.customer
        ),
        sums as (
            select b.period_start, b.segment, count(*) as customers, count(s.customer) as retained_customers,
                sum(b.spent) as base_revenue, sum(s.spent) as following_revenue,
                sum(case when s.spent > b.spent then b.spent else s.spent end) as kept_revenue
            from base b left join since s using (period_start, customer)
            group by b.period_start, b.segment
        )
        select g.segment, m.period_start,
            if(m.is_known, coalesce(x.customers, 0), null) as customers,
            if(m.is_known, coalesce(x.retained_customers, 0), null) as retained_customers,
            if(m.is_known, coalesce(x.base_revenue, 0), null) as base_revenue,
            if(m.is_known, coalesce(x.kept_revenue, 0), null) as kept_revenue,
            if(m.is_known, coalesce(x.following_revenue, 0), null) as following_revenue,
            if(m.is_known, coalesce(x.following_revenue, 0)::double / nullif(x.base_revenue, 0), null)
                as net_revenue_retention
        from (select *, stop - 730 >= history_start as is_known from moments) m
        cross join (select distinct segment from witness_orders where customer is not null) g
        left join sums x on x.period_start = m.period_start and x.segment = g.segment
    """,
)

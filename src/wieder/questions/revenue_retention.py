"""Net and gross revenue retention (NRR, GRR): revenue of one year that returns in the next."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from wieder.asking.options import NoOptions
from wieder.asking.question import EVERYTHING, Chapter, Question, Selector
from wieder.asking.table import (
    PERIOD_COLUMNS,
    SEGMENT_COLUMNS,
    STATE_COLUMNS,
    Table,
    TableColumn,
    as_table,
    cut_rows,
    period_rows,
)
from wieder.errors import UsageError
from wieder.kpis.base import State
from wieder.locale.text import Text, Unit
from wieder.marts.base import Type
from wieder.marts.frames import pl
from wieder.periods import PeriodKind
from wieder.writing.view import table_view

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.asking.selection import Selection
    from wieder.config import Settings
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
"""One row per period with two years of history, and segment with customers in the first year."""
MEASURES = list(MART)[2:]


def revenue_retention(mart: pl.DataFrame, segments: pl.DataFrame, scope: Scope) -> pl.DataFrame:
    """Return one row per segment of `segments` and period: `segment` and columns of `REVENUE_RETENTION`.

    `mart` has the columns `MART`. A customer belongs to one segment, so counts of a
    period add up. All values are null without two years of history before the end of the
    period; rates are null without revenue in the first year.
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
    """Return the periods with two years of history before their end, or before the report date."""
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
    empty={
        "customers": "the history is shorter than two years before the end of the period",
        "retained_customers": "as customers",
        "base_revenue": "as customers",
        "kept_revenue": "as customers",
        "following_revenue": "as customers",
        "net_revenue_retention": "as customers, or the base revenue is 0",
        "gross_revenue_retention": "as net_revenue_retention",
    },
    witness="""
        with bounds as (
            select p.period_start, least(p.period_end, s.as_of) as stop, s.history_start
            from periods p cross join scope s
        ),
        base as (
            select m.period_start, o.segment, o.customer, sum(o.revenue) as spent
            from bounds m join witness_orders o on o.day between m.stop - 730 and m.stop - 366
            where o.customer is not null
            group by m.period_start, o.segment, o.customer
        ),
        since as (
            select m.period_start, o.customer, sum(o.revenue) as spent
            from bounds m join witness_orders o on o.day between m.stop - 365 and m.stop - 1
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
        from (select *, stop - 730 >= history_start as is_known from bounds) m
        cross join (select distinct segment from witness_orders where customer is not null) g
        left join sums x on x.period_start = m.period_start and x.segment = g.segment
    """,
)

SHORT = {PeriodKind.DAY, PeriodKind.WEEK}
"""Years that end a day or a week apart hardly differ."""


def revenue_retention_of(asked: Asked, options: NoOptions) -> Answer[None]:
    """Return NRR and GRR at the end of each period shown, for the shop and for each segment."""
    del options
    shown = asked.over(*asked.shown)
    mart, segments = _revenue_years(shown), shown.query("questions/customer_segments")
    frames = [
        as_table(
            revenue_retention(cut_rows(mart, cut), cut_rows(segments, cut).unique(), shown.scope),
            REVENUE_RETENTION,
            cut,
        )
        for cut in shown.cuts
    ]
    return shown.answer(REVENUE_RETENTION, pl.concat(frames), behind=None)


def _revenue_years(asked: Asked) -> pl.DataFrame:
    """Return `MART`, by one query per period with two years of history."""
    year = timedelta(days=YEAR_DAYS)
    schema = {name: kind.polars for name, kind in MART.items()}
    parts = [pl.DataFrame(schema=schema)]
    for number in periods_with_two_years(asked.scope):
        stop = min(asked.periods[number].end, asked.as_of)
        found = asked.query("questions/revenue_years", start=stop - 2 * year, middle=stop - year, stop=stop)
        parts.append(found.select(pl.lit(number).alias("period"), pl.all()).cast(pl.Schema(schema)))
    return pl.concat(parts)


def refuse_short_periods(options: NoOptions, selection: Selection, settings: Settings) -> None:
    """Raise UsageError for days and weeks."""
    del options, settings
    if selection.kind in SHORT:
        raise UsageError(
            f"--period {selection.kind} is too short for revenue retention, which compares years",
            "use --period month",
        )


def _in_long_periods(asked: Asked) -> list[Answer[None]]:
    by_time = asked.by_time
    return [] if by_time.selection.kind in SHORT else [revenue_retention_of(by_time, NoOptions())]


QUESTION = Question(
    id="revenue-retention",
    place=13,
    chapter=Chapter.KPIS,
    help="Show net and gross revenue retention (NRR, GRR).\n\n"
    "At the end of each period: revenue of the last 365 days from customers of the 365 days before.",
    examples=("revenue-retention orders.csv --period quarter", "revenue-retention orders.csv --by channel"),
    selectors=EVERYTHING - {Selector.WINDOW, Selector.OCCASION},
    usual=PeriodKind.MONTH,
    refuse=refuse_short_periods,
    answer=revenue_retention_of,
    view=partial(table_view, without=("as_of",)),
    tables=lambda: (REVENUE_RETENTION,),
    witnessed=_in_long_periods,
)

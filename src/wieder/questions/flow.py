"""Customer flow: new, retained, reactivated and lost customers by period."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from wieder.asking.options import NoOptions, Option
from wieder.asking.question import EVERYTHING, Chapter, Instead, Question, Selector
from wieder.asking.table import (
    PERIOD_COLUMNS,
    SEGMENT_COLUMNS,
    STATE_COLUMNS,
    Table,
    TableColumn,
    count_column,
    period_rows,
)
from wieder.kpis.base import State
from wieder.kpis.retention import activity_bounds, silent_customers
from wieder.kpis.running import periods_known_since, running_total
from wieder.locale.text import Text, Unit
from wieder.marts.base import Type
from wieder.marts.customer_periods import CUSTOMER_PERIODS
from wieder.marts.frames import pl
from wieder.periods import PeriodKind
from wieder.writing.view import table_view

if TYPE_CHECKING:
    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.kpis.base import Scope

KEYS = ["segment", "period"]
COUNTS = ["active_start", "new", "retained", "reactivated", "lost", "new_lapsed", "active_end"]


def customer_flow(customer_periods: pl.DataFrame, scope: Scope) -> pl.DataFrame:
    """Return one row per segment with customers and period of the scope: `segment` and columns of `FLOW`.

    A customer is active on a day after an order within the window before it. In every
    row start + new + reactivated - lost = end. Counts are null if the history before
    the start of the period is shorter than the window.
    """
    mart = customer_periods.lazy()
    silent = running_total(
        silent_customers(mart, scope), "period", range(len(scope.periods)), ["numerator", "denominator"]
    ).rename({"denominator": "silent_at_start", "numerator": "silent_throughout"})
    counts = (
        mart.select(pl.col("segment").unique())
        .join(period_rows(scope), how="cross")
        .join(silent, on=KEYS, how="left")
        .join(_ordering_customers(mart, scope), on=KEYS, how="left")
        .with_columns(pl.exclude("segment", *PERIOD_ROWS).fill_null(0).cast(pl.Int64))
    )
    return _with_state(_add_up(counts), scope).collect()


PERIOD_ROWS = ["period", "period_start", "period_end", "as_of"]


def _ordering_customers(mart: pl.LazyFrame, scope: Scope) -> pl.LazyFrame:
    """Count the customers with an order in the period, by their status at its start and end."""
    was_active = (pl.col("previous_last_day") >= pl.col("active_since")).fill_null(value=False)
    is_new = pl.col("first_period") == pl.col("period")
    is_active = pl.col("last_day") >= pl.col("still_active_since")
    returned = ~was_active & ~is_new
    return (
        mart.join(activity_bounds(scope), on="period")
        .group_by(KEYS)
        .agg(
            ordering_at_start=was_active.sum(),
            ordering_throughout=(was_active & is_active).sum(),
            new=(is_new & is_active).sum(),
            new_lapsed=(is_new & ~is_active).sum(),
            reactivated=(returned & is_active).sum(),
            ordering_at_end=is_active.sum(),
        )
    )


def _add_up(counts: pl.LazyFrame) -> pl.LazyFrame:
    return counts.with_columns(
        active_start=pl.col("ordering_at_start") + pl.col("silent_at_start"),
        retained=pl.col("ordering_throughout") + pl.col("silent_throughout"),
        active_end=pl.col("ordering_at_end") + pl.col("silent_throughout"),
    ).with_columns(lost=pl.col("active_start") - pl.col("retained"))


def _with_state(flow: pl.LazyFrame, scope: Scope) -> pl.LazyFrame:
    """Add the quick ratio and the state of the period; unknown counts become null."""
    known = pl.col("period").is_in(periods_known_since(scope, scope.window_days))
    state = (
        pl.when(~known)
        .then(pl.lit(State.NONE.value))
        .when(pl.col("period_end") > pl.col("as_of"))
        .then(pl.lit(State.PARTIAL.value))
        .otherwise(pl.lit(State.FINAL.value))
    )
    quick_ratio = pl.when(pl.col("lost") > 0).then((pl.col("new") + pl.col("reactivated")) / pl.col("lost"))
    return flow.with_columns(pl.when(known).then(pl.col(name)).alias(name) for name in COUNTS).with_columns(
        quick_ratio=quick_ratio, state=state, window_days=pl.lit(scope.window_days, pl.Int64)
    )


FLOW = Table(
    id="flow",
    label=Text(de="Kundenbewegung", en="Customer flow"),
    meaning=Text(
        de="Eine Zeile je Zeitraum. Aktiv ist, wer im Aktivitätsfenster davor bestellt hat. Neu: erste Bestellung im Zeitraum und am Ende aktiv. Gehalten: zu Beginn und am Ende aktiv. Reaktiviert: nur am Ende aktiv, aber nicht neu. Verloren: nur zu Beginn aktiv. Beginn + neu + reaktiviert - verloren = Ende. Wer neu kam und im selben Zeitraum wieder abwanderte, steht für sich und in keiner dieser Zahlen.",
        en="One row per period. Active is who ordered within the activity window before. New: first order in the period, and active at its end. Retained: active at start and end. Reactivated: active at the end only, and not new. Lost: active at the start only. Start + new + reactivated - lost = end. Who came new and lapsed within the same period stands apart and in none of these numbers.",
    ),
    columns=(
        *SEGMENT_COLUMNS,
        *PERIOD_COLUMNS,
        count_column("active_start", "Aktiv zu Beginn", "Active at start"),
        count_column("new", "Neu", "New"),
        count_column("reactivated", "Reaktiviert", "Reactivated"),
        count_column("lost", "Verloren", "Lost"),
        count_column("active_end", "Aktiv am Ende", "Active at end"),
        count_column("retained", "Gehalten", "Retained"),
        count_column("new_lapsed", "Neu und abgewandert", "New, lapsed"),
        TableColumn(
            name="quick_ratio",
            type=Type.FLOAT,
            label=Text(de="Zugang / Verlust", en="Quick ratio"),
            unit=Unit.RATIO,
        ),
        TableColumn(
            name="window_days",
            type=Type.INTEGER,
            label=Text(de="Aktivitätsfenster", en="Activity window"),
            unit=Unit.DAYS,
        ),
        *STATE_COLUMNS,
    ),
    keys=("dimension", "segment", "period_start"),
    empty={
        "active_start": "the history before the period is shorter than the activity window",
        "new": "as active_start",
        "reactivated": "as active_start",
        "lost": "as active_start",
        "active_end": "as active_start",
        "retained": "as active_start",
        "new_lapsed": "as active_start",
        "quick_ratio": "no customer was lost, or as active_start",
    },
    witness="""
        with first_days as (
            select customer, segment, min(day) as first_day
            from witness_orders where customer is not null group by customer, segment
        ),
        bounds as (
            select p.period, p.period_start, least(p.period_end, s.as_of) as period_stop, s.window_days,
                p.period_start - s.window_days >= s.history_start as is_known
            from periods p cross join scope s
        ),
        at_start as (
            select distinct m.period, o.customer, o.segment
            from bounds m join witness_orders o
                on o.day >= m.period_start - m.window_days and o.day < m.period_start
            where o.customer is not null
        ),
        at_end as (
            select distinct m.period, o.customer, o.segment
            from bounds m join witness_orders o
                on o.day >= m.period_stop - m.window_days and o.day < m.period_stop
            where o.customer is not null
        ),
        newcomers as (
            select m.period, f.customer, f.segment
            from bounds m join first_days f on f.first_day >= m.period_start and f.first_day < m.period_stop
        ),
        standing as (
            select period, segment, s.customer is not null as was, e.customer is not null as still,
                n.customer is not null as came
            from at_start s
            full join at_end e using (period, customer, segment)
            full join newcomers n using (period, customer, segment)
        ),
        counts as (
            select period, segment, count(*) filter (was) as active_start,
                count(*) filter (came and still) as new, count(*) filter (came and not still) as new_lapsed,
                count(*) filter (was and still) as retained, count(*) filter (was and not still) as lost,
                count(*) filter (still and not was and not came) as reactivated,
                count(*) filter (still) as active_end
            from standing group by period, segment
        )
        select g.segment, m.period_start,
            if(m.is_known, coalesce(c.active_start, 0), null) as active_start,
            if(m.is_known, coalesce(c.new, 0), null) as new,
            if(m.is_known, coalesce(c.reactivated, 0), null) as reactivated,
            if(m.is_known, coalesce(c.lost, 0), null) as lost,
            if(m.is_known, coalesce(c.active_end, 0), null) as active_end,
            if(m.is_known, coalesce(c.retained, 0), null) as retained,
            if(m.is_known, coalesce(c.new_lapsed, 0), null) as new_lapsed,
            if(m.is_known and c.lost > 0, (c.new + c.reactivated) / c.lost, null) as quick_ratio
        from bounds m
        cross join (select distinct segment from first_days) g
        left join counts c on c.period = m.period and c.segment = g.segment
    """,
)


def flow_of(asked: Asked, options: NoOptions) -> Answer[None]:
    """Return the flow in the periods shown, for the shop and for each segment."""
    del options
    return asked.tabulated(FLOW, CUSTOMER_PERIODS, customer_flow)


QUESTION = Question(
    id="flow",
    place=10,
    chapter=Chapter.CUSTOMERS,
    help="Show new, retained, won-back and lost customers.",
    examples=("flow orders.csv --period quarter", "flow orders.csv --by channel --from 2025"),
    selectors=EVERYTHING - {Selector.OCCASION},
    usual=PeriodKind.MONTH,
    answer=flow_of,
    view=partial(table_view, without=("window_days", "as_of")),
    tables=lambda: (FLOW,),
    witnessed=lambda asked: [flow_of(asked.by_time, NoOptions())],
    instead=(
        Instead(
            option=Option(flags=("--revenue",), help="Use `wieder revenue-retention` instead."),
            kind=bool,
            question="revenue-retention",
        ),
    ),
)

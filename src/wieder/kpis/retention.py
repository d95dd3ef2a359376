"""KPIs of retention and churn: from period to period, and in the active base (Kundenbindungsrate)."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from wieder.kpis.base import Better, Family, Interval, Kpi, Scope, Shown
from wieder.kpis.running import periods_known_since, running_total
from wieder.locale.text import Text, Unit
from wieder.marts.customer_periods import CUSTOMER_PERIODS
from wieder.marts.frames import pl

retention_kpi = partial(
    Kpi, family="retention", mart=CUSTOMER_PERIODS, unit=Unit.RATE, minimum_n=30, interval=Interval.WILSON
)


def retained_from_previous(mart: pl.LazyFrame, scope: Scope) -> pl.LazyFrame:
    """Customers of the period before who bought again / customers of the period before.

    The first period has no row, since the period before it is unknown.
    """
    buyers = mart.filter(pl.col("period") >= 0)
    base = buyers.group_by("segment", pl.col("period") + 1).agg(denominator=pl.len())
    retained = buyers.filter(pl.col("previous_period") == pl.col("period") - 1)
    numerators = retained.group_by("segment", "period").agg(numerator=pl.len())
    return (
        base.filter(pl.col("period") < len(scope.periods))
        .join(numerators, on=["segment", "period"], how="left")
        .with_columns(pl.col("numerator").fill_null(0), n=pl.col("denominator"))
    )


period_retention_rate = retention_kpi(
    id="period_retention_rate",
    better=Better.UP,
    label=Text(de="Bindung zum Vorzeitraum", en="Period retention rate"),
    meaning=Text(
        de="Anteil der Kunden des vorigen Zeitraums, die auch in diesem Zeitraum gekauft haben.",
        en="Share of the previous period's customers who bought in this period too.",
    ),
    formula=Text(
        de="Kunden beider Zeiträume / Kunden des vorigen Zeitraums",
        en="customers of both periods / customers of the previous period",
    ),
    table=retained_from_previous,
    witness="""
        with buyers as (
            select distinct p.period, o.customer, o.segment
            from periods p join witness_orders o on o.day >= p.period_start and o.day < p.period_end
            where o.customer is not null
        )
        select before.period + 1, before.segment, count(now.customer), count(*)
        from buyers before
        left join buyers now on now.customer = before.customer and now.period = before.period + 1
        where before.period + 1 in (select period from periods)
        group by before.period + 1, before.segment
    """,
)


def base_retention(mart: pl.LazyFrame, scope: Scope) -> pl.LazyFrame:
    """Customers active at the start and at the end of the period / active at the start.

    A customer with an order in [t - window, t) is active at t. A period is
    missing if the history does not cover the whole window before its start.
    """
    events = pl.concat([silent_customers(mart, scope), _ordering_customers(mart, scope)])
    totals = running_total(events, "period", range(len(scope.periods)), ["numerator", "denominator"])
    known = periods_known_since(scope, scope.window_days)
    return totals.filter(pl.col("period").is_in(known)).with_columns(n=pl.col("denominator"))


def silent_customers(mart: pl.LazyFrame, scope: Scope) -> pl.LazyFrame:
    """Active customers without an order in the period, as changes of a running total.

    `denominator` is for those active at the start of the period, `numerator` for those also active at
    its end; the columns are `segment`, `period`, `numerator`, `denominator`.
    """
    stretches = mart.group_by("segment", "period", "last_day", "next_period").agg(customers=pl.len())
    silence = stretches.select(
        "segment",
        "customers",
        begins=pl.col("period") + 1,
        ends=pl.col("next_period").fill_null(len(scope.periods)),
        active_starts=_days_before_lapse(scope, [period.start for period in scope.periods]),
        active_ends=_days_before_lapse(scope, _known_ends(scope)),
    )
    active = _change_over("denominator", silence, pl.min_horizontal("ends", "active_starts"))
    retained = _change_over("numerator", silence, pl.min_horizontal("ends", "active_ends"))
    return pl.concat([active, retained])


def _known_ends(scope: Scope) -> list[object]:
    return [min(period.end, scope.as_of) for period in scope.periods]


def _days_before_lapse(scope: Scope, days: list[object]) -> pl.Expr:
    """The number of sorted `days` on which a customer whose last order was on `last_day` is still active."""
    active_until = pl.col("last_day") + pl.duration(days=scope.window_days)
    return pl.lit(pl.Series(days, dtype=pl.Date)).search_sorted(active_until, side="right").cast(pl.Int32)


def _change_over(column: str, silence: pl.LazyFrame, stop: pl.Expr) -> pl.LazyFrame:
    """Changes that add `customers` to `column` from the period `begins` until before the period `stop`."""
    spans = silence.select("segment", "customers", "begins", stop=stop).filter(
        pl.col("begins") < pl.col("stop")
    )
    steps = [("begins", 1), ("stop", -1)]
    other = "denominator" if column == "numerator" else "numerator"
    return pl.concat(
        spans.group_by("segment", period=bound)
        .agg((pl.col("customers").sum().cast(pl.Int64) * step).alias(column))
        .with_columns(pl.lit(0, pl.Int64).alias(other))
        .select("segment", "period", "numerator", "denominator")
        for bound, step in steps
    )


def activity_bounds(scope: Scope) -> pl.LazyFrame:
    """One row per period: `period`, `active_since`, `still_active_since`.

    A customer with an order from `active_since` up to the period is active at its start; one with an
    order from `still_active_since` up to its end is active at its end.
    """
    window = timedelta(days=scope.window_days)
    return pl.LazyFrame(
        {
            "period": range(len(scope.periods)),
            "active_since": [period.start - window for period in scope.periods],
            "still_active_since": [end - window for end in _known_ends(scope)],  # type: ignore[operator]
        },
        schema={"period": pl.Int32, "active_since": pl.Date, "still_active_since": pl.Date},
    )


def _ordering_customers(mart: pl.LazyFrame, scope: Scope) -> pl.LazyFrame:
    """Customers with an order in a period who were active at its start: added there, removed in the next."""
    active = mart.join(activity_bounds(scope), on="period").filter(
        pl.col("previous_last_day") >= pl.col("active_since")
    )
    counts = active.group_by("segment", "period").agg(
        numerator=(pl.col("last_day") >= pl.col("still_active_since")).sum().cast(pl.Int64),
        denominator=pl.len().cast(pl.Int64),
    )
    undone = counts.with_columns(pl.col("period") + 1, -pl.col("numerator"), -pl.col("denominator"))
    return pl.concat([counts, undone]).select("segment", "period", "numerator", "denominator")


def lost_from_base(results: pl.LazyFrame, scope: Scope) -> pl.LazyFrame:
    """Customers active at the start of the period but not at its end / active at the start."""
    del scope
    lost = pl.col("denominator") - pl.col("numerator")
    return results.select("segment", "period", "denominator", "n", "immature", numerator=lost)


BASE_WITNESS = """
    active_at_start as (
        select distinct p.period, o.customer, o.segment
        from periods p cross join scope s
        join witness_orders o on o.day >= p.period_start - s.window_days and o.day < p.period_start
        where o.customer is not null and p.period_start - s.window_days >= s.history_start
    ),
    active_at_end as (
        select distinct p.period, o.customer
        from periods p cross join scope s
        join witness_orders o
            on o.day >= least(p.period_end, s.as_of) - s.window_days and o.day < least(p.period_end, s.as_of)
        where o.customer is not null
    )
"""

base_retention_rate = retention_kpi(
    id="base_retention_rate",
    shown={Shown.TILE: 7, Shown.HEADLINE: 3, Shown.SUMMARY: 9, Shown.CHURN: 2},
    better=Better.UP,
    label=Text(de="Kundenbindungsrate", en="Base retention rate"),
    meaning=Text(
        de="Anteil der zu Beginn des Zeitraums aktiven Kunden, die es auch an seinem Ende sind. Aktiv ist, wer im Aktivitätsfenster davor bestellt hat; zwischendurch Abgewanderte und Zurückgekehrte zählen als gebunden.",
        en="Share of the customers active at the start of the period who are active at its end too. Active means an order within the activity window before; who lapsed and came back counts as kept.",
    ),
    formula=Text(
        de="zu Beginn und am Ende aktive Kunden / zu Beginn aktive Kunden",
        en="customers active at start and end / customers active at the start",
    ),
    maturity=Text(
        de="erst ab einem Aktivitätsfenster nach Beginn der Daten",
        en="only from one activity window after the data begin",
    ),
    table=base_retention,
    witness=f"""
        with {BASE_WITNESS}
        select s.period, s.segment, count(e.customer), count(*)
        from active_at_start s left join active_at_end e on e.period = s.period and e.customer = s.customer
        group by s.period, s.segment
    """,
)

churn_rate = retention_kpi(
    id="churn_rate",
    shown={Shown.CHURN: 1},
    mart=None,
    factors=(base_retention_rate.id,),
    better=Better.DOWN,
    label=Text(de="Abwanderungsrate", en="Churn rate"),
    meaning=Text(
        de="Anteil der zu Beginn des Zeitraums aktiven Kunden, die es an seinem Ende nicht mehr sind: ihre letzte Bestellung liegt länger zurück als das Aktivitätsfenster. Eine Regel, keine Kündigung; sie können zurückkehren.",
        en="Share of the customers active at the start of the period who are not at its end: their last order is older than the activity window. A rule, not a cancellation; they can come back.",
    ),
    formula=Text(
        de="zu Beginn, aber nicht am Ende aktive Kunden / zu Beginn aktive Kunden",
        en="customers active at the start but not at the end / customers active at the start",
    ),
    maturity=base_retention_rate.maturity,
    table=lost_from_base,
    witness=f"""
        with {BASE_WITNESS}
        select s.period, s.segment, count(*) filter (e.customer is null), count(*)
        from active_at_start s left join active_at_end e on e.period = s.period and e.customer = s.customer
        group by s.period, s.segment
    """,
)

FAMILY = Family(
    place=5,
    label=Text(de="Kundenbindung und Abwanderung", en="Retention and churn"),
    kpis=(period_retention_rate, base_retention_rate, churn_rate),
)

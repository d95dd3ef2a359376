"""One analysis from a shop's canonical tables to results: what every command that prints numbers calls."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from wieder.asking import building, dimensions
from wieder.asking.comparisons import with_comparisons
from wieder.asking.compute import WHOLE, Cut, compute
from wieder.asking.usual_range import with_usual_range
from wieder.bridge import bridge, coverage
from wieder.database import frame, script
from wieder.errors import DataError, UsageError
from wieder.kpis import REGISTRY
from wieder.kpis.base import Scope
from wieder.marts import MARTS
from wieder.marts.base import CutBy
from wieder.marts.customer_periods import CUSTOMER_PERIODS
from wieder.notices import Notice
from wieder.periods import Period, PeriodKind, periods_between
from wieder.placed_orders import are_placed
from wieder.tables.cohort_rules import CohortRules
from wieder.tables.cohorts import COLUMNS, cohort_cells
from wieder.validity import classify
from wieder.verify import Verification, check_all
from wieder.windows import choose_window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wieder.config import Settings
    from wieder.database import Connection
    from wieder.notices import Notify


@dataclass(frozen=True, kw_only=True)
class Question:
    """What the user wants to know; dates are local days of the shop."""

    kind: PeriodKind = PeriodKind.ALL
    by: tuple[str, ...] = ()
    """Columns to cut by, crossed with each other; none for the whole shop only."""
    top: int | None = None
    """Of the segments, only so many with most orders; the rest is one segment."""
    as_of: date | None = None
    """The first day that does not count any more; None: the day of the last order."""
    since: date | None = None
    """First day shown (inclusive)."""
    until: date | None = None
    """First day not shown any more (exclusive)."""
    incomplete: bool = False
    """Show the period that is not over at as-of, too."""
    today: date
    """The clock, read once by the command line. Orders dated later are not believed."""


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """The answer, still as numbers."""

    question: Question
    scope: Scope
    shown: tuple[Period, ...]
    """The periods that the user asked for; the scope has earlier ones to compare with."""
    cuts: tuple[Cut, ...]
    """The whole shop, and the segments if some were asked for."""
    computed: tuple[pl.DataFrame, ...]
    """`results.SCHEMA`, for each cut and all periods of the scope."""
    results: pl.DataFrame
    """The periods shown, the whole shop first, then the segments; compared, and with the usual range."""
    cohorts: pl.DataFrame
    """`tables.cohorts.COLUMNS`, of all periods of the scope, without averages; empty if time is not cut."""
    bridge: pl.DataFrame
    """`bridge.SCHEMA`, for the days of the periods shown."""
    currency: str
    """ISO code, or empty where the export names none."""
    amount_includes: tuple[str, ...] | None
    """Which of tax and shipping are in the amounts of the exports; None where that is not known."""
    customer_periods: pl.DataFrame
    """The mart of that grain, for tables that are made beside the KPIs."""

    @property
    def shown_span(self) -> Period:
        """From the first day to the last of what is shown."""
        return Period(self.shown[0].start, min(self.shown[-1].end, self.scope.as_of))


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """What is settled before anything is computed."""

    scope: Scope
    shown: tuple[Period, ...]
    """The periods of the scope that the user asked for."""
    cuts: tuple[Cut, ...]
    """The whole shop, and the segments if some were asked for."""


def prepare(con: Connection, question: Question, settings: Settings, notify: Notify) -> Prepared:
    """Settle what is computed, and make the views that marts and witnesses read.

    Raises DataError if no valid order is left, UsageError for a column or a
    span that is not there.
    """
    classify(con, settings, notify)
    scope = find_scope(con, question, settings, notify)
    shown = shown_periods(scope, question)
    dimension = dimensions.resolve_dimension(con, question.by, question.top)
    building.prepare(con, scope, settings.orders.occasion, dimension, are_placed=are_placed(con, settings))
    return Prepared(scope=scope, shown=shown, cuts=_cuts(con, dimension))


def analyse(con: Connection, question: Question, settings: Settings, notify: Notify) -> Analysis:
    """Compute every KPI for the question. Raises what `prepare` raises."""
    prepared = prepare(con, question, settings, notify)
    warn_of_unknown_past(con, prepared, settings, notify)
    return _answer(con, question, prepared, settings)


USUAL_GAP_SHARE = 0.9


def warn_of_unknown_past(con: Connection, prepared: Prepared, settings: Settings, notify: Notify) -> None:
    """Who is first seen soon after the data begin may be an old customer: nine of ten gaps must pass."""
    if settings.orders.complete_history:
        return
    gap = building.gap_quantile(con, USUAL_GAP_SHARE)
    begin = prepared.scope.history_start
    if gap is None or prepared.shown[0].start >= begin + timedelta(days=gap):
        return
    trusted = begin + timedelta(days=gap)
    doubt = f"who ordered before then counts as new; until about {trusted} new customers are too many"
    remedy = (
        f"--from {trusted} leaves that time out; complete_history = true in [orders] says that nobody did"
    )
    values = {"begin": begin, "trusted": trusted, "since": trusted.isoformat()}
    notify(Notice("history-start", f"the data begin on {begin}, and {doubt}", remedy, values=values))


def as_a_whole(con: Connection, analysis: Analysis, settings: Settings) -> Analysis:
    """The same orders once more over the whole span that is shown, not cut by time or segment."""
    span = analysis.shown_span
    question = replace(analysis.question, kind=PeriodKind.ALL, by=(), since=span.start, until=span.end)
    scope = replace(analysis.scope, periods=(span,))
    return _answer(con, question, Prepared(scope=scope, shown=(span,), cuts=(WHOLE,)), settings)


@dataclass(frozen=True, kw_only=True)
class Reconciliation:
    """What became of every row."""

    bridge: pl.DataFrame
    """`bridge.SCHEMA`, for the days of the periods shown."""
    currency: str
    """ISO code, or empty where the export names none."""
    amount_includes: tuple[str, ...] | None
    """Which of tax and shipping are in the amounts of the exports; None where that is not known."""


def reconcile(con: Connection, question: Question, settings: Settings, notify: Notify) -> Reconciliation:
    """The bridge alone, also where no order is valid and so there is no KPI."""
    classify(con, settings, notify)
    shown, as_of = Period(date.min, date.max), date.max
    if building.has_valid_orders(con):
        scope = find_scope(con, question, settings, notify)
        periods = shown_periods(scope, question)
        shown, as_of = Period(periods[0].start, periods[-1].end), scope.as_of
    currency = settings.report.currency or find_currency(con)
    steps = bridge(con, shown, as_of)
    notify(coverage(steps))
    includes = find_amount_includes(con, settings)
    return Reconciliation(bridge=steps, currency=currency, amount_includes=includes)


def _answer(con: Connection, question: Question, prepared: Prepared, settings: Settings) -> Analysis:
    scope, shown = prepared.scope, prepared.shown
    frames = building.build(con, scope.periods, MARTS.values())
    computed = tuple(compute(frames, scope, REGISTRY.values(), cut) for cut in prepared.cuts)
    return Analysis(
        question=question,
        scope=scope,
        shown=shown,
        cuts=prepared.cuts,
        computed=computed,
        results=_shown_results(pl.concat(computed), question.kind, shown),
        cohorts=_cohorts(con, scope, question.kind),
        bridge=bridge(con, Period(shown[0].start, shown[-1].end), scope.as_of),
        currency=settings.report.currency or find_currency(con),
        amount_includes=find_amount_includes(con, settings),
        customer_periods=frames[CUSTOMER_PERIODS],
    )


def _cuts(con: Connection, dimension: dimensions.Dimension) -> tuple[Cut, ...]:
    if not dimension.columns:
        return (WHOLE,)
    segments = Cut(
        labels=building.segment_labels(con),
        of_orders=dimension.name(CutBy.ORDER),
        of_customers=dimension.name(CutBy.FIRST_ORDER),
    )
    return (WHOLE, segments)


def _shown_results(results: pl.DataFrame, kind: PeriodKind, shown: Sequence[Period]) -> pl.DataFrame:
    compared = with_usual_range(with_comparisons(results, kind), kind)
    return compared.filter(pl.col("period_start").is_in([period.start for period in shown]))


def _cohorts(con: Connection, scope: Scope, kind: PeriodKind) -> pl.DataFrame:
    """Classic retention by calendar age, with the cells of the period that runs."""
    if kind is PeriodKind.ALL:
        return pl.DataFrame(schema={column.name: column.polars for column in COLUMNS})
    rules = CohortRules(kind=kind, incomplete=True)
    cells = cohort_cells(building.cohort_ages(con, rules.step_days), scope, scope.periods, rules, WHOLE)
    return cells.filter(pl.col("cohort_start").is_not_null())


def find_scope(con: Connection, question: Question, settings: Settings, notify: Notify) -> Scope:
    """The periods to compute and what is known of them. Needs `validity.classify` to have run."""
    orders = building.span(con)
    as_of = question.as_of or _last_complete_day(orders, question.today, notify)
    if as_of <= orders.first_day:
        raise DataError(
            f"no valid order is older than the as-of day {as_of}: the first is of {orders.first_day}",
            "give a later --as-of",
        )
    return Scope(
        periods=_computed_periods(question, orders.first_day, as_of),
        history_start=orders.first_day,
        as_of=as_of,
        window_days=_window_days(con, settings, orders.first_day, as_of, notify),
        maximum_lifetime_years=settings.retention.maximum_lifetime_years,
    )


def _window_days(
    con: Connection, settings: Settings, history_start: date, as_of: date, notify: Notify
) -> int:
    """The window that was set, or the one that the data give; both candidates are said with the reason."""
    window_days = settings.retention.window_days
    if window_days != "auto":
        return window_days
    choice = choose_window(frame(con, script("order_gaps"), {"as_of": as_of}), history_start, as_of)
    if choice is None:
        raise DataError(
            "no customer ordered on two days, so the data say nothing about a window",
            "give one, such as --window 180",
        )
    notify(choice.notice)
    return choice.days


def _last_complete_day(orders: building.Span, today: date, notify: Notify) -> date:
    """The end of the last day that is surely complete: only a later order proves that a day is over."""
    if orders.last_day > today:
        notify(
            Notice(
                "future-orders",
                f"as of {today}: orders dated later are left out",
                "set another day with --as-of",
                values={"day": today},
            )
        )
        return today
    last = f"{orders.last_day}, the day of the last order, may not be over"
    left_out = f"its {orders.orders_on_last_day} orders are left out"
    next_day = orders.last_day + timedelta(days=1)
    notify(
        Notice(
            "as-of",
            f"as of {orders.last_day} (exclusive): {last}, and {left_out}",
            f"--as-of {next_day} counts them",
            values={"day": orders.last_day, "n": orders.orders_on_last_day, "next_day": next_day.isoformat()},
        )
    )
    return orders.last_day


def _computed_periods(question: Question, first_day: date, as_of: date) -> tuple[Period, ...]:
    if question.kind is not PeriodKind.ALL:
        return periods_between(question.kind, first_day, as_of)
    start = max(first_day, question.since or first_day)
    end = min(as_of, question.until or as_of)
    if start >= end:
        raise _no_period(question, first_day, as_of)
    return (Period(start, end),)


def shown_periods(scope: Scope, question: Question) -> tuple[Period, ...]:
    """The periods wholly between `since` and `until` that are over, or all that began if wanted."""
    shown = tuple(period for period in scope.periods if _is_shown(period, scope, question))
    if not shown:
        raise _no_period(question, scope.history_start, scope.as_of)
    return shown


def _is_shown(period: Period, scope: Scope, question: Question) -> bool:
    if question.kind is PeriodKind.ALL:
        return True
    is_late_enough = question.since is None or period.start >= question.since
    is_early_enough = question.until is None or period.end <= question.until
    return is_late_enough and is_early_enough and (question.incomplete or period.end <= scope.as_of)


def _no_period(question: Question, first_day: date, as_of: date) -> UsageError:
    last_day = as_of - timedelta(days=1)
    name = "period" if question.kind is PeriodKind.ALL else f"whole {question.kind}"
    return UsageError(
        f"there is no {name} with orders in that span: the data reach from {first_day} to {last_day}",
        "choose another --from, --to or --period, or add --incomplete",
    )


def find_currency(con: Connection) -> str:
    """The currency of the orders, or an empty text where they name none (or several)."""
    rows = con.execute("select distinct currency from orders where currency is not null limit 2").fetchall()
    return str(rows[0][0]) if len(rows) == 1 else ""


def find_amount_includes(con: Connection, settings: Settings) -> tuple[str, ...] | None:
    """Which of tax and shipping the amounts include: as set, or as the formats of all exports say alike.

    None where that is not known, or not the same for all.
    """
    if settings.orders.amount_includes is not None:
        return settings.orders.amount_includes
    is_kept = (
        "select 1 from duckdb_columns() where table_name = 'profiles' and column_name = 'amount_includes'"
    )
    if not con.execute(is_kept).fetchall():
        return None  # a store of an older wieder
    found = con.execute(
        "select distinct amount_includes from profiles where table_name = 'orders'"
    ).fetchall()
    return tuple(found[0][0]) if len(found) == 1 and found[0][0] is not None else None


def verifications(con: Connection, analysis: Analysis) -> tuple[Verification, ...]:
    """Every result of the analysis, in all periods of its scope, against the witnesses.

    `con` is the connection that the analysis was made with.
    """
    building.set_periods(con, analysis.scope.periods)
    return tuple(
        verification
        for cut, computed in zip(analysis.cuts, analysis.computed, strict=True)
        for verification in check_all(con, computed, analysis.scope, cut)
    )

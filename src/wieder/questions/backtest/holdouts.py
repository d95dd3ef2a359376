"""The holdouts of a back-test: customers included, orders left out, and actual purchases afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from wieder.asking.question import Chapter, Question, Selector
from wieder.asking.table import Table, TableColumn, count_column
from wieder.asking.view import View
from wieder.locale.text import Text, Unit
from wieder.marts.base import Type
from wieder.marts.frames import pl
from wieder.questions.backtest.plan import USUAL_HORIZON, TrialOptions, plan_trials, where_tried

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.locale.text import Lang
    from wieder.questions.backtest.trials import Trial


def holdout_row(customers: pl.DataFrame, cutoff: date, end: date) -> pl.DataFrame:
    """The row of one cut-off date, without the counts of questions/backtest/holdout_counts.sql.

    `customers` has one row per customer known by then (see questions/backtest/purchase_histories.sql).
    """
    age = (pl.lit(cutoff) - pl.col("first_day")).dt.total_days()
    is_repeater = pl.col("purchase_days") > 1
    return customers.select(
        moment=pl.lit(cutoff),
        horizon_end=pl.lit(end),
        customers=pl.len(),
        young_customers=(age < (end - cutoff).days).sum(),
        orders=pl.col("orders").sum(),
        merged_orders=(pl.col("orders") - pl.col("purchase_days")).sum(),
        repeaters=is_repeater.sum(),
        repeaters_without_spend=(is_repeater & (pl.col("repeat_revenue") <= 0)).sum(),
        buyers=(pl.col("future_days") > 0).sum(),
        purchases=pl.col("future_days").sum(),
        revenue=pl.col("future_revenue").sum(),
    )


def with_shares(rows: pl.DataFrame) -> pl.DataFrame:
    """Add the shares to the rows with all counts, giving `HOLDOUTS.schema`."""
    base_rate = pl.when(pl.col("customers") > 0).then(1 - pl.col("buyers") / pl.col("customers"))
    merged = pl.when(pl.col("orders") > 0).then(pl.col("merged_orders") / pl.col("orders"))
    named = rows.with_columns(base_rate=base_rate, merged_rate=merged)
    return named.select(*HOLDOUTS.schema).cast(HOLDOUTS.schema).sort("moment")


def holdout_counts(asked: Asked, trial: Trial) -> pl.DataFrame:
    """The counts of one trial: one row, all counts of `HOLDOUTS`."""
    unseen = asked.query("questions/backtest/holdout_counts", until=trial.cutoff, horizon_end=trial.end)
    return pl.concat([holdout_row(trial.customers, trial.cutoff, trial.end), unseen], how="horizontal")


def holdouts_table(cutoffs: Sequence[date], horizon_days: int) -> Table:
    """The table `HOLDOUTS`, with a witness for these cut-off dates."""
    days = ", ".join(f"date '{cutoff}'" for cutoff in cutoffs)
    return replace(HOLDOUTS, witness=WITNESS.format(moments=days, horizon=horizon_days))


WITNESS = """
    with moments as (
        select unnest([{moments}]) as moment, {horizon} as horizon
    ),
    orders_seen as (
        select moment, horizon, customer, day, revenue, refunded, day < moment as is_before,
            min(day) over (partition by moment, customer) as first_day
        from moments join witness_orders on day < moment + horizon
    ),
    of_customers as (
        select moment, customer, horizon, first_day, count(*) filter (is_before) as n_orders,
            count(distinct day) filter (is_before) as n_days,
            count(distinct day) filter (not is_before) as n_later,
            sum(revenue) filter (is_before and day > first_day) as repeat_spend,
            sum(revenue) filter (not is_before) as later_spend
        from orders_seen where customer is not null
        group by moment, customer, horizon, first_day
    ),
    known as (
        select moment, moment + horizon as horizon_end, count(*) as customers,
            count(*) filter (date_diff('day', first_day, moment) < horizon) as young_customers,
            sum(n_orders) as orders, sum(n_orders) - sum(n_days) as merged_orders,
            count(*) filter (n_days >= 2) as repeaters,
            count(*) filter (n_days >= 2 and repeat_spend <= 0) as repeaters_without_spend,
            count(*) filter (n_later > 0) as buyers, sum(n_later) as purchases,
            coalesce(sum(later_spend), 0) as revenue, avg((n_later = 0)::integer) as base_rate,
            1 - sum(n_days) / sum(n_orders) as merged_rate
        from of_customers where first_day < moment group by moment, horizon
    ),
    unseen as (
        select moment, count(*) filter (customer is null and is_before) as anonymous_orders,
            count(*) filter (customer is not null and is_before and refunded > 0) as refunded_orders,
            count(distinct customer) filter (first_day >= moment) as later_customers,
            coalesce(sum(revenue) filter (customer is not null and first_day >= moment), 0) as later_revenue
        from orders_seen group by moment
    )
    select * from known join unseen using (moment)
"""


def _measure(name: str, de: str, en: str, unit: Unit) -> TableColumn:
    return TableColumn(name=name, type=Type.FLOAT, label=Text(de=de, en=en), unit=unit)


HOLDOUTS = Table(
    id="holdouts",
    label=Text(de="Woran die Prognosen gemessen sind", en="What forecasts are held against"),
    meaning=Text(
        de="Eine Zeile je Zeitpunkt: Kunden mit einer Bestellung vorher, und was sie im Horizont danach taten. Bestellungen eines Tages sind ein Kauf. Kunden, die erst im Horizont kamen, konnte keine Prognose kennen; sie sind nur gezählt. Jung ist, wer kürzer als ein Horizont bekannt war. Umsatz vor Erstattungen.",
        en="One row per moment: customers with an order before it, and what they did in the horizon after it. The orders of one day are one purchase. Customers who came within the horizon could be in no forecast; they are counted only. Young is who was known for less than a horizon. Revenue before refunds.",
    ),
    columns=(
        TableColumn(name="moment", type=Type.DATE, label=Text(de="Zeitpunkt", en="Moment")),
        TableColumn(
            name="horizon_end", type=Type.DATE, label=Text(de="Bis ausschließlich", en="Until (exclusive)")
        ),
        count_column("customers", "Kunden", "Customers"),
        count_column("young_customers", "davon jung", "of them young"),
        count_column("orders", "Bestellungen", "Orders"),
        count_column("merged_orders", "selber Tag", "Same day"),
        _measure("merged_rate", "Anteil", "Share", Unit.RATE),
        count_column("repeaters", "Wiederkäufer", "Repeaters"),
        count_column("repeaters_without_spend", "ohne Umsatz", "Without spend"),
        count_column("anonymous_orders", "Anonyme Bestellungen", "Anonymous orders"),
        count_column("refunded_orders", "Erstattete", "Refunded"),
        count_column("buyers", "Käufer danach", "Buyers after"),
        count_column("purchases", "Käufe danach", "Purchases after"),
        _measure("revenue", "Umsatz danach", "Revenue after", Unit.MONEY),
        _measure("base_rate", "ohne Kauf", "No purchase", Unit.RATE),
        count_column("later_customers", "Später gekommen", "Came later"),
        _measure("later_revenue", "deren Umsatz", "Their revenue", Unit.MONEY),
    ),
    keys=("moment",),
    empty={
        "merged_rate": "there are no orders before the cut-off date",
        "base_rate": "there are no customers before the cut-off date",
    },
    witness=WITNESS,
)


def holdouts_of(asked: Asked, options: TrialOptions) -> Answer[None]:
    """The counts of each holdout; no model is fitted. Raises the errors of `plan_trials` and `trials`."""
    from wieder.questions.backtest.notices import plan_notice
    from wieder.questions.backtest.trials import trials

    plan = plan_trials(asked.scope, options.rules)
    asked.notify(plan_notice(plan, options.rules))
    found = with_shares(pl.concat(holdout_counts(asked, trial) for trial in trials(asked, plan)))
    return asked.answer(holdouts_table(plan.cutoffs, plan.horizon_days), found, behind=None)


def holdouts_view(answer: Answer[None], options: TrialOptions, lang: Lang) -> View:
    """One row per cut-off date for programs; for readers one row per count, one column per cut-off date."""
    from wieder.questions.backtest.grids import holdout_grid

    del options
    return View(
        frame=answer.frame, grids=lambda: [holdout_grid(answer.frame, HOLDOUTS, lang, answer.currency)]
    )


QUESTION = Question(
    id="holdouts",
    place=50,
    chapter=Chapter.FORECASTS,
    help="Show the customers and orders behind a back-test.\n\n"
    "For each cut-off date: customers included, orders left out, and actual purchases afterwards.",
    examples=("holdouts orders.csv", "holdouts orders.csv --horizon 90 --moments 2"),
    options=TrialOptions,
    selectors=frozenset({Selector.AS_OF}),
    answer=holdouts_of,
    view=holdouts_view,
    tables=lambda: (holdouts_table([date(2024, 1, 1)], USUAL_HORIZON),),
    witnessed=lambda asked: where_tried(asked.whole_span.whole_shop, holdouts_of),
)

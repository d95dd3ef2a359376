"""Marketing spend and customer acquisition cost by period."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder.asking.options import NoOptions
from wieder.asking.question import EVERYTHING, Chapter, Question, Selector
from wieder.asking.table import (
    PERIOD_COLUMNS,
    STATE_COLUMNS,
    Table,
    TableColumn,
    count_column,
    money_column,
    period_rows,
)
from wieder.asking.view import View
from wieder.kpis.base import State
from wieder.locale.text import Text, Unit
from wieder.marts.base import Type
from wieder.marts.frames import pl
from wieder.marts.spend_by_period import SPEND_BY_PERIOD
from wieder.periods import PeriodKind

if TYPE_CHECKING:
    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.kpis.base import Scope
    from wieder.locale.text import Lang


def spend_rows(mart: pl.DataFrame, scope: Scope) -> pl.DataFrame:
    """Return one row per period with spend data: the columns of `SPEND` and `segment`."""
    spend, retention = (pl.col(name).cast(pl.Float64) for name in ("spend", "retention_spend"))
    is_open = (pl.col("period_end") > pl.col("as_of")) | (pl.col("unknown_days") > 0)
    return (
        mart.join(period_rows(scope).collect(), on="period")
        .with_columns(
            acquisition_spend=pl.col("spend") - pl.col("retention_spend"),
            retention_share=pl.when(spend > 0).then(retention / spend),
            cac=pl.when(pl.col("new_customers") > 0).then((spend - retention) / pl.col("new_customers")),
            state=pl.when(is_open).then(pl.lit(State.PARTIAL.value)).otherwise(pl.lit(State.FINAL.value)),
        )
        .select(*(name for name in SPEND.schema), "segment")
    )


def spend_of(asked: Asked, options: NoOptions) -> Answer[None]:
    """Return the spend of the shop in the periods shown, with a notice if new customers are uncertain."""
    del options
    asked.warn_of_truncated_history()
    return asked.tabulated(SPEND, SPEND_BY_PERIOD, spend_rows)


def spend_view(answer: Answer[None], options: NoOptions, lang: Lang) -> View:
    """Return the view of the table, without the report date for readers."""
    from wieder.writing.grids import table_grid

    del options
    shown = answer.frame.drop("as_of")
    return View(frame=answer.frame, grids=lambda: [table_grid(shown, answer.table, lang, answer.currency)])


SPEND = Table(
    id="spend",
    label=Text(de="Ausgaben für Kunden", en="Spend on customers"),
    meaning=Text(
        de="Eine Zeile je Zeitraum, von dem Ausgaben bekannt sind: vom ersten bis zum letzten Tag des Exports. Ausgaben gelten der Kundengewinnung, wenn ihr Zweck nicht die Kundenbindung ist (retention, Bindung, Kundenbindung, Bestandskunden). Neukunden sind Kunden, deren erste gültige Bestellung auf einen der bekannten Tage fällt; wer auch ohne Werbung gekommen wäre, zählt mit.",
        en="One row per period with spend data, from the first to the last day of the export. Spend counts as acquisition unless its purpose is retention (retention, Bindung, Kundenbindung, Bestandskunden). New customers have their first valid order on a day covered by the data; those who would have come anyway are included.",
    ),
    columns=(
        *PERIOD_COLUMNS,
        count_column("days", "Bekannte Tage", "Known days"),
        count_column("unknown_days", "Unbekannte Tage", "Unknown days"),
        money_column("spend", "Ausgaben", "Spend", Type.MONEY),
        money_column("acquisition_spend", "Für Neukunden", "On acquisition", Type.MONEY),
        money_column("retention_spend", "Für Kundenbindung", "On retention", Type.MONEY),
        TableColumn(
            name="retention_share",
            type=Type.FLOAT,
            label=Text(de="Anteil Kundenbindung", en="Share on retention"),
            unit=Unit.RATE,
        ),
        count_column("new_customers", "Neukunden", "New customers"),
        money_column("cac", "Kosten je Neukunde", "Customer acquisition cost"),
        *STATE_COLUMNS,
    ),
    keys=("period_start",),
    empty={
        "retention_share": "the spend is 0",
        "cac": "there are no new customers",
    },
    witness="""
        with span as (
            select greatest(min(spent_on), (select history_start from scope)) as a, max(spent_on) as z
            from witness_spend
        ),
        firsts as (
            select customer, min(day) as day from witness_orders where customer is not null group by customer
        ),
        kinds as (
            select spent_on, amount, coalesce(
                regexp_full_match(purpose, '(?i)retention|(kunden)?bindung|bestandskunden'), false
            ) as keeps
            from witness_spend
        ),
        bounds as (
            select p.period_start, p.period_end, greatest(p.period_start, s.a) as first_day,
                least(p.period_end - 1, s.z) as last_day,
                least(p.period_end, (select as_of from scope))
                    - greatest(p.period_start, (select history_start from scope)) as all_days
            from periods p cross join span s
            where s.a <= s.z and p.period_start <= s.z and p.period_end > s.a
        )
        select b.period_start,
            last_day - first_day + 1 as days,
            all_days - (last_day - first_day + 1) as unknown_days,
            coalesce((
                select sum(k.amount) from kinds k where k.spent_on between b.first_day and b.last_day
            ), 0)::double as spend,
            coalesce((
                select sum(k.amount) from kinds k
                where k.keeps and k.spent_on between b.first_day and b.last_day
            ), 0)::double as retention_spend,
            (select count(*) from firsts f where f.day between b.first_day and b.last_day) as new_customers
        from bounds b
    """,
)

QUESTION = Question(
    id="spend",
    place=15,
    chapter=Chapter.KPIS,
    help="Show marketing spend and acquisition cost by period.\n\n"
    "Also shows the share spent on retention. Needs an export of spend together with the orders.",
    examples=("spend orders.csv spend.csv --from 2025", "spend orders.csv spend.csv --period quarter"),
    selectors=EVERYTHING - {Selector.BY, Selector.TOP, Selector.WINDOW, Selector.OCCASION},
    usual=PeriodKind.MONTH,
    needs=(SPEND_BY_PERIOD,),
    answer=spend_of,
    view=spend_view,
    tables=lambda: (SPEND,),
    witnessed=lambda asked: [spend_of(asked.by_time, NoOptions())],
)

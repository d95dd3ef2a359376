"""Steadiness of revenue, and its share from customers who had ordered before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder.asking.options import NoOptions
from wieder.asking.question import EVERYTHING, Chapter, OwnSection, Question, Selector
from wieder.asking.table import PERIOD_COLUMNS, STATE_COLUMNS, Table, TableColumn, money_column
from wieder.asking.view import View
from wieder.kpis.base import State
from wieder.locale.text import Text, Unit
from wieder.marts.base import Type
from wieder.marts.frames import pl
from wieder.marts.purchases import PURCHASES
from wieder.periods import PeriodKind

if TYPE_CHECKING:
    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.locale.text import Lang

LABELS = {
    "all": Text(de="Alle Bestellungen", en="All orders"),
    "returning": Text(de="Folgebestellungen", en="Returning orders"),
    "new": Text(de="Erstbestellungen", en="First orders"),
    "anonymous": Text(de="Ohne Kundenschlüssel", en="Without a customer key"),
}
"""The parts of revenue, in words."""
PARTS = tuple(LABELS)


def revenue_by_part(purchases: pl.DataFrame, n_periods: int) -> pl.DataFrame:
    """Return one row per part and period, including periods without orders: period, part, revenue (exact).

    `purchases` is the mart `PURCHASES`.
    """
    sequence, revenue = pl.col("sequence"), pl.col("revenue").cast(Type.MONEY.polars)
    parts = {
        "all": pl.lit(value=True),
        "returning": (sequence > 1).fill_null(value=False),
        "new": (sequence == 1).fill_null(value=False),
        "anonymous": sequence.is_null(),
    }
    sums = purchases.group_by("period").agg(
        revenue.filter(row).sum().alias(part) for part, row in parts.items()
    )
    periods = pl.DataFrame({"period": range(n_periods)}, schema={"period": pl.Int32})
    every = periods.join(sums, on="period", how="left").with_columns(pl.col(*PARTS).fill_null(0))
    return every.unpivot(index="period", on=PARTS, variable_name="part", value_name="revenue")


def stability_rows(revenues: pl.DataFrame, asked: Asked) -> pl.DataFrame:
    """Return the rows of `STABILITY` from `revenues`, which has one row per part and period."""
    span, is_open = asked.shown_span, asked.shown[-1].end > asked.as_of
    each = pl.col("revenue").cast(pl.Float64)
    rows = revenues.group_by("part").agg(
        periods=pl.len().cast(pl.Int64),
        revenue=pl.col("revenue").sum(),
        mean_revenue=each.mean(),
        standard_deviation=each.std(),
    )
    whole, mean = pl.col("revenue").filter(part="all").sum().cast(pl.Float64), pl.col("mean_revenue")
    return (
        rows.with_columns(
            revenue_share=pl.when(whole > 0).then(each / whole),
            variation=pl.when(mean > 0).then(pl.col("standard_deviation") / mean),
            period_start=pl.lit(span.start),
            period_end=pl.lit(span.end),
            state=pl.lit((State.PARTIAL if is_open else State.FINAL).value),
            as_of=pl.lit(asked.as_of),
        )
        .cast({"part": pl.Enum(PARTS)})
        .select(*STABILITY.schema)
        .sort(STABILITY.keys)
    )


def stability_of(asked: Asked, options: NoOptions) -> Answer[None]:
    """Return the steadiness of revenue over the periods shown, for the whole shop."""
    del options
    shown = asked.over(*asked.shown)
    rows = stability_rows(revenue_by_part(shown.mart(PURCHASES), len(shown.periods)), shown)
    return shown.answer(STABILITY, rows, behind=None)


def stability_view(answer: Answer[None], options: NoOptions, lang: Lang) -> View:
    """Return the view of the table; readers see the parts of revenue in words."""
    from wieder.writing.grids import table_grid

    del options
    names = [label[lang] for label in LABELS.values()]
    part = pl.col("part").cast(pl.String).replace_strict(list(LABELS), names, return_dtype=pl.String)
    shown = answer.frame.drop("as_of").with_columns(part)
    return View(frame=answer.frame, grids=lambda: [table_grid(shown, answer.table, lang, answer.currency)])


STABILITY = Table(
    id="stability",
    label=Text(de="Wie stetig der Umsatz ist", en="How steady revenue is"),
    meaning=Text(
        de="Eine Zeile je Teil des Umsatzes: aller Bestellungen, der Folgebestellungen, der Erstbestellungen und der Bestellungen ohne Kundenschlüssel, die weder das eine noch das andere sein können. Anteil am ganzen Umsatz, Mittel je Zeitraum und Schwankung: die Standardabweichung der Zeiträume, geteilt durch ihr Mittel. Wachstum und Saison zählen als Schwankung. Zeiträume ohne Bestellung zählen als 0. Mit nur einem Zeitraum gibt es keine Schwankung.",
        en="One row per part of revenue: of all orders, of orders after the customer's first, of first orders, and of orders without a customer key, which cannot be told apart. Share of all revenue, mean per period, and variation: the standard deviation over the periods divided by their mean. Growth and season count as variation. Periods without orders count as 0. One period alone has no variation.",
    ),
    columns=(
        *PERIOD_COLUMNS,
        TableColumn(name="part", type=Type.TEXT, categories=PARTS, label=Text(de="Teil", en="Part")),
        TableColumn(
            name="periods", type=Type.INTEGER, label=Text(de="Zeiträume", en="Periods"), unit=Unit.COUNT
        ),
        TableColumn(name="revenue", type=Type.MONEY, label=Text(de="Umsatz", en="Revenue"), unit=Unit.MONEY),
        TableColumn(
            name="revenue_share",
            type=Type.FLOAT,
            label=Text(de="Anteil am Umsatz", en="Share of revenue"),
            unit=Unit.RATE,
        ),
        money_column("mean_revenue", "Mittel je Zeitraum", "Mean per period"),
        money_column("standard_deviation", "Standardabweichung", "Standard deviation"),
        TableColumn(
            name="variation", type=Type.FLOAT, label=Text(de="Schwankung", en="Variation"), unit=Unit.RATIO
        ),
        *STATE_COLUMNS,
    ),
    keys=("period_start", "part"),
    empty={
        "revenue_share": "there is no revenue",
        "standard_deviation": "there is only one period",
        "variation": "there is only one period, or its mean is 0",
    },
    witness="""
        with firsts as (
            select customer, min((ordered_at, order_id)) as first_order
            from witness_orders where customer is not null group by customer
        ),
        orders_by_kind as (
            select o.day, o.revenue, case when o.customer is null then 'anonymous'
                when (o.ordered_at, o.order_id) = f.first_order then 'new' else 'returning' end as kind
            from witness_orders o left join firsts f on f.customer = o.customer
        ),
        parts as (select unnest(['all', 'returning', 'new', 'anonymous']) as part),
        sums as (
            select p.period, parts.part,
                coalesce(sum(t.revenue) filter (parts.part in ('all', t.kind)), 0)::double as revenue
            from periods p cross join parts
            left join orders_by_kind t on t.day >= p.period_start and t.day < p.period_end
            group by p.period, parts.part
        ),
        totals as (
            select part, count(*) as periods, sum(revenue) as revenue, avg(revenue) as mean_revenue,
                stddev_samp(revenue) as standard_deviation
            from sums group by part
        )
        select (select min(period_start) from periods) as period_start, part, periods, revenue, mean_revenue,
            standard_deviation, standard_deviation / nullif(mean_revenue, 0) as variation,
            revenue / nullif((select revenue from totals where part = 'all'), 0) as revenue_share
        from totals
    """,
)

QUESTION = Question(
    id="stability",
    place=14,
    chapter=Chapter.KPIS,
    help="Show how steady revenue is, by type of order.\n\n"
    "The share of returning, first and anonymous orders in revenue, and the variation between periods.",
    examples=("stability orders.csv --from 2025", "stability orders.csv --period week"),
    selectors=EVERYTHING - {Selector.BY, Selector.TOP, Selector.WINDOW, Selector.OCCASION},
    usual=PeriodKind.MONTH,
    answer=stability_of,
    view=stability_view,
    tables=lambda: (STABILITY,),
    witnessed=lambda asked: [stability_of(asked.by_time, NoOptions())],
    section=OwnSection(
        name="stability",
        place=35,
        title=Text(de="Wie stetig der Umsatz ist", en="How steady revenue is"),
        is_usual=False,
    ),
)

"""Purchases in sequence: number and spend of customers with a first, second, third, ... purchase."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from wieder.asking.question import Chapter, Question
from wieder.asking.table import Table, TableColumn, count_column
from wieder.locale.text import Text, Unit
from wieder.marts.base import Type
from wieder.marts.frames import pl
from wieder.models.kaplan_meier import counted_quantile
from wieder.models.wilson import wilson_interval
from wieder.questions.gaps import waits_of
from wieder.questions.purchases import (
    NUMBERED_PURCHASES,
    POOLED_FROM,
    SELECTION_OPTIONS,
    PurchaseOptions,
    answer_by_number,
)
from wieder.writing.view import table_view

if TYPE_CHECKING:
    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.asking.compute import Cut


def sequence_rows(mart: pl.DataFrame, last: int, cut: Cut) -> pl.DataFrame:
    """Return one row per segment and number of the purchase; the row `last` pools later ones.

    `mart` comes from purchase_mart.sql and pools purchases from number `last` on.
    """
    dimension = pl.lit(cut.of_customers)
    segment = pl.lit(0, pl.Int32) if cut.is_whole else pl.col("segment")
    rows = mart.with_columns(segment=segment)
    gaps = _gaps_before(rows, last)
    return (
        _sums(rows)
        .join(gaps, on=["segment", "number"], how="left")
        .with_columns(_step(last), dimension=dimension, base=pl.col("customers").cast(pl.Float64))
        .with_columns(
            pl.col("segment").replace_strict(dict(cut.labels), return_dtype=pl.String),
            continued_share=pl.col("continued") / pl.col("base"),
            share_of_customers=pl.col("base") / pl.col("base").first().over("segment", order_by="number"),
            average_order_value=pl.col("revenue").cast(pl.Float64) / pl.col("orders"),
        )
        .with_columns(*wilson_interval(pl.col("continued_share"), pl.col("base")))
        .select(*(column.name for column in COLUMNS))
        .sort("dimension", "segment", "number")
    )


def _sums(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.group_by("segment", "number").agg(
        customers=pl.col("n_exact").sum(),
        continued=pl.col("n_exact").filter("has_next").sum(),
        orders=pl.col("n_orders").sum(),
        revenue=pl.col("revenue").sum(),
    )


def _step(last: int) -> pl.Expr:
    number = pl.col("number").cast(pl.String)
    return pl.when(pl.col("number") == last).then(number + "+").otherwise(number).alias("step")


def _gaps_before(rows: pl.DataFrame, last: int) -> pl.DataFrame:
    """Return the median gap before each purchase except the first."""
    found = [
        (segment, number, counted_quantile(waits_of(_followed_by(number, last, group)), 0.5))
        for (segment,), group in rows.group_by("segment")
        for number in range(2, last + 1)
    ]
    schema = {"segment": pl.Int32, "number": pl.Int32, "median_gap": pl.Float64}
    return pl.DataFrame(found, schema=schema, orient="row")


def _followed_by(number: int, last: int, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the purchases whose next purchase has this number."""
    before = [number - 1, last] if number == last else [number - 1]
    return rows.filter(pl.col("number").is_in(before))


def _float(name: str, unit: Unit, de: str, en: str) -> TableColumn:
    return TableColumn(name=name, type=Type.FLOAT, label=Text(de=de, en=en), unit=unit)


COLUMNS = (
    TableColumn(name="dimension", type=Type.TEXT, label=Text(de="Merkmal", en="Dimension")),
    TableColumn(name="segment", type=Type.TEXT, label=Text(de="Segment", en="Segment")),
    TableColumn(name="number", type=Type.SHORT, label=Text(de="Nummer", en="Number")),
    TableColumn(name="step", type=Type.TEXT, label=Text(de="Kauf", en="Purchase")),
    count_column("customers", "Kunden", "Customers"),
    _float("share_of_customers", Unit.RATE, "Anteil aller", "Share of all"),
    count_column("continued", "kauften weiter", "Went on"),
    _float("continued_share", Unit.RATE, "Anteil davon", "Share that went on"),
    _float("ci_low", Unit.RATE, "von", "from"),
    _float("ci_high", Unit.RATE, "bis", "to"),
    _float("median_gap", Unit.DAYS, "Abstand davor (Median)", "Gap before (median)"),
    count_column("orders", "Bestellungen", "Orders"),
    TableColumn(name="revenue", type=Type.MONEY, label=Text(de="Umsatz", en="Revenue"), unit=Unit.MONEY),
    _float("average_order_value", Unit.MONEY, "Bestellwert", "Average order value"),
)

WITNESS = """
    with {purchases},
    reached as (
        select segment, least(number, {last})::integer as number, customer, n_orders, revenue, gap, number as exact,
            lag(gap) over (partition by customer order by number) as gap_before
        from purchases
    )
    select segment, number,
        count(distinct customer) as customers,
        count(distinct customer) filter (exact = number and gap is not null) as continued,
        count(distinct customer) filter (exact = number and gap is not null) / count(distinct customer) as continued_share,
        median(gap_before::double) as median_gap,
        sum(n_orders) as orders, sum(revenue) as revenue,
        sum(revenue)::double / sum(n_orders) as average_order_value
    from reached
    group by segment, number
"""

SEQUENCE = Table(
    id="sequence",
    label=Text(de="Käufe in ihrer Folge", en="Purchases in sequence"),
    meaning=Text(
        de="Je Nummer eines Kaufs: wie viele Kunden ihn gemacht haben, wie viele davon bis zum Stichtag noch einen, der Abstand zum vorigen und was er brachte. Der Anteil, der weiterkauft, ist der bisher beobachtete: Wer gerade erst gekauft hat, zählt als noch nicht. Die letzte Zeile fasst spätere Käufe zusammen; ihre Kunden sind die, die so weit gekommen sind. Anonyme Bestellungen zählen nicht.",
        en="Per number of a purchase: how many customers made it, how many of them another one before as-of, the gap before it and what it brought. The share that went on is the one observed so far: who has only just bought counts as not yet. The last row pools later purchases; its customers are those who came that far. Anonymous orders are left out.",
    ),
    columns=COLUMNS,
    keys=("dimension", "segment", "number"),
    empty={
        "median_gap": "the row is the first purchase, or no customer made this one after another",
    },
    witness=WITNESS.format(purchases=NUMBERED_PURCHASES, last=POOLED_FROM),
)


def sequence_table(last: int) -> Table:
    """Return the table of the sequence that pools purchases from number `last` on."""
    return replace(SEQUENCE, witness=WITNESS.format(purchases=NUMBERED_PURCHASES, last=last))


def sequence_of(asked: Asked, options: PurchaseOptions) -> Answer[None]:
    """Return the purchases in sequence of customers whose first order is in the span shown."""
    return answer_by_number(asked, sequence_table(options.last), sequence_rows, options.last)


QUESTION = Question(
    id="sequence",
    place=22,
    chapter=Chapter.KPIS,
    help="Show how many customers buy a second, third, ... time.\n\n"
    "--from and --to select customers by their first order.",
    examples=("sequence orders.csv --to 2024", "sequence orders.csv --by channel --pool-from 4"),
    options=PurchaseOptions,
    selectors=SELECTION_OPTIONS,
    answer=sequence_of,
    view=partial(table_view, without=("number",)),
    tables=lambda: (SEQUENCE,),
    witnessed=lambda asked: [sequence_of(asked.whole_span, PurchaseOptions())],
)

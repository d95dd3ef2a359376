"""Moves of customers between segments from the end of one period to the end of the next."""

from __future__ import annotations

from datetime import date
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from wieder.asking.question import EVERYTHING, Chapter, Question, Selector
from wieder.asking.table import Table, TableColumn, as_table, cut_rows
from wieder.asking.view import View
from wieder.errors import UsageError
from wieder.locale.text import Text, Unit
from wieder.marts.base import Type
from wieder.marts.frames import pl
from wieder.periods import Period, PeriodKind
from wieder.questions.segments.options import (
    THRESHOLDS_FILE,
    SegmentOptions,
    refuse_unreadable,
    window_without_effect,
)
from wieder.questions.segments.schemes import NOT_YET_NAME, OUTSIDE_NAME, scheme_of, usual_schemes
from wieder.questions.segments.segmented import notice_other_lookback, segment_customers
from wieder.questions.segments.table import PART_COLUMNS
from wieder.questions.segments.witness import members

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.asking.grid import Grid
    from wieder.asking.selection import Selection
    from wieder.config import Segmentation, Settings
    from wieder.locale.text import Lang
    from wieder.questions.segments.schemes import Scheme
    from wieder.questions.segments.segmented import Segmented
    from wieder.questions.segments.thresholds import Thresholds

NOT_YET = 0
"""Place of customers who have not ordered yet."""

COLUMNS = (
    *PART_COLUMNS,
    TableColumn(name="period_start", type=Type.DATE, label=Text(de="von", en="From")),
    TableColumn(
        name="period_end", type=Type.DATE, label=Text(de="bis (ausschließlich)", en="To (exclusive)")
    ),
    TableColumn(name="place_before", type=Type.SHORT, label=Text(de="Nr. vorher", en="No. before")),
    TableColumn(name="place_after", type=Type.SHORT, label=Text(de="Nr. nachher", en="No. after")),
    TableColumn(name="segment_before", type=Type.TEXT, label=Text(de="vorher", en="Before")),
    TableColumn(name="segment_after", type=Type.TEXT, label=Text(de="nachher", en="After")),
    TableColumn(
        name="customers", type=Type.INTEGER, label=Text(de="Kunden", en="Customers"), unit=Unit.COUNT
    ),
    TableColumn(
        name="customers_before",
        type=Type.INTEGER,
        label=Text(de="Kunden vorher", en="Before"),
        unit=Unit.COUNT,
    ),
    TableColumn(
        name="customers_after",
        type=Type.INTEGER,
        label=Text(de="Kunden nachher", en="After"),
        unit=Unit.COUNT,
    ),
    TableColumn(
        name="share_of_before",
        type=Type.FLOAT,
        label=Text(de="Anteil an vorher", en="Share of before"),
        unit=Unit.RATE,
    ),
)

MEANING = Text(
    de="Eine Zeile je Periode und Paar von Segmenten, zwischen denen Kunden gewechselt haben oder in denen sie"
    " geblieben sind: vorher am Beginn der Periode, nachher an ihrem Ende, mit denselben Schwellen. Die"
    " Zeilen- und Spaltensummen stehen daneben. Geschnitten wird nach der ersten Bestellung des Kunden.",
    en="One row per period and pair of segments that customers moved between or stayed in: before at the begin"
    " of the period, after at its end, by the same thresholds. The totals of row and column stand beside."
    " Customers are cut by their first order.",
)
KEYS = ("dimension", "segment", "period_start", "place_before", "place_after")


def moves_table(
    scheme: Scheme, settings: Segmentation, thresholds: Thresholds | None, periods: Sequence[Period]
) -> Table:
    """Return the table of these periods; without `thresholds`, each end of a period has its own."""
    return Table(
        id=f"segment_moves_{scheme.name}",
        label=Text(de="Wechsel zwischen Segmenten", en="Moves between segments"),
        meaning=MEANING,
        columns=COLUMNS,
        keys=KEYS,
        witness=_witness(scheme, settings, thresholds, periods),
    )


WITNESS = """
select segment, date '{start}' as period_start,
       case when known_before.customer is null then 0 else coalesce(before.place, {outside}) end as place_before,
       coalesce(after.place, {outside}) as place_after,
       count(*) as customers
from (select distinct customer, segment from witness_orders where customer is not null and day < date '{end}') as known
left join (select distinct customer from witness_orders where day < date '{start}') as known_before
    using (customer)
left join ({before} select customer, place from members) as before using (customer)
left join ({after} select customer, place from members) as after using (customer)
group by all
"""


def _witness(
    scheme: Scheme, settings: Segmentation, thresholds: Thresholds | None, periods: Sequence[Period]
) -> str:
    return " union all ".join(
        WITNESS.replace("{before}", members(scheme, settings, f"date '{period.start}'", thresholds))
        .replace("{after}", members(scheme, settings, f"date '{period.end}'", thresholds))
        .replace("{outside}", str(len(scheme.names) + 1))
        .replace("{start}", str(period.start))
        .replace("{end}", str(period.end))
        for period in periods
    )


def _place_names(scheme: Scheme) -> pl.DataFrame:
    """Return `place, name` of the segments, and of the two groups outside them."""
    names = [NOT_YET_NAME.en, *scheme.names, OUTSIDE_NAME.en]
    return pl.DataFrame(
        {"place": range(len(names)), "name": names}, schema={"place": pl.Int32, "name": pl.String}
    )


def states(assigned: pl.DataFrame, scheme: Scheme) -> pl.DataFrame:
    """Return `customer, segment, place` of every customer with an order, in a segment or not."""
    return assigned.select("customer", "segment", pl.col("place").fill_null(len(scheme.names) + 1))


def moves_between(before: pl.DataFrame, after: pl.DataFrame, scheme: Scheme, period: Period) -> pl.DataFrame:
    """Return `segment` and `COLUMNS` without the dimension, for one period; only pairs with customers.

    `before` and `after` are the `states` at its start and end. One row per `segment` of
    `after` and pair of customer segments.
    """
    pairs = after.join(
        before.select("customer", "place"), on="customer", how="left", suffix="_before"
    ).select("segment", pl.col("place_before").fill_null(NOT_YET), pl.col("place").alias("place_after"))
    counts = pairs.group_by("segment", "place_before", "place_after").agg(customers=pl.len().cast(pl.Int64))
    totals = counts.with_columns(
        customers_before=pl.col("customers").sum().over("segment", "place_before"),
        customers_after=pl.col("customers").sum().over("segment", "place_after"),
        period_start=pl.lit(period.start),
        period_end=pl.lit(period.end),
    ).with_columns(share_of_before=pl.col("customers") / pl.col("customers_before"))
    names = _place_names(scheme)
    for side in ("before", "after"):
        named = names.rename({"place": f"place_{side}", "name": f"segment_{side}"})
        totals = totals.join(named, on=f"place_{side}")
    return totals


def moves_of(asked: Asked, frozen: Thresholds | None = None) -> Answer[Segmented]:
    """Return the moves in every period shown; without `since` and `until`, in the last period only.

    Unless thresholds are frozen, they are derived at the end of the last period. Raises the
    errors of `scheme_of` and `segment_customers`, and UsageError if the span contains no period.
    """
    spans = _spans(asked)
    scheme = scheme_of(asked.settings.segments, asked.scope.window_days)
    notice_other_lookback(asked, frozen)
    end = segment_customers(asked, spans[-1].end, scheme, frozen)
    days = [spans[0].start, *(span.end for span in spans[:-1])]
    earlier = (segment_customers(asked, day, scheme, end.thresholds) for day in days)
    known = [states(segmented.customers, scheme) for segmented in chain(earlier, [end])]
    table = moves_table(scheme, asked.settings.segments, end.thresholds, spans)
    moves = [
        as_table(moves_between(before, cut_rows(after, cut), scheme, span), table, cut)
        for cut in asked.cuts
        for (before, after), span in zip(pairwise(known), spans, strict=True)
    ]
    return asked.answer(table, pl.concat(moves).sort(table.keys), behind=end, periods=asked.shown)


def _spans(asked: Asked) -> list[Period]:
    """Return the periods whose moves are shown; the last one ends at the report date at the latest."""
    spans = [Period(shown.start, min(shown.end, asked.as_of)) for shown in asked.shown]
    is_open = asked.selection.since is None and asked.selection.until is None
    return spans[-1:] if is_open else spans


def _refuse(options: SegmentOptions, selection: Selection, settings: Settings) -> None:
    refuse_unreadable(options, selection, settings)
    if selection.kind is PeriodKind.ALL:
        raise UsageError("--period all: moves need shorter periods", "use --period month")


def moves_view(answer: Answer[Segmented], options: SegmentOptions, lang: Lang) -> View:
    """Return the view: pairs of segments for programs, a matrix per period for readers."""
    del options

    def grids() -> Sequence[Grid]:
        from wieder.questions.segments.grids import move_grids

        return move_grids(answer.frame, answer.behind.scheme, answer.table.label[lang], lang)

    return View(frame=answer.frame, grids=grids)


USUAL_PERIOD = Period(date(2024, 1, 1), date(2024, 2, 1))
"""The example period of the table and its witness."""


def _tables() -> tuple[Table, ...]:
    return tuple(moves_table(scheme, settings, None, [USUAL_PERIOD]) for scheme, settings in usual_schemes())


QUESTION = Question(
    id="moves",
    place=31,
    chapter=Chapter.CUSTOMERS,
    help="Show moves between segments in the last period.\n\nWith --from or --to: in every period of the span. All periods have the same thresholds. Periods are months unless --period is given.",
    examples=(
        "moves orders.csv customers.csv --period quarter",
        "moves orders.csv --scheme lifecycle --from 2025",
    ),
    options=SegmentOptions,
    selectors=EVERYTHING - {Selector.OCCASION},
    usual=PeriodKind.MONTH,
    refuse=_refuse,
    without_effect=window_without_effect,
    answer=lambda asked, options: moves_of(asked, options.frozen),
    view=moves_view,
    tables=_tables,
    witnessed=lambda asked: [moves_of(asked.by_time)],
    companion=THRESHOLDS_FILE,
)

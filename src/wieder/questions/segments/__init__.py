"""Customer segments on the report date: size, orders and revenue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder.asking.question import CUTS, Chapter, Question, Selector
from wieder.asking.table import as_table, cut_rows
from wieder.asking.view import View
from wieder.marts.frames import pl
from wieder.notices import Notice
from wieder.questions.segments.options import (
    THRESHOLDS_FILE,
    SegmentOptions,
    refuse_unreadable,
    window_without_effect,
)
from wieder.questions.segments.rfm import LEVELS
from wieder.questions.segments.schemes import SCORES, SchemeName, scheme_of, usual_schemes
from wieder.questions.segments.segmented import Segmented, notice_other_lookback, segment_customers
from wieder.questions.segments.table import segment_sizes, segments_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.asking.grid import Grid
    from wieder.asking.table import Table
    from wieder.locale.text import Lang
    from wieder.questions.segments.thresholds import Thresholds


def segments_of(asked: Asked, frozen: Thresholds | None = None) -> Answer[Segmented]:
    """Return the size of every segment on the report date. Raises the errors of `scheme_of` and `segment_customers`."""
    whole = asked.whole_span
    scheme = scheme_of(asked.settings.segments, whole.scope.window_days)
    segmented = segment_customers(whole, whole.as_of, scheme, frozen)
    _notice_customers_outside(whole, segmented)
    if scheme.name is SchemeName.RFM:
        _notice_levels(whole, segmented)
    notice_other_lookback(whole, frozen)
    table = segments_table(scheme, asked.settings.segments, frozen)
    sizes = (
        as_table(segment_sizes(cut_rows(segmented.customers, cut), scheme), table, cut) for cut in whole.cuts
    )
    return whole.answer(table, pl.concat(sizes), behind=segmented, periods=whole.shown)


def _notice_customers_outside(asked: Asked, segmented: Segmented) -> None:
    outside = segmented.customers["place"].null_count()
    if outside:
        asked.notify(
            Notice(
                "no-order-in-lookback",
                f"{outside} customers have no order in the look-back and are in no segment",
                "use --lookback 0 to count all orders",
            )
        )
    without_order = asked.query("questions/segments/prospects").item()
    if without_order:
        asked.notify(Notice("prospects", f"{without_order} registered customers have no valid order yet"))


SCORED = {"recency_score": "R", "frequency_score": "F", "money_score": "M"}


def _notice_levels(asked: Asked, segmented: Segmented) -> None:
    """Notify of scores with fewer than five levels, because many customers have the same value."""
    levels = {name: segmented.customers[name].drop_nulls().n_unique() for name in SCORES}
    few = [f"{SCORED[name]} has {n} effective levels" for name, n in levels.items() if n < LEVELS]
    if few and any(levels.values()):
        reason = "many customers have the same value, and equal values have equal scores"
        asked.notify(Notice("rfm-levels", f"{' and '.join(few)}: {reason}", _remedy(levels)))


def _remedy(levels: dict[str, int]) -> str:
    few_frequencies = levels["frequency_score"] < LEVELS
    return (
        'set frequency = "fixed" in [segments] to score 1, 2, 3-4, 5-9 and 10+ orders'
        if few_frequencies
        else ""
    )


def segments_view(answer: Answer[Segmented], options: SegmentOptions, lang: Lang) -> View:
    """Return the view of the segments; readers also see the thresholds."""
    del options
    segmented, currency = answer.behind, answer.currency

    def grids() -> Sequence[Grid]:
        from wieder.questions.segments.grids import threshold_grids, with_localised_segments
        from wieder.writing.grids import table_grid

        shown = with_localised_segments(answer.frame.drop("place"), segmented.scheme, lang)
        sizes = table_grid(shown, answer.table, lang, currency)
        return (sizes, *threshold_grids(segmented.thresholds, segmented.scheme, lang, currency))

    return View(frame=answer.frame, grids=grids)


def _tables() -> tuple[Table, ...]:
    return tuple(segments_table(scheme, settings) for scheme, settings in usual_schemes())


QUESTION = Question(
    id="segments",
    place=30,
    chapter=Chapter.CUSTOMERS,
    help="Segment customers, by RFM or another scheme.\n\nShows the size, orders and revenue of each segment, and the thresholds.",
    examples=(
        "segments orders.csv customers.csv --by channel",
        "segments orders.csv --scheme lifecycle --window 120",
    ),
    options=SegmentOptions,
    selectors=CUTS | {Selector.AS_OF, Selector.WINDOW},
    refuse=refuse_unreadable,
    without_effect=window_without_effect,
    answer=lambda asked, options: segments_of(asked, options.frozen),
    view=segments_view,
    tables=_tables,
    witnessed=lambda asked: [segments_of(asked)],
    companion=THRESHOLDS_FILE,
)

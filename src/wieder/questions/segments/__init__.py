"""The segments of a shop's customers at one moment: how many they are, and what they buy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder.asking.question import CUTS, Chapter, Heed, Question
from wieder.asking.table import as_table, cut_rows
from wieder.asking.view import View
from wieder.marts.frames import pl
from wieder.notices import Notice
from wieder.questions.segments.options import (
    THRESHOLDS_FILE,
    SegmentOptions,
    refuse_unreadable,
    unheard_window,
)
from wieder.questions.segments.rfm import LEVELS
from wieder.questions.segments.schemes import SCORES, SchemeName, scheme_of, usual_schemes
from wieder.questions.segments.table import segment_sizes, segments_table
from wieder.questions.segments.told import Told, notice_other_lookback, tell_apart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.asking.grid import Grid
    from wieder.asking.table import Table
    from wieder.locale.text import Lang
    from wieder.questions.segments.thresholds import Thresholds


def segments_of(asked: Asked, frozen: Thresholds | None = None) -> Answer[Told]:
    """The size of every segment at as-of. Raises what `scheme_of` and `tell_apart` raise."""
    whole = asked.whole_span
    scheme = scheme_of(asked.settings.segments, whole.scope.window_days)
    told = tell_apart(whole, whole.as_of, scheme, frozen)
    _notice_those_outside(whole, told)
    if scheme.name is SchemeName.RFM:
        _notice_levels(whole, told)
    notice_other_lookback(whole, frozen)
    table = segments_table(scheme, asked.settings.segments, frozen)
    sizes = (as_table(segment_sizes(cut_rows(told.customers, cut), scheme), table, cut) for cut in whole.cuts)
    return whole.answer(table, pl.concat(sizes), behind=told, periods=whole.shown)


def _notice_those_outside(asked: Asked, told: Told) -> None:
    outside = told.customers["place"].null_count()
    if outside:
        asked.notify(
            Notice(
                "no-order-in-lookback",
                f"{outside} customers have no order in the look-back and are in no segment",
                "--lookback 0 counts all orders",
            )
        )
    without_order = asked.query("questions/segments/prospects").item()
    if without_order:
        asked.notify(Notice("prospects", f"{without_order} registered customers have no valid order yet"))


SCORED = {"recency_score": "R", "frequency_score": "F", "money_score": "M"}


def _notice_levels(asked: Asked, told: Told) -> None:
    """Say which scores have fewer than five levels because many customers have the same value."""
    levels = {name: told.customers[name].drop_nulls().n_unique() for name in SCORES}
    few = [f"{SCORED[name]} has {n} effective levels" for name, n in levels.items() if n < LEVELS]
    if few and any(levels.values()):
        reason = "many customers have the same value, and equal values have equal scores"
        asked.notify(Notice("rfm-levels", f"{' and '.join(few)}: {reason}", _remedy(levels)))


def _remedy(levels: dict[str, int]) -> str:
    few_frequencies = levels["frequency_score"] < LEVELS
    return 'frequency = "fixed" in [segments] scores 1, 2, 3-4, 5-9, 10+ orders' if few_frequencies else ""


def segments_view(answer: Answer[Told], options: SegmentOptions, lang: Lang) -> View:
    """The sizes of the segments; readers also see the thresholds."""
    del options
    told, currency = answer.behind, answer.currency

    def grids() -> Sequence[Grid]:
        from wieder.questions.segments.grids import threshold_grids, with_localised_segments
        from wieder.writing.grids import table_grid

        shown = with_localised_segments(answer.frame.drop("place"), told.scheme, lang)
        sizes = table_grid(shown, answer.table, lang, currency)
        return (sizes, *threshold_grids(told.thresholds, told.scheme, lang, currency))

    return View(frame=answer.frame, grids=grids)


def _tables() -> tuple[Table, ...]:
    return tuple(segments_table(scheme, settings) for scheme, settings in usual_schemes())


QUESTION = Question(
    id="segments",
    place=30,
    chapter=Chapter.CUSTOMERS,
    help="Tell customers apart, by RFM or another scheme.\n\nPrints what every segment brings, and the thresholds.",
    examples=(
        "segments orders.csv customers.csv --by channel",
        "segments orders.csv --scheme lifecycle --window 120",
    ),
    options=SegmentOptions,
    heeds=CUTS | {Heed.AS_OF, Heed.WINDOW},
    refuse=refuse_unreadable,
    unheard=unheard_window,
    answer=lambda asked, options: segments_of(asked, options.frozen),
    view=segments_view,
    tables=_tables,
    witnessed=lambda asked: [segments_of(asked)],
    companion=THRESHOLDS_FILE,
)

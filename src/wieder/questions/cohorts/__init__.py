"""Cohorts: customers by date of first order or by segment, and their orders at each age."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

from wieder.asking.options import option
from wieder.asking.question import Chapter, Question, Selector
from wieder.asking.view import View
from wieder.errors import UsageError
from wieder.marts.frames import pl
from wieder.periods import PeriodKind, period_at
from wieder.questions.cohorts.rules import Age, CohortRules, Measure, Mode
from wieder.questions.cohorts.table import cohort_cells, cohort_table, wide_cohorts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.asking.selection import Selection
    from wieder.config import Settings
    from wieder.locale.text import Lang
    from wieder.questions.cohorts.heatmap import CohortLook

MODE_OF = {Selector.WINDOW: Mode.ROLLING, Selector.OCCASION: Mode.CUMULATIVE}
"""The one mode in which each of these options has an effect."""


@dataclass(frozen=True, kw_only=True)
class CohortOptions:
    """Age, mode and measure of cohorts."""

    age: Age | None = option(
        "--age", help="Age in calendar periods, or in days since the first order. [calendar]"
    )
    mode: Mode | None = option(
        "--mode", help="Active at that age, at or after it, or bought twice by then. [classic]"
    )
    measure: Measure | None = option("--measure", help="Measure in the cells of the wide table. [retention]")
    wide: bool | None = option(
        "--wide", help="Write one column per age in machine formats; tables always do."
    )


def refuse_without_periods(options: CohortOptions, selection: Selection, settings: Settings) -> None:
    """Raise UsageError for a single period of all time."""
    del options, settings
    if selection.kind is PeriodKind.ALL:
        raise UsageError("--period all: cohorts need shorter periods", "use --period month")


def options_without_effect(mode: Mode) -> Iterator[Selector]:
    """Yield the options that have no effect in this mode."""
    return (selector for selector, one in MODE_OF.items() if one is not mode)


def cohorts_of(asked: Asked, options: CohortOptions) -> Answer[CohortRules]:
    """Return the cohorts by period of the first order, or by segment if the selection has a dimension.

    Notifies if the history begins shortly before the first period shown.
    """
    rules = CohortRules(
        kind=asked.selection.kind,
        age=options.age or Age.CALENDAR,
        mode=options.mode or Mode.CLASSIC,
        by_period=not asked.selection.by,
        incomplete=asked.selection.incomplete,
    )
    asked.warn_of_truncated_history()
    ages = asked.query_by_period("questions/cohorts/cohort_mart", step_days=rules.step_days)
    cells = [cohort_cells(ages, asked.scope, asked.shown, rules, cut) for cut in asked.cuts]
    return asked.answer(cohort_table(rules), pl.concat(cells), behind=rules)


def cohort_view(answer: Answer[CohortRules], options: CohortOptions, lang: Lang) -> View:
    """Return the view: the long or wide table for programs, one row per cohort for readers."""
    from wieder.questions.cohorts.heatmap import CohortLook, cohort_grid

    measure, cells = options.measure or Measure.RETENTION, answer.frame
    look = CohortLook(rules=answer.behind, measure=measure, lang=lang, currency=answer.currency)
    return View(
        frame=wide_cohorts(cells, measure) if options.wide else cells,
        grids=lambda: [cohort_grid(cells, look)],
        page=lambda: _page(cells, look),
        html=lambda: _html(cells, look),
    )


def _page(cells: pl.DataFrame, look: CohortLook) -> object:
    from wieder.questions.cohorts.heatmap import COLUMNS_BEFORE_AGES, cohort_grid
    from wieder.writing.terminal import heat_table

    return heat_table(cohort_grid(cells, look), COLUMNS_BEFORE_AGES, look.lang)


def _html(cells: pl.DataFrame, look: CohortLook) -> str:
    from wieder.questions.cohorts.heatmap import cohort_chart
    from wieder.writing.templates import render_heatmap

    return render_heatmap(cohort_chart(cells, look), look.lang)


def _every_age_and_mode(asked: Asked) -> Iterable[Answer[CohortRules]]:
    """Yield every age in every mode for complete periods; nothing if the first period is incomplete."""
    by_time = asked.by_time
    over = replace(by_time, selection=replace(by_time.selection, incomplete=False))
    if period_at(asked.basis.history_start, over.selection.kind).end <= asked.as_of:
        for age, mode in product(Age, Mode):
            yield cohorts_of(over, CohortOptions(age=age, mode=mode))


QUESTION = Question(
    id="cohorts",
    place=20,
    chapter=Chapter.KPIS,
    help="Show cohorts of customers by date of first order.\n\n"
    "With --by, cohorts are segments of customers instead. Age 0 is the period of the first order.",
    examples=(
        "cohorts orders.csv --period quarter --format table",
        "cohorts orders.csv --mode cumulative --wide -o cohorts.csv",
    ),
    options=CohortOptions,
    usual=PeriodKind.MONTH,
    refuse=refuse_without_periods,
    without_effect=lambda options, _settings: options_without_effect(options.mode or Mode.CLASSIC),
    answer=cohorts_of,
    view=cohort_view,
    tables=lambda: (cohort_table(CohortRules(kind=PeriodKind.MONTH)),),
    witnessed=_every_age_and_mode,
)

"""The command for cohorts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from typer import Option

from wieder import messages
from wieder.cli.options import Files, OutputOptions, QuestionOptions, SourceOptions, with_options
from wieder.cli.session import begin, opened
from wieder.periods import PeriodKind
from wieder.tables.cohort_rules import Age, CohortRules, Measure, Mode

if TYPE_CHECKING:
    import polars as pl
    from rich.console import RenderableType

    from wieder.analyses.base import TableAnalysis
    from wieder.cli.session import Session
    from wieder.cli.writing import View
    from wieder.report.cohort_grid import CohortLook


MODE_OF_OPTION = {"window": Mode.ROLLING, "occasion": Mode.CUMULATIVE}
"""The only mode that each of these options changes."""


@dataclass(frozen=True, kw_only=True)
class CohortOptions:
    """How cohorts age, and what their cells show."""

    age: Annotated[
        Age | None,
        Option(
            "--age", help="In periods, or in steps of 7, 30, 91, 365 days since the first order. [calendar]"
        ),
    ] = None
    mode: Annotated[
        Mode | None,
        Option("--mode", help="Who ordered at an age, at it or later, or twice by its end. [classic]"),
    ] = None
    measure: Annotated[
        Measure | None, Option("--measure", help="What the cells of the wide table show. [retention]")
    ] = None
    wide: Annotated[
        bool | None,
        Option(
            "--wide", help="A column per age for programs, too; readers always get that.", show_default=False
        ),
    ] = None


@with_options
def cohorts(
    files: Files = None,
    *,
    source: SourceOptions,
    question: QuestionOptions,
    look: CohortOptions,
    output: OutputOptions,
) -> None:
    """Follow customers by when they first ordered.

    With --by a cohort is a segment of customers instead. Periods are months
    unless --period says otherwise. Age 0 is the period of the first order.
    """
    from wieder.analyses.cohorts import analyse_cohorts
    from wieder.cli.questions import question_of, refuse_without_effect
    from wieder.cli.writing import write_view

    mode = look.mode or Mode.CLASSIC
    refuse_without_effect(question, *(name for name, one in MODE_OF_OPTION.items() if one is not mode))
    session = begin(files, source, output, question)
    asked = question_of(question, PeriodKind.MONTH)
    rules = CohortRules(
        kind=asked.kind,
        age=look.age or Age.CALENDAR,
        mode=mode,
        by_period=not asked.by,
        incomplete=asked.incomplete,
    )
    with messages.working("computing"), opened(session) as con:
        found = analyse_cohorts(con, asked, rules, session.settings, messages.show_notice)
    write_view(cohort_view(found, rules, look, session), session)


def cohort_view(found: TableAnalysis, rules: CohortRules, options: CohortOptions, session: Session) -> View:
    """The long or wide table for programs; readers always see a row per cohort."""
    from wieder.cli.writing import View
    from wieder.report.cohort_grid import CohortLook, cohort_grid
    from wieder.tables.cohorts import wide_cohorts

    measure = options.measure or Measure.RETENTION
    look = CohortLook(rules=rules, measure=measure, lang=session.lang, currency=found.currency)
    return View(
        frame=wide_cohorts(found.frame, measure) if options.wide else found.frame,
        grids=lambda: [cohort_grid(found.frame, look)],
        page=lambda: _page(found.frame, look),
        html=lambda: _html(found.frame, look),
    )


def _page(cells: pl.DataFrame, look: CohortLook) -> RenderableType:
    from wieder.report.cohort_grid import COLUMNS_BEFORE_AGES, cohort_grid
    from wieder.report.terminal import heat_table

    return heat_table(cohort_grid(cells, look), COLUMNS_BEFORE_AGES, look.lang)


def _html(cells: pl.DataFrame, look: CohortLook) -> str:
    from wieder.report.cohort_grid import cohort_chart
    from wieder.report.html import render_heatmap

    return render_heatmap(cohort_chart(cells, look), look.lang)

"""The command for what changed, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from typer import Option

from wieder import messages
from wieder.cli.options import (
    Files,
    HistoryOptions,
    OutputOptions,
    QuestionOptions,
    SourceOptions,
    with_options,
)
from wieder.cli.session import begin, opened
from wieder.errors import UsageError
from wieder.periods import PeriodKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wieder.analyses.changes import Changes
    from wieder.cli.history import Restated
    from wieder.cli.session import Session
    from wieder.cli.writing import View


@dataclass(frozen=True, kw_only=True)
class DiffOptions:
    """Which changes are shown."""

    kpi: Annotated[
        str | None, Option("--kpi", metavar="KPI,...", help="Only these KPIs, by their ids. [all]")
    ] = None
    against: Annotated[
        Literal["previous", "year_before"] | None,
        Option("--against", help="With --by: which change is split. [previous]"),
    ] = None
    restated: Annotated[
        bool, Option("--restated", help="Instead: what the last report said otherwise, and why.")
    ] = False


@with_options
def diff(
    files: Files = None,
    *,
    source: SourceOptions,
    question: QuestionOptions,
    output: OutputOptions,
    shown: DiffOptions,
    history: HistoryOptions,
) -> None:
    """Show what changed, and which segments moved it.

    Time is cut by months unless --period says otherwise. Each KPI is shown for the last
    period in which it is final. --restated compares with what reports kept in the folder of --history.
    """
    from wieder.analyses.changes import analyse_changes, not_split
    from wieder.cli.history import answer_restated
    from wieder.cli.questions import question_of
    from wieder.cli.writing import write_view

    kpis = _kpis(shown.kpi)
    refuse_contradictions(shown, question.by)
    session = begin(files, source, output, question, history)
    asked = question_of(question, PeriodKind.MONTH)
    if shown.restated:
        write_view(restated_view(answer_restated(session, asked), session, kpis), session)
        return
    with messages.working("computing"), opened(session) as con:
        found = analyse_changes(con, asked, session.settings, messages.show_notice)
    if not asked.by:
        write_view(changes_view(found, session, kpis), session)
        return
    for notice in not_split(kpis):
        messages.show_notice(notice)
    write_view(split_view(found, session, kpis, shown.against or "previous"), session)


def refuse_contradictions(shown: DiffOptions, by: str | None) -> None:
    """Raise UsageError for options that would not be heard."""
    if shown.against and not by:
        raise UsageError("--against says which change is split, and nothing is", "add --by channel, say")
    if shown.restated and by:
        raise UsageError("only results of the whole shop are kept", "leave out --by or --restated")


def _kpis(text: str | None) -> tuple[str, ...]:
    """The ids that were typed, or all. Raises UsageError for one that there is not."""
    from wieder.kpis import REGISTRY, likely_kpis

    names = tuple(name for part in (text or "").split(",") if (name := part.strip()))
    for name in names:
        if name not in REGISTRY:
            raise UsageError(f"--kpi {name}: there is no such KPI", likely_kpis(name))
    return names or tuple(REGISTRY)


def changes_view(found: Changes, session: Session, kpis: Sequence[str]) -> View:
    """Each KPI against both earlier periods: one row per KPI and comparison."""
    import polars as pl

    from wieder.cli.writing import View
    from wieder.report.changes import changes_grid

    frame = found.changes.filter(pl.col("kpi").is_in(kpis))
    analysis = found.analysis
    kind, currency = analysis.question.kind, analysis.currency
    return View(frame=frame, grids=lambda: [changes_grid(frame, session.lang, currency, kind)])


def split_view(found: Changes, session: Session, kpis: Sequence[str], against: str) -> View:
    """What the segments did: one row per KPI and segment."""
    import polars as pl

    from wieder.cli.writing import View
    from wieder.report.changes import split_grid

    is_asked = pl.col("kpi").is_in(kpis) & (pl.col("against") == against)
    changes, parts = found.changes.filter(is_asked), found.parts.filter(is_asked)
    analysis = found.analysis
    kind, currency = analysis.question.kind, analysis.currency
    return View(frame=parts, grids=lambda: [split_grid(changes, parts, session.lang, currency, kind)])


def restated_view(found: Restated, session: Session, kpis: Sequence[str]) -> View:
    """What was said otherwise: one row per KPI and period. Readers see what was final then."""
    import polars as pl

    from wieder.cli.writing import View
    from wieder.report.histories import history_grid
    from wieder.report.restatement import restated_grid

    frame, lang, currency = found.frame.filter(pl.col("kpi").is_in(kpis)), session.lang, found.currency
    loads = [found.loads] if found.loads.height else []
    return View(
        frame=frame,
        grids=lambda: [
            restated_grid(frame, lang, currency, found.kind),
            *(history_grid(since, lang, currency) for since in loads),
        ],
    )

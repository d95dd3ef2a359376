"""Commands for what customers do from one purchase to the next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

from typer import Option

from wieder import messages
from wieder.cli.options import Files, OutputOptions, QuestionOptions, SourceOptions, with_options
from wieder.cli.session import begin, opened
from wieder.errors import UsageError
from wieder.periods import PeriodKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from wieder.analyses.base import TableAnalysis
    from wieder.analysis import Question
    from wieder.cli.session import Session
    from wieder.cli.writing import View
    from wieder.config import Settings
    from wieder.database import Connection
    from wieder.notices import Notify

    Analyse = Callable[[Connection, Question, int, Settings, Notify], TableAnalysis]


@dataclass(frozen=True, kw_only=True)
class PurchaseOptions:
    """How far purchases are told apart by their number."""

    pooled: Annotated[
        int | None,
        Option(
            "--pool-from", metavar="N", min=2, max=1000, help="Purchases from the N-th on are one row. [10]"
        ),
    ] = None


@with_options
def gaps(
    files: Files = None,
    *,
    source: SourceOptions,
    question: QuestionOptions,
    purchases: PurchaseOptions,
    output: OutputOptions,
) -> None:
    """Show how long customers take to buy again.

    With Kaplan-Meier, which counts those who have not bought again for as long
    as they were observed. --from and --to choose customers by their first order.
    """
    from wieder.analyses.purchases import POOLED_FROM, analyse_gaps
    from wieder.cli.writing import write_view

    session = begin(files, source, output, question)
    found = _analyse(analyse_gaps, session, question, purchases.pooled or POOLED_FROM)
    write_view(gap_view(found, session), session)


@with_options
def sequence(
    files: Files = None,
    *,
    source: SourceOptions,
    question: QuestionOptions,
    purchases: PurchaseOptions,
    output: OutputOptions,
) -> None:
    """Show who makes a first, second, third purchase.

    --from and --to choose customers by their first order.
    """
    from wieder.analyses.purchases import POOLED_FROM, analyse_sequence
    from wieder.cli.writing import write_view

    session = begin(files, source, output, question)
    found = _analyse(analyse_sequence, session, question, purchases.pooled or POOLED_FROM)
    write_view(sequence_view(found, session), session)


def _analyse(analyse: Analyse, session: Session, options: QuestionOptions, last: int) -> TableAnalysis:
    from wieder.cli.questions import question_of, refuse_without_effect

    refuse_without_effect(options, "window", "incomplete")
    asked = question_of(options, PeriodKind.ALL)
    if asked.kind is not PeriodKind.ALL:
        raise UsageError(
            f"--period {asked.kind}: this table is not cut by time",
            "choose customers with --from and --to, or see `wieder cohorts`",
        )
    with messages.working("computing"), opened(session) as con:
        return analyse(con, asked, last, session.settings, messages.show_notice)


def gap_view(found: TableAnalysis, session: Session) -> View:
    """The gaps; readers see observed gaps and what Kaplan-Meier makes of them one below the other."""
    from wieder.cli.writing import View
    from wieder.report.grids import table_grid
    from wieder.tables.gaps import WAITING

    waiting = [name for name in found.frame.columns if name.startswith(("km_", "waiting_"))]
    observed = found.frame.drop("from_number", *waiting)
    expected = found.frame.select("dimension", "segment", "step", "purchases", *waiting)
    curve = replace(found.table, label=WAITING)
    return View(
        frame=found.frame,
        grids=lambda: [
            table_grid(observed, found.table, session.lang, found.currency),
            table_grid(expected, curve, session.lang, found.currency),
        ],
    )


def sequence_view(found: TableAnalysis, session: Session) -> View:
    """The sequence of purchases."""
    from wieder.cli.writing import View
    from wieder.report.grids import table_grid

    shown = found.frame.drop("number")
    return View(
        frame=found.frame, grids=lambda: [table_grid(shown, found.table, session.lang, found.currency)]
    )

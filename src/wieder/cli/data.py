"""Commands about the data themselves: load them, and see what became of every row."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from wieder import messages
from wieder.cli.options import Files, OutputOptions, QuestionOptions, SourceOptions, with_options
from wieder.cli.session import begin, now, opened
from wieder.cli.verdicts import refuse_gap
from wieder.periods import PeriodKind

GivenFiles = Annotated[
    list[str], Argument(metavar="FILE...", help="Exports: files, folders, or - for standard input.")
]


@dataclass(frozen=True, kw_only=True)
class LoadOptions:
    """What the user knows better than the files."""

    expect_rows: Annotated[
        int | None,
        Option("--expect-rows", metavar="N", min=0, help="Refuse order exports that do not hold N rows."),
    ] = None
    expect_total: Annotated[
        str | None,
        Option("--expect-total", metavar="AMOUNT", help="Refuse order exports that do not add up to AMOUNT."),
    ] = None
    exported_at: Annotated[
        str | None,
        Option("--exported-at", metavar="TIME", help="When the files were exported. [their newest order]"),
    ] = None


@with_options
def load(files: GivenFiles, *, source: SourceOptions, expected: LoadOptions, output: OutputOptions) -> None:
    """Load exports into the store, and say what became of every row.

    The same file twice changes nothing. Of an order that comes again the newest state counts: that of the
    file that was exported last, which is told by its newest order or by --exported-at. An order that is
    missing from a later export stays: deletions are not inferred.
    """
    from wieder import store
    from wieder.cli.terms import terms_of
    from wieder.cli.views import load_view
    from wieder.cli.writing import write_view

    session, terms = begin(files, source, output), terms_of(expected)
    database = Path(session.settings.db)
    with messages.working("loading"):
        loaded = store.load(
            database, files, session.settings, session.standard_input, now(), messages.show_notice, terms
        )
    write_view(load_view(loaded, session), session)


@with_options
def loads(files: Files = None, *, source: SourceOptions, output: OutputOptions) -> None:
    """List what was loaded when, from which file, and what became of its rows."""
    from wieder.analysis import find_currency
    from wieder.cli.views import history_view
    from wieder.cli.writing import write_view
    from wieder.store import load_history

    session = begin(files, source, output)
    with opened(session) as con:
        history, currency = load_history(con), session.settings.report.currency or find_currency(con)
    write_view(history_view(history, currency, session), session)


@with_options
def rejects(files: Files = None, *, source: SourceOptions, output: OutputOptions) -> None:
    """List the rows that were rejected, each with its reason."""
    from wieder.cli.views import frame_view
    from wieder.cli.writing import write_view
    from wieder.store import rejected_rows

    session = begin(files, source, output)
    with opened(session) as con:
        rejected = rejected_rows(con)
    write_view(frame_view(rejected, session), session, private=True)


@with_options
def check(
    files: Files = None, *, source: SourceOptions, question: QuestionOptions, output: OutputOptions
) -> None:
    """Account for every row and every cent, from the files to the KPIs.

    Ends with exit code 1 if the account does not add up exactly, which would be a mistake of ours.
    """
    from wieder.analysis import reconcile
    from wieder.cli.questions import question_of
    from wieder.cli.views import bridge_view
    from wieder.cli.writing import write_view
    from wieder.store import load_history

    session = begin(files, source, output, question)
    with messages.working("checking"), opened(session) as con:
        found = reconcile(con, question_of(question, PeriodKind.ALL), session.settings, messages.show_notice)
        loads = load_history(con)
    write_view(bridge_view(found, loads, session), session)
    refuse_gap(found.bridge)

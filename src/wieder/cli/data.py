"""Commands about the data themselves: load them, and see what became of every row."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from wieder import messages
from wieder.cli.options import Files, OutputOptions, QuestionOptions, SourceOptions, with_options
from wieder.cli.session import Session, begin, now, opened
from wieder.cli.verdicts import refuse_gap
from wieder.notices import Notice
from wieder.output import write
from wieder.periods import PeriodKind

if TYPE_CHECKING:
    from wieder.rejections import Mendable

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
    """Load exports into the store.

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
    """List what was loaded when, and from which file."""
    from wieder.analysis import find_currency
    from wieder.cli.views import history_view
    from wieder.cli.writing import write_view
    from wieder.store import load_history

    session = begin(files, source, output)
    with opened(session) as con:
        history, currency = load_history(con), session.settings.report.currency or find_currency(con)
    write_view(history_view(history, currency, session), session)


@dataclass(frozen=True, kw_only=True)
class RejectOptions:
    """Which rejected rows are given, and in which form."""

    mend: Annotated[
        str | None,
        Option("--mend", metavar="FILE", help="The rows of this file as they were, to mend and load again."),
    ] = None
    settled: Annotated[
        bool | None,
        Option("--all", help="Also rows whose orders were loaded since.", show_default=False),
    ] = None


@with_options
def rejects(
    files: Files = None, *, source: SourceOptions, chosen: RejectOptions, output: OutputOptions
) -> None:
    """List the rows that were rejected, each with its reason.

    Rows whose order was loaded since are settled, and listed only with --all. To mend the others:
    `wieder rejects --mend orders.csv -o mended.csv`, correct them there, and load mended.csv.
    """
    from wieder.cli.views import frame_view
    from wieder.cli.writing import write_view
    from wieder.rejections import mendable, rejected_rows

    session = begin(files, source, output)
    if chosen.mend is not None:
        with opened(session) as con:
            write_mendable(mendable(con, chosen.mend), session)
        return
    with opened(session) as con:
        rejected = rejected_rows(con, settled=bool(chosen.settled))
    write_view(frame_view(rejected, session), session, private=True)


def write_mendable(found: Mendable, session: Session) -> None:
    """Write rejected rows as they were, and say which ones are better mended in their file."""
    if found.lines_of_kept_orders:
        message = (
            f"{found.lines_of_kept_orders:,} rejected rows are lines of orders whose other lines were kept,"
            " and are left out: alone they would replace the order"
        )
        messages.show_notice(
            Notice("lines-of-kept-orders", message, "mend them in the export, and load it again")
        )
    write(found.text.encode(), session.target.name, private=True)


@dataclass(frozen=True, kw_only=True)
class CheckOptions:
    """Which of the two results programs get."""

    rules: Annotated[
        bool | None,
        Option("--rules", help="The rules of the quality gate instead of the account.", show_default=False),
    ] = None


@with_options
def check(
    files: Files = None,
    *,
    source: SourceOptions,
    question: QuestionOptions,
    chosen: CheckOptions,
    output: OutputOptions,
) -> None:
    """Account for every row and cent, and judge the data.

    The account leads from the files to the KPIs; if it does not add up exactly, which would be a mistake of
    ours, the exit code is 1. It is 6 if a rule is crossed; [check] in wieder.toml holds the thresholds.
    """
    from wieder.analysis import reconcile
    from wieder.cli.questions import question_of, refuse_without_effect
    from wieder.cli.views import bridge_view, rules_view, with_rules
    from wieder.cli.writing import write_view
    from wieder.quality import check as check_rules
    from wieder.quality import refuse_crossed
    from wieder.store import load_history

    refuse_without_effect(question, "by", "top", "window", "occasion")
    session = begin(files, source, output, question)
    asked = question_of(question, PeriodKind.ALL)
    with messages.working("checking"), opened(session) as con:
        found = reconcile(con, asked, session.settings, messages.show_notice)
        rules = check_rules(con, session.settings, asked.today)
        loads = load_history(con)
    gate = rules_view(rules, session)
    view = gate if chosen.rules else with_rules(bridge_view(found, loads, session), gate)
    write_view(view, session, private=True)
    refuse_gap(found.bridge)
    refuse_crossed(rules)

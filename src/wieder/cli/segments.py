"""Commands that tell customers apart: sizes of segments, moves between them, and the list of customers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Option

from wieder import messages
from wieder.cli.options import (
    By,
    Files,
    MomentOptions,
    OutputOptions,
    QuestionOptions,
    SegmentOptions,
    SourceOptions,
    Top,
    with_options,
)
from wieder.cli.session import begin, opened, refuse_overwriting
from wieder.errors import UsageError
from wieder.output import STDOUT, write
from wieder.periods import PeriodKind

if TYPE_CHECKING:
    from wieder.analyses.customers import Audience
    from wieder.analyses.segments import SegmentAnalysis
    from wieder.cli.session import Session
    from wieder.tables.thresholds import Thresholds


@dataclass(frozen=True, kw_only=True)
class AudienceOptions:
    """Which customers are listed, and what is told of them."""

    segment: Annotated[
        list[str] | None, Option("--segment", metavar="NAME", help="Only this segment, such as 'At risk'.")
    ] = None
    consent: Annotated[
        str | None, Option("--consent", metavar="COLUMN", help="Only who said yes in this customer column.")
    ] = None
    upcoming: Annotated[
        int | None,
        Option(
            "--upcoming", metavar="DAYS", min=1, max=366, help="Only who has a birthday or anniversary soon."
        ),
    ] = None
    columns: Annotated[
        str | None, Option("--columns", metavar="COLUMN,...", help="Also these columns of the customers.")
    ] = None
    pseudonym: Annotated[
        str | None,
        Option("--pseudonym", metavar="KEYFILE", help="HMAC-SHA256 by this key instead of customer keys."),
    ] = None
    period: Annotated[
        PeriodKind | None, Option("--period", help="The previous segment is of its last end. [month]")
    ] = None


@with_options
def segments(
    files: Files = None,
    *,
    source: SourceOptions,
    moment: MomentOptions,
    by: By = None,
    top: Top = None,
    telling: SegmentOptions,
    output: OutputOptions,
) -> None:
    """Tell customers apart, by RFM or another scheme.

    Prints what every segment brings, and the thresholds.
    """
    from wieder.analyses.segments import analyse_segments
    from wieder.cli.questions import question_of
    from wieder.cli.segment_views import segments_view
    from wieder.cli.writing import write_view

    asked = QuestionOptions(as_of=moment.as_of, window=moment.window, by=by, top=top)
    session = begin(files, source, output, asked, telling)
    refuse_unused_window(asked, session)
    refuse_overwriting(session, telling.save_thresholds or STDOUT)
    question, frozen = question_of(asked, PeriodKind.ALL), saved_thresholds(telling)
    with messages.working("computing"), opened(session) as con:
        found = analyse_segments(con, question, session.settings, frozen, messages.show_notice)
    save_thresholds(found, telling)
    write_view(segments_view(found, session), session)


@with_options
def moves(
    files: Files = None,
    *,
    source: SourceOptions,
    question: QuestionOptions,
    telling: SegmentOptions,
    output: OutputOptions,
) -> None:
    """Show who moved between segments in the last period.

    Or in every period of --from and --to. The same thresholds hold at all
    ends. Periods are months unless --period says otherwise.
    """
    from wieder.analyses.segments import analyse_moves
    from wieder.cli.questions import question_of, refuse_without_effect
    from wieder.cli.segment_views import moves_view
    from wieder.cli.writing import write_view

    refuse_without_effect(question, "occasion")
    session = begin(files, source, output, question, telling)
    refuse_unused_window(question, session)
    refuse_overwriting(session, telling.save_thresholds or STDOUT)
    asked, frozen = question_of(question, PeriodKind.MONTH), saved_thresholds(telling)
    if asked.kind is PeriodKind.ALL:
        raise UsageError("moves need periods, not --period all", "choose --period month or another one")
    with messages.working("computing"), opened(session) as con:
        found = analyse_moves(con, asked, session.settings, frozen, messages.show_notice)
    save_thresholds(found, telling)
    write_view(moves_view(found, session), session)


@with_options
def customers(
    files: Files = None,
    *,
    source: SourceOptions,
    moment: MomentOptions,
    audience: AudienceOptions,
    telling: SegmentOptions,
    output: OutputOptions,
) -> None:
    """List customers for the CRM and the mail tool.

    One row each: orders, revenue, scores, segment, when the next order is
    expected. Nothing personal is told but the key, unless --columns asks for it.
    """
    from wieder.analyses.customers import analyse_customers
    from wieder.cli.questions import question_of
    from wieder.cli.segment_views import customers_view
    from wieder.cli.writing import write_view

    asked = QuestionOptions(as_of=moment.as_of, window=moment.window, period=audience.period)
    session = begin(files, source, output, asked, telling)
    refuse_unused_window(asked, session)
    refuse_overwriting(session, telling.save_thresholds or STDOUT)
    question, wanted = question_of(asked, PeriodKind.MONTH), audience_of(audience, telling)
    if question.kind is PeriodKind.ALL:
        raise UsageError("the previous segment needs a period", "choose --period month or another one")
    with messages.working("computing"), opened(session) as con:
        found = analyse_customers(con, question, session.settings, wanted, messages.show_notice)
    save_thresholds(found, telling)
    write_view(customers_view(found, session), session, private=True)


def refuse_unused_window(options: QuestionOptions, session: Session) -> None:
    """Raise UsageError if a window was typed for customers who are not told apart by activity."""
    from wieder.cli.questions import refuse_without_effect

    if session.settings.segments.scheme != "lifecycle":
        refuse_without_effect(options, "window")


def audience_of(options: AudienceOptions, telling: SegmentOptions) -> Audience:
    """Whom the options ask for. Raises UsageError for a key that cannot be used."""
    from wieder.analyses.customers import Audience
    from wieder.analyses.pseudonyms import read_key

    return Audience(
        segments=tuple(options.segment or ()),
        consent=options.consent,
        upcoming=options.upcoming,
        columns=tuple(name for part in (options.columns or "").split(",") if (name := part.strip())),
        key=read_key(Path(options.pseudonym), messages.show_notice) if options.pseudonym else None,
        thresholds=saved_thresholds(telling),
    )


def saved_thresholds(options: SegmentOptions) -> Thresholds | None:
    """The thresholds that were frozen, if a file of them is named. Raises UsageError."""
    from wieder.analyses.frozen import read_thresholds

    return read_thresholds(Path(options.thresholds)) if options.thresholds else None


def save_thresholds(found: SegmentAnalysis, options: SegmentOptions) -> None:
    """Write the thresholds to the file that is named for them. Raises OutputError."""
    from wieder.analyses.frozen import thresholds_text

    if options.save_thresholds:
        write(thresholds_text(found.thresholds).encode(), options.save_thresholds)

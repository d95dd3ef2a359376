"""The command for the flow of customers."""

from __future__ import annotations

from typing import Annotated

from typer import Option

from wieder import messages
from wieder.cli.options import Files, OutputOptions, QuestionOptions, SourceOptions, with_options
from wieder.cli.session import begin, opened
from wieder.periods import PeriodKind

OfRevenue = Annotated[
    bool,
    Option("--revenue", help="Of money instead: NRR and GRR, the last 365 days against the 365 before."),
]


@with_options
def flow(
    files: Files = None,
    *,
    source: SourceOptions,
    question: QuestionOptions,
    output: OutputOptions,
    revenue: OfRevenue = False,
) -> None:
    """Show who came, stayed, came back or was lost.

    Time is cut by months unless --period says otherwise.
    """
    from wieder.analyses.by_period import analyse_flow
    from wieder.analyses.revenue_retention import analyse_revenue_retention
    from wieder.cli.questions import question_of, refuse_without_effect
    from wieder.cli.views import table_view
    from wieder.cli.writing import write_view

    refuse_without_effect(question, "occasion", *(["window"] if revenue else []))
    session = begin(files, source, output, question)
    asked = question_of(question, PeriodKind.MONTH)
    with messages.working("computing"), opened(session) as con:
        analyse = analyse_revenue_retention if revenue else analyse_flow
        found = analyse(con, asked, session.settings, messages.show_notice)
    shown = found.frame.drop("window_days", "as_of", strict=False)
    write_view(table_view(found, session, shown), session)

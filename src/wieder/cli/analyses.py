"""Commands that print numbers, and those that show where the numbers come from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from typer import Argument, Option

from wieder import messages
from wieder.cli.options import Files, OutputOptions, QuestionOptions, SourceOptions, with_options
from wieder.cli.session import begin, opened
from wieder.cli.verdicts import refuse_disagreement
from wieder.errors import UsageError
from wieder.periods import PeriodKind
from wieder.targets import Format

if TYPE_CHECKING:
    from wieder.kpis.base import Kpi

Dialect = Annotated[
    Literal["shopify", "metorik", "putler", "peel", "klaviyo"] | None,
    Option("--dialect", help="Instead: disputed KPIs by this vendor's rules beside ours, and why."),
]

Compare = Annotated[
    bool | None,
    Option(
        "--compare",
        help="With the period and the year before, and the usual range, as columns.",
        show_default=False,
    ),
]

KpiId = Annotated[str, Argument(metavar="KPI", help="The id of a KPI, such as repeat_purchase_rate.")]


@with_options
def kpis(
    files: Files = None,
    *,
    source: SourceOptions,
    question: QuestionOptions,
    output: OutputOptions,
    compare: Compare = None,
    dialect: Dialect = None,
) -> None:
    """Compute every KPI, by period and by any column."""
    from wieder.cli.questions import answer, question_of
    from wieder.cli.views import kpi_view
    from wieder.cli.writing import write_view

    session = begin(files, source, output, question)
    if dialect is not None:
        from wieder.cli.dialects import answer_in_dialect, dialect_view

        if compare:
            raise UsageError(
                "--dialect compares with a vendor, not with earlier periods", "leave out --compare"
            )
        found = answer_in_dialect(session, question, dialect)
        write_view(dialect_view(found, session), session)
        return
    analysis = answer(session, question_of(question, PeriodKind.ALL))
    write_view(kpi_view(analysis, session, compare=bool(compare)), session)


@with_options
def explain(
    kpi: KpiId,
    files: Files = None,
    *,
    source: SourceOptions,
    question: QuestionOptions,
    output: OutputOptions,
) -> None:
    """Say what a KPI means and how it is made.

    With the numbers behind it where there are data, and with its witness: the same KPI again in SQL.
    """
    from wieder.cli.questions import answer, question_of
    from wieder.cli.views import explanation_view
    from wieder.cli.writing import write_view

    session = begin(files, source, output, question, usual_format=Format.TABLE)
    found = find_kpi(kpi)
    has_data = session.files or Path(session.settings.db).exists()
    analysis = answer(session, question_of(question, PeriodKind.ALL)) if has_data else None
    write_view(explanation_view(found, analysis, session), session)


@with_options
def verify(
    files: Files = None, *, source: SourceOptions, question: QuestionOptions, output: OutputOptions
) -> None:
    """Compute every KPI and every table a second time, by its witness.

    Ends with exit code 1 if one disagrees, which would be a mistake of ours.
    """
    from wieder.analyses.witnesses import table_verifications
    from wieder.analysis import analyse, verifications
    from wieder.cli.questions import question_of
    from wieder.cli.views import verification_view
    from wieder.cli.writing import write_view

    session = begin(files, source, output, question)
    with messages.working("verifying"), opened(session) as con:
        analysis = analyse(
            con, question_of(question, PeriodKind.MONTH), session.settings, messages.show_notice
        )
        verified = (*verifications(con, analysis), *table_verifications(con, analysis, session.settings))
    write_view(verification_view(verified, session), session)
    refuse_disagreement(verified)


def find_kpi(name: str) -> Kpi:
    """The KPI called `name`. Raises UsageError with those that it may have meant."""
    from difflib import get_close_matches

    from wieder.kpis import REGISTRY

    if name in REGISTRY:
        return REGISTRY[name]
    likely = get_close_matches(name, REGISTRY) or [known for known in REGISTRY if name in known] or REGISTRY
    raise UsageError(f"there is no KPI called {name!r}", f"choose one of {', '.join(likely)}")

"""The command for what customers are worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from typer import Option

from wieder import messages
from wieder.cli.options import (
    By,
    Files,
    ForecastOptions,
    GroupBy,
    MomentOptions,
    OutputOptions,
    QuestionOptions,
    SourceOptions,
    Top,
    with_options,
)
from wieder.cli.session import begin, opened
from wieder.errors import UsageError
from wieder.periods import PeriodKind

if TYPE_CHECKING:
    from wieder.cli.session import Session
    from wieder.cli.writing import View


@dataclass(frozen=True, kw_only=True)
class ValueOptions:
    """Of whom values are told, and at which moment."""

    by: By = None
    top: Top = None
    group: GroupBy = None
    period: Annotated[
        PeriodKind | None, Option("--period", help="What cohorts are made by.  [year]", show_default=False)
    ] = None
    customers: Annotated[
        bool | None, Option("--customers", help="Instead: one row per customer.", show_default=False)
    ] = None


@with_options
def clv(
    files: Files = None,
    *,
    source: SourceOptions,
    moment: MomentOptions,
    values: ValueOptions,
    forecast: ForecastOptions,
    output: OutputOptions,
) -> None:
    """Say what customers are worth, three ways side by side.

    By the shops' formula, as realised so far, and as expected by the method
    that was closest at earlier moments, with its bias there.
    """
    from wieder.cli.writing import write_view

    question = QuestionOptions(
        as_of=moment.as_of, window=moment.window, by=values.by, top=values.top, period=values.period
    )
    session = begin(files, source, output, question, forecast)
    view = _customer_view if values.customers else _value_view
    write_view(view(session, question, values), session, private=bool(values.customers))


def _value_view(session: Session, options: QuestionOptions, values: ValueOptions) -> View:
    from wieder.analyses.groups import Grouping
    from wieder.analyses.lifetime_value import analyse_lifetime_values
    from wieder.cli.questions import question_of
    from wieder.cli.writing import View
    from wieder.report.lifetime_values import lifetime_value_grid

    asked = question_of(options, PeriodKind.YEAR)
    grouping = Grouping(values.group) if values.group else None
    with messages.working("computing"), opened(session) as con:
        found = analyse_lifetime_values(con, asked, grouping, session.settings, messages.show_notice)
    return View(
        frame=found.frame, grids=lambda: [lifetime_value_grid(found.frame, session.lang, found.currency)]
    )


def _customer_view(session: Session, options: QuestionOptions, values: ValueOptions) -> View:
    from wieder.analyses.lifetime_value import analyse_customer_values
    from wieder.cli.questions import question_of
    from wieder.cli.views import table_view

    if values.by or values.group or values.top:
        raise UsageError("--customers lists every customer", "leave out --by, --top and --group")
    asked = question_of(options, PeriodKind.YEAR)
    with messages.working("computing"), opened(session) as con:
        found = analyse_customer_values(con, asked, session.settings, messages.show_notice)
    return table_view(found, session, found.frame)

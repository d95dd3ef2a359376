"""`wieder kpis --dialect`: our KPIs beside those of a vendor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder import messages
from wieder.analyses.dialects import DialectAnalysis, analyse_dialect
from wieder.cli.questions import question_of
from wieder.cli.session import opened
from wieder.cli.writing import View
from wieder.kpis import REGISTRY
from wieder.periods import PeriodKind
from wieder.report.dialects import dialect_grids
from wieder.tables.dialects import Vendor

if TYPE_CHECKING:
    from wieder.cli.options import QuestionOptions
    from wieder.cli.session import Session


def answer_in_dialect(session: Session, options: QuestionOptions, vendor: str) -> DialectAnalysis:
    """The disputed KPIs by the rules of `vendor` and by ours; of the last month unless time is asked for."""
    question = question_of(options, PeriodKind.MONTH)
    is_time_asked = options.period or options.first or options.last
    with messages.working("computing"), opened(session) as con:
        return analyse_dialect(
            con,
            question,
            session.settings,
            messages.show_notice,
            vendor=Vendor(vendor),
            latest=not is_time_asked,
        )


def dialect_view(found: DialectAnalysis, session: Session) -> View:
    """The figures; readers also see what makes them differ."""
    return View(
        frame=found.frame,
        grids=lambda: dialect_grids(
            found.frame, found.rules, REGISTRY, session.lang, currency=found.currency, kind=found.kind
        ),
    )

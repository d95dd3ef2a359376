"""What customers are worth, three ways side by side: by the shops' formula, realised, and expected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wieder.asking.options import Option
from wieder.asking.question import EVERYTHING, Chapter, Heed, Instead, Question
from wieder.asking.view import View
from wieder.periods import PeriodKind
from wieder.questions.clv.customers import QUESTION as CUSTOMERS
from wieder.questions.clv.options import ForecastOptions
from wieder.questions.clv.realised import REALISED_VALUE, realised_of
from wieder.questions.clv.table import LIFETIME_VALUE
from wieder.questions.segments.groups import Grouping, GroupOptions, customer_groups

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.config import Settings
    from wieder.locale.text import Lang
    from wieder.questions.clv.expectations import Expectations

__all__ = ["CUSTOMERS", "QUESTION"]


@dataclass(frozen=True, kw_only=True)
class ValueOptions(ForecastOptions, GroupOptions):
    """Of whom values are told, and what for."""


def clv_of(asked: Asked, options: ValueOptions) -> Answer[Expectations | None]:
    """The three values side by side, for the shop and for each group that is asked for.

    Cohorts are by the period of the selection. Behind the rows is what is expected,
    None where nothing could be forecast. Raises what `customer_groups` raises.
    """
    from wieder.questions.clv.expectations import foresee
    from wieder.questions.clv.values import formula_results, side_by_side

    whole = asked.whole_span
    groups = customer_groups(whole, asked.selection.kind, options.group)
    expected = foresee(whole)
    margin = whole.settings.forecast.margin
    rows = side_by_side(whole, formula_results(whole), groups, expected, margin)
    return whole.answer(LIFETIME_VALUE, rows, behind=expected, cuts=[one.cut for one in groups])


def clv_view(answer: Answer[Expectations | None], options: ValueOptions, lang: Lang) -> View:
    """The values below each other."""
    from wieder.questions.clv.grid import lifetime_value_grid

    del options
    return View(frame=answer.frame, grids=lambda: [lifetime_value_grid(answer.frame, lang, answer.currency)])


def _unheard(options: ValueOptions, settings: Settings) -> Iterator[Heed]:
    """Periods make cohorts, and the activity window makes segments of the life cycle; nothing else heeds them."""
    if options.group is not Grouping.COHORT:
        yield Heed.PERIOD
    if options.group is not Grouping.SEGMENT or settings.segments.scheme != "lifecycle":
        yield Heed.WINDOW


QUESTION = Question(
    id="clv",
    place=40,
    chapter=Chapter.FORECASTS,
    help="Say what customers are worth, three ways side by side.\n\n"
    "By the shops' formula, as realised so far, and as expected by the method that was closest at earlier "
    "moments, with its bias there.",
    examples=("clv orders.csv --group cohort", "clv orders.csv --margin 0.4 --horizon 90"),
    options=ValueOptions,
    heeds=EVERYTHING - {Heed.FROM, Heed.TO, Heed.INCOMPLETE},
    usual=PeriodKind.YEAR,
    unheard=_unheard,
    answer=clv_of,
    view=clv_view,
    tables=lambda: (LIFETIME_VALUE, REALISED_VALUE),
    witnessed=lambda asked: (realised_of(asked),),
    instead=(
        Instead(
            option=Option(flags=("--customers",), help="The question `clv-customers`."),
            kind=bool,
            question=CUSTOMERS.id,
        ),
    ),
)

"""Customer lifetime value by three methods, side by side: rule of thumb, realised value and prediction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wieder.asking.options import Option
from wieder.asking.question import EVERYTHING, Chapter, Instead, Question, Selector
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
    """The terms of the forecast, and the groups of customers."""


def clv_of(asked: Asked, options: ValueOptions) -> Answer[Expectations | None]:
    """The three values side by side, for the shop and for each requested group.

    Cohorts are by the period of the selection. Behind the rows are the
    expectations, None without a forecast. Raises the errors of `customer_groups`.
    """
    from wieder.questions.clv.expectations import predict_values
    from wieder.questions.clv.values import formula_results, side_by_side

    whole = asked.whole_span
    groups = customer_groups(whole, asked.selection.kind, options.group)
    expected = predict_values(whole)
    margin = whole.settings.forecast.margin
    rows = side_by_side(whole, formula_results(whole), groups, expected, margin)
    return whole.answer(LIFETIME_VALUE, rows, behind=expected, cuts=[one.cut for one in groups])


def clv_view(answer: Answer[Expectations | None], options: ValueOptions, lang: Lang) -> View:
    """The values, one below the other."""
    from wieder.questions.clv.grid import lifetime_value_grid

    del options
    return View(frame=answer.frame, grids=lambda: [lifetime_value_grid(answer.frame, lang, answer.currency)])


def _without_effect(options: ValueOptions, settings: Settings) -> Iterator[Selector]:
    """Common options without effect: --period matters only to cohorts, --window only to life-cycle segments."""
    if options.group is not Grouping.COHORT:
        yield Selector.PERIOD
    if options.group is not Grouping.SEGMENT or settings.segments.scheme != "lifecycle":
        yield Selector.WINDOW


QUESTION = Question(
    id="clv",
    place=40,
    chapter=Chapter.FORECASTS,
    help="Compare three estimates of customer lifetime value.\n\n"
    "The rule of thumb, the value realised so far, and the prediction of the method that was most accurate "
    "in the back-test, with its bias.",
    examples=("clv orders.csv --group cohort", "clv orders.csv --margin 0.4 --horizon 90"),
    options=ValueOptions,
    selectors=EVERYTHING - {Selector.FROM, Selector.TO, Selector.INCOMPLETE},
    usual=PeriodKind.YEAR,
    without_effect=_without_effect,
    answer=clv_of,
    view=clv_view,
    tables=lambda: (LIFETIME_VALUE, REALISED_VALUE),
    witnessed=lambda asked: (realised_of(asked),),
    instead=(
        Instead(
            option=Option(flags=("--customers",), help="Same as `wieder clv-customers`."),
            kind=bool,
            question=CUSTOMERS.id,
        ),
    ),
)

"""Churn predicted by three methods, side by side, each with its errors in the back-test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wieder.asking.options import Option
from wieder.asking.question import Chapter, Instead, Question, Selector
from wieder.asking.view import View
from wieder.marts.frames import pl
from wieder.periods import PeriodKind
from wieder.questions.backtest.plan import TrialOptions
from wieder.questions.churn.listing import QUESTION as LIST
from wieder.questions.churn.listing import Which
from wieder.questions.churn.rate import QUESTION as RATE
from wieder.questions.churn.rules import QUESTION as RULES
from wieder.questions.churn.rules import RULES as RULES_TABLE
from wieder.questions.churn.table import CHURN
from wieder.questions.segments.groups import GroupOptions

if TYPE_CHECKING:
    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.locale.text import Lang
    from wieder.questions.churn.trials import Evidence

__all__ = ["LIST", "QUESTION", "RATE", "RULES"]


@dataclass(frozen=True, kw_only=True)
class ChurnOptions(TrialOptions, GroupOptions):
    """Groups of customers whose churn is reported, and the options of the back-test."""


def churn_of(asked: Asked, options: ChurnOptions) -> Answer[Evidence]:
    """The three methods side by side, for the shop and for each requested group.

    Cohorts are by the period of the selection. Raises the errors of
    `plan_trials`, `trials` and `customer_groups`.
    """
    from wieder.questions.churn.methods import churn_rows, look_ahead
    from wieder.questions.segments.groups import customer_groups

    whole = asked.whole_span
    groups = customer_groups(whole, asked.selection.kind, options.group)
    outlook = look_ahead(whole, options.rules_on_some)
    rows = pl.concat(churn_rows(outlook, group) for group in groups)
    return whole.answer(CHURN, rows, behind=outlook.evidence, cuts=[group.cut for group in groups])


def churn_view(answer: Answer[Evidence], options: ChurnOptions, lang: Lang) -> View:
    """The methods; readers also see the errors of the rule by cut-off date."""
    from wieder.questions.churn.grids import churn_grids

    del options
    rules = answer.behind.rules
    return View(
        frame=answer.frame, grids=lambda: churn_grids(answer.frame, rules, RULES_TABLE, lang, answer.currency)
    )


QUESTION = Question(
    id="churn",
    place=52,
    chapter=Chapter.FORECASTS,
    help="Predict churn by three methods, side by side.\n\n"
    "By the rule that a customer without an order for too long is lost, by a model, and by Kaplan-Meier, "
    "each with its errors in the back-test.",
    examples=("churn orders.csv", "churn orders.csv --by channel --window 120"),
    options=ChurnOptions,
    selectors=frozenset({Selector.BY, Selector.TOP, Selector.AS_OF, Selector.WINDOW}),
    usual=PeriodKind.YEAR,
    answer=churn_of,
    view=churn_view,
    tables=lambda: (CHURN,),
    instead=(
        Instead(
            option=Option(flags=("--rules",), help="Same as `wieder churn-rules`."),
            kind=bool,
            question=RULES.id,
        ),
        Instead(
            option=Option(flags=("--list",), help="Same as `wieder churn-list`."),
            kind=Which,
            question=LIST.id,
            field="which",
        ),
        Instead(
            option=Option(flags=("--period",), help="Same as `wieder churn-rate`."),
            kind=PeriodKind,
            question=RATE.id,
            selector=Selector.PERIOD,
        ),
    ),
)

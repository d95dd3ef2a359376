"""The churn rate by period: the share of customers active at its start who are not active at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder.asking.question import EVERYTHING, Chapter, Question, Selector
from wieder.asking.view import View
from wieder.kpis.retention import churn_rate
from wieder.periods import PeriodKind
from wieder.questions.kpis import RESULTS, Computed, kpis_of

if TYPE_CHECKING:
    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.asking.options import NoOptions
    from wieder.locale.text import Lang


def churn_rate_of(asked: Asked, options: NoOptions) -> Answer[Computed]:
    """The KPI in the periods shown, for the shop and each segment; it involves no forecast."""
    del options
    return kpis_of(asked, [churn_rate])


def churn_rate_view(answer: Answer[Computed], options: NoOptions, lang: Lang) -> View:
    """One row per period and segment."""
    from wieder.asking.results import SCHEMA
    from wieder.questions.churn.grids import rate_grid

    del options
    rates = answer.frame.select(*SCHEMA)
    return View(frame=rates, grids=lambda: [rate_grid(rates, answer.kind, lang)])


QUESTION = Question(
    id="churn-rate",
    place=54,
    chapter=Chapter.FORECASTS,
    help="Show the churn rate of each period, without a forecast.",
    examples=("churn-rate orders.csv --period quarter", "churn-rate orders.csv --by channel --from 2025"),
    selectors=EVERYTHING - {Selector.OCCASION},
    usual=PeriodKind.MONTH,
    answer=churn_rate_of,
    view=churn_rate_view,
    tables=lambda: (RESULTS,),
)

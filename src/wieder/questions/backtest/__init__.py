"""Back-test of forecasts: every method at past cut-off dates, scored against actual purchases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder.asking.options import Option
from wieder.asking.question import Chapter, Instead, Question, Selector
from wieder.asking.view import View
from wieder.questions.backtest.calibration import QUESTION as CALIBRATION
from wieder.questions.backtest.deciles import QUESTION as DECILES
from wieder.questions.backtest.holdouts import HOLDOUTS as HOLDOUTS_TABLE
from wieder.questions.backtest.holdouts import QUESTION as HOLDOUTS
from wieder.questions.backtest.plan import TrialOptions
from wieder.questions.backtest.scores import BACKTEST, SCORES, long_scores
from wieder.questions.backtest.tracking import QUESTION as TRACKING

if TYPE_CHECKING:
    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.locale.text import Lang
    from wieder.questions.backtest.methods import Backtest

__all__ = ["CALIBRATION", "DECILES", "HOLDOUTS", "QUESTION", "TRACKING"]


def backtest_of(asked: Asked, options: TrialOptions) -> Answer[Backtest]:
    """Return every score of every method. Raises the errors of `plan_trials` and `trials`."""
    from wieder.questions.backtest.methods import backtest

    tested = backtest(asked, options.rules)
    return asked.answer(BACKTEST, long_scores(tested.scores), behind=tested)


def backtest_view(answer: Answer[Backtest], options: TrialOptions, lang: Lang) -> View:
    """The scores; readers also see the holdouts behind them."""
    from wieder.questions.backtest.grids import holdout_grid, score_grids

    del options
    tested, currency = answer.behind, answer.currency
    return View(
        frame=answer.frame,
        grids=lambda: (
            *score_grids(tested.scores, lang, currency),
            holdout_grid(tested.holdouts, HOLDOUTS_TABLE, lang, currency),
        ),
    )


def _once(flag: str, question: str) -> Instead:
    return Instead(
        option=Option(flags=(flag,), help=f"Same as `wieder {question}`."), kind=bool, question=question
    )


QUESTION = Question(
    id="backtest",
    place=60,
    chapter=Chapter.FORECASTS,
    help="Back-test forecasts at past cut-off dates.\n\n"
    "Scores every model and naive forecast; `wieder clv` and `wieder churn` use the best one.",
    examples=("backtest orders.csv", "backtest orders.csv --horizon 90 --moments 2 -o scores.csv"),
    options=TrialOptions,
    selectors=frozenset({Selector.AS_OF}),
    answer=backtest_of,
    view=backtest_view,
    tables=lambda: (BACKTEST, SCORES),
    instead=(
        _once("--deciles", DECILES.id),
        _once("--calibration", CALIBRATION.id),
        _once("--tracking", TRACKING.id),
        _once("--data", HOLDOUTS.id),
    ),
)

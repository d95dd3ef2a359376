"""Predicted and actual share of customers without a purchase, by decile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder.asking.question import Chapter, Question, Selector
from wieder.asking.view import View
from wieder.marts.frames import pl
from wieder.questions.backtest.parts import PARTS
from wieder.questions.backtest.plan import TrialOptions
from wieder.questions.backtest.scores import NONE

if TYPE_CHECKING:
    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.locale.text import Lang
    from wieder.questions.backtest.methods import Backtest


def calibration_of(asked: Asked, options: TrialOptions) -> Answer[Backtest]:
    """The predicted and actual share without a purchase. Raises the errors of `plan_trials` and `trials`."""
    from wieder.questions.backtest.methods import backtest

    tested = backtest(asked, options.rules)
    return asked.answer(PARTS, tested.parts.filter(pl.col("target") == NONE), behind=tested)


def calibration_view(answer: Answer[Backtest], options: TrialOptions, lang: Lang) -> View:
    """Every method for programs; for readers the one that is used, over all cut-off dates."""
    from wieder.questions.backtest.grids import part_grids

    del options
    return View(
        frame=answer.frame,
        grids=lambda: part_grids(answer.frame, (NONE,), lang, answer.currency),
    )


QUESTION = Question(
    id="calibration",
    place=62,
    chapter=Chapter.FORECASTS,
    help="Compare predicted and actual shares without a purchase.\n\n"
    "Customers are grouped into deciles by predicted probability, at each cut-off date.",
    examples=("calibration orders.csv --moments 1", "calibration orders.csv --horizon 90 -o calibration.csv"),
    options=TrialOptions,
    selectors=frozenset({Selector.AS_OF}),
    answer=calibration_of,
    view=calibration_view,
    tables=lambda: (PARTS,),
)

"""Expected and actual purchases and spend, by decile of the customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder.asking.question import Chapter, Question, Selector
from wieder.asking.view import View
from wieder.marts.frames import pl
from wieder.questions.backtest.parts import PARTS
from wieder.questions.backtest.plan import TrialOptions
from wieder.questions.backtest.scores import NONE, PURCHASES, SPEND

if TYPE_CHECKING:
    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.locale.text import Lang
    from wieder.questions.backtest.methods import Backtest


def deciles_of(asked: Asked, options: TrialOptions) -> Answer[Backtest]:
    """Expected and actual purchases and spend by decile. Raises the errors of `plan_trials` and `trials`."""
    from wieder.questions.backtest.methods import backtest

    tested = backtest(asked, options.rules)
    return asked.answer(PARTS, tested.parts.filter(pl.col("target") != NONE), behind=tested)


def deciles_view(answer: Answer[Backtest], options: TrialOptions, lang: Lang) -> View:
    """Every method for programs; for readers the one that is used, over all cut-off dates."""
    from wieder.questions.backtest.grids import part_grids

    del options
    return View(
        frame=answer.frame,
        grids=lambda: part_grids(answer.frame, (PURCHASES, SPEND), lang, answer.currency),
    )


QUESTION = Question(
    id="deciles",
    place=61,
    chapter=Chapter.FORECASTS,
    help="Compare predicted and actual purchases and spend by decile.\n\n"
    "Customers are grouped into deciles by predicted purchases and by predicted spend, at each cut-off date.",
    examples=("deciles orders.csv --moments 1", "deciles orders.csv --horizon 90 -o deciles.csv"),
    options=TrialOptions,
    selectors=frozenset({Selector.AS_OF}),
    answer=deciles_of,
    view=deciles_view,
    tables=lambda: (PARTS,),
)

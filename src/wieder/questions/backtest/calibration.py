"""Which share of customers was told to make no purchase, and which share did not, by tenths of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder.asking.question import Chapter, Heed, Question
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
    """Show which share of customers was told to make no purchase, and which did."""
    from wieder.questions.backtest.methods import backtest

    tested = backtest(asked, options.rules)
    return asked.answer(PARTS, tested.parts.filter(pl.col("target") == NONE), behind=tested)


def calibration_view(answer: Answer[Backtest], options: TrialOptions, lang: Lang) -> View:
    """Every method for programs; for readers the one that is used, all moments together."""
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
    help="Show which share of customers was told to make no purchase, and which did.",
    examples=("calibration orders.csv --moments 1", "calibration orders.csv --horizon 90 -o calibration.csv"),
    options=TrialOptions,
    heeds=frozenset({Heed.AS_OF}),
    answer=calibration_of,
    view=calibration_view,
    tables=lambda: (PARTS,),
)

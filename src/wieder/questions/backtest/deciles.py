"""How many purchases and how much spend came from each tenth of the customers, and how much was expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder.asking.question import Chapter, Heed, Question
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
    """Show expected and actual purchases and spend by tenths of the customers."""
    from wieder.questions.backtest.methods import backtest

    tested = backtest(asked, options.rules)
    return asked.answer(PARTS, tested.parts.filter(pl.col("target") != NONE), behind=tested)


def deciles_view(answer: Answer[Backtest], options: TrialOptions, lang: Lang) -> View:
    """Every method for programs; for readers the one that is used, all moments together."""
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
    help="Show expected and actual purchases and spend by tenths of the customers.",
    examples=("deciles orders.csv --moments 1", "deciles orders.csv --horizon 90 -o deciles.csv"),
    options=TrialOptions,
    heeds=frozenset({Heed.AS_OF}),
    answer=deciles_of,
    view=deciles_view,
    tables=lambda: (PARTS,),
)

"""The command that tries forecasts on the past."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from typer import Option

from wieder import messages
from wieder.cli.options import Files, OutputOptions, QuestionOptions, SourceOptions, with_options
from wieder.cli.session import begin, opened
from wieder.errors import UsageError
from wieder.periods import PeriodKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wieder.analyses.backtest import BacktestAnalysis
    from wieder.analyses.trials import TrialRules
    from wieder.analysis import Question
    from wieder.cli.session import Session
    from wieder.cli.writing import View
    from wieder.report.grids import Grid

AsOf = Annotated[
    str | None,
    Option("--as-of", metavar="DAY", help="The first day that is not counted. [the last order's]"),
]


@dataclass(frozen=True, kw_only=True)
class TrialOptions:
    """How forecasts are tried."""

    horizon: Annotated[
        int | None,
        Option(
            "--horizon", metavar="DAYS", min=1, help="Forecast so far. [180, or a quarter of the history]"
        ),
    ] = None
    moments: Annotated[
        int | None,
        Option("--moments", metavar="N", min=1, max=24, help="Try it at so many earlier moments. [3]"),
    ] = None


@dataclass(frozen=True, kw_only=True)
class PartOptions:
    """What is shown instead of the scores."""

    deciles: Annotated[
        bool, Option("--deciles", help="Instead: expected and actual by tenths of the customers.")
    ] = False
    calibration: Annotated[
        bool, Option("--calibration", help="Instead: told and actual shares of who made no purchase.")
    ] = False
    tracking: Annotated[
        bool, Option("--tracking", help="Instead: expected and actual purchases, week by week.")
    ] = False
    data: Annotated[
        bool, Option("--data", help="Instead: who was there at each moment, and who was left out.")
    ] = False


@with_options
def backtest(
    files: Files = None,
    *,
    source: SourceOptions,
    as_of: AsOf = None,
    trials: TrialOptions,
    part: PartOptions,
    output: OutputOptions,
) -> None:
    """Show how good forecasts would have been at earlier moments.

    Every model, and naive forecasts beside them; the best one is used by
    `wieder clv` and `wieder churn`.
    """
    from wieder.cli.questions import question_of
    from wieder.cli.writing import write_view

    asked = QuestionOptions(as_of=as_of)
    session = begin(files, source, output, asked)
    wanted, rules = _part(part), trial_rules(trials)
    question = question_of(asked, PeriodKind.ALL)
    view = (
        _data_view(session, question, rules) if wanted == "data" else _view(session, question, rules, wanted)
    )
    write_view(view, session)


def _data_view(session: Session, question: Question, rules: TrialRules) -> View:
    """What the trials are made of, for which no model is needed."""
    from wieder.analyses.trial_tables import analyse_holdouts
    from wieder.cli.writing import View
    from wieder.report.backtest_grids import holdout_grid

    with messages.working("computing"), opened(session) as con:
        found = analyse_holdouts(con, question, session.settings, messages.show_notice, rules)
    return View(frame=found.frame, grids=lambda: [holdout_grid(found.frame, session.lang, found.currency)])


def _view(session: Session, question: Question, rules: TrialRules, part: str) -> View:
    from wieder.analyses.backtest import analyse_backtest

    with messages.working("computing"), opened(session) as con:
        found = analyse_backtest(
            con,
            question,
            session.settings,
            messages.show_notice,
            rules,
            with_tracking=part == "tracking",
        )
    return backtest_view(found, part, session)


def trial_rules(options: TrialOptions) -> TrialRules:
    """How the options want forecasts to be tried."""
    from wieder.analyses.trials import USUAL_MOMENTS, TrialRules

    return TrialRules(horizon_days=options.horizon, n_moments=options.moments or USUAL_MOMENTS)


def _part(options: PartOptions) -> str:
    """The one part that is asked for; `scores` if none is. Raises UsageError for several."""
    asked = [name for name, is_asked in vars(options).items() if is_asked]
    if len(asked) > 1:
        raise UsageError(
            f"--{asked[0]} and --{asked[1]} are different tables", "ask for one of them at a time"
        )
    return asked[0] if asked else "scores"


def backtest_view(found: BacktestAnalysis, part: str, session: Session) -> View:
    """A part of the back-test; readers of the scores also see what they were made on."""
    from wieder.cli.writing import View
    from wieder.report.backtest_grids import holdout_grid, part_grids, score_grids, tracking_grid
    from wieder.tables.backtest import NONE, PURCHASES, SPEND

    tested, lang, currency = found.tested, session.lang, found.currency

    if found.tracking is not None:
        weekly = found.tracking
        return View(frame=weekly, grids=lambda: [tracking_grid(weekly, lang)])

    def shown() -> Sequence[Grid]:
        match part:
            case "deciles":
                return part_grids(tested.parts, (PURCHASES, SPEND), lang, currency)
            case "calibration":
                return part_grids(tested.parts, (NONE,), lang, currency)
        return (
            *score_grids(tested.scores, lang, currency),
            holdout_grid(tested.holdouts, lang, currency),
        )

    is_none = tested.parts["target"] == NONE
    frames = {"deciles": tested.parts.filter(~is_none), "calibration": tested.parts.filter(is_none)}
    return View(frame=frames.get(part, found.frame), grids=shown)

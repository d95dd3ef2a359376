"""The command for who will not come back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from typer import Option

from wieder import messages
from wieder.cli.backtest import TrialOptions, trial_rules
from wieder.cli.options import (
    By,
    Files,
    GroupBy,
    MomentOptions,
    OutputOptions,
    QuestionOptions,
    SourceOptions,
    Top,
    with_options,
)
from wieder.cli.session import begin, opened
from wieder.errors import UsageError
from wieder.periods import PeriodKind

if TYPE_CHECKING:
    from wieder.analyses.trials import TrialRules
    from wieder.cli.session import Session
    from wieder.cli.writing import View

SHOWN_CUSTOMERS = 50
"""Readers see so many; files for programs hold all."""


@dataclass(frozen=True, kw_only=True)
class ChurnOptions:
    """Of whom churn is told, and in which form."""

    by: By = None
    top: Top = None
    group: GroupBy = None
    period: Annotated[
        PeriodKind | None,
        Option("--period", help="Instead: the churn rate of each period, by the rule.", show_default=False),
    ] = None
    customers: Annotated[
        Literal["at-risk", "win-back"] | None,
        Option("--list", help="Instead: customers, the largest value at risk first."),
    ] = None
    rules: Annotated[
        bool, Option("--rules", help="Instead: how often the rule was wrong, moment by moment.")
    ] = False
    pseudonym: Annotated[
        str | None,
        Option("--pseudonym", metavar="KEYFILE", help="HMAC-SHA256 by this key instead of customer keys."),
    ] = None


@with_options
def churn(
    files: Files = None,
    *,
    source: SourceOptions,
    moment: MomentOptions,
    trials: TrialOptions,
    options: ChurnOptions,
    output: OutputOptions,
) -> None:
    """Say who will not come back, three ways side by side.

    By the rule that who is silent for too long is lost, by a model, and by
    Kaplan-Meier, each with its errors at earlier moments.
    """
    from wieder.cli.writing import write_view

    asked = QuestionOptions(as_of=moment.as_of, window=moment.window, by=options.by, top=options.top)
    session = begin(files, source, output, asked)
    _refuse_contradictions(options)
    views = {"rules": _rules_view, "customers": _list_view, "period": _rate_view}
    view = next((views[name] for name in views if getattr(options, name)), _churn_view)
    write_view(view(session, asked, trials, options), session, private=bool(options.customers))


def _refuse_contradictions(options: ChurnOptions) -> None:
    """Raise UsageError for options that ask for two tables, or for groups where there are none."""
    names = {"rules": "--rules", "customers": "--list", "period": "--period"}
    asked = [option for name, option in names.items() if getattr(options, name)]
    if len(asked) > 1:
        raise UsageError(f"{asked[0]} and {asked[1]} are different tables", "ask for one of them at a time")
    if (options.rules or options.customers) and (options.by or options.group):
        raise UsageError(f"{asked[0]} is of the whole shop", "leave out --by and --group")
    if options.period and options.group:
        raise UsageError("--group is of customers as they are now", "leave out --period or --group")
    if options.pseudonym and not options.customers:
        raise UsageError("--pseudonym stands for customers, and none are listed", "add --list at-risk, say")


def _rate_view(session: Session, asked: QuestionOptions, trials: TrialOptions, options: ChurnOptions) -> View:
    """The KPI over time, for which nothing is forecast."""
    from wieder.analyses.churn import analyse_churn_rates
    from wieder.cli.questions import question_of
    from wieder.cli.writing import View
    from wieder.report.churn_grids import rate_grid

    del trials
    question = question_of(replace(asked, period=options.period), PeriodKind.MONTH)
    with messages.working("computing"), opened(session) as con:
        found = analyse_churn_rates(con, question, session.settings, messages.show_notice)
    return View(frame=found.results, grids=lambda: [rate_grid(found.results, found.kind, session.lang)])


def _rules_view(
    session: Session, asked: QuestionOptions, trials: TrialOptions, options: ChurnOptions
) -> View:
    """The errors of the rule, for which no model is needed."""
    from wieder.analyses.trial_tables import analyse_churn_rules
    from wieder.cli.questions import question_of
    from wieder.cli.writing import View
    from wieder.report.churn_grids import rules_grid

    del options
    question = question_of(asked, PeriodKind.YEAR)
    with messages.working("computing"), opened(session) as con:
        found = analyse_churn_rules(
            con, question, session.settings, messages.show_notice, trial_rules(trials)
        )
    return View(frame=found.frame, grids=lambda: [rules_grid(found.frame, session.lang, found.currency)])


def _churn_view(
    session: Session, asked: QuestionOptions, trials: TrialOptions, options: ChurnOptions
) -> View:
    from wieder.analyses.churn import analyse_churn
    from wieder.analyses.groups import Grouping
    from wieder.cli.questions import question_of
    from wieder.cli.writing import View
    from wieder.report.churn_grids import churn_grids

    question = question_of(asked, PeriodKind.YEAR)
    with messages.working("computing"), opened(session) as con:
        found = analyse_churn(
            con,
            question,
            session.settings,
            messages.show_notice,
            grouping=Grouping(options.group) if options.group else None,
            rules=_on_some(trials),
        )
    rules, lang = found.evidence.rules, session.lang
    return View(frame=found.frame, grids=lambda: churn_grids(found.frame, rules, lang, found.currency))


def _on_some(trials: TrialOptions) -> TrialRules:
    """The trials that the options want, on some of the customers of a large shop."""
    from wieder.analyses.trials import MOST_TRIED

    return replace(trial_rules(trials), most_customers=MOST_TRIED)


def _list_view(session: Session, asked: QuestionOptions, trials: TrialOptions, options: ChurnOptions) -> View:
    from wieder.analyses.churn import analyse_churn_list
    from wieder.analyses.pseudonyms import read_key
    from wieder.cli.questions import question_of
    from wieder.cli.writing import View
    from wieder.report.churn_grids import list_grid

    which = options.customers or ""
    key = read_key(Path(options.pseudonym), messages.show_notice) if options.pseudonym else None
    question = question_of(asked, PeriodKind.YEAR)
    with messages.working("computing"), opened(session) as con:
        found = analyse_churn_list(
            con,
            question,
            session.settings,
            messages.show_notice,
            which=which,
            rules=_on_some(trials),
            key=key,
        )
    return View(
        frame=found.frame,
        grids=lambda: [list_grid(found.frame, which, SHOWN_CUSTOMERS, session.lang, found.currency)],
    )

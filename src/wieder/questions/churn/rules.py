"""Errors of the churn rule, by which a customer silent for longer than the window is lost, by cut-off date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from wieder.asking.question import Chapter, Question, Selector
from wieder.asking.table import Table, TableColumn
from wieder.asking.view import View
from wieder.locale.text import Text, Unit
from wieder.marts.base import Type
from wieder.marts.frames import pl
from wieder.questions.backtest.plan import USUAL_HORIZON, TrialOptions, plan_trials, where_tried
from wieder.questions.churn.table import CHOSEN, ERRORS, GIVEN, column, error_rates

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.kpis.base import Scope
    from wieder.locale.text import Lang
    from wieder.models.churn_rule import Verdicts
    from wieder.questions.backtest.plan import Plan
    from wieder.questions.backtest.trials import Trial

RULES_WITNESS = """
    with tried as (
        select * from (select unnest([{moments}]) as moment) cross join (select unnest([{windows}]) as window_days)
    ),
    known as (
        select moment, window_days, customer, moment - max(day) filter (day < moment) > window_days as lost,
            count(*) filter (day >= moment) > 0 as back
        from tried join witness_orders on day < moment + {horizon}
        where customer is not null
        group by moment, window_days, customer
        having count(*) filter (day < moment) > 0
    )
    select moment, window_days, count(*) as customers, count_if(lost and not back) as lost_gone,
        count_if(lost and back) as lost_back, count_if(not lost and not back) as active_gone,
        count_if(not lost and back) as active_back, avg((lost <> back)::integer) as accuracy,
        count_if(lost and back) / nullif(count_if(back), 0) as false_alarm_rate,
        count_if(not lost and not back) / nullif(count_if(not back), 0) as miss_rate
    from known group by moment, window_days
"""

RULES = Table(
    id="churn_rules",
    label=Text(de="Wie oft die Regel irrt", en="How often the rule is wrong"),
    meaning=Text(
        de="Eine Zeile je Zeitpunkt und Fenster: Wer davor länger als das Fenster nicht gekauft hatte, galt als verloren, sonst als aktiv; wer im Horizont danach kaufte, kam zurück, sonst war er weg.",
        en="One row per moment and window: who had not bought for longer than the window before it was called lost, else active; who bought within the horizon after it came back, else was gone.",
    ),
    columns=(
        TableColumn(name="moment", type=Type.DATE, label=Text(de="Zeitpunkt", en="Moment")),
        column("window_days", "Fenster (Tage)", "Window (days)", Unit.COUNT),
        column("horizon_days", "Horizont (Tage)", "Horizon (days)", Unit.COUNT),
        column("customers", "Kunden", "Customers", Unit.COUNT),
        column("lost_gone", "verloren, weg", "Lost, gone", Unit.COUNT),
        column("lost_back", "verloren, zurück", "Lost, back", Unit.COUNT),
        column("active_gone", "aktiv, weg", "Active, gone", Unit.COUNT),
        column("active_back", "aktiv, zurück", "Active, back", Unit.COUNT),
        *ERRORS,
    ),
    keys=("moment", "window_days"),
    empty={
        "accuracy": "there are no customers",
        "false_alarm_rate": "no customer came back",
        "miss_rate": "every customer came back",
    },
    witness=RULES_WITNESS,
)


def rules_table(cutoffs: Sequence[date], windows: Iterable[int], horizon_days: int) -> Table:
    """The table `RULES`, with a witness for these cut-off dates and windows."""
    days = ", ".join(f"date '{cutoff}'" for cutoff in cutoffs)
    return replace(
        RULES,
        witness=RULES_WITNESS.format(
            moments=days, windows=", ".join(map(str, windows)), horizon=horizon_days
        ),
    )


def rule_rows(verdicts: Sequence[tuple[date, int, Verdicts]], horizon_days: int) -> pl.DataFrame:
    """The rows of `RULES`, from the verdicts of each cut-off date and window."""
    rows = [
        {"moment": cutoff, "window_days": window_days, "horizon_days": horizon_days}
        | {"customers": one.customers}
        | vars(one)
        | error_rates(one)
        for cutoff, window_days, one in verdicts
    ]
    found = pl.DataFrame(rows, schema_overrides=RULES.schema)
    return (
        found.with_columns(pl.col(pl.Float64).fill_nan(None)).select(*RULES.schema).unique().sort(RULES.keys)
    )


def rule_windows(pairs: pl.DataFrame, scope: Scope, plan: Plan) -> dict[str, int]:
    """The given window, and the most accurate one at past cut-off dates, if there are enough of them.

    `pairs` are the rows of questions/churn/purchase_pairs.sql.
    """
    from wieder.counting.window import holdout_cutoffs, weigh_windows

    cutoffs = holdout_cutoffs(scope.history_start, scope.as_of, plan.horizon_days)
    chosen = weigh_windows(pairs, cutoffs, plan.horizon_days)
    return {GIVEN: scope.window_days} | ({CHOSEN: chosen.window_days} if chosen else {})


def rule_verdicts(trial: Trial, windows: Mapping[str, int]) -> dict[str, Verdicts]:
    """The verdicts of the rule on all customers of a trial, by window."""
    from wieder.models.churn_rule import count_verdicts

    silent = (trial.cutoff - trial.customers["last_day"]).dt.total_days().to_numpy()
    is_gone = (trial.customers["future_days"] == 0).to_numpy()
    return {name: count_verdicts(silent > days, is_gone) for name, days in windows.items()}


def churn_rules_of(asked: Asked, options: TrialOptions) -> Answer[None]:
    """The errors of the rule; no model is fitted. Raises the errors of `plan_trials` and `trials`."""
    from wieder.questions.backtest.notices import plan_notice
    from wieder.questions.backtest.trials import trials

    plan = plan_trials(asked.scope, options.rules)
    asked.notify(plan_notice(plan, options.rules))
    windows = rule_windows(asked.query("questions/churn/purchase_pairs"), asked.scope, plan)
    verdicts = [
        (trial.cutoff, windows[name], one)
        for trial in trials(asked, plan)
        for name, one in rule_verdicts(trial, windows).items()
    ]
    table = rules_table(plan.cutoffs, sorted({*windows.values()}), plan.horizon_days)
    return asked.answer(table, rule_rows(verdicts, plan.horizon_days), behind=None)


def churn_rules_view(answer: Answer[None], options: TrialOptions, lang: Lang) -> View:
    """One row per cut-off date and window."""
    from wieder.questions.churn.grids import rules_grid

    del options
    return View(frame=answer.frame, grids=lambda: [rules_grid(answer.frame, RULES, lang, answer.currency)])


QUESTION = Question(
    id="churn-rules",
    place=51,
    chapter=Chapter.FORECASTS,
    help="Show how often the churn rule was wrong, by cut-off date.",
    examples=("churn-rules orders.csv --window 120", "churn-rules orders.csv --horizon 90 -o rules.csv"),
    options=TrialOptions,
    selectors=frozenset({Selector.AS_OF, Selector.WINDOW}),
    answer=churn_rules_of,
    view=churn_rules_view,
    tables=lambda: (rules_table([date(2024, 1, 1)], [180], USUAL_HORIZON),),
    witnessed=lambda asked: where_tried(asked.whole_span.whole_shop, churn_rules_of),
)

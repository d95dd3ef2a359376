"""Expected and actual purchases after the last cut-off date of a back-test, week by week."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder.asking.question import Chapter, Question, Selector
from wieder.asking.table import NoWitness, Table, TableColumn
from wieder.asking.view import View
from wieder.locale.text import Text, Unit
from wieder.marts.base import Type
from wieder.marts.frames import pl
from wieder.questions.backtest.plan import TrialOptions
from wieder.questions.backtest.scores import KEYS, PURCHASES, number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.locale.text import Lang
    from wieder.models.fitting import Fit
    from wieder.questions.backtest.methods import Backtest
    from wieder.questions.backtest.trials import Trial

TRACKING = Table(
    id="backtest_tracking",
    label=Text(
        de="Erwartete und eingetretene Käufe, Woche für Woche",
        en="Expected and actual purchases, week by week",
    ),
    meaning=Text(
        de="Eine Zeile je Verfahren und Woche nach dem letzten Zeitpunkt: alle Käufe bis zu ihrem Ende, der Kunden, die es am Zeitpunkt schon gab. Die letzte Woche kann kürzer sein.",
        en="One row per method and week after the last moment: all purchases until its end, of the customers who were there at the moment. The last week may be shorter.",
    ),
    columns=(
        *KEYS,
        TableColumn(name="week", type=Type.SHORT, label=Text(de="Woche", en="Week"), unit=Unit.COUNT),
        TableColumn(name="days", type=Type.SHORT, label=Text(de="Tage", en="Days"), unit=Unit.COUNT),
        number("expected"),
        number("actual"),
        number("bias", Unit.RATE),
    ),
    keys=("moment", "target", "method", "week"),
    empty={
        "bias": "there was no purchase so far",
    },
    witness=NoWitness(
        "tests compare the last week with the scores at the same cut-off date, which are tested themselves"
    ),
)
DAYS_PER_WEEK = 7


def tracking(asked: Asked, tested: Backtest) -> pl.DataFrame:
    """The rows of `TRACKING` for the last cut-off date."""
    from wieder.questions.backtest.trials import trial

    last = trial(asked, tested.plan.cutoffs[-1], tested.plan)
    came = asked.query("questions/backtest/weekly_purchases", until=last.cutoff, horizon_end=last.end)
    days = _ends(tested.plan.horizon_days)
    weeks = pl.DataFrame(
        {"week": range(1, len(days) + 1), "days": days}, schema={"week": pl.Int32, "days": pl.Int32}
    )
    actual = (
        weeks.join(came, on="week", how="left")
        .sort("week")
        .select("week", "days", actual=pl.col("purchases").fill_null(0).cum_sum().cast(pl.Float64))
    )
    expected = pl.concat(
        weeks.select("week", method=pl.lit(method), expected=pl.Series(totals, dtype=pl.Float64))
        for method, totals in _expected(last, tested.fits[last.cutoff], days)
    )
    return (
        expected.join(actual, on="week")
        .with_columns(
            moment=pl.lit(last.cutoff),
            horizon_days=pl.lit(tested.plan.horizon_days, pl.Int64),
            target=pl.lit(PURCHASES),
            is_used=pl.col("method") == tested.method,
            bias=pl.when(pl.col("actual") != 0).then(pl.col("expected") / pl.col("actual") - 1),
        )
        .select(*TRACKING.schema)
        .sort(TRACKING.keys)
    )


def _ends(horizon_days: int) -> list[int]:
    """The ends of weeks, in days after the cut-off date; the last is the horizon."""
    return [*range(DAYS_PER_WEEK, horizon_days, DAYS_PER_WEEK), horizon_days]


def _expected(last: Trial, fits: Mapping[str, Fit], days: list[int]) -> Iterator[tuple[str, list[float]]]:
    """The expected purchases of all customers up to each day, by method."""
    from wieder.models.holdout import naive_forecasts
    from wieder.models.purchase_models import MODELS

    for forecast in naive_forecasts(last.holdout):
        total = float(forecast.expected.purchases.sum())
        yield forecast.method, [total * until / last.holdout.horizon_days for until in days]
    histories = last.holdout.histories
    for model in MODELS:
        fit = fits.get(model.name)
        if fit is not None and fit.is_certified:
            yield (
                model.name,
                [
                    float(
                        histories.customers
                        @ model.expected_purchases(fit.parameters, histories, float(until))
                    )
                    for until in days
                ],
            )


def tracking_of(asked: Asked, options: TrialOptions) -> Answer[Backtest]:
    """The purchases by week after the last cut-off date. Raises the errors of `plan_trials` and `trials`."""
    from wieder.questions.backtest.methods import backtest

    tested = backtest(asked, options.rules)
    return asked.answer(TRACKING, tracking(asked, tested), behind=tested)


def tracking_view(answer: Answer[Backtest], options: TrialOptions, lang: Lang) -> View:
    """One row per week, one column per method."""
    from wieder.questions.backtest.grids import tracking_grid

    del options
    return View(frame=answer.frame, grids=lambda: [tracking_grid(answer.frame, TRACKING, lang)])


QUESTION = Question(
    id="tracking",
    place=63,
    chapter=Chapter.FORECASTS,
    help="Compare predicted and actual purchases week by week.\n\n"
    "The weeks are those after the last cut-off date of the back-test.",
    examples=("tracking orders.csv -o tracking.csv", "tracking orders.csv --horizon 90"),
    options=TrialOptions,
    selectors=frozenset({Selector.AS_OF}),
    answer=tracking_of,
    view=tracking_view,
    tables=lambda: (TRACKING,),
)

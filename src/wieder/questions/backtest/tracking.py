"""How purchases came in after the last trial of a back-test, beside what was expected week by week."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder.asking.question import Chapter, Heed, Question
from wieder.asking.table import Table, TableColumn, Tried
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
    witness=Tried(
        "tests hold the last week against the scores of the same moment, which have figures of their own"
    ),
)
DAYS_PER_WEEK = 7


def tracking(asked: Asked, tested: Backtest) -> pl.DataFrame:
    """`TRACKING.schema` of the last moment."""
    from wieder.questions.backtest.trials import trial

    last = trial(asked, tested.plan.moments[-1], tested.plan)
    came = asked.query("questions/backtest/weekly_purchases", until=last.moment, horizon_end=last.end)
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
        for method, totals in _expected(last, tested.fits[last.moment], days)
    )
    return (
        expected.join(actual, on="week")
        .with_columns(
            moment=pl.lit(last.moment),
            horizon_days=pl.lit(tested.plan.horizon_days, pl.Int64),
            target=pl.lit(PURCHASES),
            is_used=pl.col("method") == tested.method,
            bias=pl.when(pl.col("actual") != 0).then(pl.col("expected") / pl.col("actual") - 1),
        )
        .select(*TRACKING.schema)
        .sort(TRACKING.keys)
    )


def _ends(horizon_days: int) -> list[int]:
    """The days after the moment at which its weeks end; the last one at the horizon."""
    return [*range(DAYS_PER_WEEK, horizon_days, DAYS_PER_WEEK), horizon_days]


def _expected(last: Trial, fits: Mapping[str, Fit], days: list[int]) -> Iterator[tuple[str, list[float]]]:
    """The purchases that each method expects of all customers until each day."""
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
    """The purchases week by week after the last moment."""
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
    help="Show purchases after the last earlier moment, expected and actual, week by week.",
    examples=("tracking orders.csv -o tracking.csv", "tracking orders.csv --horizon 90"),
    options=TrialOptions,
    heeds=frozenset({Heed.AS_OF}),
    answer=tracking_of,
    view=tracking_view,
    tables=lambda: (TRACKING,),
)

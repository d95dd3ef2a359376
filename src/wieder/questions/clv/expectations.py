"""What to expect of every customer from as-of on, by the method that was closest at earlier moments."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from wieder.errors import DataError
from wieder.models.holdout import naive_forecasts
from wieder.models.purchase_models import first_certified
from wieder.models.spend import spend_model
from wieder.models.spend_outlook import spend_outlook
from wieder.models.uncertainty import Interval, outlook, purchase_bounds, spend_bounds, total_spend
from wieder.models.valuation import (
    CustomerValues,
    Terms,
    customer_values,
    discounted_share,
    purchases_of_new,
)
from wieder.questions.backtest.methods import backtest
from wieder.questions.backtest.notices import refusal_notice, sample_notices, short_history, spend_notices
from wieder.questions.backtest.plan import MOST_TRIED, Plan, TrialRules
from wieder.questions.backtest.scores import SPEND
from wieder.questions.backtest.trials import trial

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from wieder.asking.asked import Asked
    from wieder.models.fitting import Fit
    from wieder.models.holdout import Holdout
    from wieder.models.purchase_model import PurchaseModel
    from wieder.models.spend import SpendModel
    from wieder.models.spend_outlook import SpendOutlook
    from wieder.models.uncertainty import Outlook
    from wieder.notices import Notify
    from wieder.questions.backtest.methods import Backtest
    from wieder.questions.backtest.trials import Trial

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]


@dataclass(frozen=True, kw_only=True, eq=False)
class Fitted:
    """A model of purchases with its certified fit to all that is known at as-of."""

    model: PurchaseModel
    fit: Fit
    spend: SpendModel


@dataclass(frozen=True, kw_only=True, eq=False)
class Expectations:
    """What is expected, and why it may be believed."""

    method: str
    """A model, or a naive forecast that was better."""
    fitted: Fitted | None
    """Where probabilities come from, also where expected purchases are naive; None without a model."""
    tested: Backtest
    terms: Terms
    now: Holdout
    """The customers at as-of; there is no future in it yet."""
    customers: pl.DataFrame
    """One row per identified customer, sorted by customer: the columns of `PurchaseDays.histories`, and the
    fields of `CustomerValues`, null where nothing is known."""

    @property
    def is_by_model(self) -> bool:
        """Whether purchases are expected by the model, rather than by a naive forecast."""
        return self.fitted is not None and self.method == self.fitted.model.name

    @property
    def bias(self) -> float | None:
        """How far the method was off at earlier moments: revenue expected / that came - 1."""
        return self.tested.measure(SPEND, self.method, "bias")

    @cached_property
    def _uncertainty(self) -> tuple[Outlook, SpendOutlook] | None:
        """Of each customer, in the order of `customers`; None without a model."""
        if self.fitted is None or not self.is_by_model:
            return None
        purchases = outlook(self.fitted.model, self.fitted.fit, self.now.histories, self.terms.horizon_days)
        spend = spend_outlook(self.fitted.spend, self.now.repeats, self.now.repeat_spend)
        return purchases.at(self.now.places), spend

    def interval(self, places: Places) -> Interval | None:
        """Of the value within the horizon of the customers at these places together; None if it is not known.

        That of spend, scaled by what discounting and margin leave of it.
        """
        if self._uncertainty is None:
            return None
        every, all_spend = self._uncertainty
        purchases, spend = every.at(places), all_spend.at(places)
        found = total_spend(purchases, spend)
        total = float(purchases.expected @ spend.mean)
        if found is None or total == 0:
            return None
        share = float(self.customers["value"].to_numpy()[places].sum()) / total
        return Interval(low=found.low * share, high=found.high * share)

    def bounds(self) -> dict[str, pl.Series]:
        """The ends of each customer's intervals, null where they are not known."""
        names = ("expected_purchases_low", "expected_purchases_high", "value_low", "value_high")
        if self._uncertainty is None:
            return dict.fromkeys(names, _series(np.full(self.customers.height, np.nan)))
        purchases, spend = self._uncertainty
        amounts = purchases.expected * spend.mean
        values = self.customers["value"].to_numpy()
        share = np.divide(values, amounts, out=np.zeros_like(amounts), where=amounts > 0)
        spend_low, spend_high = spend_bounds(purchases, spend)
        found = (*purchase_bounds(purchases), spend_low * share, spend_high * share)
        return {name: _series(array) for name, array in zip(names, found, strict=True)}

    def value_of_new(self, days: int) -> float | None:
        """What a new customer is expected to spend in the first `days` days, the first purchase included.

        Not discounted, times the margin; None without a model.
        """
        if self.fitted is None or not self.is_by_model:
            return None
        repeats = purchases_of_new(self.fitted.model, self.fitted.fit.parameters, days)
        nobody = np.zeros(1, dtype=np.int64)
        each = self.fitted.spend.expected(nobody, nobody.astype(np.float64))[0]
        first = float((self.now.spend - self.now.repeat_spend).mean())
        return float((first + repeats * each) * self.terms.margin)


def foresee(asked: Asked) -> Expectations | None:
    """The expectations of a shop; None, which is said, where the history is too short to try a forecast on."""
    forecast = asked.settings.forecast
    try:
        tested = backtest(asked, TrialRules(most_customers=MOST_TRIED))
    except DataError as error:
        asked.notify(short_history(error))
        return None
    for notice in sample_notices(tested.holdouts["customers"], MOST_TRIED):
        asked.notify(notice)
    terms = Terms(
        horizon_days=forecast.horizon_days,
        yearly_discount_rate=forecast.yearly_discount_rate,
        margin=forecast.margin,
    )
    now = Plan(horizon_days=terms.horizon_days, moments=(asked.as_of,))
    today = trial(asked, asked.as_of, now)
    fitted = _fitted(tested.choice.models, today.holdout, asked.notify)
    if fitted is None or tested.choice.naive_is_better:
        method = tested.choice.naive
        expected = _naively(today, fitted, method, terms)
    else:
        method = fitted.model.name
        expected = _by_model(today.holdout, fitted, terms)
    return Expectations(
        method=method,
        fitted=fitted,
        tested=tested,
        terms=terms,
        now=today.holdout,
        customers=today.customers.with_columns(**expected),
    )


def _fitted(names: Sequence[str], known: Holdout, notify: Notify) -> Fitted | None:
    """The best of the models with what a purchase will cost; None if no fit can be certified."""
    found = first_certified(names, known.histories, lambda fit: notify(refusal_notice(fit)))
    if found is None:
        return None
    spend = spend_model(known.repeats, known.repeat_spend)
    for notice in spend_notices(spend):
        notify(notice)
    return Fitted(model=found[0], fit=found[1], spend=spend)


def _by_model(known: Holdout, fitted: Fitted, terms: Terms) -> dict[str, pl.Series]:
    values = customer_values(
        fitted.model,
        fitted.fit.parameters,
        known.histories,
        places=known.places,
        spend=fitted.spend.expected(known.repeats, known.repeat_spend),
        terms=terms,
    )
    return {name: _series(array) for name, array in vars(values).items()}


def _naively(today: Trial, fitted: Fitted | None, method: str, terms: Terms) -> dict[str, pl.Series]:
    """By a naive forecast, which knows no probability (a model may) and nothing beyond the horizon.

    Of a shop that is too small for a model nothing is expected at all.
    """
    known = today.holdout
    none = unknown = np.full(known.places.size, np.nan)
    if today.is_too_small:
        return {field.name: _series(unknown) for field in fields(CustomerValues)}
    [forecast] = [one for one in naive_forecasts(known) if one.method == method]
    if fitted is not None:
        histories, days = known.histories, float(terms.horizon_days)
        none = fitted.model.probability_of_none(fitted.fit.parameters, histories, days)[known.places]
    arrays = {
        "expected_purchases": forecast.expected.purchases,
        "probability_of_none": none,
        "expected_spend": unknown,
        "value": forecast.expected.spend * terms.margin * discounted_share(terms),
        "lifetime_value": unknown,
    }
    return {name: _series(array) for name, array in arrays.items()}


def _series(array: Floats) -> pl.Series:
    return pl.Series(array, dtype=pl.Float64, nan_to_null=True)

"""The forecast for every customer from the report date on, by the most accurate method of the back-test."""

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
    """A purchase model with its certified fit to all orders before the report date."""

    model: PurchaseModel
    fit: Fit
    spend: SpendModel


@dataclass(frozen=True, kw_only=True, eq=False)
class Expectations:
    """The forecast for the customers of a shop, with the back-test that supports it."""

    method: str
    """A model, or a naive forecast that was better."""
    fitted: Fitted | None
    """The model for probabilities, even if expected purchases are naive; None without a model."""
    tested: Backtest
    terms: Terms
    now: Holdout
    """The customers on the report date, without actual purchases after it."""
    customers: pl.DataFrame
    """One row per identified customer, sorted by customer: the columns of `PurchaseDays.histories`, and the
    fields of `CustomerValues`, null if unknown."""

    @property
    def is_by_model(self) -> bool:
        """Whether purchases are predicted by the model, not by a naive forecast."""
        return self.fitted is not None and self.method == self.fitted.model.name

    @property
    def bias(self) -> float | None:
        """The bias of the method in the back-test: expected / actual revenue - 1; None if it is not known."""
        return self.tested.measure(SPEND, self.method, "bias")

    @cached_property
    def _uncertainty(self) -> tuple[Outlook, SpendOutlook] | None:
        """The uncertainty for each customer, in the order of `customers`; None without a model."""
        if self.fitted is None or not self.is_by_model:
            return None
        purchases = outlook(self.fitted.model, self.fitted.fit, self.now.histories, self.terms.horizon_days)
        spend = spend_outlook(self.fitted.spend, self.now.repeats, self.now.repeat_spend)
        return purchases.at(self.now.places), spend

    def interval(self, places: Places) -> Interval | None:
        """The interval of the total value of the customers at `places` within the horizon.

        It is the interval of spend, scaled by discounting and margin. None without
        a model, a finite variance or expected spend.
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
        """The bounds of each customer's intervals; null if unknown."""
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
        """The expected spend of a new customer in the first `days` days, including the first purchase.

        Not discounted, times the margin; None without a model.
        """
        if self.fitted is None or not self.is_by_model:
            return None
        repeats = purchases_of_new(self.fitted.model, self.fitted.fit.parameters, days)
        no_repeats = np.zeros(1, dtype=np.int64)
        each = self.fitted.spend.expected(no_repeats, no_repeats.astype(np.float64))[0]
        first = float((self.now.spend - self.now.repeat_spend).mean())
        return float((first + repeats * each) * self.terms.margin)


def predict_values(asked: Asked) -> Expectations | None:
    """Predict the value of a shop's customers; None, with a notice, if the history is too short to back-test."""
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
    now = Plan(horizon_days=terms.horizon_days, cutoffs=(asked.as_of,))
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
    """The best model with a certified fit, and its spend model; None if no fit is certified."""
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
    """The values by a naive forecast, which has no probability (a fitted model may) and no lifetime value.

    All values are null in a shop that is too small for a model.
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

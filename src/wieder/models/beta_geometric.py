"""The common part of BG/NBD and MBG/NBD: customers buy at random and leave at random after a purchase.

While a customer is alive, purchases occur at the rate lambda, which varies
between customers as Gamma(r, alpha). After a purchase the customer leaves with
probability p, which varies as Beta(a, b). Under MBG/NBD a customer may leave
after the first purchase, under BG/NBD only after a repeat purchase. There is no
other difference, so every formula is in terms of the chances to leave that a
customer has passed up.

Fader, Hardie and Lee (2005), "Counting Your Customers" the Easy Way: An
Alternative to the Pareto/NBD Model; Batislam, Denizel and Filiztekin (2007),
Empirical validation and comparison of models for customer base analysis.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from wieder.models.beta_geometric_fit import fit_beta_geometric
from wieder.models.beta_geometric_future import pairs_while_alive, purchases_of_new, purchases_while_alive
from wieder.models.derivatives import log1p_exp, log_rising
from wieder.models.discounting import daily_force
from wieder.models.purchase_model import PurchaseModel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wieder.models.fitting import Fit
    from wieder.models.histories import Histories

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, slots=True)
class BetaGeometric:
    """One of the two models. `parameters` are always r, alpha (in days), a, b."""

    name: str
    leaves_after_first: bool
    """Whether the first purchase is also a chance to leave."""

    def chances(self, repeats: Integers) -> Integers:
        """The number of chances to leave that a customer who is still alive has passed up."""
        return repeats + int(self.leaves_after_first)

    def fit(self, histories: Histories) -> Fit:
        """Fit by maximum likelihood, with its certificate."""
        return fit_beta_geometric(self.name, histories, leaves_after_first=self.leaves_after_first)

    def log_likelihood(self, parameters: Floats, histories: Histories) -> Floats:
        """The log-likelihood of the days of the repeat purchases, given the first purchase."""
        r, alpha, a, b = parameters
        first, places = histories.by_repeats
        x = histories.repeats[first]
        chances = self.chances(x)
        of_repeats = log_rising(r, x) + log_rising(b, chances) - log_rising(a + b, chances)
        buying = r * np.log(alpha) - (r + histories.repeats) * np.log(alpha + histories.age)
        leaving = log1p_exp(self._log_odds_of_left(parameters, histories))
        return np.asarray(of_repeats[places] + buying + leaving)

    def probability_alive(self, parameters: Floats, histories: Histories) -> Floats:
        """The probability of being alive at the end of observation; 1 without a chance to leave."""
        return np.asarray(expit(-self._log_odds_of_left(parameters, histories)))

    def probability_of_none(self, parameters: Floats, histories: Histories, days: float) -> Floats:
        """The likelihood of the history extended by `days` without a purchase, over that of the history."""
        r, alpha, _, _ = parameters
        waits = np.log1p(days / (alpha + histories.age))
        some_while_alive = -np.expm1(-(r + histories.repeats) * waits)
        return np.asarray(1 - self.probability_alive(parameters, histories) * some_while_alive)

    def expected_purchases(self, parameters: Floats, histories: Histories, days: float) -> Floats:
        """The expected purchases in the `days` after the end of observation."""
        return self.discounted_purchases(parameters, histories, days, 0.0)

    def expected_pairs(self, parameters: Floats, histories: Histories, days: float) -> Floats:
        """The expectation of Y (Y - 1) for Y purchases in the `days` after the end of observation."""
        chances = self.chances(histories.repeats)
        while_alive = pairs_while_alive(parameters, histories, chances, days)
        return self.probability_alive(parameters, histories) * while_alive

    def discounted_purchases(
        self, parameters: Floats, histories: Histories, days: float, yearly_rate: float
    ) -> Floats:
        """The expected purchases, each discounted to the end of observation.

        `days` may be infinite; at a rate of 0, purchases after 1,000,000 days do not count.
        """
        chances = self.chances(histories.repeats)
        while_alive = purchases_while_alive(parameters, histories, chances, days, daily_force(yearly_rate))
        return self.probability_alive(parameters, histories) * while_alive

    def expected_of_new(self, parameters: Floats, ages: Floats) -> Floats:
        """The expected repeat purchases of a new customer up to each age in days."""
        _, _, a, b = parameters
        chances = int(self.leaves_after_first)
        staying = b / (a + b) if chances else 1.0
        return staying * purchases_of_new(parameters, chances, ages)

    def _log_odds_of_left(self, parameters: Floats, histories: Histories) -> Floats:
        """The log odds of having left after the last purchase; -inf without a chance to leave."""
        r, alpha, a, b = parameters
        chances = self.chances(histories.repeats)
        silence = np.log1p((histories.age - histories.recency) / (alpha + histories.recency))
        odds = np.log(a) - np.log(b + np.maximum(chances, 1) - 1) + (r + histories.repeats) * silence
        return np.where(chances > 0, odds, -np.inf)


def purchase_model(model: BetaGeometric) -> PurchaseModel:
    """Wrap the model in the common interface of all purchase models."""
    return PurchaseModel(
        name=model.name,
        fit=model.fit,
        log_likelihood=model.log_likelihood,
        probability_alive=model.probability_alive,
        probability_of_none=model.probability_of_none,
        expected_purchases=model.expected_purchases,
        expected_pairs=model.expected_pairs,
        discounted_purchases=model.discounted_purchases,
        expected_of_new=model.expected_of_new,
    )

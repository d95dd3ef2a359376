"""The choice of a method, from made-up ratings."""

from __future__ import annotations

from math import nan

from wieder.models.choice import Choice, Rating, choose

NAIVE = {
    "own_rate": Rating(absolute_error=1, mean_error=2),
    "last_days": Rating(absolute_error=1.5, mean_error=-0.5),
    "shop_formula": Rating(absolute_error=1, mean_error=1),
}
"""Errors of 3, 2 and 2."""


def rated(**models: tuple[float, float]) -> dict[str, Rating]:
    """Ratings from the error and log loss of models, with fixed naive forecasts."""
    return NAIVE | {
        name: Rating(absolute_error=error, mean_error=0, log_loss=loss)
        for name, (error, loss) in models.items()
    }


def test_the_least_log_loss_wins() -> None:
    choice = choose([rated(bg=(1.0, 0.5), mbg=(1.5, 0.4))])
    assert (choice.models, choice.method, choice.naive_is_better) == (("mbg", "bg"), "mbg", False)


def test_among_nearly_equal_losses_the_least_error_wins() -> None:
    choice = choose([rated(bg=(1.5, 0.400), mbg=(1.0, 0.402), pareto=(0.5, 0.5))])
    assert choice.models == ("mbg", "bg", "pareto")


def test_a_more_accurate_naive_forecast_is_used_but_has_no_probabilities() -> None:
    choice = choose([rated(bg=(2.5, 0.4))])
    assert (choice.method, choice.model, choice.naive_is_better) == ("last_days", "bg", True)


def test_without_a_model_the_best_naive_forecast_is_used() -> None:
    assert choose([NAIVE]) == Choice(models=(), naive="last_days", naive_is_better=True, cutoffs=(0,))


def test_models_are_compared_where_all_of_them_were_fitted() -> None:
    """At the first cut-off date the shop was too small for models."""
    choice = choose([NAIVE, rated(bg=(1, 0.5), mbg=(1, 0.4)), rated(bg=(1, 0.3), mbg=(1, 0.41))])
    assert (choice.models, choice.cutoffs) == (("bg", "mbg"), (1, 2))


def test_a_model_that_was_refused_more_often_does_not_compete() -> None:
    choice = choose([rated(bg=(1, 0.5)), rated(bg=(1, 0.5), mbg=(1, 0.1))])
    assert (choice.models, choice.cutoffs) == (("bg",), (0, 1))


def test_a_model_that_is_refused_now_does_not_compete() -> None:
    assert choose([rated(bg=(1, 0.1)), rated(mbg=(1, 0.5))]).models == ("mbg",)


def test_a_model_whose_log_loss_is_not_known_does_not_win() -> None:
    assert choose([rated(bg=(1.0, nan), mbg=(1.5, 0.5))]).models == ("mbg", "bg")


def test_without_actual_purchases_the_smallest_forecast_wins() -> None:
    nothing = {
        "own_rate": Rating(absolute_error=3, mean_error=3),
        "last_days": Rating(absolute_error=0, mean_error=0),
        "shop_formula": Rating(absolute_error=1, mean_error=1),
    }
    assert choose([nothing]).method == "last_days"

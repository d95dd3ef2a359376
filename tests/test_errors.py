"""Names that may have been meant."""

from __future__ import annotations

import pytest

from wieder.errors import likely, nearest

NAMES = ("channel", "repeat_purchase_rate", "Gefährdete", "At risk", "Größe", "country")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("CHANNEL", ["channel"]),
        ("chanel", ["channel"]),
        ("rate-purchase-repeat", ["repeat_purchase_rate"]),
        ("repeat rate", ["repeat_purchase_rate"]),
        ("gefaehrdete", ["Gefährdete"]),
        ("gefahrdet", ["Gefährdete"]),
        ("groesse", ["Größe"]),
        ("risk", ["At risk"]),
        ("xyz", []),
        ("", []),
        ("?!", []),
    ],
)
def test_case_accents_and_the_order_of_words_do_not_matter(typed: str, meant: list[str]) -> None:
    assert nearest(typed, NAMES) == meant


def test_a_further_spelling_proposes_its_name() -> None:
    assert nearest("Wiederkaufsrate", NAMES, {"Wiederkaufrate": "repeat_purchase_rate"}) == [
        "repeat_purchase_rate"
    ]


def test_at_most_five_names_are_listed() -> None:
    names = [f"rate_{n}d" for n in range(9)]
    assert likely("rates", names) == "did you mean " + " or ".join(names[:5]) + "?"
    assert likely("x", names) == f"there are {', '.join(names[:5])} and 4 more"
    assert likely("x", names[:2]) == "there are rate_0d, rate_1d"
    assert likely("x", []) == "there are none"


def test_the_most_likely_name_comes_first_and_an_equal_one_alone() -> None:
    assert nearest("rate_2", ["rate_1d", "rate_2d"])[0] == "rate_2d"
    assert nearest("Rate 2D", ["rate_1d", "rate_2d"]) == ["rate_2d"]

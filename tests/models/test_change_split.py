"""The split of a change into mix and rate effects."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wieder.models.change_split import Part, split_ratio


def part(numerator: float, denominator: float) -> Part:
    return Part(numerator=Fraction(numerator), denominator=Fraction(denominator))


parts = st.builds(part, st.integers(0, 99), st.integers(0, 99)).map(
    lambda one: one if one.denominator else part(0, 0)
)
pairs = st.lists(st.tuples(parts, parts), min_size=1, max_size=4)


def ratio(some: list[Part]) -> Fraction:
    return sum((one.numerator for one in some), Fraction(0)) / sum(one.denominator for one in some)


@given(pairs)
def test_the_effects_are_exactly_the_change(both: list[tuple[Part, Part]]) -> None:
    before, after = ([pair[when] for pair in both] for when in (0, 1))
    effects = split_ratio(before, after)
    if effects is None:
        assert not all(sum(one.denominator for one in some) for some in (before, after))
        return
    assert sum(effect.total for effect in effects) == ratio(after) - ratio(before)


@given(pairs)
def test_backwards_every_effect_is_the_opposite(both: list[tuple[Part, Part]]) -> None:
    before, after = ([pair[when] for pair in both] for when in (0, 1))
    there, back = split_ratio(before, after), split_ratio(after, before)
    if there is None or back is None:
        assert there == back
        return
    assert [(one.mix, one.rate) for one in there] == [(-one.mix, -one.rate) for one in back]


@given(pairs, st.integers(1, 9))
def test_a_whole_that_only_grows_has_no_effects(both: list[tuple[Part, Part]], factor: int) -> None:
    before = [pair[0] for pair in both]
    grown = [Part(numerator=factor * one.numerator, denominator=factor * one.denominator) for one in before]
    effects = split_ratio(before, grown)
    assert effects is None or all(effect.mix == effect.rate == 0 for effect in effects)


def test_simpsons_paradox_is_all_mix() -> None:
    """The repeat rate rose in both channels but fell for the shop, because the weak channel grew."""
    before = [part(60, 100), part(5, 50)]
    after = [part(62, 100), part(36, 300)]
    effects = split_ratio(before, after)
    assert effects is not None
    assert ratio(after) < ratio(before)
    assert all(effect.rate > 0 for effect in effects)
    assert all(effect.mix < 0 for effect in effects)


def test_effects_by_hand() -> None:
    effects = split_ratio([part(10, 100), part(30, 100)], [part(60, 300), part(30, 100)])
    assert effects is not None
    strong, weak = effects[1], effects[0]
    # Shares 1/2 -> 3/4 and 1/2 -> 1/4; rates 0.1 -> 0.2 and 0.3 -> 0.3; the whole 0.2 -> 0.225.
    assert weak.rate == Fraction(5, 8) * (Fraction(1, 5) - Fraction(1, 10))
    assert strong.rate == 0
    assert float(weak.mix) == pytest.approx((0.15 - 0.2125) * 0.25)
    assert float(strong.mix) == pytest.approx((0.3 - 0.2125) * -0.25)


def test_a_new_segment_changes_only_the_mix() -> None:
    effects = split_ratio([part(10, 100), part(0, 0)], [part(10, 100), part(40, 100)])
    assert effects is not None
    assert [effect.rate for effect in effects] == [0, 0]
    assert sum(effect.mix for effect in effects) == Fraction(1, 4) - Fraction(1, 10)


def test_without_a_denominator_there_is_nothing_to_split() -> None:
    assert split_ratio([part(0, 0)], [part(1, 2)]) is None

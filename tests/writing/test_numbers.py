from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wieder.locale import texts
from wieder.locale.text import Text, Unit
from wieder.periods import Period, PeriodKind, period_at
from wieder.writing.numbers import ABSENT, Number, numbers_for

if TYPE_CHECKING:
    from wieder.locale.text import Lang

EN, DE = numbers_for("en", "EUR"), numbers_for("de", "EUR")
SPACE = "\N{NO-BREAK SPACE}"


def plain_spaces(text: str) -> str:
    return text.replace(SPACE, " ")


@pytest.mark.parametrize("unit", Unit)
def test_an_unknown_value_is_a_dash_and_never_zero(unit: Unit) -> None:
    assert EN.value(None, unit) == DE.value(None, unit) == ABSENT
    assert EN.change(None, unit) == ABSENT


@pytest.mark.parametrize(
    ("value", "unit", "english", "german"),
    [
        (1234567, Unit.COUNT, "1,234,567", "1.234.567"),
        (1234567.891, Unit.MONEY, "€1,234,567.89", "1.234.567,89 €"),
        (-5, Unit.MONEY, "−€5.00", "−5,00 €"),
        (Decimal("0.10"), Unit.MONEY, "€0.10", "0,10 €"),
        (0.271, Unit.RATE, "27.1%", "27,1 %"),
        (1.8749, Unit.RATIO, "1.87", "1,87"),
        (48, Unit.DAYS, "48.0 days", "48,0 Tage"),
        (2.345, Unit.YEARS, "2.35 years", "2,35 Jahre"),
    ],
)
def test_values_are_written_in_their_unit(value: Number, unit: Unit, english: str, german: str) -> None:
    assert plain_spaces(EN.value(value, unit)) == english
    assert plain_spaces(DE.value(value, unit)) == german


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0%"), (1, "100%"), (0.0004, "<0.1%"), (0.0005, "0.1%"), (0.99949, "99.9%"),
        (0.9996, ">99.9%"), (0.5, "50.0%"), (1.25, "125.0%"), (-0.021, "−2.1%"),
    ],
)  # fmt: skip
def test_a_share_is_nothing_or_all_only_if_it_is_exactly_so(share: float, text: str) -> None:
    assert EN.percent(share) == text


@given(st.integers(1, 10**9), st.integers(0, 10**9))
def test_no_share_rounds_to_nothing_or_all(denominator: int, numerator: int) -> None:
    share = min(numerator, denominator) / denominator
    assert (EN.percent(share) == "0%") == (share == 0)
    assert (EN.percent(share) == "100%") == (share == 1)
    assert (EN.whole_percent(share) == "0") == (share == 0)
    assert (EN.whole_percent(share) == "100") == (share == 1)


@given(st.decimals(min_value=-(10**14), max_value=10**14, places=4))
def test_an_amount_reads_back_to_the_digit(amount: Decimal) -> None:
    for writer, point, group in ((numbers_for("en"), ".", ","), (numbers_for("de"), ",", ".")):
        text = writer.money(amount, 4).replace(group, "").replace(point, ".").replace("−", "-")
        assert Decimal(text) == amount


def test_money_without_a_known_currency_has_no_sign() -> None:
    assert numbers_for("de").money(1234.5) == "1.234,50"


@pytest.mark.parametrize(
    ("currency", "english", "german"),
    [
        ("CHF", "CHF 1,234.50", "1.234,50 CHF"),
        ("JPY", "JP¥1,234", "1.234 ¥"),
        ("XYZ", "XYZ 1,234.50", "1.234,50 XYZ"),
    ],
)
def test_a_currency_brings_its_sign_and_digits(currency: str, english: str, german: str) -> None:
    assert plain_spaces(numbers_for("en", currency).money(1234.5)) == english
    assert plain_spaces(numbers_for("de", currency).money(1234.5)) == german


def test_headlines_leave_out_the_cents_of_large_amounts() -> None:
    assert EN.headline(999.5, Unit.MONEY) == "€999.50"
    assert EN.headline(1234.56, Unit.MONEY) == "€1,235"
    assert EN.headline(1234.56, Unit.RATIO) == "1,234.56"


@pytest.mark.parametrize(
    ("change", "unit", "english", "german"),
    [
        (0.019, Unit.RATE, "+1.9 pts", "+1,9 Pp."),
        (-0.019, Unit.RATE, "−1.9 pts", "−1,9 Pp."),
        (0.042, Unit.MONEY, "+4.2%", "+4,2 %"),
        (-0.00001, Unit.MONEY, "±0.0%", "±0,0 %"),
        (0, Unit.RATE, "±0.0 pts", "±0,0 Pp."),
        (12.5, Unit.COUNT, "+1,250.0%", "+1.250,0 %"),
    ],
)
def test_changes_of_shares_are_points_and_others_relative(
    change: float, unit: Unit, english: str, german: str
) -> None:
    assert plain_spaces(EN.change(change, unit)) == english
    assert plain_spaces(DE.change(change, unit)) == german


def test_an_interval_names_its_sign_once() -> None:
    assert EN.interval(0.2614, 0.283) == "26.1–28.3%"
    assert plain_spaces(DE.interval(0, 0.0322)) == "0–3,2 %"
    assert EN.interval(None, None) == ""


def test_a_number_without_a_unit_is_whole_or_shows_its_digits() -> None:
    assert [EN.plain(value) for value in (1234.0, 0.5, 0.00001, -0.25, Decimal("2.50"))] == [
        "1,234", "0.50", "0.00001", "−0.25", "2.50",
    ]  # fmt: skip
    assert EN.plain(float("nan")) == ABSENT


@pytest.mark.parametrize(
    ("kind", "english", "german"),
    [
        (PeriodKind.DAY, "29 February 2024", "29. Februar 2024"),
        (PeriodKind.WEEK, "W09 2024", "KW 9 2024"),
        (PeriodKind.MONTH, "February 2024", "Februar 2024"),
        (PeriodKind.QUARTER, "Q1 2024", "Q1 2024"),
        (PeriodKind.YEAR, "2024", "2024"),
    ],
)
def test_periods_have_names(kind: PeriodKind, english: str, german: str) -> None:
    period = period_at(date(2024, 2, 29), kind)
    assert (EN.period(period, kind), DE.period(period, kind)) == (english, german)


def test_the_first_iso_week_may_begin_in_the_year_before() -> None:
    week = period_at(date(2024, 12, 30), PeriodKind.WEEK)
    assert EN.period(week, PeriodKind.WEEK) == "W01 2025"


def test_a_span_is_named_by_its_first_and_last_day() -> None:
    span = Period(date(2023, 1, 1), date(2024, 3, 1))
    assert EN.period(span, PeriodKind.ALL) == "1 January 2023 – 29 February 2024"


def test_ticks_are_short() -> None:
    assert [plain_spaces(DE.tick(value, Unit.MONEY)) for value in (0, 120_000, 1_500_000)] == [
        "0 €", "120.000 €", "1,5 Mio. €",
    ]  # fmt: skip
    assert EN.tick(0.25, Unit.RATE) == "25%"
    assert EN.tick(2_500_000, Unit.COUNT) == "2.5M"


@pytest.mark.parametrize(
    ("lang", "currency", "amount", "share", "day"),
    [
        ("de", "EUR", "1.234.567,89 €", "27,1 %", "5. Januar 2024"),
        ("de-AT", "EUR", "€ 1.234.567,89", "27,1 %", "5. Jänner 2024"),
        ("de-CH", "CHF", "CHF 1’234’567.89", "27.1%", "5. Januar 2024"),
    ],
)
def test_german_numbers_are_written_as_in_their_country(
    lang: Lang, currency: str, amount: str, share: str, day: str
) -> None:
    writer = numbers_for(lang, currency)
    assert plain_spaces(writer.money(1234567.891)) == amount
    assert plain_spaces(writer.percent(0.271)) == share
    assert writer.day(date(2024, 1, 5)) == day


def test_switzerland_has_no_sharp_s() -> None:
    assert not [sentence for sentence in texts("de-CH").sentences.values() if "ß" in sentence]
    assert Text(de="Größe", en="size")["de-CH"] == "Grösse"
    assert numbers_for("de-AT").text("state.final") == numbers_for("de").text("state.final")

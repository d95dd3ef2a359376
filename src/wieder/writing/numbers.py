"""The only place where a number, a date or a period becomes text for a reader.

Signs and patterns come from Babel, once per language and currency; the numbers
are written by Python's own formatting, which is ten times faster, so that
thousands of cells take next to no time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cache, lru_cache
from math import floor, isfinite, log10
from typing import TYPE_CHECKING, TypeAlias

from wieder.locale import texts
from wieder.locale.text import Unit
from wieder.periods import PeriodKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from wieder.locale import Texts
    from wieder.locale.text import Lang
    from wieder.periods import Period

Number: TypeAlias = int | float | Decimal

ABSENT = "–"
"""Written for unknown values; never 0."""
MINUS = "−"
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
LOCALES = {"de": "de", "de-AT": "de_AT", "de-CH": "de_CH", "en": "en_GB"}
"""English is British, as read by the partners of a German shop: 5 March 2024."""
MILLION = 1_000_000
DATE_PATTERNS = {
    PeriodKind.DAY: "long",
    PeriodKind.MONTH: "MMMM y",
    PeriodKind.QUARTER: "QQQ y",
    PeriodKind.YEAR: "y",
}
SHORT_PATTERNS = {PeriodKind.DAY: "medium", PeriodKind.MONTH: "MMM y"}


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """Number formatter for one language and currency; created by `numbers_for`."""

    lang: Lang
    currency: str
    """ISO code, or empty if unknown: amounts are then written without a currency sign."""
    separators: Mapping[int, str]
    percent_pattern: str
    money_pattern: str
    money_digits: int
    text: Texts

    def value(self, value: Number | None, unit: Unit) -> str:
        """A KPI's value in its unit, such as `27.1%`, `€58.20`, `1.87`."""
        if value is None:
            return ABSENT
        return _WRITERS[unit](self, value)

    def count(self, value: Number | None) -> str:
        """A whole number: `12,345`."""
        return ABSENT if value is None else self._decimal(value, 0)

    def plain(self, value: Number | None) -> str:
        """A number without a unit: whole, or with two decimals, or as many as keep it from looking like 0."""
        if value is None or not isfinite(value):
            return ABSENT
        if value % 1 == 0:
            return self._decimal(value, 0)
        return self._decimal(value, max(2, -floor(log10(_size(value)))))

    def ratio(self, value: Number | None) -> str:
        """A number with two decimals: `1.87`."""
        return ABSENT if value is None else self._decimal(value, 2)

    def score(self, value: Number | None) -> str:
        """The score of a forecast with three decimals: `0.771`."""
        return ABSENT if value is None else self._decimal(value, 3)

    def money(self, value: Number | None, digits: int | None = None) -> str:
        """An amount to the cent, or with `digits` decimals; without a sign if the currency is unknown."""
        if value is None:
            return ABSENT
        digits = self.money_digits if digits is None else digits
        return self._signed(value, digits, self.money_pattern)

    def headline(self, value: Number | None, unit: Unit) -> str:
        """Like `value`, but amounts from 1,000 on without cents: for large type and bars."""
        if value is not None and unit is Unit.MONEY and _size(value) >= 1000:  # noqa: PLR2004
            return self.money(value, 0)
        return self.value(value, unit)

    def percent(self, share: Number | None) -> str:
        """A share as a percentage with one decimal; `0%` and `100%` only if exact."""
        if share is None:
            return ABSENT
        sign = MINUS if share < 0 else ""
        return sign + self.percent_pattern.format(self._share(share))

    def whole_percent(self, share: Number) -> str:
        """A whole percentage for small cells: `27`; `<1` or `>99` instead of a false 0 or 100."""
        rounded = round(share * 100)
        if rounded == 0 < share:
            return "<1"
        if share < 1 and rounded == 100:  # noqa: PLR2004
            return ">99"
        return str(rounded)

    def interval(self, low: Number | None, high: Number | None) -> str:
        """The confidence interval of a share: `26.1–28.3%`; empty if there is none."""
        if low is None or high is None:
            return ""
        return self.percent_pattern.format(f"{self._share(low)}–{self._share(high)}")

    def change(self, change: Number | None, unit: Unit) -> str:
        """A change: of shares in percentage points (`+1.9 pts`), of anything else relative (`+4.2%`)."""
        if change is None:
            return ABSENT
        digits = self._decimal(_size(change) * 100, 1)
        sign = "±" if not _shows_a_digit(digits) else MINUS if change < 0 else "+"
        if unit is Unit.RATE:
            return self.text("unit.points", value=sign + digits)
        return sign + self.percent_pattern.format(digits)

    def tick(self, value: Number, unit: Unit) -> str:
        """An axis label, without needless decimals."""
        if unit is Unit.RATE:
            return self.percent_pattern.format(self._decimal(value * 100, 0))
        if _size(value) >= MILLION:
            return _compact(float(value), self.currency if unit is Unit.MONEY else "", LOCALES[self.lang])
        return self.money(value, 0) if unit is Unit.MONEY else self.plain(value)

    def day(self, day: date) -> str:
        """A day in words: `5 March 2024`."""
        return _date(day, "long", LOCALES[self.lang])

    def month(self, day: date) -> str:
        """The short name of a month: `Mar`."""
        return _date(day, "LLL", LOCALES[self.lang])

    def span(self, period: Period) -> str:
        """The first and last day of a span: `1 January 2023 – 31 December 2024`."""
        return f"{self.day(period.start)} – {self.day(period.end - timedelta(days=1))}"

    def period(self, period: Period, kind: PeriodKind) -> str:
        """The name of a period: `March 2024`, `W05 2024`, `Q1 2024`, or its first and last day."""
        return self._period(period, kind, DATE_PATTERNS)

    def short_period(self, period: Period, kind: PeriodKind) -> str:
        """Like `period`, with the month abbreviated for narrow columns."""
        return self._period(period, kind, DATE_PATTERNS | SHORT_PATTERNS)

    def _period(self, period: Period, kind: PeriodKind, patterns: Mapping[PeriodKind, str]) -> str:
        if kind is PeriodKind.ALL:
            return self.span(period)
        if kind is PeriodKind.WEEK:
            year, week, _ = period.start.isocalendar()
            return self.text("unit.week", year=year, week=week)
        return _date(period.start, patterns[kind], LOCALES[self.lang])

    def _decimal(self, value: Number, digits: int) -> str:
        return self._signed(value, digits, "{}")

    def _signed(self, value: Number, digits: int, pattern: str) -> str:
        written = f"{_size(value):,.{digits}f}".translate(self.separators)
        sign = MINUS if value < 0 and _shows_a_digit(written) else ""
        return sign + pattern.format(written)

    def _share(self, share: Number) -> str:
        """The absolute value of `share` times 100, without a percent sign."""
        percent = _size(share) * 100
        if percent in (0, 100):
            return self._decimal(percent, 0)
        if percent < 0.05:  # noqa: PLR2004
            return "<" + self._decimal(0.1, 1)
        if 99.95 <= percent < 100:  # noqa: PLR2004
            return ">" + self._decimal(99.9, 1)
        return self._decimal(percent, 1)

    def _days(self, value: Number) -> str:
        return self.text("unit.days", value=self._decimal(value, 1))

    def _years(self, value: Number) -> str:
        return self.text("unit.years", value=self._decimal(value, 2))


_WRITERS = {
    Unit.COUNT: Numbers.count,
    Unit.MONEY: Numbers.money,
    Unit.RATE: Numbers.percent,
    Unit.RATIO: Numbers.ratio,
    Unit.DAYS: Numbers._days,  # noqa: SLF001
    Unit.YEARS: Numbers._years,  # noqa: SLF001
}


@cache
def numbers_for(lang: Lang, currency: str = "") -> Numbers:
    """The formatter for `lang` and `currency` (an ISO code, or empty if unknown)."""
    from babel.numbers import format_percent, get_decimal_symbol, get_group_symbol  # noqa: PLC0415

    locale = LOCALES[lang]
    pattern, digits = _money_pattern(currency, locale)
    return Numbers(
        lang=lang,
        currency=currency,
        separators=str.maketrans({".": get_decimal_symbol(locale), ",": get_group_symbol(locale)}),
        percent_pattern=format_percent(0, locale=locale).replace("0", "{}"),
        money_pattern=pattern,
        money_digits=digits,
        text=texts(lang),
    )


def _money_pattern(currency: str, locale: str) -> tuple[str, int]:
    """The pattern with the currency sign, and the number of decimals: `("{} €", 2)`."""
    from babel.numbers import format_currency  # noqa: PLC0415

    if not currency:
        return "{}", 2
    sample = format_currency(0, currency, locale=locale)
    zero = re.search(r"0(?:[.,](0+))?", sample)
    assert zero is not None, sample  # noqa: S101
    before, after = sample[: zero.start()], sample[zero.end() :]
    gap = NO_BREAK_SPACE if before[-1:].isalpha() else ""
    return f"{before}{gap}{{}}{after}", len(zero[1] or "")


@lru_cache(maxsize=4096)
def _date(day: date, pattern: str, locale: str) -> str:
    from babel.dates import format_date  # noqa: PLC0415

    return format_date(day, pattern, locale=locale)


def _compact(value: float, currency: str, locale: str) -> str:
    from babel.numbers import format_compact_currency, format_compact_decimal  # noqa: PLC0415

    if currency:
        return format_compact_currency(value, currency, locale=locale, fraction_digits=1)
    return format_compact_decimal(value, locale=locale, fraction_digits=1)


def _shows_a_digit(written: str) -> bool:
    return any(digit in written for digit in "123456789")


def _size(value: Number) -> Number:
    return -value if value < 0 else value

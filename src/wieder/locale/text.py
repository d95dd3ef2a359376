"""Texts in every language of the reports, and the units of their numbers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Lang = Literal["de", "en", "de-AT", "de-CH"]
"""A language, with a country if numbers, dates or spelling differ there."""


@dataclass(frozen=True, kw_only=True)
class Text:
    """One text in every language of the reports."""

    de: str
    en: str

    def __getitem__(self, lang: Lang) -> str:
        """The text in `lang`."""
        if lang == "en":
            return self.en
        # Switzerland has no ß.
        return self.de.replace("ß", "ss") if lang == "de-CH" else self.de


class Unit(StrEnum):
    """The unit of a value, which determines its format."""

    COUNT = "count"
    MONEY = "money"
    RATE = "rate"
    """A share between 0 and 1, written as a percentage."""
    RATIO = "ratio"
    """A plain number, such as orders per customer."""
    DAYS = "days"
    YEARS = "years"

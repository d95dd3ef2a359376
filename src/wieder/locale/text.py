"""Texts in every language of the reports, and what numbers in them are measured in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Lang = Literal["de", "en", "de-AT", "de-CH"]
"""A language, with the country where its numbers, dates or spelling are others."""


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
    """What a value is measured in, and so how it is written."""

    COUNT = "count"
    MONEY = "money"
    RATE = "rate"
    """A share between 0 and 1, written in percent."""
    RATIO = "ratio"
    """A plain number, such as orders per customer."""
    DAYS = "days"
    YEARS = "years"

"""Notices for the readers of a report, in its language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from wieder.locale import notices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wieder.notices import Notice
    from wieder.writing.figures import Desk


METHODS = ("model", "naive")
"""Values that are methods of forecasting, by their ids."""


@dataclass(frozen=True, kw_only=True)
class Remark:
    """One notice, as sentences without a full stop at their end."""

    text: str
    remedy: str
    slug: str
    lang: str
    """The language of the text, where it is not that of the report; else empty."""


def remarks(heard: Sequence[Notice], desk: Desk) -> tuple[Remark, ...]:
    """The notices, each once.

    One that nobody translated stays English and is marked as such: a remark of
    a rule of the user's, say, has no other words.
    """
    return tuple(dict.fromkeys(_remark(notice, desk) for notice in heard))


def _remark(notice: Notice, desk: Desk) -> Remark:
    if desk.lang == "en":
        return Remark(text=notice.message, remedy=notice.remedy, slug=notice.slug, lang="")
    sentences = notices(desk.lang)
    key = next((key for key in _keys(notice) if f"{key}.message" in sentences), None)
    if key is None:
        return Remark(text=notice.message, remedy=notice.remedy, slug=notice.slug, lang="en")
    values = {name: _written(value, desk) for name, value in notice.values.items()}
    values |= {name: _method(notice, name, desk) for name in METHODS if name in values}
    return Remark(
        text=sentences[f"{key}.message"].format(**values),
        remedy=sentences.get(f"{key}.remedy", "").format(**values),
        slug=notice.slug,
        lang="",
    )


def _method(notice: Notice, name: str, desk: Desk) -> str:
    """A method of forecasting in words; that of the last days needs to know how many these are."""
    return desk.text(f"method.{notice.values[name]}", days=notice.values.get("days"))


def _keys(notice: Notice) -> tuple[str, ...]:
    """Under which its sentences may stand: with its variant, or without."""
    variant = notice.values.get("variant")
    return (f"{notice.slug}.{variant}", notice.slug)


def _written(value: object, desk: Desk) -> str:
    """A value as readers of the report write it; several names are told by their number and the first."""
    if isinstance(value, date):
        return desk.numbers.day(value)
    if isinstance(value, float):
        return desk.numbers.percent(value)
    if isinstance(value, int):
        return desk.numbers.count(value)
    if isinstance(value, list):
        return ", ".join(_written(one, desk) for one in value)
    if isinstance(value, tuple):
        n, first = desk.numbers.count(len(value)), value[0]
        return str(first) if len(value) == 1 else desk.text("notice.several", n=n, first=first)
    return str(value)

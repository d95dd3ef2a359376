"""Notices for the readers of a report, in the report's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from wieder.locale import notices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wieder.notices import Notice
    from wieder.writing.figures import RenderContext


METHODS = ("model", "naive")
"""Names of values that contain the id of a forecasting method."""


@dataclass(frozen=True, kw_only=True)
class Remark:
    """One notice as sentences without a full stop at the end."""

    text: str
    remedy: str
    slug: str
    lang: str
    """The language of the text if it differs from that of the report; else empty."""


def remarks(given: Sequence[Notice], context: RenderContext) -> tuple[Remark, ...]:
    """The notices without duplicates.

    A notice without a translation, such as one from a rule of the user's, stays in
    English and is marked as such.
    """
    return tuple(dict.fromkeys(_remark(notice, context) for notice in given))


def _remark(notice: Notice, context: RenderContext) -> Remark:
    if context.lang == "en":
        return Remark(text=notice.message, remedy=notice.remedy, slug=notice.slug, lang="")
    sentences = notices(context.lang)
    key = next((key for key in _keys(notice) if f"{key}.message" in sentences), None)
    if key is None:
        return Remark(text=notice.message, remedy=notice.remedy, slug=notice.slug, lang="en")
    values = {name: _written(value, context) for name, value in notice.values.items()}
    values |= {name: _method(notice, name, context) for name in METHODS if name in values}
    return Remark(
        text=sentences[f"{key}.message"].format(**values),
        remedy=sentences.get(f"{key}.remedy", "").format(**values),
        slug=notice.slug,
        lang="",
    )


def _method(notice: Notice, name: str, context: RenderContext) -> str:
    """The name of a forecasting method, with the number of days for the method that uses the last days."""
    return context.text(f"method.{notice.values[name]}", days=notice.values.get("days"))


def _keys(notice: Notice) -> tuple[str, ...]:
    """The keys of its sentences in order of preference: with its variant, then without."""
    variant = notice.values.get("variant")
    return (f"{notice.slug}.{variant}", notice.slug)


def _written(value: object, context: RenderContext) -> str:
    """A value formatted for readers; of several names, the first and their number."""
    if isinstance(value, date):
        return context.numbers.day(value)
    if isinstance(value, float):
        return context.numbers.percent(value)
    if isinstance(value, int):
        return context.numbers.count(value)
    if isinstance(value, list):
        return ", ".join(_written(one, context) for one in value)
    if isinstance(value, tuple):
        n, first = context.numbers.count(len(value)), value[0]
        return str(first) if len(value) == 1 else context.text("notice.several", n=n, first=first)
    return str(value)

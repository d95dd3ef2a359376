"""Sentences and headings of every output, one TOML file per language.

Labels and meanings of KPIs are defined with the KPI; `writing.numbers` formats
numbers and dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LANGUAGES = ("de", "en")


@dataclass(frozen=True, kw_only=True)
class Texts:
    """Every text of one language, by dotted key."""

    lang: str
    sentences: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """The text for `key` with `values` filled in. Raises KeyError if there is none."""
        return self.sentences[key].format(**values)

    def counted(self, key: str, number: int, **values: object) -> str:
        """The text for `key.one` or `key.other`, by the plural rule that German and English share."""
        return self(f"{key}.{'one' if number == 1 else 'other'}", **values)


@cache
def notices(lang: str) -> Mapping[str, str]:
    """The sentences of notices by `SLUG.message` and `SLUG.remedy`, or `SLUG.VARIANT.message`.

    Empty for English: the English sentences are in the code that raises the notices.
    """
    return {} if lang == "en" else _sentences(lang, "notices.")


@cache
def texts(lang: str) -> Texts:
    """All texts in `lang`: one of `LANGUAGES`, optionally with a country, such as `de-AT`."""
    return Texts(lang=lang, sentences=_sentences(lang, ""))


def _sentences(lang: str, kind: str) -> Mapping[str, str]:
    import tomllib  # noqa: PLC0415 - modules that only declare texts do not read any
    from importlib.resources import files  # noqa: PLC0415

    language, _, country = lang.partition("-")
    tree = tomllib.loads(files("wieder.locale").joinpath(f"{kind}{language}.toml").read_text("utf-8"))
    sentences = dict(_flat(tree, ""))
    return {key: _swiss(text) for key, text in sentences.items()} if country == "CH" else sentences


def _swiss(german: str) -> str:
    """German as written in Switzerland, without ß."""
    return german.replace("ß", "ss")


def _flat(tree: Mapping[str, object], prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, str(value)

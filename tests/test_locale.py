from __future__ import annotations

import string

import pytest

from wieder.kpis import REGISTRY, family_label, kpis_shown
from wieder.kpis.base import Shown
from wieder.locale import LANGUAGES, texts


def fields(sentence: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence)} - {None}


def test_both_languages_have_the_same_keys() -> None:
    assert set(texts("de").sentences) == set(texts("en").sentences)


@pytest.mark.parametrize("key", sorted(texts("en").sentences))
def test_a_sentence_takes_the_same_values_in_both_languages(key: str) -> None:
    assert fields(texts("de").sentences[key]) == fields(texts("en").sentences[key])
    assert all(texts(lang).sentences[key].strip() for lang in LANGUAGES)


def test_a_missing_key_is_an_error() -> None:
    with pytest.raises(KeyError, match=r"no\.such\.key"):
        texts("de")("no.such.key")


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(KeyError, match="value"):
        texts("de")("unit.points")


def test_the_number_one_has_its_own_form() -> None:
    text = texts("de")
    assert text.counted("load.total", 1, files="1") == "1 Datei"
    assert text.counted("load.total", 0, files="0") == "0 Dateien"


def test_every_kpi_of_the_headlines_has_a_subject() -> None:
    keys = {key.removeprefix("headline.subject.") for key in texts("en").sentences if ".subject." in key}
    assert keys == set(kpis_shown(Shown.HEADLINE))


def test_every_family_of_the_registry_has_a_name() -> None:
    labels = [family_label(kpi.family) for kpi in REGISTRY.values()]
    assert all(label.de and label.en for label in labels)

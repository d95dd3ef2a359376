from __future__ import annotations

import re
import string
from dataclasses import fields
from functools import cache

import pytest

from made_up_shop import report_inputs
from wieder.kpis import REGISTRY
from wieder.locale import texts
from wieder.locale.text import Text
from wieder.questions.flow import FLOW
from wieder.report.document import build
from wieder.report.html import render

SHORTEST = 10
"""Minimum length: shorter pieces, such as `n` or `Orders`, may occur in German words or in data."""


def pieces(sentence: str) -> list[str]:
    """The pieces of a sentence between its placeholders."""
    return [text.strip() for text, *_ in string.Formatter().parse(sentence) if len(text.strip()) >= SHORTEST]


def readable(page: str) -> str:
    """The page without SQL, slugs, styles and scripts."""
    return re.sub("<(pre|code|style|script).*?</\\1>", "", page, flags=re.DOTALL)


ENGLISH, GERMAN = texts("en").sentences, texts("de").sentences


@cache
def page() -> str:
    """The report of the made-up shop in German, for readers."""
    return readable(render(build(report_inputs(lang="de"), REGISTRY), None))


FOREIGN = sorted(
    {piece for key in ENGLISH for piece in pieces(ENGLISH[key]) if piece not in " ".join(GERMAN.values())}
)


def test_no_english_sentence_is_in_the_german_report() -> None:
    assert len(FOREIGN) > 200
    assert [piece for piece in FOREIGN if piece in page()] == []


@pytest.mark.parametrize("kpi", REGISTRY.values(), ids=list(REGISTRY))
def test_no_english_text_of_a_kpi_is_in_the_german_report(kpi: object) -> None:
    found = [getattr(kpi, field.name) for field in fields(kpi)]  # type: ignore[arg-type]
    both = [text for text in found if isinstance(text, Text) and text.de != text.en]
    assert both
    assert not [text.en for text in both if f">{text.en}<" in page() or f"{text.en}." in page()]


def test_no_english_heading_of_a_table_is_in_the_german_report() -> None:
    inputs = report_inputs()
    columns = [*FLOW.columns, *inputs.gathered["segments"].sizes.table.columns]
    labels = {column.label.en for column in columns} - {column.label.de for column in columns}
    assert not [label for label in labels if f">{label}<" in page()]
    for segment in inputs.gathered["segments"].scheme.segments:
        assert f">{segment.de}<" in page()

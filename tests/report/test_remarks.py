from __future__ import annotations

import ast
import string
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import wieder
from wieder.kpis import REGISTRY
from wieder.locale import notices
from wieder.notices import Notice
from wieder.periods import PeriodKind
from wieder.report.remarks import Remark, remarks
from wieder.writing.figures import context_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wieder.locale.text import Lang

NEVER_IN_A_REPORT = {
    "report-written", "settings-written", "sample-written", "lines-of-kept-orders", "key-readable",
    "no-consent", "thresholds-lookback", "password-file-open", "alert-not-checked",
    "variables-not-scheduled", "no-order-in-lookback", "prospects", "rfm-levels", "not-split",
    "question-of-its-own", "no-numbers", "repeated",
}  # fmt: skip
"""Notices of commands other than `report`, and about files written by it."""


def slugs(tree: ast.AST) -> Iterator[str]:
    """The slugs of the notices that a module creates by name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Notice":
            slug = node.args[0]
            if isinstance(slug, ast.Constant):
                yield str(slug.value)


@cache
def modules() -> list[ast.Module]:
    """The parsed modules of the package."""
    return [ast.parse(path.read_text("utf-8")) for path in sorted(Path(wieder.__file__).parent.rglob("*.py"))]


@cache
def constants() -> list[set[str]]:
    """Every text of each module."""
    nodes = [[node for node in ast.walk(tree) if isinstance(node, ast.Constant)] for tree in modules()]
    return [{node.value for node in found if isinstance(node.value, str)} for found in nodes]


def in_german(notice: Notice, lang: Lang = "de") -> Remark:
    (remark,) = remarks([notice], context_for(REGISTRY, PeriodKind.MONTH, lang, "EUR"))
    return remark


def test_every_notice_of_a_report_is_translated() -> None:
    translated = {key.split(".")[0] for key in notices("de")}
    made = {slug for tree in modules() for slug in slugs(tree)} - NEVER_IN_A_REPORT
    assert made <= translated
    assert translated <= set().union(*constants()), "a translation without a notice"


@pytest.mark.parametrize("key", sorted(notices("de")))
def test_a_translation_uses_only_values_of_its_notice(key: str) -> None:
    slug = key.split(".", maxsplit=1)[0]
    known = set().union(*(texts for texts in constants() if slug in texts))
    assert {name for _, name, _, _ in string.Formatter().parse(notices("de")[key]) if name} <= known


def test_values_are_written_as_in_the_rest_of_the_report() -> None:
    values = {"day": date(2024, 3, 5), "n": 1234, "next_day": "2024-03-06"}
    remark = in_german(Notice("as-of", "as of 2024-03-05", "--as-of 2024-03-06 counts them", values))
    assert remark.text.startswith("Stichtag 5. März 2024 (ausschließlich)")
    assert "1.234 Bestellungen" in remark.text
    assert remark.remedy == "--as-of 2024-03-06 zählt sie mit"
    assert "ausschliesslich" in in_german(Notice("as-of", "", "", values), "de-CH").text


def test_methods_and_dates_are_written_in_words() -> None:
    values = {"naive": "last_days", "model": "bg_nbd", "days": 90}
    remark = in_german(Notice("naive-is-better", "last_days was closer than bg_nbd", values=values))
    assert "„Wie in den letzten 90 Tagen“" in remark.text
    assert "BG/NBD" in remark.text
    values = {"variant": "given", "days": 90, "moments": [date(2024, 3, 5), date(2024, 6, 3)]}
    assert "5. März 2024, 3. Juni 2024" in in_german(Notice("backtest", "", values=values)).text


def test_files_are_named_or_counted() -> None:
    values = {"files": ("a.csv",), "value": 3}
    assert in_german(Notice("nameless-column", "", values=values)).text.startswith("a.csv: Spalte 3")
    values = {"files": ("a.csv", "b.csv"), "value": 3}
    assert in_german(Notice("nameless-column", "", values=values)).text.startswith("2 Dateien wie a.csv:")


def test_a_variant_has_its_own_sentence() -> None:
    values = {"variant": "customers", "n": 1, "all": 2}
    assert in_german(Notice("rows-rejected", "", values=values)).text.startswith("1 von 2 Zeilen der Kunden")


def test_an_untranslated_notice_stays_english_and_is_marked() -> None:
    notice = Notice("export-lacks", "ours.csv: it has no tax", values={"variant": "ours"})
    assert in_german(notice) == Remark(
        text="ours.csv: it has no tax", remedy="", slug="export-lacks", lang="en"
    )


def test_the_same_remark_is_made_once() -> None:
    context = context_for(REGISTRY, PeriodKind.MONTH, "en", "EUR")
    assert len(remarks([Notice("odd", "x"), Notice("odd", "x"), Notice("odd", "y")], context)) == 2

from __future__ import annotations

import struct
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pytest

from made_up_shop import report_document, report_inputs
from nasty import NASTY_REGISTRY, nasty_inputs
from wieder.errors import UsageError
from wieder.kpis import REGISTRY
from wieder.report import letter
from wieder.report.document import build
from wieder.report.letter import headline, installed_family, letter_html, pictures, refuse_without_extra

if TYPE_CHECKING:
    from pathlib import Path

    from wieder.report.letter import Picture


@cache
def shown() -> tuple[Picture, ...]:
    """The pictures of the made-up shop."""
    return pictures(report_document())


@pytest.mark.skipif(installed_family() is None, reason="no font is installed")
def test_pictures_show_the_two_main_charts_in_high_resolution() -> None:
    assert [one.name for one in shown()] == ["chart-revenue", "chart-repeat"]
    for one in shown():
        assert one.png is not None
        assert one.png.startswith(b"\x89PNG")
        width, height = struct.unpack(">II", one.png[16:24])
        assert width == 1120
        assert height > 200


@pytest.mark.skipif(installed_family() is None, reason="no font is installed")
def test_a_font_that_is_not_installed_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    installed = installed_family()
    monkeypatch.setattr(letter, "FAMILIES", ("No such font", installed))
    assert installed_family() == installed
    monkeypatch.setattr(letter, "FAMILIES", ("No such font",))
    assert installed_family() is None


def test_the_same_document_gives_the_same_pictures_and_html() -> None:
    again = build(report_inputs(), REGISTRY)
    assert pictures(again) == shown()
    first, second = (letter_html(one, shown(), (), None, attached=True) for one in (report_document(), again))
    assert first == second


def test_a_picture_without_its_letters_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letter, "SAMPLE_TEXT", "")
    wordless = pictures(report_document())
    assert [one.png for one in wordless] == [None, None]
    assert [len(one.rows) for one in wordless] == [13, 5]
    html = letter_html(report_document(), wordless, (), None, attached=False)
    assert "cid:" not in html
    assert "March 2025" in html


def test_nothing_of_the_data_is_markup() -> None:
    document = build(nasty_inputs("de"), NASTY_REGISTRY)
    html = letter_html(document, pictures(document), ("<script>alert(3)</script>",), None, attached=True)
    assert "<script" not in html
    assert "&lt;script&gt;alert(3)" in html
    assert "&lt;b&gt;Größe&lt;/b&gt; &amp; " in html


def test_the_headline_is_the_first_figure_with_its_change() -> None:
    assert headline(report_document()) == "Revenue €35,499 (−4.9%)"
    assert headline(replace(report_document(), parts=(("tiles", ()),))) == ""


def test_a_template_of_the_user_replaces_the_mail(tmp_path: Path) -> None:
    (tmp_path / "mail.html.j2").write_text("<p>{{ document.head.title }}</p>")
    assert "<p>Retention report</p>" in letter_html(report_document(), shown(), (), tmp_path, attached=True)
    (tmp_path / "mail.html.j2").write_text("\n{{ document.nothing }}")
    with pytest.raises(UsageError, match=r"mail\.html\.j2:2: "):
        letter_html(report_document(), shown(), (), tmp_path, attached=True)


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_without_extra()
    monkeypatch.setattr(letter, "find_spec", lambda _: None)
    with pytest.raises(UsageError) as refusal:
        refuse_without_extra()
    assert refusal.value.remedy == "pip install 'wieder[mail]'"

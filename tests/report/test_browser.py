from __future__ import annotations

import json
import re
from html import unescape
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
from browser import CHROMIUM, DARK, printed, screenshot, visit

from made_up_shop import report_inputs
from wieder.kpis import REGISTRY
from wieder.report.document import build
from wieder.report.html import render

if TYPE_CHECKING:
    from pathlib import Path

    from wieder.locale.text import Lang

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed; CI uses Debian's"),
]
WIDTHS = (390, 820, 1280)
"""A phone, a tablet and a desktop."""


def saved(folder: Path, lang: Lang = "en") -> Path:
    path = folder / f"report.{lang}.html"
    path.write_text(render(build(report_inputs(lang=lang), REGISTRY), None), "utf-8")
    return path


def with_script(page: Path, script: str) -> Path:
    """A copy of the page without its policy, with a script that writes its finding to the document."""
    text = re.sub('<meta http-equiv="Content-Security-Policy"[^>]*>', "", page.read_text("utf-8"))
    report = "const report = (found) => { const pre = document.createElement('pre'); pre.id = 'found';"
    report += " pre.textContent = JSON.stringify(found); document.body.append(pre); };"
    copy = page.with_name(f"asked.{page.name}")
    copy.write_text(text.replace("</body>", f"<script>{report}\n{script}</script></body>"), "utf-8")
    return copy


def found(page: Path, script: str, *flags: str, width: int = 1280) -> Any:
    dom = visit(with_script(page, script), *flags, width=width).dom
    match = re.search('<pre id="found">(.*?)</pre>', dom, re.DOTALL)
    assert match is not None, "the script did not end"
    return json.loads(unescape(match[1]))


def test_a_page_that_complains_or_asks_for_something_is_caught(tmp_path: Path) -> None:
    page = tmp_path / "bad.html"
    page.write_text("<img src='http://127.0.0.1:9/x.png'><script>console.error('no')</script>", "utf-8")
    bad = visit(page)
    assert len(bad.console) == 1
    assert bad.requests == ("http://127.0.0.1:9/x.png",)


@pytest.mark.parametrize("lang", ["en", "de"])
def test_the_page_complains_about_nothing_and_asks_for_nothing(tmp_path: Path, lang: Lang) -> None:
    seen = visit(saved(tmp_path, lang))
    assert seen.console == ()
    assert seen.requests == ()
    assert "<button type=" in seen.dom, "its script has run, so the policy allows it"


@pytest.mark.parametrize("theme", [(), (DARK,)], ids=["light", "dark"])
def test_axe_finds_nothing_serious(tmp_path: Path, theme: tuple[str, ...]) -> None:
    axe = (files("axe_core_python") / "axe.min.js").read_text("utf-8")
    open_all = "for (const one of document.querySelectorAll('details')) one.open = true;"
    run = "axe.run().then((all) => report(all.violations.map((it) => [it.impact, it.id, it.nodes[0].html])));"
    violations = found(saved(tmp_path), f"{axe}\n{open_all}\n{run}", *theme)
    assert [one for one in violations if one[0] in {"serious", "critical"}] == []


def test_nothing_is_wider_than_the_screen(tmp_path: Path) -> None:
    """Uses frames, which can be narrower than a browser window."""
    report = json.dumps(saved(tmp_path, "de").read_text("utf-8")).replace("</", "<\\/")
    ask = f"""
    const frames = {json.dumps(WIDTHS)}.map((width) => Object.assign(document.createElement("iframe"),
        {{ width, height: 900, srcdoc: {report}, style: "border: 0" }}));
    document.body.append(...frames);
    const size = (frame) => frame.contentDocument.scrollingElement;
    onload = () => report(frames.map((frame) => [size(frame).clientWidth, size(frame).scrollWidth]));
    """
    page = tmp_path / "frames.html"
    page.write_text("<body></body>", "utf-8")
    assert found(page, ask) == [[width, width] for width in WIDTHS]


def test_tables_are_sorted_by_their_headings(tmp_path: Path) -> None:
    ask = """
    const table = document.querySelector("table.segments");
    const names = () => [...table.tBodies[0].rows].map((row) => row.cells[0].textContent.trim());
    const press = (column) => table.tHead.rows[0].cells[column].querySelector("button").click();
    const steps = [names()];
    press(1); steps.push(names()); press(1); steps.push(names()); press(0); press(0); steps.push(names());
    report([steps, table.tHead.rows[0].cells[0].ariaSort]);
    """
    (usual, falling, rising, by_name), state = found(saved(tmp_path, "de"), ask)
    assert falling == usual, "the largest come first"
    assert rising == falling[::-1]
    assert by_name == ["(nicht bekannt)", "Bezahlte Suche & Shopping", "Newsletter", "Organische Suche"][::-1]
    assert state == "descending"


def test_a_chart_shows_the_numbers_under_the_pointer(tmp_path: Path) -> None:
    ask = """
    const shown = [...document.querySelectorAll("svg[data-slot], .heatmap rect[data-tip]")].map((mark) => {
        const box = mark.getBoundingClientRect();
        const place = { bubbles: true, clientX: box.right - 5, clientY: box.bottom - 5 };
        mark.dispatchEvent(new PointerEvent("pointermove", place));
        return document.getElementById("tip").textContent;
    });
    report(shown);
    """
    document = build(report_inputs(lang="de"), REGISTRY)
    assert document["revenue"] is not None
    assert document["cohorts"] is not None
    table = document["revenue"].table
    month, *amounts = (cell.text for cell in table.rows[-1].cells)
    named = [f"{heading.text}: {text}" for heading, text in zip(table.headings[1:], amounts, strict=True)]
    shown = found(saved(tmp_path, "de"), ask)
    assert shown[0] == "\n".join([month, *named])
    assert {cell.title for cell in document["cohorts"].cells} <= set(shown)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_can_be_seen(tmp_path: Path, width: int) -> None:
    picture = tmp_path / "page.png"
    screenshot(saved(tmp_path), picture, width=width)
    content = picture.read_bytes()
    assert content.startswith(b"\x89PNG")
    assert int.from_bytes(content[16:20], "big") == width
    assert len(content) > 30_000, "an empty page is smaller"


def test_the_page_can_be_printed(tmp_path: Path) -> None:
    target = tmp_path / "page.pdf"
    printed(saved(tmp_path), target)
    content = target.read_bytes()
    assert content.startswith(b"%PDF")
    assert 4 <= len(re.findall(rb"/Type\s*/Page\b", content)) <= 20

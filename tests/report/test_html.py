from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import fields
from functools import cache
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise
from typing import TYPE_CHECKING

import polars as pl
import pytest

from golden_files import check
from made_up_shop import report_document, report_inputs
from nasty import NASTY_REGISTRY, nasty_inputs
from wieder.errors import UsageError
from wieder.kpis import REGISTRY
from wieder.locale import texts
from wieder.report.document import build
from wieder.report.findings import Layout
from wieder.report.html import render
from wieder.report.sections import SECTIONS, wanted_sections
from wieder.writing.shipped import resource

if TYPE_CHECKING:
    from pathlib import Path

    from wieder.locale.text import Lang

VOID = {"meta", "rect", "line", "path", "circle", "br", "colgroup"}


class Reader(HTMLParser):
    """Collects tags, ids and links, and asserts that elements are closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@cache
def whole_page() -> str:
    """The page of the made-up shop."""
    return render(report_document(), None)


@cache
def reader() -> Reader:
    """The same page, parsed."""
    return Reader(whole_page())


@pytest.mark.parametrize("lang", ["de", "en"])
def test_the_nasty_report_is_written_as_expected(lang: Lang) -> None:
    check(f"report.{lang}.html", render(build(nasty_inputs(lang), NASTY_REGISTRY), None).encode())


def test_the_same_inputs_give_the_same_page() -> None:
    assert render(build(report_inputs(), REGISTRY), None) == whole_page()


def test_three_years_stay_under_400_kilobytes() -> None:
    assert len(whole_page().encode()) < 400_000


def test_every_element_is_closed() -> None:
    assert reader().open == []


def test_nothing_is_fetched_and_one_script_is_run() -> None:
    (script,) = re.findall(r"<script>(.*?)</script>", whole_page(), re.DOTALL)
    digest = b64encode(sha256(script.encode()).digest()).decode()
    assert script.startswith('"use strict";')
    assert not reader().all("link")
    assert not reader().all("img")
    attributes = {name for _, attrs in reader().tags for name in attrs}
    assert not [name for name in attributes if name.startswith("on") or name in {"src", "style"}]
    assert set(re.findall(r"https?://[^\s\"<]+", whole_page())) <= {"http://www.w3.org/2000/svg"}
    assert "url(" not in whole_page()
    assert "@import" not in whole_page()
    policy = next(meta["content"] for meta in reader().all("meta") if "http-equiv" in meta)
    assert policy is not None
    assert policy.startswith(f"default-src 'none'; script-src 'sha256-{digest}';")


def test_ids_are_unique_and_links_and_labels_find_theirs() -> None:
    ids = [attrs["id"] for _, attrs in reader().tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    targets = {(link["href"] or "").removeprefix("#") for link in reader().all("a")}
    labels = {name for _, attrs in reader().tags for name in (attrs.get("aria-labelledby") or "").split()}
    assert targets | labels <= set(ids)


def test_every_section_of_numbers_leads_to_its_sql() -> None:
    for section in ("revenue", "repeat", "cohorts", "flow", "churn", "value", "segments", "kpis"):
        (content,) = re.findall(f'<section id="{section}".*?</section>', whole_page(), re.DOTALL)
        entries = re.findall('href="#((?:kpi|table)-[^"]+)"', content)
        assert entries, section
        for entry in entries:
            assert re.search(f'<div id="{entry}">.*?<pre', whole_page(), re.DOTALL), entry


def test_a_missing_section_is_not_linked() -> None:
    inputs = report_inputs(cohorts=report_inputs().gathered["cohorts"].clear(), flow=None)
    page = Reader(render(build(inputs, REGISTRY), None))
    targets = {link["href"] for link in page.all("a")}
    assert "#cohorts" not in targets
    assert "#flow" not in targets
    assert "#kpis" in targets


def test_sections_are_chosen_and_ordered() -> None:
    layout = Layout(sections=("data", "tiles", "churn"), comments={"tiles": "**Zimt** & <b>Zucker</b>"})
    document = build(report_inputs(layout=layout), REGISTRY)
    page = render(document, None)
    assert re.findall(r'<section id="(\w+)"', page) == ["data", "tiles", "churn"]
    assert "<p><strong>Zimt</strong> &amp; &lt;b&gt;Zucker&lt;/b&gt;</p>" in page
    assert "#kpi-" not in page, "the glossary is not shown, so it is not linked"


def test_every_section_that_settings_may_name_is_a_block_of_the_page() -> None:
    shown = [section.name for section in report_document().sections]
    assert shown == [section.name for section in wanted_sections(())]
    template = (resource("reports_templates") / "report.html.j2").read_text("utf-8")
    for name in SECTIONS:
        assert template.count(f"{{% block {name} %}}{{%") == 1


def test_sections_are_found_in_an_order_of_their_own() -> None:
    places = [section.place for section in SECTIONS.values()]
    assert places == sorted(set(places))
    drawn = [part for section in SECTIONS.values() for part in section.draws]
    assert len(drawn) == len(set(drawn))
    assert not {*drawn} & {field.name for field in fields(report_document())}, (
        "it would hide the part in a template"
    )
    for name, section in SECTIONS.items():
        assert name == section.name
        assert section.title or texts("en")(f"section.{name}")


def test_tables_and_charts_can_be_read_without_seeing_them() -> None:
    for table_heading in reader().all("th"):
        assert table_heading.get("scope") in {"row", "col", "rowgroup", "colgroup"}
    for svg in reader().all("svg"):
        assert svg.get("aria-hidden") == "true" or (svg.get("role") == "img")
    n_charts = len(reader().all("figure"))
    assert n_charts == 7
    figures = re.findall("<figure.*?</figure>", whole_page(), re.DOTALL)
    assert all('<details class="data">' in figure and "<desc" in figure for figure in figures)
    for scrolled in (one for one in reader().all("div") if one.get("class") == "scroll"):
        assert scrolled["tabindex"] == "0"


def test_headings_do_not_skip_a_level() -> None:
    levels = [int(tag[1]) for tag, _ in reader().tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_page_declares_its_language() -> None:
    page = render(build(report_inputs(lang="de"), REGISTRY), None)
    assert Reader(page).all("html") == [{"lang": "de"}]
    assert "Bericht zur Kundenbindung" in page


def luminance(colour: str) -> float:
    channels = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def long_form(colour: str) -> str:
    return colour if len(colour) == 7 else "#" + "".join(digit * 2 for digit in colour[1:])


STYLE = (resource("reports_templates") / "style.css").read_text("utf-8")


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_colours_keep_the_contrast_of_wcag_aa(theme: int) -> None:
    block = re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)[theme]
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))
    for ground in ("paper", "wash"):
        for text in ("ink", "muted", "link", "good", "bad"):
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    for mark in ("returning", "new", "anonymous", "reactivated", "lost"):
        assert contrast(colours[mark], colours["paper"]) >= 3, mark


def test_labels_of_the_heatmap_keep_the_contrast_of_wcag_aa() -> None:
    macros = (resource("reports_templates") / "charts.svg.j2").read_text("utf-8")
    light = re.findall(r"#[0-9a-f]{6}", macros.split("set HEAT = ")[1].split("]")[0])
    dark = re.findall(r"\.heat-\d \{ fill: (#[0-9a-f]{6})", STYLE)
    texts = [
        (long_form(on_dark), on_light)
        for on_dark, on_light in re.findall(
            r"\.on-dark \{ fill: (#\w+); \} \.on-light \{ fill: (#\w+); \}", STYLE
        )
    ]
    for ramp, (on_dark, on_light) in zip((light, dark), texts, strict=True):
        assert len(ramp) == 10
        for shade, colour in enumerate(ramp):
            assert contrast(colour, on_dark if shade > 5 else on_light) >= 4.5, colour


def test_one_block_can_be_replaced_by_a_template_of_the_user(tmp_path: Path) -> None:
    own = tmp_path / "report.html.j2"
    own.write_text(
        '{% extends "wieder/report.html.j2" %}'
        "{% block tiles %}<p>only {{ document.tiles[0].figure.value }}</p>{% endblock %}"
    )
    page = render(report_document(), tmp_path)
    assert f"<p>only {report_document()['tiles'][0].figure.value}</p>" in page
    assert '<div class="tiles">' not in page
    assert page.count('id="glossary"') == 1


def test_a_user_template_reads_the_parts_of_sections_by_name(tmp_path: Path) -> None:
    (tmp_path / "report.html.j2").write_text(
        '{% extends "wieder/report.html.j2" %}'
        "{% block foot %}<p>{% if document.flow %}{{ document.flow.title }}{% else %}no flow{% endif %}</p>"
        "<p>{{ document.segments | length }} dimensions</p>{% endblock %}"
    )
    known, unknown = (
        render(document, tmp_path)
        for document in (report_document(), build(report_inputs(flow=None), REGISTRY))
    )
    assert f"<p>{report_document()['flow'].title}</p><p>1 dimensions</p>" in known
    assert "<p>no flow</p>" in unknown


def test_one_partial_can_be_replaced_and_extended(tmp_path: Path) -> None:
    (tmp_path / "partials").mkdir()
    (tmp_path / "partials" / "head.html.j2").write_text("<h1>Ours</h1>")
    (tmp_path / "style.css").write_text('{% include "wieder/style.css" %}\nh1 { color: red; }')
    page = render(report_document(), tmp_path)
    assert "<h1>Ours</h1>" in page
    assert "h1 { color: red; }" in page
    assert "--paper" in page


@pytest.mark.parametrize(
    ("source", "line", "message"),
    [
        ("{% block tiles %}\n{% if %}{% endblock %}", 2, "Expected an expression"),
        ("\n{{ document.no_such_part }}", 2, "no_such_part"),
        ("{{ no_such_name }}", 1, "'no_such_name' is undefined"),
        ("a\nb\n{{ 1 / 0 }}", 3, "division by zero"),
        ('{% extends "missing.html.j2" %}', 1, "missing.html.j2"),
        ("{{ ''.__class__.__mro__ }}", 1, "unsafe"),
        ("{{ text('no.such.key') }}", 1, "no.such.key"),
    ],
)
def test_a_broken_template_is_named_with_its_line(
    tmp_path: Path, source: str, line: int, message: str
) -> None:
    own = tmp_path / "report.html.j2"
    own.write_text(source)
    with pytest.raises(UsageError) as caught:
        render(report_document(), tmp_path)
    assert caught.value.message.startswith(f"{own}:{line}: ")
    assert message in caught.value.message
    assert caught.value.remedy


def test_a_template_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "report.html.j2").write_bytes("Größe".encode("latin-1"))
    with pytest.raises(UsageError, match="UTF-8"):
        render(report_document(), tmp_path)


def test_a_folder_that_is_not_there_or_changes_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="this folder does not exist"):
        render(report_document(), tmp_path / "missing")
    (tmp_path / "raport.html.j2").write_text("x")
    with pytest.raises(UsageError, match="this folder contains no template of the report") as caught:
        render(report_document(), tmp_path)
    assert "report.html.j2" in caught.value.remedy


def test_a_page_with_many_segments_stays_under_400_kilobytes() -> None:
    one = report_inputs().segments.filter(pl.col("segment") == "Newsletter")
    many = pl.concat(
        one.with_columns(dimension=pl.lit(dimension), segment=pl.lit(f"Segment Nummer {place}"))
        for dimension in ("channel", "first_order.channel")
        for place in range(40)
    )
    assert len(render(build(report_inputs(segments=many, lang="de"), REGISTRY), None).encode()) < 400_000

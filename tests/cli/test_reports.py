from __future__ import annotations

from typing import TYPE_CHECKING

import fastexcel
import pytest

from outcomes import fails

if TYPE_CHECKING:
    from pathlib import Path

    from outcomes import Wieder


def test_the_report_is_one_file(wieder: Wieder, tmp_path: Path) -> None:
    outcome = wieder("report", "orders.csv", "--lang", "de", "-o", "report.html")
    assert (outcome.code, outcome.out, outcome.err) == (0, b"", "")
    page = (tmp_path / "report.html").read_text()
    assert '<html lang="de"' in page
    assert "http://" not in page.replace("http://www.w3.org/", "")


def test_the_report_can_go_through_a_pipe(wieder: Wieder, tmp_path: Path) -> None:
    outcome = wieder("report", "orders.csv", "-o", "-")
    assert outcome.out.rstrip().endswith(b"</html>")
    assert not (tmp_path / "report.html").exists()


def test_the_report_cannot_be_a_table_for_programs(wieder: Wieder) -> None:
    refusal = fails(wieder("report", "orders.csv", "--format", "csv"), 2)
    assert "this result cannot be written as csv" in refusal
    assert "choose --format table|html|xlsx|pdf" in refusal


def test_the_report_can_be_a_workbook(wieder: Wieder, tmp_path: Path) -> None:
    outcome = wieder("report", "orders.csv", "-o", "report.xlsx", "--lang", "de")
    assert (outcome.code, outcome.out, outcome.err) == (0, b"", "")
    assert "Kennzahlen" in fastexcel.read_excel(tmp_path / "report.xlsx").sheet_names


def test_every_analysis_can_be_a_workbook(wieder: Wieder, tmp_path: Path) -> None:
    assert wieder("kpis", "orders.csv", "-o", "kpis.xlsx").code == 0
    frame = fastexcel.read_excel(tmp_path / "kpis.xlsx").load_sheet(0).to_polars()
    assert frame.filter(kpi="orders")["value"].to_list() == [4.0]


def test_the_report_can_be_a_pdf(wieder: Wieder, tmp_path: Path) -> None:
    (tmp_path / "wieder.toml").write_text('[report]\nsections = ["tiles"]\n')
    outcome = wieder("report", "orders.csv", "-o", "report.pdf")
    if "PDF needs" in outcome.err:
        pytest.skip("WeasyPrint needs Pango and a font")
    assert (outcome.code, outcome.out, outcome.err) == (0, b"", "")
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ('logo = "none.png"', "none.png cannot be read"),
        ('colours = { new = "#ffe000" }', "#ffe000 has a contrast of 1.3"),
        ('sections = ["tile"]', "report.sections: there is no section 'tile'"),
        ('comments = { chrun = "?" }', "did you mean churn?"),
        ('sections = ["xyz"]', "there are headlines, tiles, "),
        ("comments = { tiles = 5 }", "report.comments.tiles is 5, a number; a text is needed"),
    ],
)
def test_a_look_that_cannot_be_had_is_refused_before_anything_is_read(
    wieder: Wieder, tmp_path: Path, setting: str, message: str
) -> None:
    (tmp_path / "wieder.toml").write_text(f"[report]\n{setting}\n", "utf-8")
    assert message in fails(wieder("report", "missing.csv", "-o", "report.html"), 2)


def test_the_page_follows_the_settings(wieder: Wieder, tmp_path: Path) -> None:
    (tmp_path / "wieder.toml").write_text(
        '[report]\ntitle = "Zimt"\nlang = "de-AT"\nsections = ["data", "tiles"]\n'
        'colours = { returning = "#0b5d4e" }\ncomments = { tiles = "Die **App** war offline." }\n',
        "utf-8",
    )
    assert wieder("report", "orders.csv", "-o", "report.html").code == 0
    page = (tmp_path / "report.html").read_text("utf-8")
    assert '<html lang="de-AT">' in page
    assert "<h1>Zimt</h1>" in page
    assert page.index('<section id="data"') < page.index('<section id="tiles"')
    assert "<p>Die <strong>App</strong> war offline.</p>" in page
    assert "--returning: #0b5d4e" in page

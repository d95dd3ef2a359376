from __future__ import annotations

import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from loading import load

from wieder.errors import DataError, UsageError

SHARED = Path(__file__).parents[3] / "shared"
RETAIL = SHARED / "data" / "online_retail_2_eu_xlsx"

HEADER = ("order_id", "customer_id", "ordered_at", "amount")
PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="xl/workbook.xml" Type="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships/officeDocument"/></Relationships>',
    "xl/styles.xml": '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>',
}  # fmt: skip
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

Cell = str | float | datetime | None
Sheets = dict[str, list[tuple[Cell, ...]]]


def _cell(value: Cell) -> str:
    if value is None:
        return "<c/>"
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t>{value}</t></is></c>'
    if isinstance(value, datetime):
        days = (value - datetime(1899, 12, 30, tzinfo=UTC)).total_seconds() / 86400
        return f'<c s="1"><v>{days!r}</v></c>'
    return f"<c><v>{value!r}</v></c>"


def workbook(path: Path, sheets: Sheets, hidden: str = "") -> Path:
    """Writes the few parts of a workbook that every program requires."""
    parts = dict(PARTS)
    entries, relations = [], []
    for number, (name, rows) in enumerate(sheets.items(), 1):
        state = ' state="hidden"' if name == hidden else ""
        entries.append(f'<sheet name="{name}" sheetId="{number}" r:id="rId{number}"{state}/>')
        target = f"worksheets/sheet{number}.xml"
        relations.append(f'<Relationship Id="rId{number}" Target="{target}" Type="{OFFICE}/worksheet"/>')
        cells = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
        parts[f"xl/worksheets/sheet{number}.xml"] = (
            f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData></worksheet>'
        )
    styles = f'<Relationship Id="rId99" Target="styles.xml" Type="{OFFICE}/styles"/>'
    parts["xl/workbook.xml"] = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{"".join(entries)}</sheets></workbook>'
    )
    parts["xl/_rels/workbook.xml.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"{''.join(relations)}{styles}</Relationships>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def row(number: int, customer: Cell = "A", amount: Cell = 10) -> tuple[Cell, ...]:
    return (str(number), customer, datetime(2024, 1, number, 12, 30, tzinfo=UTC), amount)


def test_cells_become_text_as_displayed(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx", {"Orders": [HEADER, row(1, 17850.0, 19.99), row(2, "007", 0.1 + 0.2)]}
    )
    loaded = load(path)
    assert loaded.orders("order_id, customer_key, ordered_at, amount") == [
        ("1", "17850", "2024-01-01 12:30:00", "19.9900"),
        ("2", "007", "2024-01-02 12:30:00", "0.3000"),
    ]
    assert loaded.rows("select file from staged_files") == [(f"{path}[Orders]",)]


def test_a_blank_first_row_and_a_footer_count_as_lines(tmp_path: Path) -> None:
    rows = [(None,) * 4, HEADER, row(1), (None, "Summe", None, 10)]
    loaded = load(workbook(tmp_path / "a.xlsx", {"Orders": rows}))
    assert (loaded.orders(), loaded.rejects()) == (["1"], [(4, "footer")])


def test_sheets_with_one_header_are_read_together_and_others_reported(tmp_path: Path) -> None:
    sheets: Sheets = {
        "2023": [HEADER, row(1)],
        "Notes": [("read me",)],
        "2024": [HEADER, row(2)],
        "Empty": [],
    }
    loaded = load(workbook(tmp_path / "a.xlsx", sheets))
    assert loaded.orders() == ["1", "2"]
    assert loaded.message("sheets-left-out").endswith(
        "2023 is read; these sheets have other columns and are not: Notes"
    )


def test_a_hidden_sheet_is_not_read(tmp_path: Path) -> None:
    sheets: Sheets = {"Old": [HEADER, row(1)], "Orders": [HEADER, row(2)]}
    assert load(workbook(tmp_path / "a.xlsx", sheets, hidden="Old")).orders() == ["2"]


def test_the_sheet_can_be_named(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"2023": [HEADER, row(1)], "2024": [HEADER, row(2)]})
    loaded = load(path, sheet="2024")
    assert (loaded.orders(), loaded.slugs) == (["2"], [])
    with pytest.raises(UsageError, match="has no sheet '2025'"):
        load(path, sheet="2025")


def test_a_workbook_that_was_loaded_changes_nothing(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"2023": [HEADER, row(1)], "2024": [HEADER, row(2)]})
    known = frozenset(sha256 for (sha256,) in load(path).rows("select sha256 from staged_files"))
    assert load(path, known_files=known).slugs == ["already-loaded", "already-loaded"]


def test_a_workbook_that_is_damaged_or_empty_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"Orders": []})
    with pytest.raises(DataError, match="the workbook is empty"):
        load(path)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(DataError, match="cannot be unpacked"):
        load(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook")
    with pytest.raises(DataError, match="the workbook cannot be read"):
        load(path)


def test_a_missing_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fastexcel", None)
    with pytest.raises(UsageError, match="is not installed") as caught:
        load(workbook(tmp_path / "a.xlsx", {"Orders": [HEADER, row(1)]}))
    assert "pip install 'wieder[excel]'" in caught.value.remedy


@pytest.mark.skipif(not RETAIL.exists(), reason="the published data are not here")
def test_online_retail_2_is_read_by_mapping_alone() -> None:
    loaded = load(RETAIL / "raw" / "online_retail_II.xlsx", columns={"unit_price": "Price"})
    wanted = loaded.rows(
        "select count(*), sum(Quantity::INTEGER * Price::DECIMAL(18, 4))"
        f" from read_parquet('{RETAIL / 'lines.parquet'}')"
    )
    assert loaded.rows("select sum(rows_read), sum(amount_read) from staged_files") == wanted

from __future__ import annotations

import sys
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

import fastexcel
import polars as pl
import pytest

from wieder.errors import UsageError
from wieder.writing import sheets
from wieder.writing.sheets import Cell, Style, add_table, frame_workbook, money_format, new_book, sheet_name
from workbook_parts import parts

HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "https://example.com", "mailto:a@example.com", "<b>&\x07"]


def test_a_frame_reads_back_unchanged() -> None:
    frame = pl.DataFrame(
        {
            "name": ["Anna", "", None],
            "n": [1, -2, None],
            "share": [0.25, None, float("nan")],
            "amount": [Decimal("12.3400"), None, Decimal(0)],
            "day": [date(2024, 2, 29), None, date(2026, 1, 1)],
            "at": [datetime(2024, 2, 29, 12, 30), None, None],  # noqa: DTZ001
            "known": [True, False, None],
        }
    )
    read = fastexcel.read_excel(frame_workbook(frame)).load_sheet(0).to_polars()
    assert read.columns == frame.columns
    assert read["name"].to_list() == ["Anna", "", None]
    assert read["n"].to_list() == [1.0, -2.0, None]
    assert read["share"].to_list() == [0.25, None, None]
    assert read["amount"].to_list() == [12.34, None, 0.0]
    assert read["day"].cast(pl.Date).to_list() == frame["day"].to_list()
    assert read["at"].to_list() == frame["at"].to_list()
    assert read["known"].to_list() == [True, False, None]


def test_no_text_is_a_formula_or_a_link() -> None:
    data = frame_workbook(pl.DataFrame({"=2+2": HOSTILE}))
    sheet = parts(data, "xl/worksheets/")
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    read = fastexcel.read_excel(data).load_sheet(0).to_polars()
    assert read.columns == ["=2+2"]
    assert read["=2+2"].to_list()[:7] == HOSTILE[:7]


def test_a_number_that_excel_would_round_is_text() -> None:
    frame = pl.DataFrame({"id": [10**15 - 1, 2**62]})
    read = fastexcel.read_excel(frame_workbook(frame)).load_sheet(0, dtypes={0: "string"}).to_polars()
    assert read["id"].to_list() == ["999999999999999", str(2**62)]


def test_the_same_frame_gives_the_same_bytes() -> None:
    frame = pl.DataFrame({"a": [1, 2]})
    assert frame_workbook(frame) == frame_workbook(frame)
    assert "2000-01-01T00:00:00Z" in parts(frame_workbook(frame), "docProps/core.xml")


def test_headings_stay_in_sight_and_can_be_filtered() -> None:
    sheet = parts(frame_workbook(pl.DataFrame({"a": [1, 2]})), "xl/worksheets/sheet1.xml")
    assert 'state="frozen"' in sheet
    assert '<autoFilter ref="A1:A3"/>' in sheet


def test_an_empty_frame_keeps_its_headings() -> None:
    data = frame_workbook(pl.DataFrame(schema={"a": pl.Int64}))
    assert fastexcel.read_excel(data).load_sheet(0).to_polars().columns == ["a"]


def test_sheets_of_one_name_are_numbered() -> None:
    target = BytesIO()
    with new_book(target) as book:
        for name in ("Kunden", "kunden", "Kunden"):
            add_table(book, name, ["a"], [[Cell(1, Style.COUNT)]])
    assert fastexcel.read_excel(target.getvalue()).sheet_names == ["Kunden", "kunden 2", "Kunden 3"]


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAXIMUM_ROWS", 2)
    with pytest.raises(UsageError, match="an Excel sheet holds at most 2 rows, not 3") as refusal:
        frame_workbook(pl.DataFrame({"a": [1, 2, 3]}))
    assert refusal.value.remedy == "write CSV or Parquet instead: --format csv"


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(UsageError) as refusal:
        frame_workbook(pl.DataFrame({"a": [1]}))
    assert refusal.value.remedy == "pip install 'wieder[excel]'"


@pytest.mark.parametrize(
    ("pattern", "digits", "expected"),
    [
        ("{} €", 2, '#,##0.00" €"'),
        ("€{}", 2, '"€"#,##0.00'),
        ("JP¥{}", 0, '"JP¥"#,##0'),
        ("{}", 2, "#,##0.00"),
    ],
)
def test_amounts_carry_the_sign_of_their_currency(pattern: str, digits: int, expected: str) -> None:
    assert money_format(pattern, digits) == expected


def test_the_name_of_a_sheet_is_one_that_excel_takes() -> None:
    assert sheet_name("'Umsatz [EUR]: neu/alt?*' und noch mehr Text") == "Umsatz (EUR) neu-alt--' und noc"

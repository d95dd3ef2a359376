from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from loading import HEADER, export, load

if TYPE_CHECKING:
    from pathlib import Path

GOOD = [f"{number},A,2024-01-0{number},10.00" for number in range(1, 6)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Summe,,,50.00", "footer"),
        (",,Gesamt:,50.00", "footer"),
        ("Grand total,,,50.00", "footer"),
        ("5 record(s) downloaded", "footer"),
        ("5 record(s) downloaded,,,", "footer"),
        ("6,Total,,10.00", "ordered-at-empty"),
        ("Summertime,,,10.00", "ordered-at-empty"),
        (",,,", "blank-row"),
        (" , ,, ", "blank-row"),
        (HEADER, "repeated-header"),
        ('"Order ID",Customer-Id,ordered_at,Amount', "repeated-header"),
    ],
)
def test_a_row_that_is_not_a_record_is_rejected_with_its_reason(
    tmp_path: Path, line: str, reason: str
) -> None:
    loaded = load(export(tmp_path / "a.csv", *GOOD, line))
    assert loaded.rejects() == [(7, reason)]
    assert loaded.account() == (6, 1, 0, 5)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Total,,", "footer"),
        ("Summe: 2,,1.234,00 €", "footer"),
        ("TOTAL,2,30.50", "footer"),
        (" Total ,,", "footer"),
        ("2 customers,,", "footer"),
        (",Gesamt,2", "footer"),
        (",,", "blank-row"),
        ("Customer_ID,City,spent", "repeated-header"),
    ],
)
def test_totals_and_repeated_headers_are_not_customers(tmp_path: Path, line: str, reason: str) -> None:
    cells = line.split(",", 2)
    path = export(tmp_path / "a.csv", "A;Ulm;1", "B;Bonn;2", ";".join(cells), header="customer_id;city;spent")
    loaded = load(path)
    assert loaded.rejects() == [(4, reason)]
    assert loaded.account() == (3, 1, 0, 2)
    assert "rows-rejected" in loaded.slugs


@pytest.mark.parametrize("line", ["Total,Berlin,3", "Total Energies,,", "Totalt,,", "Summer,,", "7,,"])
def test_customers_with_such_a_name_are_kept(tmp_path: Path, line: str) -> None:
    loaded = load(export(tmp_path / "a.csv", "A,Ulm,1", "B,Bonn,2", line, header="customer_id,city,spent"))
    assert loaded.account() == (3, 0, 0, 3)


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=;", "\ufeffsep=;", "\nsep=;", "sep=;;;;"])
def test_a_line_with_the_delimiter_for_spreadsheets_is_honoured(tmp_path: Path, first: str) -> None:
    lines = [line.replace(",", ";") for line in [HEADER, *GOOD, "x;A;2024-13-01;1"]]
    loaded = load(export(tmp_path / "a.csv", *lines, header=first))
    assert loaded.orders() == ["1", "2", "3", "4", "5"]
    assert loaded.rejects() == [(8 + first.count("\n"), "ordered-at-unreadable")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_blank_lines_and_rows_before_the_header_are_skipped(tmp_path: Path, end: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(end.join(["", ",,,", HEADER, ",,,", *GOOD, "", "5 record(s) downloaded", ""]), newline="")
    loaded = load(path)
    assert loaded.orders() == ["1", "2", "3", "4", "5"]
    assert loaded.rejects() == [(4, "blank-row"), (11, "footer")]

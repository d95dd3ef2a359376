from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from loading import HEADER, export, load

if TYPE_CHECKING:
    from pathlib import Path

GERMAN = "Bestellnr;Kunde;Datum;Betrag;Notiz"


def test_a_reject_keeps_the_details_needed_to_correct_it(tmp_path: Path) -> None:
    rows = [
        "1;A;31.12.2023;1,50;x",
        '2;B;31.02.2024;2,50;"a;b"',
        "3;C;01.02.2024;3,50",
        "4;D;01.03.2024;4,5O;",
    ]
    path = export(tmp_path / "a.csv", *rows, header=GERMAN)
    loaded = load(path)
    assert loaded.rows("from staged_rejects order by line") == [
        (
            str(path), 3, "Datum", "31.02.2024", "ordered-at-unreadable",
            "'31.02.2024' is not a date from 1980 to 2099 in the form DD.MM.YYYY",
            '2;B;31.02.2024;2,50;"a;b"',
        ),
        (
            str(path), 4, None, None, "too-few-cells",
            "the row has fewer cells than the header", "3;C;01.02.2024;3,50",
        ),
        (
            str(path), 5, "Betrag", "4,5O", "amount-unreadable",
            "'4,5O' is not a number in the format of this column, or is too large", "4;D;01.03.2024;4,5O;",
        ),
    ]  # fmt: skip
    assert loaded.message("rows-rejected") == (
        f"3 of 4 rows of orders were rejected; {path}, line 3:"
        " '31.02.2024' is not a date from 1980 to 2099 in the form DD.MM.YYYY"
    )


def test_a_row_with_several_faults_is_rejected_once(tmp_path: Path) -> None:
    loaded = load(export(tmp_path / "a.csv", "1,A,2024-01-01,1.5", ",,x,y", "2,A,2024-01-01,2.5,,,x"))
    assert loaded.rejects() == [(3, "order-id-empty"), (4, "too-many-cells")]


def test_rejects_of_a_large_file_are_the_right_rows(tmp_path: Path) -> None:
    """DuckDB reads such a file in parts, whose order must be preserved."""
    rows = [f"{n},C{n % 977},2024-01-{n % 28 + 1:02},{n % 100}.50,{'x' * 200}" for n in range(200_000)]
    wrong = {n: f"{n},C,2024-02-31,1.00,bad-{n}" for n in range(7, 200_000, 3_331)}
    short = {n: f"{n},C" for n in range(11, 200_000, 19_997)}
    for n, row in (wrong | short).items():
        rows[n] = row
    loaded = load(export(tmp_path / "a.csv", *rows, header=f"{HEADER},note"))
    found = loaded.rows("select line, raw from staged_rejects order by line")
    assert found == sorted((n + 2, row) for n, row in (wrong | short).items())


def test_raw_rows_can_be_read_again(tmp_path: Path) -> None:
    cells = ["1", "A", "x", "1.00", 'the "best",\nplease']
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(cells)
    rows = ["0,A,2024-01-01,1.00,ok", "2,A,2024-01-01,1.00,ok", text.getvalue()]
    loaded = load(export(tmp_path / "a.csv", *rows, header=f"{HEADER},note"))
    [(raw,)] = loaded.rows("select raw from staged_rejects")
    assert next(csv.reader(io.StringIO(raw))) == cells


def test_a_second_load_starts_anew(tmp_path: Path) -> None:
    one = load(export(tmp_path / "a.csv", "1,A,2024-01-01,1.5", "2,A", "3,A,x,1.5"))
    assert one.account() == (3, 2, 0, 1)
    again = load(tmp_path / "a.csv", con=one.con)
    assert again.account() == (3, 2, 0, 1)
    assert again.rejects() == [(3, "too-few-cells"), (4, "ordered-at-unreadable")]

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loading import HEADER, export, load

from wieder.errors import DataError
from wieder.ingest.rejects import RowLines

if TYPE_CHECKING:
    from pathlib import Path

NOTE = f"{HEADER},note"


def row(number: int, note: str = "x") -> str:
    return f"{number},A,2024-01-01,10.00,{note}"


@given(st.lists(st.booleans(), max_size=60))
def test_the_line_of_a_good_row_skips_the_broken_ones(good: list[bool]) -> None:
    starts = [3 * n + 2 for n in range(len(good))]
    broken = [start for start, is_good in zip(starts, good, strict=True) if not is_good]
    expected = [start for start, is_good in zip(starts, good, strict=True) if is_good]
    lines = RowLines(starts=starts, broken=broken)
    assert [lines.line(number) for number in range(1, len(expected) + 1)] == expected


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_every_reject_has_its_line(tmp_path: Path, end: str, mark: str) -> None:
    lines = [
        f"{mark}{NOTE}",  # 1
        row(1),  # 2
        row(2, f'"two{end}lines"'),  # 3 and 4
        "",  # 5
        row(3, "a,b,c"),  # 6: too many cells
        row(4, f'"three{end}{end}lines"'),  # 7 to 9
        "5,A,2024-01-01,abc,x",  # 10
        "6,A",  # 11: too few cells
        "",  # 12
        row(7, '"a"b'),  # 13: broken quotes
        "8,A,2024-02-30,1.00,x",  # 14
        ",A,2024-01-01,1.00,x",  # 15
    ]
    path = tmp_path / "a.csv"
    path.write_text(end.join([*lines, ""]), "utf-8", newline="")
    loaded = load(path)
    assert loaded.orders() == ["1", "2", "4"]
    assert loaded.rejects() == [
        (6, "too-many-cells"),
        (10, "amount-unreadable"),
        (11, "too-few-cells"),
        (13, "broken-quotes"),
        (14, "ordered-at-unreadable"),
        (15, "order-id-empty"),
    ]
    assert loaded.account() == (9, 6, 0, 3)


@pytest.mark.parametrize(
    "rows",
    [
        [row(1), row(2, '"never closed'), row(3), row(4)],
        [row(1), row(2, '"lost'), row(3, '"and found"'), row(4)],
        [row(1), row(2, '"lost'), row(3), row(4), '5,A,2024-01-01,10.00,"'],
        [row(1), row(2, '"lost'), row(3), row(4, '""'), row(5)],
    ],
)
def test_an_unclosed_quote_around_rows_is_detected(tmp_path: Path, rows: list[str]) -> None:
    with pytest.raises(DataError, match=r"line 3: one cell contains the rows after it"):
        load(export(tmp_path / "a.csv", *rows, header=NOTE))


def test_a_note_with_many_lines_and_commas_is_not_a_row(tmp_path: Path) -> None:
    note = '"Bitte klingeln:\n2. Stock, links, bei Müller, danke, viele Grüße, Anna, 3"'
    assert load(export(tmp_path / "a.csv", row(1, note), row(2), header=NOTE)).orders() == ["1", "2"]


def test_an_address_with_many_lines_and_commas_is_not_a_row(tmp_path: Path) -> None:
    rows = ['A,"Hauptstr. 1,\nHinterhaus links, 2. OG, bei Müller",DE', "B,x,AT"]
    header = "customer_id,address,country"
    loaded = load(export(tmp_path / "a.csv", *rows, header=header))
    assert loaded.rows("select customer_key from staged_customers") == [("A",), ("B",)]
    with pytest.raises(DataError, match="line 2: one cell contains the rows after it"):
        load(export(tmp_path / "b.csv", 'A,"x,DE', "B,y,AT", 'C,z",CH', header=header))


def test_a_broken_row_with_a_line_break_does_not_contain_a_row(tmp_path: Path) -> None:
    broken = '2,"two\nlines","2024-01-01","10.00","2024-01-01",more'
    assert load(export(tmp_path / "a.csv", row(1), broken, header=NOTE)).rejects() == [(3, "too-many-cells")]


def test_an_unclosed_quote_at_the_end_is_one_broken_row(tmp_path: Path) -> None:
    path = export(tmp_path / "a.csv", row(1), row(2, '"cut o'), header=NOTE)
    assert load(path).rejects() == [(3, "broken-quotes")]


def test_a_delimiter_without_a_header_is_not_a_column(tmp_path: Path) -> None:
    """Spreadsheets leave such delimiters at the end of rows."""
    assert load(export(tmp_path / "a.csv", row(1), row(2) + ",", header=NOTE)).orders() == ["1", "2"]


def test_a_stray_quote_inside_a_cell_is_text(tmp_path: Path) -> None:
    assert load(export(tmp_path / "a.csv", row(1, '5" pipe'), header=NOTE)).orders("note") == ['5" pipe']


@pytest.mark.parametrize("end", ["\r", "\r\n", "mixed"])
def test_line_ends_of_any_kind_are_read(tmp_path: Path, end: str) -> None:
    lines = [NOTE, row(1), row(2, '"a\nb"'), row(3)]
    text = f"{NOTE}\r\n{row(1)}\n{row(2)}\r\n{row(3)}\n" if end == "mixed" else end.join([*lines, ""])
    path = tmp_path / "a.csv"
    path.write_text(text, "utf-8", newline="")
    assert load(path).orders() == ["1", "2", "3"]


def test_an_inconsistent_line_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{NOTE}\n{row(1)}\n{row(2)}\r{row(3)}\n", "utf-8", newline="")
    with pytest.raises(DataError, match="so the rows cannot be separated"):
        load(path)


CELLS = st.sampled_from(
    ["x", "", "1", "A,B", 'the "best"', "two\nlines", "\n", "ü", " ", "10.00", "2024-01-01", "\r\n", ";", "'"]
)


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


ROWS = st.tuples(
    st.sampled_from(["7", "", "8"]),
    CELLS,
    st.sampled_from(["2024-01-01", "x", ""]),
    st.sampled_from(["1.50", "y", ""]),
    CELLS,
    st.sampled_from(["row", "row", "row", "blank", "short", "long"]),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=12), st.booleans())
def test_rows_read_are_rows_kept_and_rejected(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, ...]],
    ended: bool,  # noqa: FBT001
) -> None:
    lines = [
        row(n) for n in range(len(rows))
    ]  # most cells of a column are good: a column of others is refused
    for *cells, kind in rows:
        whole = ",".join(quoted(cell) for cell in cells)
        lines.append({"row": whole, "blank": "", "short": "1,2", "long": f"{whole},more"}[kind])
    path = tmp_path_factory.mktemp("rows") / "a.csv"
    path.write_bytes(("\n".join([NOTE, *lines]) + "\n" * ended).encode())
    loaded = load(path)
    read, rejected, left_out, kept = loaded.account()
    assert read == len(rows) + sum(kind != "blank" for *_, kind in rows)
    assert (read, left_out) == (rejected + kept, 0)
    assert len(loaded.rejects()) == rejected
    [(n_rows, amount, amount_kept)] = loaded.rows(
        "select sum(n_rows)::int, sum(amount), (select amount_kept from staged_files) from staged_orders"
    )
    assert (n_rows, amount) == (kept, amount_kept)

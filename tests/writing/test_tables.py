from __future__ import annotations

import csv
import json
from decimal import Decimal
from io import BytesIO, StringIO

import fastexcel
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from golden_files import check
from nasty import FRAME, NASTY_REGISTRY, nasty_inputs, nasty_results
from wieder.periods import PeriodKind
from wieder.writing import formats as tables
from wieder.writing.bridge_grids import bridge_grid
from wieder.writing.formats import TableFormat, number_text, serialise
from wieder.writing.kpi_grids import kpi_grids

FOR_MACHINES = {
    TableFormat.CSV: "csv", TableFormat.TSV: "tsv", TableFormat.JSON: "json", TableFormat.NDJSON: "ndjson",
}  # fmt: skip
FOR_READERS = {TableFormat.MARKDOWN: "md", TableFormat.HTML: "html"}
WITHOUT_NAN = FRAME.with_columns(pl.col("value").fill_nan(None))


@pytest.mark.core
@pytest.mark.parametrize(("table_format", "suffix"), FOR_MACHINES.items())
def test_the_nasty_frame_is_written_as_expected(table_format: TableFormat, suffix: str) -> None:
    check(f"nasty.{suffix}", serialise(FRAME, table_format))


@pytest.mark.parametrize(("table_format", "suffix"), FOR_READERS.items())
def test_the_nasty_frame_is_written_for_readers(table_format: TableFormat, suffix: str) -> None:
    check(f"nasty.{suffix}", serialise(FRAME, table_format))


@pytest.mark.core
def test_parquet_reads_back_and_is_the_same_every_time() -> None:
    first = serialise(FRAME, TableFormat.PARQUET)
    assert first == serialise(FRAME.clone(), TableFormat.PARQUET)
    assert_frame_equal(pl.read_parquet(BytesIO(first)), FRAME)


@pytest.mark.core
@pytest.mark.parametrize(("table_format", "delimiter"), [(TableFormat.CSV, ","), (TableFormat.TSV, "\t")])
def test_delimited_text_reads_back_and_distinguishes_empty_from_unknown(
    table_format: TableFormat, delimiter: str
) -> None:
    written = serialise(FRAME, table_format)
    frame = pl.read_csv(BytesIO(written), separator=delimiter, schema=FRAME.schema)
    assert_frame_equal(frame, WITHOUT_NAN)


@pytest.mark.core
def test_python_reads_the_same_cells() -> None:
    rows = list(csv.reader(StringIO(serialise(FRAME, TableFormat.CSV).decode(), newline="")))
    assert rows[0] == FRAME.columns
    assert [row[0] for row in rows[1:]] == [name or "" for name in FRAME["name"]]


@pytest.mark.core
def test_json_reads_back_exactly() -> None:
    records = json.loads(serialise(FRAME, TableFormat.JSON), parse_float=Decimal)
    assert [record["name"] for record in records] == FRAME["name"].to_list()
    assert [record["money"] for record in records] == FRAME["money"].to_list()
    assert [record["value"] for record in records[4:6]] == [Decimal("-1234567.891"), None]
    lines = serialise(FRAME, TableFormat.NDJSON).decode().splitlines()
    assert [json.loads(line, parse_float=Decimal) for line in lines] == records


@pytest.mark.core
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_reads_back_and_has_no_exponent(value: float) -> None:
    text = number_text(value)
    assert float(text) == value
    assert "e" not in text


@pytest.mark.parametrize("table_format", TableFormat)
def test_a_frame_without_rows_keeps_its_columns_where_the_format_has_any(table_format: TableFormat) -> None:
    written = serialise(FRAME.clear(), table_format)
    match table_format:
        case TableFormat.JSON:
            assert written == b"[]\n"
        case TableFormat.NDJSON:
            assert written == b""
        case TableFormat.XLSX:
            assert fastexcel.read_excel(written).load_sheet(0).to_polars().columns == FRAME.columns
        case _:
            assert b"money" in written


def test_a_nested_column_is_refused() -> None:
    with pytest.raises(TypeError, match="cannot contain"):
        serialise(pl.DataFrame({"a": [[1, 2]]}), TableFormat.CSV)


def test_tables_for_readers_as_markdown_and_html() -> None:
    grids = [
        *kpi_grids(nasty_results("chan|nel", "<b>_x_</b>"), NASTY_REGISTRY, "de", "EUR", PeriodKind.QUARTER)[
            1:3
        ],
        bridge_grid(nasty_inputs("de").reconciliation.bridge, "de", "EUR"),
    ]
    check("tables.md", tables.markdown(grids))
    check("tables.html", tables.html(grids, "de"))

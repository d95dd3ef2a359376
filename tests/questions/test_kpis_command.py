from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING

import polars as pl
import pytest

from outcomes import ORDERS
from wieder.asking.results import SCHEMA
from wieder.delivery.targets import FOR_TABLES, Format

if TYPE_CHECKING:
    from pathlib import Path

    from outcomes import Wieder


def test_kpis_of_a_file_are_the_result_frame(wieder: Wieder) -> None:
    outcome = wieder("kpis", "orders.csv", "--period", "month", "--as-of", "2024-03-01")
    assert outcome.code == 0
    assert outcome.out.decode().splitlines()[0] == ",".join(SCHEMA)
    [revenue] = [
        row for row in outcome.rows() if (row["kpi"], row["period_start"]) == ("revenue", "2024-02-01")
    ]
    assert (revenue["value"], revenue["n"], revenue["state"]) == ("42.5", "2", "final")


def test_the_same_data_and_options_give_the_same_bytes(wieder: Wieder) -> None:
    arguments = ("kpis", "orders.csv", "--by", "channel", "--period", "month", "--as-of", "2024-03-01")
    assert wieder(*arguments).out == wieder(*arguments).out


def test_segments_come_beside_the_whole_shop(wieder: Wieder) -> None:
    rows = wieder("kpis", "orders.csv", "--by", "channel").rows()
    revenue = {row["segment"]: row["value"] for row in rows if row["kpi"] == "revenue"}
    assert revenue == {"": "112.5", "app": "20.0", "web": "92.5"}


def test_comparisons_are_columns_that_are_asked_for(wieder: Wieder) -> None:
    outcome = wieder("kpis", "orders.csv", "--period", "month", "--compare")
    [february] = [
        row for row in outcome.rows() if (row["kpi"], row["period_start"]) == ("revenue", "2024-02-01")
    ]
    assert february["previous_value"] == "70.0"
    assert float(february["previous_change"]) == pytest.approx(42.5 / 70 - 1)


def test_from_and_to_hold_what_they_name(wieder: Wieder) -> None:
    outcome = wieder("kpis", "orders.csv", "--period", "month", "--from", "2024-01", "--to", "2024-01")
    assert {row["period_start"] for row in outcome.rows()} == {"2024-01-01"}


def test_a_period_that_is_not_over_is_shown_on_request(wieder: Wieder) -> None:
    usual = wieder("kpis", "orders.csv", "--period", "month", "--as-of", "2024-02-20")
    asked = wieder("kpis", "orders.csv", "--period", "month", "--as-of", "2024-02-20", "--incomplete")
    assert {row["period_start"] for row in usual.rows()} == {"2024-01-01"}
    assert {row["period_start"] for row in asked.rows()} == {"2024-01-01", "2024-02-01"}


def test_data_go_to_stdout_and_talk_to_stderr(wieder: Wieder) -> None:
    outcome = wieder("kpis", "orders.csv")
    assert "[as-of]" in outcome.err
    assert b"note:" not in outcome.out


@pytest.mark.parametrize("chosen", FOR_TABLES)
def test_every_format_can_be_written_to_a_file(wieder: Wieder, tmp_path: Path, chosen: Format) -> None:
    outcome = wieder("kpis", "orders.csv", "--format", chosen, "-o", "result")
    assert (outcome.code, outcome.out) == (0, b"")
    assert (tmp_path / "result").stat().st_size > 0


def test_the_ending_of_the_file_chooses_the_format(wieder: Wieder, tmp_path: Path) -> None:
    wieder("kpis", "orders.csv", "-o", "result.parquet")
    wieder("kpis", "orders.csv", "-o", "result.json")
    frame = pl.read_parquet(tmp_path / "result.parquet")
    assert dict(frame.schema) == SCHEMA
    assert len(json.loads((tmp_path / "result.json").read_text())) == frame.height


def test_a_table_in_a_file_is_not_cut(wieder: Wieder) -> None:
    table = wieder("kpis", "orders.csv", "--format", "table", "--lang", "de").out.decode()
    assert "Wiederkaufrate" in table
    assert "…" not in table
    assert "\x1b" not in table


def test_standard_input_is_a_file(wieder: Wieder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ORDERS.encode())))
    assert wieder("kpis", "-").out == wieder("kpis", "orders.csv").out

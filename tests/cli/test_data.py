from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import duckdb

from outcomes import ORDERS, SAMPLE, fails

if TYPE_CHECKING:
    from pathlib import Path

    from outcomes import Wieder


def test_load_then_ask_without_files(wieder: Wieder, tmp_path: Path) -> None:
    loaded = wieder("load", "orders.csv")
    assert loaded.code == 0
    assert [(row["file"], row["rows_read"], row["orders_kept"]) for row in loaded.rows()] == [
        ("orders.csv", "6", "6")
    ]
    assert wieder("kpis").out == wieder("kpis", "orders.csv").out
    assert oct((tmp_path / "wieder.duckdb").stat().st_mode & 0o777) == "0o600"


def test_the_same_file_twice_changes_nothing(wieder: Wieder, tmp_path: Path) -> None:
    wieder("load", "orders.csv")
    before = (tmp_path / "wieder.duckdb").read_bytes()
    again = wieder("load", "orders.csv")
    assert (again.code, again.rows()) == (0, [])
    assert (tmp_path / "wieder.duckdb").read_bytes() == before


def test_rejected_rows_are_listed_with_their_reason(wieder: Wieder, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(ORDERS + "D1,dora,2024-02-30,10.00,paid,app\n")
    listed = wieder("rejects", "orders.csv", "-o", "rejects.csv")
    assert listed.code == 0
    [row] = list(csv.DictReader((tmp_path / "rejects.csv").read_text().splitlines()))
    assert (row["file"], row["line"], row["column_name"], row["value"]) == (
        "orders.csv",
        "8",
        "ordered_at",
        "2024-02-30",
    )
    assert oct((tmp_path / "rejects.csv").stat().st_mode & 0o777) == "0o600"


def test_the_bridge_leads_from_the_rows_to_the_revenue(wieder: Wieder) -> None:
    outcome = wieder("check", "orders.csv", "--as-of", "2024-03-01")
    steps = {row["step"]: float(row["amount"]) for row in outcome.rows()}
    assert outcome.code == 0
    assert steps["rows_read"] == 127.5
    assert steps["orders_cancelled"] == -5
    assert steps["orders_after_as_of"] == -10
    assert steps["kpi_orders"] == 112.5


def test_rows_are_accounted_for_even_where_no_order_is_valid(wieder: Wieder, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(ORDERS.replace("paid", "cancelled"))
    assert "`wieder check` shows what became of every row" in fails(wieder("kpis", "orders.csv"), 3)
    steps = {row["step"]: int(row["rows"]) for row in wieder("check", "orders.csv").rows()}
    assert (steps["rows_read"], steps["orders_cancelled"], steps["kpi_orders"]) == (6, -6, 0)


def test_rejected_rows_are_mended_and_loaded(wieder: Wieder, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(ORDERS + "D1,dora,2024-02-30,10.00,paid,app\n")
    wieder("load", "orders.csv")
    assert wieder("rejects", "--mend", "orders.csv", "-o", "mended.csv").code == 0
    mended = tmp_path / "mended.csv"
    assert mended.read_text() == f"{ORDERS.splitlines()[0]}\nD1,dora,2024-02-30,10.00,paid,app\n"
    mended.write_text(mended.read_text().replace("02-30", "02-29"))
    assert wieder("load", "mended.csv").code == 0
    assert wieder("rejects").rows() == []
    assert len(wieder("rejects", "--all").rows()) == 1


def test_loads_are_listed(wieder: Wieder, tmp_path: Path) -> None:
    wieder("load", "orders.csv")
    (tmp_path / "later.csv").write_text(ORDERS.replace("A1", "Z1").replace("03-01", "03-02"))
    wieder("load", "later.csv")
    rows = wieder("loads").rows()
    assert [(row["load"], row["file"], row["orders_kept"], row["orders_replaced"]) for row in rows] == [
        ("1", "orders.csv", "6", "0"),
        ("2", "later.csv", "6", "5"),
    ]
    assert all(len(row["sha256"]) == 64 for row in rows)
    assert "Ladevorgänge" in wieder("loads", "--format", "table", "--lang", "de").out.decode()


def test_a_wrong_load_is_taken_back(wieder: Wieder, tmp_path: Path) -> None:
    wieder("load", "orders.csv")
    before = wieder("kpis").out
    (tmp_path / "later.csv").write_text(ORDERS.replace("A1", "Z1").replace("03-01", "03-02"))
    wieder("load", "later.csv")
    assert wieder("kpis").out != before
    left = wieder("unload", "2")
    assert [(row["file"], row["orders_kept"]) for row in left.rows()] == [("orders.csv", "6")]
    assert "[load-replayed]" in left.err
    assert wieder("kpis").out == before
    assert "there is no load 2" in fails(wieder("unload", "2"), 2)
    assert wieder("check").code == wieder("check", "orders.csv").code


def test_an_order_that_was_inserted_by_hand_is_refused(wieder: Wieder, tmp_path: Path) -> None:
    wieder("load", "orders.csv")
    with duckdb.connect(str(tmp_path / "wieder.duckdb")) as con:
        con.execute("insert into orders from orders limit 1")
    assert "another program has changed the database" in fails(wieder("kpis"), 3)


def test_control_totals_are_checked_before_anything_is_written(wieder: Wieder, tmp_path: Path) -> None:
    assert "6 rows of orders were read, 7 expected" in fails(
        wieder("load", "orders.csv", "--expect-rows", "7"), 3
    )
    assert "add up to 127.50" in fails(wieder("load", "orders.csv", "--expect-total", "127.51"), 3)
    assert "is not an amount" in fails(wieder("load", "orders.csv", "--expect-total", "1.000,00"), 2)
    assert "is not a time" in fails(wieder("load", "orders.csv", "--exported-at", "yesterday"), 2)
    assert not (tmp_path / "wieder.duckdb").exists()
    options = ("--expect-rows", "6", "--expect-total", "127.5", "--exported-at", "2024-03-05")
    assert wieder("load", "orders.csv", *options).code == 0


def test_a_crossed_rule_ends_with_6_after_the_tables_were_written(wieder: Wieder, tmp_path: Path) -> None:
    (tmp_path / "wieder.toml").write_text("[check]\nanonymous = 0.1\n")
    outcome = wieder("check", "orders.csv", "--as-of", "2024-03-01")
    assert outcome.code == 6
    assert outcome.rows()[0]["step"] == "rows_read"
    assert "the quality gate failed: anonymous; anonymous is 0.2, at most 0.1 is allowed (C1)" in outcome.err
    rules = {row["rule"]: row["state"] for row in wieder("check", "orders.csv", "--rules").rows()}
    assert (rules["anonymous"], rules["duplicates"]) == ("crossed", "unknown")


def test_readers_of_a_check_see_the_rules_in_their_language(wieder: Wieder) -> None:
    table = wieder("check", "orders.csv", "--format", "table", "--lang", "de").out.decode()
    assert "Bestellungen ohne Kunden" in table
    assert "in Ordnung" in table


def test_the_sample_shop_passes_the_quality_gate(wieder: Wieder) -> None:
    assert wieder("check", str(SAMPLE / "orders.csv"), str(SAMPLE / "customers.csv")).code == 0

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from outcomes import fails

if TYPE_CHECKING:
    from outcomes import Wieder

FILES = ("orders.csv", "customers.csv", "--as-of", "2024-03-01")
CUSTOMERS = """\
customer_id,first_name,newsletter,birthday
anna,Anna,yes,1990-03-05
ben,Ben,no,1991-03-06
"""


@pytest.fixture(autouse=True)
def _customers(wieder: Wieder) -> None:  # noqa: ARG001 - makes the folder
    Path("customers.csv").write_text(CUSTOMERS)


def test_segments_of_a_file(wieder: Wieder) -> None:
    rows = wieder("segments", *FILES, "--scheme", "lifecycle", "--window", "60").rows()
    assert {row["customer_segment"]: row["customers"] for row in rows if row["customers"] != "0"} == {
        "Active": "1",
        "At risk": "1",
    }


@pytest.mark.parametrize(("lang", "texts"), [("de", ["Gefährdete", "Punkte"]), ("en", ["At risk", "Score"])])
def test_readers_see_segments_and_thresholds_in_their_language(
    wieder: Wieder, lang: str, texts: list[str]
) -> None:
    shown = wieder("segments", *FILES, "--format", "table", "--lang", lang).out.decode()
    assert all(text in shown for text in texts)


def test_thresholds_are_saved_and_used_again(wieder: Wieder) -> None:
    first = wieder("segments", *FILES, "--save-thresholds", "frozen.toml")
    assert "as_of = 2024-03-01" in Path("frozen.toml").read_text()
    again = wieder("segments", *FILES, "--thresholds", "frozen.toml")
    assert again.out == first.out
    later = wieder("segments", "orders.csv", "--as-of", "2025-03-01", "--thresholds", "frozen.toml").rows()
    assert {row["customer_segment"] for row in later if row["customers"] != "0"} <= {
        "Lost",
        "At risk",
        "Can't lose them",
    }


@pytest.mark.parametrize("command", ["segments", "moves", "customers"])
def test_thresholds_never_replace_an_export(wieder: Wieder, command: str) -> None:
    assert "orders.csv is read" in fails(wieder(command, *FILES, "--save-thresholds", "orders.csv"), 2)


def test_a_file_without_thresholds_is_refused(wieder: Wieder) -> None:
    assert "cannot be read" in fails(wieder("segments", *FILES, "--thresholds", "none.toml"), 2)


def test_moves_are_pairs_for_programs_and_a_matrix_for_readers(wieder: Wieder) -> None:
    asked = ("moves", *FILES, "--scheme", "lifecycle", "--window", "60")
    rows = wieder(*asked).rows()
    assert [(row["segment_before"], row["segment_after"]) for row in rows] == [
        ("New", "Active"),
        ("New", "At risk"),
    ]
    shown = wieder(*asked, "--format", "table", "--lang", "de").out.decode()
    title = " ".join(shown.split()).partition(" vorher")[0]
    assert title == "Wechsel zwischen Segmenten · 1. Februar 2024 – 29. Februar 2024"
    assert shown.splitlines()[-1].split() == ["Summe", "1", "1", "2"]


def test_moves_are_those_of_a_part_where_customers_first_ordered_there(wieder: Wieder) -> None:
    rows = wieder("moves", *FILES, "--scheme", "lifecycle", "--window", "60", "--by", "channel").rows()
    parts = {(row["dimension"], row["segment"]) for row in rows}
    assert parts == {("", ""), ("first_order.channel", "app"), ("first_order.channel", "web")}
    totals = {part: sum(int(row["customers"]) for row in rows if row["segment"] == part) for _, part in parts}
    assert totals == {"": 2, "app": 1, "web": 1}


def test_moves_need_periods(wieder: Wieder) -> None:
    assert "--period" in fails(wieder("moves", *FILES, "--period", "all"), 2)


def test_customers_are_a_private_list(wieder: Wieder) -> None:
    assert wieder("customers", *FILES, "-o", "list.csv").code == 0
    assert Path("list.csv").stat().st_mode & 0o777 == 0o600
    header, *rows = Path("list.csv").read_text().splitlines()
    assert [row.split(",")[0] for row in rows] == ["anna", "ben"]
    assert "first_name" not in header


def test_an_audience_consents_and_has_the_requested_columns(wieder: Wieder) -> None:
    outcome = wieder(
        "customers", *FILES, "--consent", "newsletter", "--columns", "first_name", "--upcoming", "7"
    )
    (row,) = outcome.rows()
    assert (row["first_name"], row["next_birthday"]) == ("Anna", "2024-03-05")
    assert "1 customers are left out" in outcome.err


def test_pseudonyms_stand_for_keys(wieder: Wieder) -> None:
    key = Path("key")
    key.write_bytes(b"0123456789abcdef")
    key.chmod(0o600)
    rows = wieder("customers", *FILES, "--pseudonym", "key").rows()
    assert {len(row["customer_key"]) for row in rows} == {64}
    assert "the least" not in wieder("customers", *FILES, "--pseudonym", "key").err
    key.chmod(0o644)
    assert wieder("customers", *FILES, "--pseudonym", "key").err.count("[key-readable]") == 1
    key.chmod(0o600)
    key.write_bytes(b"short")
    assert "needs at least 16" in fails(wieder("customers", *FILES, "--pseudonym", "key"), 2)


def test_an_unknown_segment_is_refused_with_a_list_of_segments(wieder: Wieder) -> None:
    assert "At risk" in fails(wieder("customers", *FILES, "--segment", "Risky"), 2)


def test_readers_see_the_first_customers_only(wieder: Wieder) -> None:
    rows = "".join(f"O{number},k{number},2024-01-05,1.00,paid,app\n" for number in range(60))
    Path("many.csv").write_text("order_id,customer_id,ordered_at,amount,status,channel\n" + rows)
    shown = wieder("customers", "many.csv", "--as-of", "2024-03-01", "--format", "table").out.decode()
    assert "50 of 60" in shown


def test_rules_come_from_the_settings(wieder: Wieder) -> None:
    Path("wieder.toml").write_text('[segments.rules]\n"Anna and her like" = "orders >= 2"\n')
    rows = wieder("segments", *FILES, "--scheme", "rules").rows()
    assert [(row["customer_segment"], row["customers"]) for row in rows] == [
        ("Anna and her like", "1"),
        ("Other", "1"),
    ]

"""Results that reports keep, and the differences in later ones."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from outcomes import ORDERS, fails

if TYPE_CHECKING:
    from pathlib import Path

    from outcomes import Outcome, Wieder

LATER = """\
order_id,customer_id,ordered_at,amount,status,channel
A2,anna,2024-02-10,30.00,cancelled,web
D1,dora,2024-02-28,70.00,paid,app
E1,emil,2024-03-20,10.00,paid,app
"""
REPORT = ("report", "-o", "report.html", "--history", "kept")
RESTATED = ("restated", "--history", "kept")


def load(wieder: Wieder, tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    assert wieder("load", name).code == 0


def revenue(outcome: Outcome) -> dict[str, str]:
    [row] = [row for row in outcome.rows() if row["kpi"] == "revenue"]
    return row


def test_late_and_cancelled_orders_restate_an_earlier_month(wieder: Wieder, tmp_path: Path) -> None:
    load(wieder, tmp_path, "orders.csv", ORDERS)
    assert wieder(*REPORT).code == 0
    load(wieder, tmp_path, "later.csv", LATER)
    found = revenue(wieder(*RESTATED))
    assert (found["period_start"], found["then"], found["value"]) == ("2024-02-01", "42.5", "82.5")
    assert found["causes"] == "late-orders excluded-orders"
    assert (found["more_known_orders"], found["then_load"], found["load"]) == ("1", "1", "2")
    shown = wieder(*RESTATED, "--format", "table").out.decode()
    assert "1 late order, 1 order cancelled or excluded" in shown
    assert "later.csv" in shown


def test_the_option_of_an_older_version_asks_the_same_and_says_so(wieder: Wieder, tmp_path: Path) -> None:
    load(wieder, tmp_path, "orders.csv", ORDERS)
    assert wieder(*REPORT).code == 0
    load(wieder, tmp_path, "later.csv", LATER)
    older = wieder("diff", "--restated", "--history", "kept", "--kpi", "revenue")
    assert "wieder restated [question-of-its-own]" in older.err
    assert older.out == wieder(*RESTATED, "--kpi", "revenue").out
    assert revenue(older)["value"] == "82.5"


def test_the_same_report_twice_keeps_one_file_and_writes_the_same_bytes(
    wieder: Wieder, tmp_path: Path
) -> None:
    load(wieder, tmp_path, "orders.csv", ORDERS)
    wieder(*REPORT)
    load(wieder, tmp_path, "later.csv", LATER)
    wieder(*REPORT)
    first, names = (tmp_path / "report.html").read_bytes(), sorted((tmp_path / "kept").iterdir())
    assert [name.name.split("_")[:3] for name in names] == [
        ["month", "2024-03-01", "000001"],
        ["month", "2024-03-20", "000002"],
    ]
    times = [name.stat().st_mtime_ns for name in names]
    assert wieder(*REPORT).code == 0
    assert (tmp_path / "report.html").read_bytes() == first
    assert [name.stat().st_mtime_ns for name in sorted((tmp_path / "kept").iterdir())] == times


def test_of_reports_from_files_on_the_same_day_the_one_written_last_is_the_last(
    wieder: Wieder, tmp_path: Path
) -> None:
    for amount in ("31.00", "32.00"):
        (tmp_path / "orders.csv").write_text(ORDERS.replace("30.00", amount))
        assert wieder("report", "orders.csv", *REPORT[1:]).code == 0
    (tmp_path / "orders.csv").write_text(ORDERS)
    kept = sorted((tmp_path / "kept").iterdir())
    assert len(kept) == 2
    said = []
    for seconds, path in enumerate(kept):
        os.utime(path, (4_000_000_000 + seconds,) * 2)
        said.append(revenue(wieder("restated", "orders.csv", *RESTATED[1:]))["then"])
    assert sorted(said) == ["43.5", "44.5"]


def test_periods_of_another_kind_are_not_compared(wieder: Wieder) -> None:
    wieder("report", "orders.csv", "-o", "report.html", "--history", "kept", "--period", "week")
    error = fails(wieder("restated", "orders.csv", "--history", "kept"), 3)
    assert "no results of an earlier report by month" in error


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ((), 2, "--history"),
        (("--history", "nowhere"), 3, "wieder report -o report.html --period month --history nowhere"),
        (("--history", "kept", "--period", "all"), 2, "--period month"),
    ],
)
def test_without_something_to_compare_there_is_a_remedy(
    wieder: Wieder, arguments: tuple[str, ...], code: int, says: str
) -> None:
    assert says in fails(wieder("restated", "orders.csv", *arguments), code)


def test_a_file_that_is_not_ours_is_named(wieder: Wieder, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "month_2020-01-01_000001_0123456789ab.parquet").write_bytes(b"PAR1")
    error = fails(wieder("restated", "orders.csv", "--history", "kept"), 3)
    assert "month_2020-01-01" in error
    assert "remove it (`rm kept/month_2020-01-01_000001_0123456789ab.parquet`)" in error

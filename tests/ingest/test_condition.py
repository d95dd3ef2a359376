from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from loading import HEADER, export, load

from wieder.database import connect
from wieder.errors import UsageError
from wieder.ingest.conditions import WHERE, condition_columns

if TYPE_CHECKING:
    from pathlib import Path

ROWS = [
    "1,A,2024-01-01,10.00,2,web",
    "C2,A,2024-01-02,20.00,-1,web",
    "3,,2024-01-03,40.00,3,app",
    "4,B,2024-01-04,80.00,,",
]
QUANTITY = f"{HEADER},quantity,channel"


@pytest.mark.parametrize(
    ("condition", "kept"),
    [
        ("quantity > 0 and not order_id like 'C%'", ["1", "3"]),
        ("customer_id is not null", ["1", "C2", "4"]),
        ("Amount between 20 and 40", ["C2", "3"]),
        ("ordered_at >= date '2024-01-01' + interval 2 days", ["3", "4"]),
        ("channel in ('web', 'shop') -- only these", ["1", "C2"]),
        ("lower(channel) = 'app' or year(ordered_at) < 2000", ["3"]),
        ("case when quantity is null then true else amount::int > 30 end", ["3", "4"]),
        ("  ", ["1", "C2", "3", "4"]),
    ],
)
def test_rows_that_do_not_meet_the_condition_are_left_out_and_counted(
    tmp_path: Path, condition: str, kept: list[str]
) -> None:
    loaded = load(export(tmp_path / "a.csv", *ROWS, header=QUANTITY), where=condition)
    assert loaded.orders() == kept
    assert loaded.account() == (4, 0, 4 - len(kept), len(kept))
    [(read, left_out, amount)] = loaded.rows(
        "select amount_read, amount_left_out, amount_kept from staged_files"
    )
    assert (read, left_out + amount) == (150, 150)


@pytest.mark.parametrize(
    "condition",
    [
        "order_id = (select 1)",
        "exists (from duckdb_settings())",
        "getenv('HOME') = 'x'",
        "current_setting('TimeZone') = 'UTC'",
        "read_text('/etc/passwd') is null",
        "sum(amount) > 1",
        "row_number() over () = 1",
        "amount > $1",
        "amount > ?",
        "columns(*) is null",
        "*",
        "list_transform([1], lambda x: x) = [1]",
        "amount > 1; drop table staged_orders",
        "true) from read_text('/etc/passwd') where (true",
        "true), (false",
        "true) where (true",
        "true) order by (1",
        "amount >",
        "amount > random()",
        "nextval('s') > 1",
        "main.lower(order_id) = 'a'",
    ],
)
def test_only_a_single_condition_over_one_row_is_allowed(condition: str) -> None:
    with pytest.raises(UsageError, match="--where: "):
        condition_columns(connect(), condition, WHERE)


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("quantitty > 0", "has no column quantitty"),
        ("file_index = 0", "has no column file_index"),
        ("_1 = 'x'", "has no column _1"),
        ("current_date > ordered_at", "has no column current_date"),
        ("staged.amount > 0", "has no column staged.amount"),
        ("amount", "is not true or false"),
        ("amount > 'abc'", "cannot be computed|fails on a row"),
        ("channel::int > 0", "fails on a row"),
    ],
)
def test_a_condition_must_fit_the_columns(tmp_path: Path, condition: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        load(export(tmp_path / "a.csv", *ROWS, header=QUANTITY), where=condition)


def test_a_condition_does_not_save_an_unreadable_row(tmp_path: Path) -> None:
    loaded = load(export(tmp_path / "a.csv", *ROWS, "5,B,x,1,1,web", header=QUANTITY), where="quantity > 0")
    assert loaded.account() == (5, 1, 2, 2)


def test_a_quantity_that_the_condition_needs_must_be_readable(tmp_path: Path) -> None:
    rows = [*ROWS, "5,B,2024-01-05,1,many,web"]
    path = export(tmp_path / "a.csv", *rows, header=QUANTITY)
    assert load(path).account() == (5, 0, 0, 5)
    assert load(path, where="quantity > 0").rejects() == [(6, "quantity-unreadable")]

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from loading import export, load

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "nr,who,when,total,fee,state,what"

FORMAT: dict[str, Any] = {
    "table": "orders",
    "header": HEADER.split(","),
    "row": "line",
    "columns": {
        "order_id": "nr", "customer_id": "who", "ordered_at": "when", "amount": "total", "shipping": "fee",
        "status": "state",
    },
}  # fmt: skip


def lines(tmp_path: Path, *rows: str, **given: Any) -> Any:
    return load(export(tmp_path / "a.csv", *rows, header=HEADER), formats={"own": FORMAT}, **given)


@pytest.mark.parametrize(
    "further", ["1,,,,,,soap", "1,A,2024-01-01,10.00,2.00,paid,soap", "1,,2024-01-01,10.0,,,soap"]
)
def test_money_of_an_order_counts_once_on_any_of_its_lines(tmp_path: Path, further: str) -> None:
    loaded = lines(tmp_path, "1,A,2024-01-01,10.00,2.00,paid,oil", further, "2,B,2024-01-02,5.00,0,sent,x")
    assert loaded.orders("order_id, customer_key, ordered_at, amount, shipping, status, n_rows") == [
        ("1", "A", "2024-01-01 00:00:00", "10.0000", "2.0000", "paid", "2"),
        ("2", "B", "2024-01-02 00:00:00", "5.0000", "0.0000", "sent", "1"),
    ]
    assert loaded.rows("select amount_read, amount_kept from staged_files") == [(Decimal(15), Decimal(15))]
    assert "money stated for the whole order counts once" in loaded.message("order-lines-summed")


def test_money_on_the_last_line_is_money_of_the_order(tmp_path: Path) -> None:
    loaded = lines(tmp_path, "1,,,,,,oil", "1,A,2024-01-01,10.00,,,soap")
    assert loaded.orders("customer_key, amount, what") == [("A", "10.0000", "oil")]


def test_an_order_that_contradicts_itself_is_rejected_with_the_column(tmp_path: Path) -> None:
    loaded = lines(
        tmp_path, "1,A,2024-01-01,10.00,2.00,,x", "1,A,2024-01-01,9.00,2.00,,x",
        "2,B,2024-01-01,5.00,1.00,,x", "2,B,2024-01-01,5.00,1.50,,x", "3,C,2024-01-01,1.00,,,x",
    )  # fmt: skip
    assert loaded.orders() == ["3"]
    assert loaded.rows("select line, column_name, reason from staged_rejects order by line") == [
        (2, "total", "amount-differs"), (3, "total", "amount-differs"),
        (4, "fee", "shipping-differs"), (5, "fee", "shipping-differs"),
    ]  # fmt: skip
    assert loaded.account() == (5, 4, 0, 1)
    assert loaded.rows("select amount_read, amount_rejected, amount_kept from staged_files") == [(16, 15, 1)]


def test_an_order_without_money_or_with_unreadable_money_is_rejected_as_a_whole(tmp_path: Path) -> None:
    loaded = lines(
        tmp_path, "1,A,2024-01-01,ten,,,x", "1,A,,,,,x", "2,B,2024-01-01,,,,x", "2,,,,,,x",
        "3,C,2024-01-01,1.00,,,x", "4,C,2024-01-01,2.00,,,x",
    )  # fmt: skip
    assert loaded.orders() == ["3", "4"]
    assert [line for line, _ in loaded.rejects()] == [2, 3, 4, 5]


def test_rows_without_an_order_id_do_not_make_an_order(tmp_path: Path) -> None:
    loaded = lines(tmp_path, ",A,2024-01-01,1.00,,,x", ",B,2024-01-02,2.00,,,x", "3,C,2024-01-01,4.00,,,x")
    assert loaded.orders() == ["3"]
    assert loaded.rows("select amount_read, amount_rejected from staged_files") == [(7, 3)]


def test_a_condition_applies_to_values_of_the_order_on_every_line(tmp_path: Path) -> None:
    rows = ["1,A,2024-01-01,10.00,,void,x", "1,,,,,,y", "2,B,2024-01-02,5.00,,paid,x", "2,,,,,,z"]
    loaded = lines(tmp_path, *rows, where="status <> 'void'")
    assert (loaded.orders("order_id, amount, n_rows"), loaded.account()) == (
        [("2", "5.0000", "2")],
        (4, 0, 2, 2),
    )


def test_an_order_with_some_lines_left_out_keeps_its_money(tmp_path: Path) -> None:
    loaded = lines(tmp_path, "1,A,2024-01-01,10.00,,,x", "1,,,,,,y", where="what = 'y'")
    assert loaded.orders("amount, n_rows") == [("10.0000", "1")]
    assert loaded.rows("select amount_left_out, amount_kept from staged_files") == [(0, 10)]


def test_lines_of_an_order_need_not_be_consecutive_and_stay_in_their_file(tmp_path: Path) -> None:
    one = export(
        tmp_path / "a.csv", "1,A,2024-01-01,1.00,,,x", "2,B,2024-01-02,2.00,,,x", "1,,,,,,y", header=HEADER
    )
    two = export(tmp_path / "b.csv", "2,C,2024-02-02,3.00,,,x", "2,,,,,,y", header=HEADER)
    loaded = load(one, two, formats={"own": FORMAT})
    assert loaded.orders("order_id, customer_key, amount, n_rows, file_number") == [
        ("1", "A", "1.0000", "2", "1"), ("2", "B", "2.0000", "1", "1"), ("2", "C", "3.0000", "2", "2"),
    ]  # fmt: skip


def test_money_per_line_is_summed_and_missing_parts_of_the_amount_are_added(tmp_path: Path) -> None:
    added = FORMAT | {"per_line": ["amount", "shipping"], "plus": ["shipping"]}
    path = export(
        tmp_path / "a.csv", "1,A,2024-01-01,10.00,2.00,,x", "1,A,2024-01-01,5.00,,,y", header=HEADER
    )
    assert load(path, formats={"own": added}).orders("amount, shipping") == [("17.0000", "2.0000")]

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from loading import HEADER, export, load

from wieder.errors import DataError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

ORDER = "1,A,2024-01-01,10.00"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_gives_known_columns(tmp_path: Path, delimiter: str) -> None:
    path = export(tmp_path / "a.csv", ORDER.replace(",", delimiter), header=HEADER.replace(",", delimiter))
    assert load(path).orders("order_id, customer_key, ordered_at, amount") == [
        ("1", "A", "2024-01-01 00:00:00", "10.0000")
    ]


def test_a_delimiter_inside_a_quoted_name_does_not_count(tmp_path: Path) -> None:
    path = export(
        tmp_path / "a.csv", "1;A;2024-01-01;10,00", header='order_id;customer_id;date;"total, gross"'
    )
    assert load(path, columns={"amount": "total, gross"}).orders("amount") == ["10.0000"]


def test_a_delimiter_in_the_settings_is_used(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="the columns fit no export"):
        load(export(tmp_path / "a.csv", ORDER), delimiter=";")


def test_blank_lines_and_a_byte_order_mark_before_the_header_are_skipped(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"\ufeff\n\n{HEADER}\n{ORDER}\n", "utf-8")
    assert load(path).orders() == ["1"]


def test_further_columns_are_kept_as_text_under_their_folded_names(tmp_path: Path) -> None:
    path = export(tmp_path / "a.csv", f"{ORDER},007,x", header=f"{HEADER},Sales Channel,customer")
    assert load(path).orders("sales_channel, customer") == [("007", "x")]


def test_files_with_different_further_columns_are_read_by_name(tmp_path: Path) -> None:
    one = export(tmp_path / "a.csv", f"{ORDER},web", header=f"{HEADER},channel")
    two = export(
        tmp_path / "b.csv", "20.00,2024-01-02,DE,B,2", header="amount,ordered_at,country,customer_id,order_id"
    )
    assert load(one, two).orders("order_id, amount, channel, country, file_number") == [
        ("1", "10.0000", "web", None, "1"),
        ("2", "20.0000", None, "DE", "2"),
    ]


def test_customers_are_distinguished_from_orders_by_their_columns(tmp_path: Path) -> None:
    orders = export(tmp_path / "customers.csv", ORDER)
    customers = export(
        tmp_path / "orders.csv", "A,DE,2020-01-01", header="Kundennummer;Land;Datum".replace(";", ",")
    )
    loaded = load(customers, orders)
    assert loaded.rows("select * exclude (file_number) from staged_customers") == [("A", "DE", "2020-01-01")]
    assert loaded.orders() == ["1"]


def test_german_names_of_customer_groups_and_test_orders_are_recognised(tmp_path: Path) -> None:
    header = "Bestellnummer,Kundennummer,Datum,Betrag,Testbestellung,Kundengruppe"
    loaded = load(export(tmp_path / "a.csv", "1,A,2024-01-01,10,ja, B2B ", header=header))
    assert loaded.orders("is_test, customer_group") == [("ja", "B2B")]


def test_customers_keep_their_group_under_its_name(tmp_path: Path) -> None:
    loaded = load(export(tmp_path / "a.csv", "A,B2B", header="customer_id,customer_group"))
    assert loaded.rows("select customer_group from staged_customers") == [("B2B",)]


def test_orders_without_an_order_id_are_not_mistaken_for_customers(tmp_path: Path) -> None:
    path = export(tmp_path / "a.csv", "A,2024-01-01,10.00", header="customer_id,date,amount")
    with pytest.raises(DataError, match=r"no column for order_id among customer_id, date, amount") as caught:
        load(path)
    assert "--map order_id=COLUMN" in caught.value.remedy


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("order_id,date,amount", "no column for customer_id among"),
        ("order_id,customer_id,date,note", "no column for amount among"),
        ("order_id,customer_id,date,amount,Amount", "two columns have the same name: amount, Amount"),
        ("O1,C1,2024-01-01,10.00", "the first line contains values"),
        ("a,b,c,d", "the columns fit no export"),
        ("x" * 300_000, "the first line is not a header"),
        (",".join(f"c{n}" for n in range(3000)), "the first line is not a header"),
    ],
)
def test_an_ambiguous_header_is_refused(tmp_path: Path, header: str, message: str) -> None:
    with pytest.raises(DataError, match=message) as caught:
        load(export(tmp_path / "a.csv", header=header))
    assert len(caught.value.message) < 4000


@pytest.mark.parametrize(
    "lines",
    [("customer_id  date number  amount", "00001 19970101  1   11.77"), ("00001 19970101  1   11.77",)],
)
def test_columns_of_fixed_width_are_refused_as_such(tmp_path: Path, lines: tuple[str, ...]) -> None:
    header, *rows = lines
    with pytest.raises(DataError, match="the columns are separated by blanks") as caught:
        load(export(tmp_path / "a.txt", *rows, header=header))
    assert "fixed widths" in caught.value.remedy


def test_a_chosen_column_must_exist(tmp_path: Path) -> None:
    path = export(tmp_path / "a.csv", ORDER)
    for column in ("amount", "order_id"):
        with pytest.raises(UsageError, match=f"has no column 'Gesamt' for {column}") as caught:
            load(path, columns={column: "Gesamt"})
        assert caught.value.remedy == "use one of its columns: order_id, customer_id, ordered_at, amount"


def test_a_nameless_column_is_ignored_with_a_notice(tmp_path: Path) -> None:
    path = export(tmp_path / "a.csv", f"0,{ORDER}", header=f",{HEADER}")
    loaded = load(path)
    assert loaded.orders() == ["1"]
    assert loaded.message("nameless-column").endswith("column 1 has no name and is ignored")


def test_column_names_are_harmless(tmp_path: Path) -> None:
    header = f'{HEADER},_1,{{scan}},"x""; drop table y",rowid,line,fault,select'
    loaded = load(
        export(tmp_path / "a.csv", f"{ORDER},a,b,c,d,e,f,g", f"{ORDER},a,b,c,d,e,f,g", header=header)
    )
    assert loaded.orders('"1", scan, x_drop_table_y, export_rowid, line, export_fault, "select"') == [
        tuple("abcdefg")
    ]


def test_a_name_may_have_a_line_break(tmp_path: Path) -> None:
    path = export(tmp_path / "a.csv", f"{ORDER},x", "2,B,2024-01-01,y,z", header=f'{HEADER},"two\nlines"')
    loaded = load(path)
    assert (loaded.orders("order_id, two_lines"), loaded.rejects()) == (
        [("1", "x")],
        [(4, "amount-unreadable")],
    )


def test_a_list_of_customers_that_looks_like_orders_can_be_mapped(tmp_path: Path) -> None:
    path = export(tmp_path / "a.csv", "A,2024-01-01,10.00", header="customer_id,created,revenue")
    with pytest.raises(DataError, match="no column for order_id"):
        load(path)
    loaded = load(path, columns={"customers.customer_id": "customer_id"})
    assert loaded.rows("select * exclude (file_number) from staged_customers") == [
        ("A", "2024-01-01", "10.00")
    ]


def test_an_incomplete_file_of_spend_is_refused_with_the_missing_column(tmp_path: Path) -> None:
    path = export(tmp_path / "a.csv", "01.01.2024,a,b,5", header="Datum,Kanal,Zweck,Kosten")
    with pytest.raises(DataError, match="this may be spend, but there is no column for spent_on") as caught:
        load(path)
    assert caught.value.remedy == "map the columns: --map spend.spent_on=COLUMN"

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from loading import export, load

from wieder.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

SEMICOLON = "order_id;customer_id;ordered_at;amount"


def amounts(path: Path, *values: str, decimal: str = "") -> list[str]:
    """Values of an amount column after reading."""
    rows = [f"{n};A;2024-01-01;{value}" for n, value in enumerate(values)]
    return load(export(path / "a.csv", *rows, header=SEMICOLON), decimal=decimal).orders("amount")


def dates(path: Path, *values: str, given: str = "") -> list[str]:
    """Values of a date column after reading."""
    rows = [f"{n};A;{value};1" for n, value in enumerate(values)]
    return load(export(path / "a.csv", *rows, header=SEMICOLON), dates=given).orders("ordered_at")


def keys(path: Path, *values: str, column: str = "customer_key") -> list[str]:
    """Values of a key column after reading."""
    rows = [f"{n};{value};2024-01-01;1" for n, value in enumerate(values)]
    if column == "order_id":
        rows = [f"{value};A;2024-01-01;1" for value in values]
    return load(export(path / "a.csv", *rows, header=SEMICOLON)).orders(column)


@pytest.mark.parametrize(
    ("values", "read"),
    [
        (["12.50", "3", "-4.5", "+1"], ["12.5000", "3.0000", "-4.5000", "1.0000"]),
        (["12.3456", "0.1230000", ".5"], ["12.3456", "0.1230", "0.5000"]),
        (["1,234.56", "1,234"], ["1234.5600", "1234.0000"]),
        (["12,50", "3", "-4,5"], ["12.5000", "3.0000", "-4.5000"]),
        (["1.234,56", "1.234"], ["1234.5600", "1234.0000"]),
        (["1.234.567", "1.234"], ["1234567.0000", "1234.0000"]),
        (["1'234.56", "1 234.5"], ["1234.5600", "1234.5000"]),
        (["1\u00a0234,56", " 7,00 "], ["1234.5600", "7.0000"]),
        (["99999999999999.9999", "0"], ["99999999999999.9999", "0.0000"]),
    ],
)
def test_some_value_proves_the_decimal_mark(tmp_path: Path, values: list[str], read: list[str]) -> None:
    assert amounts(tmp_path, *values) == read


@pytest.mark.parametrize("value", ["1.234", "1,234", "-9.999"])
def test_a_possible_thousands_separator_is_refused_without_a_setting(tmp_path: Path, value: str) -> None:
    with pytest.raises(
        DataError, match=r"a\.csv, line 3, column amount: .* may have a decimal mark or a thousands separator"
    ) as caught:
        amounts(tmp_path, "5", value)
    assert "--decimal" in caught.value.remedy
    as_thousands = Decimal(value.replace(".", "").replace(",", ""))
    as_decimals = Decimal(value.replace(",", "."))
    comma, point = (Decimal(amounts(tmp_path, "5", value, decimal=given)[1]) for given in ("comma", "point"))
    assert {comma, point} == {as_thousands, as_decimals}


def test_values_that_contradict_each_other_leave_thousands_uncertain(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"line 4, column amount: '1\.234'"):
        amounts(tmp_path, "12.5", "12,5", "1.234")


def test_a_late_value_decides_for_the_whole_column(tmp_path: Path) -> None:
    assert amounts(tmp_path, *["7"] * 30_000, "1.234,56")[-1] == "1234.5600"


def test_the_setting_is_not_overruled(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"'12\.50' is not a number"):
        amounts(tmp_path, "12.50", "3.10", decimal="comma")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("abc", "amount-unreadable"),
        ("(12.00)", "amount-unreadable"),
        ("12.00-", "amount-unreadable"),
        ("1e3", "amount-unreadable"),
        ("0x1F", "amount-unreadable"),
        ("1_000", "amount-unreadable"),
        ("١٢", "amount-unreadable"),
        ("1,23,456.00", "amount-unreadable"),
        ("12,34", "amount-unreadable"),
        ("nan", "amount-unreadable"),
        ("99999999999999999", "amount-unreadable"),
        ("1.23456", "amount-too-precise"),
        ("", "amount-empty"),
        (" ", "amount-empty"),
    ],
)
def test_a_value_that_does_not_fit_is_rejected(tmp_path: Path, value: str, reason: str) -> None:
    rows = ["1;A;2024-01-01;1.50", f"2;B;2024-01-01;{value}", "3;C;2024-01-01;2.50"]
    loaded = load(export(tmp_path / "a.csv", *rows, header=SEMICOLON))
    assert (loaded.orders(), loaded.rejects()) == (["1", "3"], [(3, reason)])


def test_a_column_with_mostly_unreadable_values_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"line 2, column amount: 'abc' is not a number, like 2 of 3 values"):
        amounts(tmp_path, "abc", "def", "1.50")
    with pytest.raises(
        DataError, match=r"line 2, column ordered_at: '45658' is not a date, like 1 of 1 values"
    ):
        dates(tmp_path, "45658")


@pytest.mark.parametrize(
    ("values", "read"),
    [
        (["2024-02-29", "2024-12-31 23:59:59"], ["2024-02-29 00:00:00", "2024-12-31 23:59:59"]),
        (["2024-01-02T03:04:05.250", "2024/1/2"], ["2024-01-02 03:04:05.25", "2024-01-02 00:00:00"]),
        (["1.2.2024", "29.02.2024, 8:05"], ["2024-02-01 00:00:00", "2024-02-29 08:05:00"]),
        (["03/04/2024", "13/04/2024"], ["2024-04-03 00:00:00", "2024-04-13 00:00:00"]),
        (["03/04/2024", "04/13/2024"], ["2024-03-04 00:00:00", "2024-04-13 00:00:00"]),
        (["01-01-2024", "02-02-2024 10:00"], ["2024-01-01 00:00:00", "2024-02-02 10:00:00"]),
    ],
)
def test_some_value_proves_the_order_of_day_and_month(
    tmp_path: Path, values: list[str], read: list[str]
) -> None:
    assert dates(tmp_path, *values) == read


def test_an_ambiguous_order_of_day_and_month_is_refused_without_a_setting(tmp_path: Path) -> None:
    with pytest.raises(
        DataError, match="line 3, column ordered_at: '01/02/2024' may have the day or the month first"
    ):
        dates(tmp_path, "01/01/2024", "01/02/2024")
    assert dates(tmp_path, "01/02/2024", given="dmy") == ["2024-02-01 00:00:00"]
    assert dates(tmp_path, "01/02/2024", given="mdy") == ["2024-01-02 00:00:00"]
    with pytest.raises(DataError, match="is not a date"):
        dates(tmp_path, "01/02/2024", given="ymd")


def test_dates_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="'01/02/2024' may have the day or the month first"):
        dates(tmp_path, "13/01/2024", "01/13/2024", "01/02/2024")
    contradictory = export(
        tmp_path / "a.csv", *(f"{d};A;{d}/2024;1" for d in ("13/01", "01/13", "01/02")), header=SEMICOLON
    )
    proven = export(tmp_path / "b.csv", "1;A;13/01/2024;1", header=SEMICOLON)
    with pytest.raises(DataError, match="'01/02/2024' may have the day or the month first"):
        load(contradictory, proven)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("2023-02-29", "ordered-at-unreadable"),
        ("2024-13-01", "ordered-at-unreadable"),
        ("31.12.2024", "ordered-at-unreadable"),
        ("9999-12-31", "ordered-at-unreadable"),
        ("0001-01-01", "ordered-at-unreadable"),
        ("2024-01-01 24:00:00", "ordered-at-unreadable"),
        ("infinity", "ordered-at-unreadable"),
        ("20240101", "ordered-at-unreadable"),
        ("2024-01-01 10:00 CEST", "ordered-at-with-offset"),
        ("", "ordered-at-empty"),
    ],
)
def test_a_date_that_does_not_fit_is_rejected(tmp_path: Path, value: str, reason: str) -> None:
    rows = ["1;A;2024-01-01;1", f"2;B;{value};1", "3;C;2024-01-03;1"]
    loaded = load(export(tmp_path / "a.csv", *rows, header=SEMICOLON))
    assert (loaded.orders(), loaded.rejects()) == (["1", "3"], [(3, reason)])


def test_an_ambiguous_file_follows_the_other_files_with_a_notice(tmp_path: Path) -> None:
    early = export(tmp_path / "a.csv", "1;A;01/02/2024;1", header=SEMICOLON)
    late = export(tmp_path / "b.csv", "2;A;31/02/2024;1", "3;A;31/01/2024;1", header=SEMICOLON)
    loaded = load(early, late)
    assert loaded.orders("ordered_at") == ["2024-02-01 00:00:00", "2024-01-31 00:00:00"]
    assert "day first" in loaded.message("dates-by-other-files")
    with pytest.raises(DataError, match="may have the day or the month first"):
        load(early, export(tmp_path / "c.csv", "2;A;01/31/2024;1", header=SEMICOLON), late)


def test_files_with_different_notations_are_read_separately_with_a_notice(tmp_path: Path) -> None:
    one = export(tmp_path / "a.csv", "1;A;31.12.2024;1,500", "2;A;30.12.2024;1,5", header=SEMICOLON)
    two = export(tmp_path / "b.csv", "3;A;2024-12-31;1,500.00", "4;A;2024-12-30;1.5", header=SEMICOLON)
    loaded = load(one, two)
    assert loaded.orders("amount") == ["1.5000", "1.5000", "1500.0000", "1.5000"]
    assert [
        notice.message.split(" in ")[1].split(":")[0]
        for notice in loaded.notices
        if notice.slug == "formats-differ"
    ] == [
        "ordered_at",
        "amount",
    ]


@pytest.mark.parametrize(
    ("values", "read"),
    [
        (
            ["00123", "1E5", "10:05", "18446744073709551617"],
            ["00123", "1E5", "10:05", "18446744073709551617"],
        ),
        ([" A1", "A2\u200b", "\u00a0A3 "], ["A1", "A2", "A3"]),
        (["Anna@Shop.DE", "anna@shop.de "], ["anna@shop.de", "anna@shop.de"]),
        (["17850.0", "13047.0", ""], ["17850", "13047", None]),
        (["Mu\u0308ller", "M\u00fcller"], ["M\u00fcller", "M\u00fcller"]),
        (["NULL", "\\N", "nan", "None", "  "], [None] * 5),
        (["#1001", "1001-A", "A.0"], ["#1001", "1001-A", "A.0"]),
    ],
)
def test_keys_stay_text_and_are_cleaned(tmp_path: Path, values: list[str], read: list[str]) -> None:
    assert keys(tmp_path, *values) == read


def test_a_float_suffix_is_removed_only_if_the_whole_column_has_it(tmp_path: Path) -> None:
    assert keys(tmp_path, "1001.0", "1001.1", "1002.0", column="order_id") == ["1001.0", "1001.1", "1002.0"]


def test_cleaned_keys_are_reported(tmp_path: Path) -> None:
    rows = ["1;17850.0;2024-01-01;1", "2;NULL;2024-01-01;1", "3; 17851.0;2024-01-01;1"]
    loaded = load(export(tmp_path / "a.csv", *rows, header=SEMICOLON))
    assert loaded.slugs == ["keys-padded", "keys-null-word", "keys-float-suffix"]
    assert "2 keys such as 17850.0 are read as 17850" in loaded.message("keys-float-suffix")
    mixed = load(export(tmp_path / "b.csv", "1;17850.0;2024-01-01;1", "2;B;2024-01-01;1", header=SEMICOLON))
    assert mixed.slugs == ["keys-float-mixed"]


def test_keys_truncated_by_a_spreadsheet_are_refused(tmp_path: Path) -> None:
    with pytest.raises(
        DataError, match=r"column customer_id: '1,23E\+05' is a key truncated by a spreadsheet"
    ):
        keys(tmp_path, "123456", "1,23E+05")


def test_the_number_of_files_does_not_change_what_is_read(tmp_path: Path) -> None:
    rows = [f"{n};{n}.0;2024-01-{n % 28 + 1:02};{n},5" for n in range(40)]
    whole = load(export(tmp_path / "whole.csv", *rows, header=SEMICOLON))
    parts = load(*(export(tmp_path / f"{n:02}.csv", row, header=SEMICOLON) for n, row in enumerate(rows)))
    columns = "order_id, customer_key, ordered_at, amount"
    assert whole.orders(columns) == parts.orders(columns)

from __future__ import annotations

import tomllib
from typing import Any

import polars as pl
import pytest

from wieder.ingest.inspection import Inspected, described, settings_text

FOUND = Inspected(
    file="a.csv",
    table="orders",
    delimiter="\t",
    rows=1234,
    names={"order_id": "Nr", "amount": "Summe"},
    further=("channel",),
    readers={"order_id": "key_plain", "amount": "number_comma"},
    currency="CHF",
    sample=pl.DataFrame(),
)


def test_a_file_is_described_in_one_line() -> None:
    assert described(FOUND) == "a.csv: orders, 1,234 rows, delimiter tab"


@pytest.mark.parametrize(
    "given",
    [
        {},
        {("db",): "shop.duckdb", ("input", "decimal"): "comma", ("input", "accept_drift"): ["date-range"]},
        {("columns", "amount"): 'So "sagt" man\\\t\x7fé😀', ("columns", "customers.customer_id"): "Kunde"},
        {("orders", "where"): "currency = 'EUR'", ("report", "lang"): "de"},
        {("retention", "window_days"): 90},
    ],
)
def test_the_text_contains_only_the_chosen_settings(given: dict[tuple[str, ...], Any]) -> None:
    expected: dict[str, Any] = {"columns": {}, "input": {}, "orders": {}, "report": {}}
    for path, value in given.items():
        section = expected if len(path) == 1 else expected.setdefault(path[0], {})
        section[path[-1]] = value
    assert tomllib.loads(settings_text([FOUND], given)) == expected


def test_detected_values_are_in_comments() -> None:
    text = settings_text([FOUND], {})
    assert "# a.csv: orders, 1,234 rows, delimiter tab\n" in text
    assert "#     amount = Summe (decimal comma)\n" in text
    assert '# amount = "Summe"\n' in text
    assert '# currency = "CHF"\n' in text
    assert "#     other columns, for --by: channel\n" in text


def test_a_comment_stays_a_comment_with_any_column_name() -> None:
    hostile = Inspected(
        **{name: getattr(FOUND, name) for name in FOUND.__dataclass_fields__}
        | {"names": {"amount": 'x\n[orders]\nwhere = "true"'}}
    )
    assert tomllib.loads(settings_text([hostile], {})) == {
        "columns": {},
        "input": {},
        "orders": {},
        "report": {},
    }

from __future__ import annotations

import unicodedata

import pytest

from wieder.exports.names import fold, further_name, listed, shortened
from wieder.exports.orders import ORDERS


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Bestell-Nr.", "bestell_nr"),
        (" Order  ID ", "order_id"),
        ("Größe", "grösse"),
        (unicodedata.normalize("NFD", "Währung"), "währung"),
        ("Betrag (brutto) €", "betrag_brutto"),
        ("--", ""),
    ],
)
def test_fold(name: str, folded: str) -> None:
    assert fold(name) == folded


def test_a_further_column_does_not_take_a_reserved_name() -> None:
    assert [further_name(name, ORDERS.taken) for name in ("Channel", "Status", "rowid")] == [
        "channel",
        "export_status",
        "export_rowid",
    ]


def test_lists_and_names_in_messages_are_cut() -> None:
    assert shortened("x" * 100) == "x" * 59 + "…"
    assert listed(["a", "", "c"], limit=2) == "a, (no name) and 1 more"

"""Every bad export is read correctly, reported or refused; none is loaded wrongly without a notice."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from corpus import BadFile, Order, bad_files
from loading import load

from wieder.errors import WiederError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

BAD_FILES = Path(__file__).parents[3] / "shared" / "data" / "badfiles"


def verdict(path: Path, truth: Iterable[Order]) -> tuple[str, str]:
    """Outcome of loading a file, and its slugs, reasons or error."""
    try:
        loaded = load(path)
    except WiederError as error:
        return "refused", error.message
    said = " ".join([*loaded.slugs, *(reason for _, reason in loaded.rejects())])
    kept = loaded.rows("select order_id, customer_key, ordered_at::DATE, amount from staged_orders")
    if sorted(kept, key=str) == sorted(truth, key=str):
        return "reported" if loaded.rejects() else "right", said
    return "wrong, and reported" if said else "silent", said


@pytest.mark.parametrize("bad", bad_files(), ids=lambda bad: f"{bad.name}-{bad.what}")
def test_a_bad_file_is_right_or_reported_or_refused(tmp_path: Path, bad: BadFile) -> None:
    path = tmp_path / f"{bad.name}.csv"
    path.write_bytes(bad.content)
    found, said = verdict(path, bad.truth)
    assert found == bad.wanted, said
    assert re.search(bad.says, said)


WHOLE = {
    "d04_mmdd_then_25_late": 30_000, "d16_dst_gap_fold": 20, "h10_zip_named_csv": 20,
    "m13_int_then_decimal_late": 30_000, "m14_int_then_german_late": 30_000, "s14_field_1e6": 20,
    "s41_first_quote_late": 30_000, "v05_id_type_change_late": 30_000,
}  # fmt: skip
"""Shared files without a truth that may be loaded without a notice -> number of their orders."""


def _entries() -> dict[str, dict[str, Any]]:
    manifest = BAD_FILES / "manifest.json"
    return json.loads(manifest.read_text("utf-8")) if manifest.exists() else {}


def _orders(rows: Iterable[Sequence[str | None]]) -> list[Order]:
    return [
        (str(order), customer or None, date.fromisoformat(str(day)), Decimal(amount or "NaN"))
        for order, customer, day, amount, *_ in rows
    ]


@pytest.mark.parametrize("name", _entries())
def test_no_bad_shared_file_is_loaded_wrongly_without_a_notice(name: str) -> None:
    entry = _entries()[name]
    path = BAD_FILES / entry["file"]
    if name in WHOLE:
        assert load(path).account() == (WHOLE[name], 0, 0, WHOLE[name])
    else:
        found, _ = verdict(path, _orders(entry.get("truth") or []))
        assert found != "silent"

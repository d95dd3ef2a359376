from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from outcomes import fails
from wieder.exports import EXPORTS
from wieder.ingest.export_format import known_formats

if TYPE_CHECKING:
    from pathlib import Path

    from outcomes import Wieder
    from wieder.exports.base import Export

NAMES = list(known_formats())

OWN = """
[formats.kasse]
table = "orders"
system = "Kasse"
title = "Bons"
header = ["Bon", "Wer", "Wann", "Euro"]
columns = { order_id = "Bon", customer_id = "Wer", ordered_at = "Wann", amount = "Euro" }
dates = ["%d. %b %Y"]
"""


def test_all_formats_are_listed(wieder: Wieder) -> None:
    listed = {row["name"]: row for row in wieder("formats").rows()}
    assert set(listed) == set(NAMES)
    assert (listed["shopify_orders"]["customer_key"], listed["shopify_orders"]["refused"]) == ("Email", "")
    assert "customer" in listed["amazon_all_orders"]["refused"]


@pytest.mark.parametrize("name", NAMES)
def test_every_format_can_be_shown(wieder: Wieder, name: str) -> None:
    about = {row["about"] for row in wieder("formats", name).rows()}
    assert known_formats()[name].columns.keys() | {"recognised_by", "table"} <= about


@pytest.mark.parametrize("export", EXPORTS.values(), ids=lambda export: export.name)
def test_every_export_shows_its_columns(wieder: Wieder, export: Export) -> None:
    rows = {row["about"]: row for row in wieder("formats", export.name).rows()}
    assert rows["recognised_by"]["export_column"] == ", ".join(export.identified_by)
    assert {column.name: column.meaning.en for column in export.columns}.items() <= {
        name: row["meaning"] for name, row in rows.items()
    }.items()


def test_a_format_lists_columns_of_the_order(wieder: Wieder) -> None:
    amounts = [
        next(row for row in wieder("formats", name).rows() if row["about"] == "amount")
        for name in ("amazon_new_orders", "shopify_orders")
    ]
    assert [row["meaning"] for row in amounts] == [
        "and shipping, added over the lines",
        "holds for the order",
    ]


def test_a_format_of_the_user_is_listed_and_used(wieder: Wieder, tmp_path: Path) -> None:
    (tmp_path / "wieder.toml").write_text(OWN, "utf-8")
    (tmp_path / "bons.csv").write_text("Bon,Wer,Wann,Euro\n1,Ada,1. Mai 2024,5.00\n", "utf-8")
    assert "kasse" in {row["name"] for row in wieder("formats").rows()}
    loaded = wieder("load", "bons.csv")
    assert (loaded.code, loaded.rows()[0]["orders_kept"]) == (0, "1")
    assert "Kasse, Bons" in loaded.err


def test_a_format_that_does_not_exist_is_refused(wieder: Wieder) -> None:
    assert "there is no export format 'spotify'" in fails(wieder("formats", "spotify"), 2)


def test_the_zone_and_the_currency_of_the_shop_can_be_typed(wieder: Wieder, tmp_path: Path) -> None:
    rows = ["1,A,2024-12-31T23:30:00Z,2.00,EUR", "2,A,2025-01-02,4.00,CHF"]
    text = "\n".join(["order_id,customer_id,ordered_at,amount,currency", *rows, ""])
    (tmp_path / "orders.csv").write_text(text, "utf-8")
    (tmp_path / "rates.csv").write_text("currency,rate\nCHF,0.75\n", "utf-8")
    assert "--time-zone" in fails(wieder("kpis", "orders.csv"), 3)
    zone = ("orders.csv", "--time-zone", "Europe/Berlin", "--period", "month", "--as-of", "2025-02-01")
    assert "in more than one currency" in fails(wieder("kpis", *zone), 3)
    for options, revenue in ((("--currency", "CHF"), 4), (("--currency", "EUR", "--rates", "rates.csv"), 5)):
        found = [row for row in wieder("kpis", *zone, *options).rows() if row["kpi"] == "revenue"]
        assert [(row["period_start"], float(row["value"])) for row in found] == [("2025-01-01", revenue)]

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl
import pytest

from sample_files import CHECKED_IN, read_sample
from wieder.errors import OutputError
from wieder.sample_shop import write_sample
from wieder.sample_shop.chance import Chance, Stream
from wieder.sample_shop.effects import PROGRAMME_STARTS, Effects
from wieder.sample_shop.scripted import CHARACTERS
from wieder.sample_shop.tables import TABLES

if TYPE_CHECKING:
    from pathlib import Path

OPENED, EXPORTED_AT = datetime(2023, 1, 1), datetime(2026, 1, 1, 6, 30)  # noqa: DTZ001 - exports carry local time


@pytest.fixture(scope="module")
def tables() -> dict[str, pl.DataFrame]:
    return {table.file.removesuffix(".csv"): read_sample(table.file) for table in TABLES}


def digest(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def test_the_checked_in_files_equal_the_output_of_the_generator(tmp_path: Path) -> None:
    folder = tmp_path / "deeper" / "sample"
    folder.mkdir(parents=True)
    (folder / "notes.txt").write_text("mine")
    paths = write_sample(folder)
    assert (folder / "notes.txt").read_text() == "mine"
    (folder / "notes.txt").unlink()
    assert digest(folder) == digest(CHECKED_IN)
    assert sorted(path.name for path in paths) == sorted(digest(CHECKED_IN))


def test_the_files_do_not_depend_on_the_hash_seed(tmp_path: Path) -> None:
    code = "import sys, pathlib, wieder.sample_shop as s; s.write_sample(pathlib.Path(sys.argv[1]))"
    environment = os.environ | {
        "PYTHONHASHSEED": "4711",
        "LC_ALL": "C",
        "TZ": "Pacific/Apia",
        "PYTHONUTF8": "0",
    }
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, env=environment)
    assert digest(tmp_path) == digest(CHECKED_IN)


def test_a_folder_that_cannot_be_written_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(OutputError, match="file"):
        write_sample(tmp_path / "file")


def test_the_sample_is_as_large_as_promised(tables: dict[str, pl.DataFrame]) -> None:
    assert 19_500 <= tables["orders"].height <= 20_500
    assert 5_900 <= tables["orders"]["customer_id"].drop_nulls().n_unique() <= 6_100
    assert sum(path.stat().st_size for path in CHECKED_IN.iterdir()) < 6_600_000


def test_files_are_utf8_with_line_feeds_and_one_row_per_line(tables: dict[str, pl.DataFrame]) -> None:
    for table in TABLES:
        content = (CHECKED_IN / table.file).read_bytes()
        assert b"\r" not in content
        assert content.decode("utf-8").count("\n") == tables[table.file.removesuffix(".csv")].height + 1
        assert content.split(b"\n", 1)[0].decode() == ",".join(table.columns)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("orders", ["order_id"]),
        ("customers", ["customer_id"]),
        ("order_items", ["order_id", "position"]),
        ("returns", ["order_id", "position"]),
        ("deliveries", ["order_id"]),
        ("feedback", ["order_id", "kind"]),
        ("campaigns", ["campaign_id", "customer_id"]),
        ("memberships", ["order_id", "event"]),
        ("spend", ["spent_on", "channel", "purpose", "measure"]),
    ],
)
def test_each_row_has_its_own_key(tables: dict[str, pl.DataFrame], name: str, key: list[str]) -> None:
    assert not tables[name].select(key).is_duplicated().any()


@pytest.mark.parametrize(
    ("name", "column", "target"),
    [
        ("orders", "customer_id", "customers"),
        ("customers", "referred_by", "customers"),
        ("order_items", "order_id", "orders"),
        ("returns", "order_id", "orders"),
        ("deliveries", "order_id", "orders"),
        ("feedback", "order_id", "orders"),
        ("feedback", "customer_id", "customers"),
        ("campaigns", "customer_id", "customers"),
        ("memberships", "customer_id", "customers"),
        ("memberships", "order_id", "orders"),
    ],
)
def test_each_reference_leads_somewhere(
    tables: dict[str, pl.DataFrame], name: str, column: str, target: str
) -> None:
    known = set(tables[target]["customer_id" if target == "customers" else "order_id"])
    named = set(tables[name][column].drop_nulls())
    assert named
    assert named <= known


def test_nothing_happens_before_the_opening_or_after_the_export(tables: dict[str, pl.DataFrame]) -> None:
    for table in tables.values():
        for column in table.select(pl.col(pl.Date, pl.Datetime)).drop(
            "birthday", "promised_on", strict=False
        ):
            moments = column.cast(pl.Datetime).drop_nulls()
            assert (moments >= OPENED).all(), column.name
            assert (moments < EXPORTED_AT).all(), column.name


def test_no_time_falls_into_the_hour_that_summer_time_skips(tables: dict[str, pl.DataFrame]) -> None:
    skipped = (date(2023, 3, 26), date(2024, 3, 31), date(2025, 3, 30))
    for table in tables.values():
        for column in table.select(pl.col(pl.Datetime)):
            in_gap = column.dt.date().is_in(skipped) & (column.dt.hour() == 2)
            assert not in_gap.any(), column.name


def test_orders_come_every_day_after_the_first_weeks_and_the_last_day_is_not_complete(
    tables: dict[str, pl.DataFrame],
) -> None:
    days = tables["orders"]["ordered_at"].dt.date()
    assert days.max() == date(2026, 1, 1)
    quiet = set(pl.date_range(date(2023, 1, 1), date(2025, 12, 31), eager=True)) - set(days)
    assert max(quiet, default=date(2023, 1, 1)) < date(2023, 3, 1)
    assert date(2024, 2, 29) in set(days)


def test_orders_rise_by_time_and_number(tables: dict[str, pl.DataFrame]) -> None:
    assert tables["orders"]["ordered_at"].is_sorted()
    assert tables["orders"]["order_id"].is_sorted()


def test_lines_add_up_to_the_order_to_the_cent(tables: dict[str, pl.DataFrame]) -> None:
    lines: defaultdict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for line in tables["order_items"].iter_rows(named=True):
        lines[line["order_id"]][0] += line["quantity"] * line["unit_price"] - line["discount"]
        lines[line["order_id"]][1] += line["discount"]
    orders = tables["orders"].iter_rows(named=True)
    assert {order["order_id"]: [order["amount"], order["discount"]] for order in orders} == lines


def test_refunds_add_up_to_the_order_to_the_cent_and_decide_its_status(
    tables: dict[str, pl.DataFrame],
) -> None:
    refunds: defaultdict[str, Decimal] = defaultdict(Decimal)
    for item in tables["returns"].iter_rows(named=True):
        refunds[item["order_id"]] += item["refund_amount"]
    for order in tables["orders"].iter_rows(named=True):
        refunded = order["refunded_amount"]
        assert refunded == refunds[order["order_id"]]
        expected = (
            "paid" if refunded == 0 else "refunded" if refunded == order["amount"] else "partially_refunded"
        )
        assert order["status"] in {expected, "cancelled"}
        assert refunded == 0 or order["status"] == expected


def test_money_is_never_negative_and_tax_follows_the_country(tables: dict[str, pl.DataFrame]) -> None:
    orders = tables["orders"]
    for column in ("amount", "discount", "shipping", "tax", "refunded_amount"):
        assert (orders[column] >= 0).all()
    rates = orders.filter(pl.col("amount") > 0).with_columns(
        rate=pl.col("tax") / (pl.col("amount") - pl.col("tax"))
    )
    abroad = pl.col("country") == "CH"
    assert rates.filter(abroad)["rate"].max() == 0
    assert rates.filter(~abroad)["rate"].cast(pl.Float64).is_between(0.06, 0.20).all()


def test_returned_pieces_were_bought_and_delivered_before(tables: dict[str, pl.DataFrame]) -> None:
    returned = tables["returns"].join(tables["order_items"], on=["order_id", "position"])
    assert returned.height == tables["returns"].height
    assert (returned["quantity"] <= returned["quantity_right"]).all()
    assert (returned["sku"] == returned["sku_right"]).all()
    delivered = returned.join(tables["deliveries"], on="order_id")
    assert (delivered["received_on"] > delivered["delivered_on"]).all()
    assert (delivered["refunded_on"] > delivered["received_on"]).drop_nulls().all()
    assert (returned["refunded_on"].is_null() == (returned["refund_amount"] == 0)).all()


def test_every_order_but_the_cancelled_has_one_delivery(tables: dict[str, pl.DataFrame]) -> None:
    delivered = tables["orders"].filter(pl.col("status") != "cancelled")["order_id"]
    assert delivered.to_list() == tables["deliveries"]["order_id"].to_list()
    parcels = tables["deliveries"].filter(pl.col("delivered_on").is_not_null())
    assert (parcels["delivered_on"] >= parcels["shipped_on"]).all()


def test_guests_are_anonymous_everywhere(tables: dict[str, pl.DataFrame]) -> None:
    guests = tables["orders"].filter(pl.col("customer_id").is_null())
    assert 1_000 <= guests.height <= 1_500
    assert "email" not in guests.columns
    answers = tables["feedback"].join(guests, on="order_id")
    assert answers.height > 0
    assert answers["customer_id"].null_count() == answers.height
    assert tables["memberships"].join(guests, on="order_id").is_empty()
    assert guests["coupon"].drop_nulls().is_in(["ADVENT15"]).all()


def test_people_are_invented_and_registered_before_they_order(tables: dict[str, pl.DataFrame]) -> None:
    people = tables["customers"]
    assert people["email"].str.contains(r"^[a-z.\-]+\.\d+@example\.(de|com)$").all()
    assert not people["email"].is_duplicated().any()
    first = tables["orders"].group_by("customer_id").agg(first=pl.col("ordered_at").min())
    both = people.join(first, on="customer_id", how="left")
    assert (both["registered_at"] <= both["first"]).drop_nulls().all()
    assert 200 <= both["first"].null_count() <= 280
    assert people["customer_id"].str.len_chars().unique().to_list() == [6]
    assert people["zip"].str.starts_with("0").any()


def test_campaigns_reach_only_customers_with_consent_who_ordered_before(
    tables: dict[str, pl.DataFrame],
) -> None:
    chosen = tables["campaigns"].join(tables["customers"], on="customer_id")
    assert (chosen["newsletter_consent"] == "yes").all()
    first = tables["orders"].group_by("customer_id").agg(first=pl.col("ordered_at").min())
    assert chosen.join(first, on="customer_id").select((pl.col("first") < pl.col("sent_at")).all()).item()
    holdout = chosen.filter(pl.col("group") == "holdout")
    assert holdout.select(
        "opened_at", "clicked_at", "unsubscribed_at"
    ).null_count().sum_horizontal().item() == (3 * holdout.height)
    assert 0.3 < holdout.height / chosen.height < 0.4


def test_points_are_never_overdrawn_and_members_join_after_the_start(
    tables: dict[str, pl.DataFrame],
) -> None:
    ledger = tables["memberships"]
    assert (ledger["at"].dt.date() >= PROGRAMME_STARTS).all()
    balance = ledger.with_columns(balance=pl.col("points").fill_null(0).cum_sum().over("customer_id"))
    assert (balance["balance"] >= 0).all()
    firsts = ledger.group_by("customer_id", maintain_order=True).agg(event=pl.col("event").first())
    assert firsts["event"].unique().to_list() == ["joined"]
    vouchers = tables["orders"].filter((pl.col("coupon") == "PUNKTE") & (pl.col("status") != "cancelled"))
    assert sorted(vouchers["order_id"]) == sorted(ledger.filter(pl.col("event") == "redeemed")["order_id"])


def test_fields_contain_cases_that_a_reader_must_handle() -> None:
    items = (CHECKED_IN / "order_items.csv").read_text("utf-8")
    assert '"Becher ""Möwe"", 0,3 l"' in items
    assert "Gebäck" in items


@pytest.mark.parametrize("number", range(1, len(CHARACTERS) + 1))
def test_scripted_customers_order_just_as_written(tables: dict[str, pl.DataFrame], number: int) -> None:
    orders = tables["orders"].filter(pl.col("customer_id") == f"{number:06}")
    written = [script.ordered_at for script in CHARACTERS[number - 1].orders]
    assert orders["ordered_at"].dt.to_string("%Y-%m-%d %H:%M").to_list() == written


def test_scripted_customers_prove_their_rules(tables: dict[str, pl.DataFrame]) -> None:
    def cells(number: int, *columns: str) -> list[tuple[object, ...]]:
        return tables["orders"].filter(pl.col("customer_id") == f"{number:06}").select(columns).rows()

    assert cells(3, "amount", "coupon") == [(Decimal("0.00"), "KULANZ100"), (Decimal("23.70"), None)]
    assert cells(4, "status") == [("cancelled",), ("paid",)]
    assert cells(5, "status", "refunded_amount") == [("refunded", Decimal("23.70"))]
    assert cells(6, "amount", "status", "refunded_amount")[0] == (
        Decimal("21.33"),
        "partially_refunded",
        Decimal("7.11"),
    )
    assert tables["customers"]["birthday"][0] == date(1988, 2, 29)


def test_the_readme_names_every_file_column_effect_and_scripted_customer() -> None:
    text = (CHECKED_IN / "README.md").read_text("utf-8")
    for table in TABLES:
        assert f"### {table.file}" in text
        assert all(f"| `{column}` |" in text for column in table.columns)
    for name in Effects.__dataclass_fields__:
        assert f"| `{name}` |" in text
    for character in CHARACTERS:
        assert character.proves in text


def test_draws_are_pinned() -> None:
    chance = Chance(1, Stream.ORDERS, 7)
    draws = (chance.whole(1, 100), chance.exponential(10.0), chance.gamma(0.5, 2.0), chance.pick("abcdef"))
    assert draws == (69, 11.09239221, 0.807314659, "a")


def test_gamma_draws_have_the_mean_and_spread_of_the_distribution() -> None:
    chance = Chance(1, Stream.HABITS)
    for shape in (0.8, 2.0):
        values = pl.Series([chance.gamma(shape, 3.0) for _ in range(20_000)])
        assert values.mean() == pytest.approx(3.0, rel=0.03)
        assert values.var() == pytest.approx(9.0 / shape, rel=0.06)


def test_weights_decide_how_often_an_option_is_drawn() -> None:
    chance = Chance(1, Stream.HABITS)
    draws = [chance.weighted({"a": 1, "b": 0, "c": 3}) for _ in range(4_000)]
    assert draws.count("b") == 0
    assert draws.count("c") / len(draws) == pytest.approx(0.75, abs=0.03)


def test_no_weight_above_zero_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="weight"):
        Chance(1, Stream.HABITS).weighted({"a": 0})

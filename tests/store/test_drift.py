from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from wieder.config import InputFormat, Settings
from wieder.database import connect
from wieder.errors import DataError, UsageError
from wieder.notices import discard
from wieder.store.drift import SLUGS, Profile, find_drift, lost_columns
from wieder.store.file import load, load_history, open_store
from wieder.store.open import open_shop

if TYPE_CHECKING:
    from pathlib import Path

    from wieder.notices import Notice

LOADED_AT = datetime(2025, 6, 1, tzinfo=UTC)
EARLIER = Profile(
    file="january.csv",
    table_name="orders",
    columns=("order_id", "customer_id", "ordered_at", "Total", "channel"),
    names={
        "order_id": "order_id",
        "customer_id": "customer_id",
        "ordered_at": "ordered_at",
        "amount": "Total",
    },
    dates="date_iso",
    n_rows=100,
    first_day=date(2024, 1, 1),
    last_day=date(2024, 1, 31),
    median_amount=Decimal("29.90"),
    currency="EUR",
    digit_keys=100,
    padded_keys=0,
    customers=80,
    known_customers=40,
    digit_customers=80,
    padded_customers=80,
    mail_customers=0,
)
NEW = replace(EARLIER, file="february.csv", first_day=date(2024, 2, 1), last_day=date(2024, 2, 29))


def slugs(new: Profile, *earlier: Profile, named: tuple[str, ...] = ()) -> list[str]:
    return [drift.slug for drift in find_drift(new, earlier, named)]


def test_another_month_of_the_same_export_is_not_drift() -> None:
    assert slugs(NEW, EARLIER) == []
    assert slugs(NEW) == []


NAMES = EARLIER.names
CHANGES: list[tuple[dict[str, Any], str]] = [
    ({"names": {**NAMES, "amount": "Subtotal"}}, "column-renamed"),
    ({"names": {name: NAMES[name] for name in list(NAMES)[:3]}}, "column-missing"),
    ({"digit_keys": 0}, "order-id-form"),
    ({"digit_customers": 0, "padded_customers": 0, "mail_customers": 80}, "customer-id-form"),
    ({"padded_customers": 0}, "customer-id-form"),
    ({"known_customers": 0}, "customers-unknown"),
    ({"median_amount": Decimal(2990)}, "amount-scale"),
    ({"median_amount": Decimal("0.30")}, "amount-scale"),
    ({"first_day": date(2031, 1, 1), "last_day": date(2031, 1, 31)}, "date-range"),
    ({"first_day": date(2001, 1, 1), "last_day": date(2001, 1, 31)}, "date-range"),
    ({"currency": "CHF"}, "currency-changed"),
    ({"currency": None}, "currency-changed"),
]


@pytest.mark.parametrize(("change", "slug"), CHANGES)
def test_a_change_of_meaning_has_its_name(change: dict[str, Any], slug: str) -> None:
    assert slugs(replace(NEW, **change), EARLIER) == [slug]


def test_day_and_month_may_not_change_places() -> None:
    before = replace(EARLIER, dates="date_dmy")
    assert slugs(replace(NEW, dates="date_mdy"), before) == ["date-order"]
    assert slugs(replace(NEW, dates="date_dots"), before) == []


@pytest.mark.parametrize(
    "change",
    [
        {"median_amount": Decimal(300)},
        {"median_amount": Decimal(2990), "n_rows": 4},
        {"known_customers": 0, "customers": 19, "digit_customers": 19, "padded_customers": 19},
        {"known_customers": 1},
        {"digit_keys": 0, "n_rows": 4},
        {"first_day": date(2022, 12, 1), "last_day": date(2022, 12, 31)},
    ],
)
def test_a_plausible_change_is_not_drift(change: dict[str, Any]) -> None:
    assert slugs(replace(NEW, **change), EARLIER) == []


def test_columns_of_any_earlier_export_are_known() -> None:
    other = replace(EARLIER, names={**NAMES, "amount": "Subtotal"}, currency=None)
    assert slugs(replace(NEW, names={**NAMES, "amount": "subtotal"}, currency=None), EARLIER, other) == []


def test_a_column_that_the_user_names_is_not_guessed() -> None:
    new = replace(NEW, names={**NAMES, "amount": "Subtotal"})
    assert slugs(new, EARLIER, named=("amount",)) == []
    assert slugs(new, EARLIER, named=("ordered_at",)) == ["column-renamed"]


def test_further_columns_that_were_always_there_are_missed() -> None:
    [drift] = lost_columns(replace(NEW, columns=(*EARLIER.columns[:4], "kanal")), [EARLIER])
    assert drift.message == "columns that every earlier export has are missing: channel; new: kanal"
    once = replace(EARLIER, columns=EARLIER.columns[:4])
    assert lost_columns(replace(NEW, columns=once.columns), [EARLIER, once]) == []


HEADER = "order_id,customer_id,ordered_at,amount,status"
JANUARY = [f"{n},K{n % 9},2024-01-{n + 1:02},{n + 20}.50,paid" for n in range(20)]
FEBRUARY = [f"{n + 20},K{n % 9},2024-02-{n + 1:02},{n + 20}.50,paid" for n in range(20)]
CENTS = [line.replace(".50", "50") for line in FEBRUARY]


def write(path: Path, lines: list[str], header: str = HEADER) -> str:
    path.write_text("\n".join([header, *lines, ""]), "utf-8")
    return str(path)


def run(tmp_path: Path, source: str, *accepted: str, notices: list[Notice] | None = None) -> None:
    settings = Settings(input=InputFormat(accept_drift=accepted))
    load(
        tmp_path / "wieder.duckdb",
        [source],
        settings,
        None,
        LOADED_AT,
        discard if notices is None else notices.append,
    )


def test_cents_after_euros_are_refused_until_they_are_accepted(tmp_path: Path) -> None:
    run(tmp_path, write(tmp_path / "january.csv", JANUARY))
    cents = write(tmp_path / "february.csv", CENTS)
    with pytest.raises(DataError, match=r"february\.csv: the median order is 2,950\.00, about 100") as caught:
        run(tmp_path, cents)
    assert caught.value.remedy.endswith("to accept this: --accept-drift amount-scale")
    run(tmp_path, cents, "amount-scale")
    with open_store(tmp_path / "wieder.duckdb") as con:
        assert load_history(con)["accepted_drift"].to_list() == [None, "amount-scale"]


def test_every_difference_at_once_is_named(tmp_path: Path) -> None:
    run(tmp_path, write(tmp_path / "january.csv", JANUARY))
    cents = write(tmp_path / "february.csv", CENTS, header=HEADER.replace("status", "note"))
    with pytest.raises(DataError, match=r"there is no status.*also: amount-scale") as caught:
        run(tmp_path, cents, "date-range")
    assert "--accept-drift column-missing --accept-drift amount-scale" in caught.value.remedy


def test_columns_in_another_order_are_only_mentioned(tmp_path: Path) -> None:
    run(tmp_path, write(tmp_path / "january.csv", JANUARY))
    moved = [",".join(reversed(line.split(","))) for line in FEBRUARY]
    notices: list[Notice] = []
    header = ",".join(reversed(HEADER.split(",")))
    run(tmp_path, write(tmp_path / "february.csv", moved, header=header), notices=notices)
    assert "columns-moved" in [notice.slug for notice in notices]
    with open_store(tmp_path / "wieder.duckdb") as con:
        assert con.execute("select count(*), max(amount) from orders").fetchall() == [(40, Decimal("39.5"))]


def test_files_that_are_read_together_are_compared_too(tmp_path: Path) -> None:
    sources = [write(tmp_path / "january.csv", JANUARY), write(tmp_path / "february.csv", CENTS)]
    with (
        pytest.raises(DataError, match="about 100 times more"),
        open_shop(sources, Settings(), None, discard),
    ):
        pass


def test_an_unknown_difference_cannot_be_accepted(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--accept-drift: there is no difference 'cents'") as caught:
        run(tmp_path, write(tmp_path / "january.csv", JANUARY), "cents")
    assert all(slug in caught.value.remedy for slug in SLUGS)


def test_a_store_without_profiles_goes_on(tmp_path: Path) -> None:
    run(tmp_path, write(tmp_path / "january.csv", JANUARY))
    with connect(tmp_path / "wieder.duckdb") as con:
        con.execute("drop table profiles")
        con.execute("update meta set value = '1' where key = 'store_version'")
        con.execute("drop table tables")
        con.execute("alter table orders drop column state_at")
        con.execute("alter table loads drop column accepted_drift")
    run(tmp_path, write(tmp_path / "february.csv", FEBRUARY))
    with open_store(tmp_path / "wieder.duckdb") as con:
        assert con.execute("select count(*) from orders").fetchall() == [(40,)]
        assert con.execute("select load from profiles").fetchall() == [(2,)]

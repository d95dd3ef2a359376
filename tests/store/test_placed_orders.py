"""Stored places of orders: the results are the same as without them; other rules do not use them."""

from __future__ import annotations

import random
from contextlib import closing
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from asked import asked_of
from shops import ask, silent, verifications
from wieder.config import Identity, OrderRules, Settings
from wieder.database import frame
from wieder.periods import PeriodKind
from wieder.store.file import load, open_store
from wieder.store.place import are_placed

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

LOADED_AT = datetime(2024, 6, 1, tzinfo=UTC)
USUAL = Settings()
BOTH = Settings(identity=Identity(keys=("customer_id", "email")))
OTHERS = {
    "cancelled ones count": Settings(orders=OrderRules(cancelled=())),
    "some are excluded": Settings(orders=OrderRules(exclude={"small": "amount < 3"})),
    "tax is taken off": Settings(orders=OrderRules(amount_less=("tax",))),
    "people are known by address": BOTH,
}


def orders(seed: int) -> list[str]:
    """Orders with ties, guests, cancellations, and several customers per address."""
    chance = random.Random(seed)  # noqa: S311 - reproducible, not secret
    return [
        ",".join(
            (
                str(n),
                chance.choice("abcdefgh") if n % 9 else "",
                f"2024-{chance.randint(1, 4):02}-{chance.randint(1, 9):02} {chance.randint(8, 9):02}:00",
                str(chance.randint(1, 9)),
                "cancelled" if n % 7 == 0 else "paid",
                "0.10",
                f"{chance.choice('xyz')}@shop.de",
            )
        )
        for n in range(150)
    ]


def loaded(folder: Path, lines: list[str], settings: Settings = USUAL) -> Path:
    """A store with these orders."""
    export = folder / "orders.csv"
    export.write_text("\n".join(["order_id,customer_id,ordered_at,amount,status,tax,email", *lines]) + "\n")
    load(folder / "shop.duckdb", [str(export)], settings, None, LOADED_AT, silent)
    return folder / "shop.duckdb"


def customer_orders(path: Path, as_of: date, settings: Settings, *, placed: bool) -> pl.DataFrame:
    """Every order with its place, stored or computed; the sequence distinguishes orders of the same day."""
    with closing(open_store(path)) as con:
        assert are_placed(con, settings)
        if not placed:
            con.execute("create temp table meta as from main.meta where key <> 'placed_orders'")
        prepared = asked_of(con, rules=settings, as_of=as_of).connected()
        return frame(prepared, "from customer_orders order by customer, sequence, day, revenue")


@pytest.mark.parametrize("settings", [USUAL, *OTHERS.values()], ids=["usual", *OTHERS])
@pytest.mark.parametrize("as_of", [date(2024, 1, 5), date(2024, 3, 5), date(2024, 6, 1)])
def test_places_are_those_that_would_be_found(tmp_path: Path, settings: Settings, as_of: date) -> None:
    path = loaded(tmp_path, orders(1), settings)
    placed, found = (customer_orders(path, as_of, settings, placed=placed) for placed in (True, False))
    assert placed.equals(found)
    assert placed.height > 5


@pytest.mark.parametrize("others", OTHERS.values(), ids=OTHERS)
def test_under_other_rules_they_do_not_hold(tmp_path: Path, others: Settings) -> None:
    with closing(open_store(loaded(tmp_path, orders(2)))) as con:
        assert are_placed(con, USUAL)
        assert not are_placed(con, others)


def test_settings_that_affect_only_questions_keep_places_valid(tmp_path: Path) -> None:
    with closing(open_store(loaded(tmp_path, orders(3)))) as con:
        assert are_placed(con, Settings(orders=OrderRules(occasion="day", complete_history=True)))


def test_a_further_load_finds_them_anew(tmp_path: Path) -> None:
    lines = orders(4)
    loaded(tmp_path, lines[:100])
    path = loaded(tmp_path, lines)
    placed, found = (
        customer_orders(path, date(2024, 6, 1), USUAL, placed=placed) for placed in (True, False)
    )
    assert placed.equals(found)


def test_rules_that_cannot_be_applied_fail_in_questions_and_not_in_the_load(tmp_path: Path) -> None:
    unknown = Settings(orders=OrderRules(exclude={"test": "no_such_column = 1"}))
    with closing(open_store(loaded(tmp_path, orders(5), unknown))) as con:
        assert not are_placed(con, unknown)


@pytest.mark.parametrize("by", [(), ("status",)])
def test_the_witnesses_agree_with_a_loaded_store(tmp_path: Path, by: tuple[str, ...]) -> None:
    with closing(open_store(loaded(tmp_path, orders(6)))) as con:
        found = ask(con, PeriodKind.MONTH, USUAL, by=by, as_of="2024-04-05")
        assert [one for one in verifications(found) if one.disagreements] == []

"""The README of the sample, told by the code that makes it: files, built-in effects, scripted customers."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from wieder.sample_shop import season, shop
from wieder.sample_shop.customers import customer_id
from wieder.sample_shop.effects import Effects
from wieder.sample_shop.scripted import CHARACTERS
from wieder.sample_shop.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wieder.sample_shop.tables import Table

_HEAD = """\
# {name}: the sample shop

A made-up German online shop for tea, coffee and kitchenware, from its opening on {opened} until the morning
of {exported}. The last complete day is the day before, so every analysis is as of {exported} (exclusive). All
people, carriers and products are invented.

`wieder demo --write DIR` writes these files again, byte for byte: the generator is part of the package
(`wieder.sample_shop`, seed {seed}) and draws nothing from the machine it runs on.

UTF-8, comma, decimal point, ISO dates, local time of Europe/Berlin, money in {currency}.

## Conventions of money
`amount` is the merchandise after discount, with VAT and without shipping: the sum of quantity x unit_price,
less `discount`. The customer paid `amount + shipping`. `tax` is the VAT inside `amount`. A refund never
changes `amount`; what was paid back so far is `refunded_amount`. All of it ties out with order_items.csv and
returns.csv to the cent.
"""

_EFFECTS = """
## Built-in effects
What an analysis has to find again. Sizes are set in `wieder/sample_shop/effects.py`.

| effect | size | what it does, and what it shows in |
|---|---:|---|
"""

_CHARACTERS = """
## Customers that prove a rule
The orders of these accounts are written by hand (three pieces of Earl Grey each).

| customer_id | name | orders | what they prove |
|---|---|---|---|
"""

_FURTHER = """
Further rules: guests have no customer_id anywhere, so they count in revenue and never as customers; prospects
are accounts without an order and never customers; product names and comments hold quotes, commas and umlauts;
what had not happened by the export (deliveries, refunds, replies) is empty.
"""


def text(n_rows: Mapping[str, int]) -> str:
    """The README, in Markdown. `n_rows` holds the rows of each file."""
    head = _HEAD.format(
        name=shop.NAME,
        opened=season.OPENED,
        exported=season.EXPORTED_AT.date(),
        seed=shop.SEED,
        currency=shop.CURRENCY,
    )
    files = "".join(_file(table, n_rows[table.file]) for table in TABLES)
    return "".join(
        (head, "\n## Files\n", files, _EFFECTS, *_effects(), _CHARACTERS, *_characters(), _FURTHER)
    )


def _file(table: Table, n_rows: int) -> str:
    columns = "".join(f"| `{column}` | {meaning} |\n" for column, meaning in table.columns.items())
    return (
        f"\n### {table.file}\n{n_rows:,} rows: {table.grain}.\n\n| column | meaning |\n|---|---|\n{columns}"
    )


def _effects() -> Iterator[str]:
    for effect in fields(Effects):
        yield f"| `{effect.name}` | {effect.default} | {effect.metadata['shows']} |\n"


def _characters() -> Iterator[str]:
    for number, character in enumerate(CHARACTERS, start=1):
        orders = "<br>".join(script.ordered_at for script in character.orders)
        name = f"{character.first_name} {character.last_name}"
        yield f"| {customer_id(number)} | {name} | {orders} | {character.proves} |\n"

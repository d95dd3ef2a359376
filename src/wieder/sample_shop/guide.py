"""The README of the sample, generated from the code: files, built-in effects, scripted customers."""

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

A fictitious German online shop for tea, coffee and kitchenware, from its opening on {opened} to the morning
of {exported}. The last complete day is the day before, so the report date is {exported} (exclusive). All
people, carriers and products are invented.

`wieder demo --write DIR` reproduces these files byte for byte: the generator is part of the package
(`wieder.sample_shop`, seed {seed}) and does not depend on the machine.

Format: UTF-8, comma-separated, decimal point, ISO dates, local time of Europe/Berlin, amounts in {currency}.

## Amounts
`amount` is the value of the goods after discount, including VAT and excluding shipping: the sum of
quantity x unit_price, less `discount`. The customer paid `amount + shipping`. `tax` is the VAT included in
`amount`. Refunds never change `amount`; `refunded_amount` is the sum repaid so far. All amounts agree with
order_items.csv and returns.csv to the cent.
"""

_EFFECTS = """
## Built-in effects
A correct analysis must recover these effects. Their sizes are set in `wieder/sample_shop/effects.py`.

| effect | size | impact |
|---|---:|---|
"""

_CHARACTERS = """
## Customers for testing rules
The orders of these accounts are scripted (three packs of Earl Grey each).

| customer_id | name | orders | rule |
|---|---|---|---|
"""

_FURTHER = """
Further rules: guests have no customer_id in any file, so they count towards revenue but never as customers.
Prospects are accounts without an order and never count as customers. Product names and comments contain
quotes, commas and umlauts. Deliveries, refunds and replies after the export are empty.
"""


def text(n_rows: Mapping[str, int]) -> str:
    """The README in Markdown. `n_rows` maps each file to its number of rows."""
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

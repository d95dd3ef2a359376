"""The SELECT that makes typed rows of raw cells, each with its fault, if it has one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wieder.database import quote
from wieder.exports.canonical import OPTIONAL_AMOUNTS
from wieder.ingest.date_readers import TYPED_READERS
from wieder.ingest.layout import Layout, raw_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from wieder.ingest.readers import Reader
    from wieder.ingest.reading import Scan

STAGED_COLUMNS = {
    "orders": {
        "order_id": "VARCHAR", "customer_key": "VARCHAR", "ordered_at": "TIMESTAMP",
        "amount": "DECIMAL(18, 4)", "status": "VARCHAR", "currency": "VARCHAR", "n_rows": "INTEGER",
        "refunded_amount": "DECIMAL(18, 4)", "refunded_at": "TIMESTAMP", "email": "VARCHAR",
        "phone": "VARCHAR", "shipping": "DECIMAL(18, 4)", "tax": "DECIMAL(18, 4)",
        "discount": "DECIMAL(18, 4)", "is_test": "VARCHAR", "customer_group": "VARCHAR",
        "file_number": "INTEGER",
    },
    "customers": {"customer_key": "VARCHAR", "file_number": "INTEGER"},
}  # fmt: skip
"""What staged rows hold; the further columns of the exports follow as VARCHAR."""

ALWAYS_STAGED = frozenset({"order_id", "customer_key", "ordered_at", "amount", "n_rows"})
"""Of these, the ones that every export gives; the others are null where a file has no such column."""

AS_THEY_ARE = {
    "status": "{0}", "currency": "nullif(upper(trimmed({0})), '')", "email": "email_key({0})",
    "phone": "phone_key({0})", "is_test": "{0}", "customer_group": "nullif(trimmed({0}), '')",
}  # fmt: skip
"""SQL for canonical columns that are read in one way only, whatever their cells are like."""

MARKS = {"fault": "UTINYINT", "is_kept": "BOOLEAN"}
"""What is known of each row until the accounts are made.

`fault` is the place, from 1, in `Form.checked` of the first column that makes a
row unfit, or what is wrong with its order, from TWO_CUSTOMERS; null in a good
row. `is_kept` tells whether a row is good, meets the condition, and is in the
currency that is kept.
"""

TWO_CUSTOMERS = 100

WHOLE = ("amount", *OPTIONAL_AMOUNTS, "currency")
"""What may hold for a whole order; a fault of TWO_CUSTOMERS + 1, ... says which of them its rows deny."""


@dataclass(frozen=True, kw_only=True)
class Form:
    """How the rows of one layout become typed."""

    layout: Layout
    readers: Mapping[str, Reader]
    """Canonical column -> its reader, for keys, dates and numbers."""
    condition: str
    """SQL over canonical and further columns; empty keeps every row."""
    currency: str = ""
    """The currency that is kept; rows that name none are kept, too. Empty keeps all."""

    @property
    def parameters(self) -> dict[str, str | list[str]]:
        """What the SQL of the rows refers to by name."""
        if self.layout.table == "customers":
            return {"header": [name.lower() for name in self.layout.header]}
        return {"currency": self.currency} if self.currency and self.layout.has("currency") else {}

    @property
    def checked(self) -> tuple[str, ...]:
        """Columns that must be readable: the required ones, and others that the condition looks at."""
        optional = [
            name for name in self.readers if name not in self.layout.required and name != "customer_id"
        ]
        computed = ["amount"] if self.layout.table == "orders" and not self.layout.has("amount") else []
        return (
            *self.layout.required,
            *optional,
            *(name for name in computed if name not in self.layout.required),
        )


def typed_rows(form: Form, scan: Scan, first_file: int) -> str:
    """SQL: one row per row of `scan`, with the columns of the staged rows and their marks."""
    layout = form.layout
    names = [name for name in STAGED_COLUMNS[layout.table] if name != "file_number"]
    columns = [f"{_staged(layout, name)} as {name}" for name in names]
    columns += [quote(place.name) for place in layout.further]
    kept = ["fault is null"]
    if form.condition:
        kept.append(f"coalesce((\n{form.condition}\n), false)")
    if "currency" in form.parameters:
        kept.append("coalesce(currency = $currency, true)")
    return (
        f"select {', '.join(columns)}, cast({first_file} + file_index as INTEGER) as file_number,"
        f" fault, {' and '.join(kept)} as is_kept from ({_checked_cells(form, scan)})"
    )


def _staged(layout: Layout, name: str) -> str:
    """SQL for a column of the staged rows over the typed cells."""
    if name not in ALWAYS_STAGED and not layout.has(name):
        return f"cast(null as {STAGED_COLUMNS[layout.table][name]})"
    if name in OPTIONAL_AMOUNTS:
        return f"coalesce({name}, 0)"
    return {"customer_key": "customer_id", "n_rows": "1"}.get(name, name)


def typed_cells(form: Form, scan: Scan) -> str:
    """SQL: the canonical and further columns of each row, beside the raw cells."""
    layout = form.layout
    canonical = [
        f"{_read(form, place.name, place.position)} as {place.name}"
        for place in layout.canonical
        if place.name in form.readers or place.name in AS_THEY_ARE
    ]
    further = [f"{_further(layout, place.position)} as {quote(place.name)}" for place in layout.further]
    cells = f"select *, {', '.join([*canonical, *further])} from ({scan.sql})"
    if layout.table == "orders" and "amount" not in form.readers:
        return f"select *, line_amount(quantity, unit_price) as amount from ({cells})"
    if layout.plus:
        parts = "".join(f" + coalesce({name}, 0)" for name in layout.plus)
        return f"select * replace (try_cast(amount{parts} as DECIMAL(18, 4)) as amount) from ({cells})"
    return cells


def _further(layout: Layout, position: int) -> str:
    cell = layout.raw_cell(position)
    return f"without_guard({cell})" if layout.preparation.guarded else cell


def _read(form: Form, name: str, position: int) -> str:
    reader = form.readers.get(name)
    if reader in TYPED_READERS and not form.layout.preparation.has(name):
        return f"{reader}({raw_name(position)})"
    cell = form.layout.cell(name)
    if name in AS_THEY_ARE:
        return AS_THEY_ARE[name].format(cell)
    return f"{reader}({cell})" if reader else cell


def _checked_cells(form: Form, scan: Scan) -> str:
    cases = " ".join(
        f"when {_unfit(form.layout, name)} then {number}" for number, name in enumerate(form.checked, 1)
    )
    return f"select *, case {cases} end as fault from ({typed_cells(form, scan)})"


def _unfit(layout: Layout, name: str) -> str:
    if layout.table == "customers":
        cells = ", ".join(layout.raw_cell(position) for position in range(len(layout.header)))
        return f"{name} is null or is_no_customer({name}, [{cells}], $header)"
    if name in layout.required or not layout.has(name):
        return f"{name} is null"
    return f"{name} is null and {raw_name(layout.position(name))} is not null"


def staged_table(table: str, further: Iterable[str]) -> str:
    """SQL that creates the table of staged rows with the `further` columns."""
    columns = [f"{name} {kind}" for name, kind in STAGED_COLUMNS[table].items()]
    columns += [f"{quote(name)} VARCHAR" for name in further]
    columns += [f"{name} {kind}" for name, kind in MARKS.items()]
    return f"create or replace temp table staged_{table} ({', '.join(columns)})"


def further_columns(layouts: Sequence[Layout]) -> list[str]:
    """The names of all further columns, in the order in which the files bring them."""
    return list(dict.fromkeys(place.name for layout in layouts for place in layout.further))

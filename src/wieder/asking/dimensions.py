"""What results are cut by: attributes of orders and of customers, and where they are found."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wieder.asking.results import COHORTS
from wieder.database import quote
from wieder.errors import UsageError, likely
from wieder.exports.customers import CUSTOMERS
from wieder.exports.orders import ORDERS
from wieder.marts.base import CutBy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wieder.database import Connection

COHORT_SQL = dict(
    zip(
        COHORTS,
        (
            "cast(year(f.first_day) as varchar)",
            "year(f.first_day) || '-Q' || quarter(f.first_day)",
            "strftime(f.first_day, '%Y-%m')",
        ),
        strict=True,
    )
)


@dataclass(frozen=True, kw_only=True)
class Dimension:
    """The attributes that results are cut by; an empty one is the whole shop."""

    columns: tuple[tuple[str, str], ...] = ()
    """Table and column of each attribute: of `orders`, `customers`, or `cohorts` (`results.COHORTS`)."""
    top: int | None = None
    """Only so many segments, those with most orders; the rest becomes one, `results.OTHER`."""

    def name(self, cut_by: CutBy) -> str:
        """The name in the result frame.

        Orders are cut by their own attributes, customers by those of their
        first order, or by those of the customer export.
        """
        owners = {
            "orders": "" if cut_by is CutBy.ORDER else "first_order.",
            "customers": "customer.",
            "cohorts": "",
        }
        return ",".join(owners[table] + column for table, column in self.columns)

    @property
    def value(self) -> str:
        """SQL for the attributes as one text; several are joined by ` | `, and `|` inside one is escaped."""
        parts = [
            f"coalesce({COHORT_SQL[column]}, '')"
            if table == "cohorts"
            else f"coalesce(trim(cast({table[0]}.{quote(column)} as varchar)), '')"
            for table, column in self.columns
        ]
        if len(parts) == 1:
            return parts[0]
        return " || ' | ' || ".join(f"replace(replace({part}, '\\', '\\\\'), '|', '\\|')" for part in parts)

    @property
    def first_days(self) -> str:
        """SQL for the join with the first order of the customer, where an attribute needs it."""
        needs_it = any(table == "cohorts" for table, _ in self.columns)
        return "left join first_days as f on f.customer = o.customer" if needs_it else ""


def resolve_dimension(con: Connection, names: Sequence[str], top: int | None = None) -> Dimension:
    """Where the attributes `names` are found: `channel`, `orders.channel` or `customers.country`.

    A plain name means the order's column, else the customer's, else one of
    `results.COHORTS`. Raises UsageError for any other name, with those that it may have meant.
    """
    return Dimension(columns=tuple(_resolve(con, name) for name in names), top=top)


def _resolve(con: Connection, name: str) -> tuple[str, str]:
    table, _, column = name.rpartition(".")
    tables = [table] if table in {"orders", "customers"} else ["orders", "customers"]
    wanted = column if table in {"orders", "customers"} else name
    for candidate in tables:
        if wanted in attributes(con, candidate):
            return candidate, wanted
    if name in COHORTS:
        return "cohorts", name
    raise UsageError(f"--by {name}: there is no such column", _likely_columns(con, name))


def _likely_columns(con: Connection, name: str) -> str:
    """A remedy for an unknown column. Columns that name a person are never proposed."""
    proposed = [one for one in attributes(con, "orders") if not PERSONAL.search(one)]
    of_customers = {
        f"customers.{column}": column
        for column in attributes(con, "customers")
        if not PERSONAL.search(column) and column not in proposed
    }
    plain = {column: shown for shown, column in of_customers.items()}
    return likely(name, [*proposed, *of_customers, *COHORTS], plain)


PERSONAL = re.compile(
    "mail|phone|telefon|mobil|street|strasse|straße|address|adresse|birth|geburt|iban"
    "|(^|first_|last_|full_|customer_|sur|vor|nach)name"
)
"""Parts of names of columns that differ from person to person, so that they do not form segments."""


NO_ATTRIBUTES = frozenset(
    name
    for export in (ORDERS, CUSTOMERS)
    for name in export.stored
    if not (export.has(name) and export.column(name).is_cut)
) | {"position"}
"""Columns of both tables that results cannot be cut by: ours, and those that mean something else."""


def attributes(con: Connection, table: str) -> list[str]:
    """The columns of `orders` or `customers` that results can be cut by."""
    described = con.execute(f"describe {quote(table)}").fetchall()
    return [row[0] for row in described if row[0] not in NO_ATTRIBUTES]

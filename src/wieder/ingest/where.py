"""`[orders] where`: which rows of order exports are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wieder.errors import UsageError
from wieder.ingest import conditions
from wieder.ingest.names import listed

if TYPE_CHECKING:
    from collections.abc import Collection

    from wieder.database import Connection

WHERE = conditions.Setting(
    name="[orders] where",
    remedy="write one condition over columns, such as where = \"quantity > 0 and not order_id like 'C%'\"",
)


def condition_columns(con: Connection, condition: str) -> frozenset[str]:
    """The columns that `condition` looks at, in lower case.

    Raises UsageError for anything that is no single condition over the cells of
    one row.
    """
    return conditions.condition_columns(con, condition, WHERE)


def refuse_non_boolean(con: Connection, condition: str, rows: str, parameters: dict[str, Any]) -> None:
    """Raises UsageError if `condition` is not true or false over the columns of the SELECT `rows`."""
    conditions.refuse_non_boolean(con, condition, rows, parameters, WHERE)


def refuse_unknown_columns(
    condition: str, columns: Collection[str], known: Collection[str], file: str
) -> None:
    """Raises UsageError if `condition` looks at a column that `file` does not have."""
    unknown = sorted(set(columns) - {name.lower() for name in known})
    if unknown:
        raise UsageError(
            f"[orders] where: {file} has no column {unknown[0]} for {condition!r}",
            f"its columns are called {listed(sorted(known))}",
        )

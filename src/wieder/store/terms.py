"""What the user asks of one load beside its files, and knows better than the files do."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from wieder.errors import DataError

if TYPE_CHECKING:
    from datetime import datetime

    from wieder.database import Connection

CHECK_TOTALS = "compare with the shop system; nothing was loaded"


@dataclass(frozen=True, kw_only=True)
class Terms:
    """The terms of one load; by default there are none."""

    expected_rows: int | None = None
    """Rows that the order exports must hold, headers not counted."""
    expected_total: Decimal | None = None
    """Money that their rows must add up to, exactly, in the currency of the export."""
    exported_at: datetime | None = None
    """When the files were exported, in the local time of the shop; None: told by their newest order."""


NO_TERMS = Terms()


def refuse_other_totals(con: Connection, terms: Terms) -> None:
    """Raises DataError if the staged order exports do not hold the rows and the money that were expected.

    Rows and money are those that were read, rejected ones included. Exports that
    were loaded before are not read again, and nothing is expected of them.
    """
    [(files, rows, amount)] = con.execute(
        "select count(*), coalesce(sum(rows_read), 0), coalesce(sum(amount_read), 0)"
        " from staged_files where table_name = 'orders'"
    ).fetchall()
    if not files:
        return
    if terms.expected_rows not in {None, rows}:
        raise DataError(f"{rows:,} rows of orders were read, {terms.expected_rows:,} expected", CHECK_TOTALS)
    if terms.expected_total is not None and terms.expected_total != amount:
        shown = _plain(amount), _plain(terms.expected_total)
        raise DataError("the amounts add up to {}, not to {} as expected".format(*shown), CHECK_TOTALS)


def _plain(amount: Decimal) -> str:
    """An amount without zeros that say nothing, but to the cent."""
    cents = amount.quantize(Decimal("0.01"))
    return f"{cents if cents == amount else amount:,f}"

"""Terms of one load: totals to check, and the time of the export."""

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
    """The terms of one load; none by default."""

    expected_rows: int | None = None
    """Expected rows of the order exports, not counting headers."""
    expected_total: Decimal | None = None
    """Expected sum of their amounts, exact, in the currency of the export."""
    exported_at: datetime | None = None
    """Time of the export, in the local time of the shop; None to take the newest order of each file."""


NO_TERMS = Terms()


def refuse_other_totals(con: Connection, terms: Terms) -> None:
    """Raises DataError if the staged order exports do not have the expected rows and total.

    All rows that were read count, including rejected ones. Exports that were
    loaded before are not read again, and not checked.
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
    """An amount with two decimals, or more if it needs them."""
    cents = amount.quantize(Decimal("0.01"))
    return f"{cents if cents == amount else amount:,f}"

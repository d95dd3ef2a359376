"""Money that holds for a whole order: it must agree on all of its rows, and counts once."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from wieder.database import script
from wieder.ingest.rows import TWO_CUSTOMERS, WHOLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wieder.database import Connection
    from wieder.ingest.batches import Batch


def settle_order_values(con: Connection, batches: Sequence[Batch]) -> None:
    """Leaves money that holds for a whole order on one of its rows, a kept one if there is any.

    Orders whose rows contradict each other become unfit.
    """
    for columns, group in groupby(batches, key=lambda batch: batch.form.layout.of_order):
        files = [file.number for batch in group for file in batch.files]
        if columns:
            _settle(con, columns, files)


def _settle(con: Connection, columns: Sequence[str], files: Sequence[int]) -> None:
    faults = " ".join(
        f"when min({name}) <> max({name}) then {TWO_CUSTOMERS + number}"
        for number, name in enumerate(WHOLE, 1)
        if name in columns or name == "currency"
    )
    emptied = ", ".join(f"{name} = null" for name in columns)
    con.execute(script("ingest/ingest_order_faults").format(faults=faults), {"files": files})
    con.execute(script("ingest/ingest_order_values").format(emptied=emptied), {"files": files})

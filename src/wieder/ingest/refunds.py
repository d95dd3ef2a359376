"""The sign of refunds: exports write what was given back as 12.00 or as -12.00, and we as 12.00."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wieder.database import Connection


def make_refunds_positive(con: Connection, files: Mapping[int, str]) -> None:
    """Turns the refunds of every file that writes them all negative.

    `files` are the names of the files by their numbers. Raises DataError for a
    file that has refunds of both signs.
    """
    rows = con.execute(
        "select file_number, count(*) filter (where refunded_amount > 0), min_by(order_id, refunded_amount),"
        " min(refunded_amount) from staged_orders group by file_number having min(refunded_amount) < 0"
    ).fetchall()
    for number, n_positive, order_id, refund in rows:
        if n_positive:
            raise DataError(
                f"{files[number]}: some refunds are positive and others negative, such as {refund} of"
                f" order {order_id}: what was given back cannot be told",
                "mend the column, or map another one with --map refunded_amount=COLUMN",
            )
        con.execute(
            "update staged_orders set refunded_amount = -refunded_amount where file_number = $number",
            {"number": number},
        )

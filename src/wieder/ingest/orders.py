"""From rows to orders and customers: lines are added up, and nothing that does not belong together is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb

from wieder.database import Connection, script
from wieder.errors import DataError
from wieder.ingest.rows import MARKS, TWO_CUSTOMERS
from wieder.notices import Notice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wieder.notices import Notify

MOST_REPEATED_CUSTOMERS = 0.1
"""Share of the rows of a customer export that may repeat a customer."""


def has_order_lines(con: Connection) -> bool:
    """Whether an order id stands in more than one row of a file.

    Counting hashes is four times faster than grouping; two ids with one hash
    only cost the time of the grouping.
    """
    [(repeated,)] = _rows(
        con, "select count(*) > count(distinct hash(order_id, file_number)) from staged_orders"
    )
    return bool(repeated)


def mark_two_customers(con: Connection) -> None:
    """Makes unfit the rows of orders whose rows name more than one customer."""
    con.execute(script("ingest/ingest_two_customers").format(fault=TWO_CUSTOMERS))


def finish_rows(con: Connection, table: str) -> None:
    """Leaves in the staged rows those that are kept, without their marks."""
    con.execute(f"delete from staged_{table} where not is_kept")
    for mark in MARKS:
        con.execute(f"alter table staged_{table} drop column {mark}")


def sum_lines(con: Connection, files: Sequence[str], notify: Notify) -> None:
    """Makes one row per order and file of the staged order lines, and says so."""
    [(n_rows, n_orders, n_repeated, n_flat, n_states, n_without, n_refunds)] = _rows(
        con, script("ingest/ingest_order_lines")
    )
    try:
        con.execute(script("ingest/ingest_sum_lines"))
    except duckdb.ConversionException as error:
        raise DataError("the lines of an order add up to more than 10^14", "check the amounts") from error
    where = files[0] if len(files) == 1 else f"{len(files)} files"
    lines = "rows with one order id are its lines, " + (
        "and what they say of the whole order counts once" if n_without else "their amounts were added"
    )
    message = f"{where}: {n_rows:,} rows make {n_orders:,} orders: {lines}"
    found = {"variant": "once" if n_without else "added", "files": tuple(files)}
    notify(Notice("order-lines-summed", message, values=found | {"rows": n_rows, "orders": n_orders}))
    if n_repeated == n_flat:
        doubt = "if it is the total of the order, it was added more than once"
        message = (
            f"{where}: in all {n_repeated:,} orders with several rows, each row has the same amount: {doubt}"
        )
        remedy = "export one row per order, or the amounts of the lines"
        notify(Notice("order-lines-equal", message, remedy, {"files": tuple(files), "n": n_repeated}))
    if n_states:
        message = f"{where}: {n_states:,} orders have rows with different states: the first one counts"
        notify(Notice("order-lines-differ", message, values={"files": tuple(files), "n": n_states}))
    if n_refunds:
        message = f"{where}: {n_refunds:,} orders were refunded on several days: all of it counts on the last"
        notify(Notice("refunds-on-several-days", message, values={"files": tuple(files), "n": n_refunds}))


def keep_last_customers(con: Connection, files: Mapping[int, str], notify: Notify) -> None:
    """Makes one row per customer of the staged rows, and says so if some were repeated.

    `files` are the names of the files by their numbers. Raises DataError for a
    file in which so many are repeated that it is a list of something else.
    """
    repeated = _rows(
        con,
        "select file_number, count(*), count(distinct customer_key) from staged_customers"
        " group by file_number having count(*) > count(distinct customer_key) order by file_number",
    )
    for number, n_rows, n_customers in repeated:
        if n_rows - n_customers > MOST_REPEATED_CUSTOMERS * n_rows:
            raise DataError(
                f"{files[number]}: {n_rows:,} rows name {n_customers:,} customers: this is no list of them",
                "if it lists orders, name the column with --map order_id=COLUMN",
            )
    n_repeated = sum(n_rows - n_customers for _, n_rows, n_customers in repeated)
    if n_repeated:
        message = (
            f"{n_repeated:,} rows of the customer exports repeat a customer: the last row of each counts"
        )
        notify(Notice("customers-repeated", message, values={"n": n_repeated}))
    con.execute(script("ingest/ingest_last_customers"))


def forget_guest_key(con: Connection, notify: Notify) -> None:
    """Makes orders of a customer `0` anonymous, and says so: shop systems write it for guests."""
    [(n_rows,)] = _rows(con, "select count(*) from staged_orders where customer_key = '0'")
    if n_rows:
        con.execute("update staged_orders set customer_key = null where customer_key = '0'")
        message = f"{n_rows:,} rows name the customer 0, which stands for guests: they are anonymous"
        notify(Notice("guest-key", message, values={"n": n_rows}))


def tell_about_repeated_orders(con: Connection, notify: Notify) -> None:
    """Says so if an order is in more than one file."""
    [(repeated,)] = _rows(con, "select count(*) - count(distinct order_id) from staged_orders")
    if repeated:
        message = f"{repeated:,} orders are in more than one file: their newest state counts"
        notify(Notice("orders-in-several-files", message, values={"n": repeated}))


def tell_about_customers(con: Connection, notify: Notify) -> None:
    """Says so if no order has a customer, or if none of them is in the customer exports."""
    [(n_orders, n_identified, n_customers, n_matched)] = _rows(
        con,
        "select (select count(*) from staged_orders), (select count(customer_key) from staged_orders),"
        " (select count(*) from staged_customers), (select count(*) from staged_customers as c"
        " where exists (from staged_orders as o where o.customer_key = c.customer_key))",
    )
    if n_orders and not n_identified:
        message = "no order names its customer: revenue is known, customers and their return are not"
        notify(Notice("no-customers", message, "name the column with --map customer_id=COLUMN"))
    elif n_identified and n_customers and not n_matched:
        message = "the customer exports hold none of the customers that have orders: their keys are others"
        notify(
            Notice(
                "customers-unmatched",
                message,
                "choose the same key, such as --map customers.customer_id=COLUMN",
            )
        )


def _rows(con: Connection, query: str) -> list[tuple[Any, ...]]:
    return con.execute(query).fetchall()

"""Steps of orders and customers: order lines, refunds, customer keys and repeated customers."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import duckdb

from wieder.database import Connection, rows_of, script
from wieder.errors import DataError, ForeignFileError
from wieder.exports.base import CUSTOMER_ID
from wieder.exports.customers import CUSTOMERS
from wieder.exports.orders import ORDERS
from wieder.ingest.currencies import refuse_mixed_currencies
from wieder.ingest.rows import DIFFERS, fault
from wieder.ingest.steps import Steps
from wieder.notices import Notice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wieder.config import Identity
    from wieder.ingest.rows import Batch
    from wieder.notices import Notify

KEYS = {
    "customer_id": "customer_key",
    "email": (
        "case when len(list_filter($not_personal, lambda pattern: email glob pattern)) = 0 then email end"
    ),
    # A number alone might be the customer id of somebody else.
    "phone": "'phone:' || phone",
}
"""Key of the settings -> SQL over the staged orders; null where the order has none."""

MOST_REPEATED_CUSTOMERS = 0.1
"""Share of the rows of a customer export that may repeat a customer."""


class OrderSteps(Steps):
    """Rows become orders: money that holds for all lines of an order counts once, the rest is added up."""

    has_lines = False

    @property
    def condition(self) -> str:
        """The one in the settings."""
        return self.settings.orders.where.strip()

    def before_accounts(self, batches: Sequence[Batch]) -> None:
        """Settles the money of every row, and marks orders whose rows contradict each other."""
        super().before_accounts(batches)
        self.has_lines = has_order_lines(self.con)
        if self.has_lines:
            settle_order_values(self.con, batches)
            mark_two_customers(self.con)

    def after_accounts(self) -> None:
        """Makes orders of the rows that are kept, each with the key of its customer."""
        forget_guest_key(self.con, self.notify)
        refuse_mixed_currencies(self.con, self.export)
        make_refunds_positive(self.con, self.names)
        if self.has_lines:
            sum_lines(self.con, list(self.names.values()), self.notify)
        choose_keys(self.con, self.settings.identity)
        if len(self.files) > 1:
            tell_about_repeated_orders(self.con, self.notify)


class CustomerSteps(Steps):
    """Rows become customers: each as the last row that names it describes it."""

    def after_accounts(self) -> None:
        """Leaves one row per customer, in whatever file."""
        tell_about_repeated_customers(self.con, self.names, self.notify)
        self.keep_last_rows_of(*self.export.key_columns)


STEPS: Mapping[str, type[Steps]] = {ORDERS.name: OrderSteps, CUSTOMERS.name: CustomerSteps}
"""Export -> its steps, where it needs any of its own."""


def steps_of(name: str) -> type[Steps]:
    """The steps of the export called `name`."""
    return STEPS.get(name, Steps)


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
        f"when min({name}) <> max({name}) then '{fault(name, DIFFERS)}'"
        for name in (ORDERS.amount, *ORDERS.added, "currency")
        if name in columns or name == "currency"
    )
    emptied = ", ".join(f"{name} = null" for name in columns)
    con.execute(script("ingest/order_faults").format(faults=faults), {"files": files})
    con.execute(script("ingest/order_values").format(emptied=emptied), {"files": files})


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


def choose_keys(con: Connection, identity: Identity) -> None:
    """Gives every staged order the first of the keys in the settings that it has; null if it has none."""
    if identity.keys == ("customer_id",):
        return
    # DuckDB wants every parameter to be used.
    keys = ", ".join(KEYS[key] for key in identity.keys)
    parameters = {"not_personal": list(identity.not_personal)} if "email" in identity.keys else {}
    con.execute(script("ingest/identity_keys").format(keys=keys), parameters)


def has_order_lines(con: Connection) -> bool:
    """Whether an order id stands in more than one row of a file.

    Counting hashes is four times faster than grouping; two ids with one hash
    only cost the time of the grouping.
    """
    [(repeated,)] = rows_of(
        con, "select count(*) > count(distinct hash(order_id, file_number)) from staged_orders"
    )
    return bool(repeated)


def mark_two_customers(con: Connection) -> None:
    """Makes unfit the rows of orders whose rows name more than one customer."""
    con.execute(script("ingest/two_customers").format(fault=f"'{fault(CUSTOMER_ID, DIFFERS)}'"))


def sum_lines(con: Connection, files: Sequence[str], notify: Notify) -> None:
    """Makes one row per order and file of the staged order lines, and says so."""
    [(n_rows, n_orders, n_repeated, n_flat, n_states, n_without, n_refunds)] = rows_of(
        con, script("ingest/order_lines")
    )
    try:
        con.execute(script("ingest/sum_lines"))
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


def tell_about_repeated_customers(con: Connection, files: Mapping[int, str], notify: Notify) -> None:
    """Says so if staged rows repeat a customer.

    `files` are the names of the files by their numbers. Raises DataError for a
    file in which so many are repeated that it is a list of something else.
    """
    repeated = rows_of(
        con,
        "select file_number, count(*), count(distinct customer_key) from staged_customers"
        " group by file_number having count(*) > count(distinct customer_key) order by file_number",
    )
    for number, n_rows, n_customers in repeated:
        if repeats_too_often(n_rows, n_customers):
            raise ForeignFileError(
                f"{files[number]}: {n_rows:,} rows name {n_customers:,} customers: not a customer list",
                "if it lists orders, name the column with --map order_id=COLUMN",
                files[number],
            )
    n_repeated = sum(n_rows - n_customers for _, n_rows, n_customers in repeated)
    if n_repeated:
        message = (
            f"{n_repeated:,} rows of the customer exports repeat a customer: the last row of each counts"
        )
        notify(Notice("customers-repeated", message, values={"n": n_repeated}))


def repeats_too_often(n_rows: int, n_customers: int) -> bool:
    """Whether rows repeat so many customers that they are a list of something else."""
    return n_rows - n_customers > MOST_REPEATED_CUSTOMERS * n_rows


def forget_guest_key(con: Connection, notify: Notify) -> None:
    """Makes orders of a customer `0` anonymous, and says so: shop systems write it for guests."""
    [(n_rows,)] = rows_of(con, "select count(*) from staged_orders where customer_key = '0'")
    if n_rows:
        con.execute("update staged_orders set customer_key = null where customer_key = '0'")
        message = f"{n_rows:,} rows name the customer 0, which stands for guests: they are anonymous"
        notify(Notice("guest-key", message, values={"n": n_rows}))


def tell_about_repeated_orders(con: Connection, notify: Notify) -> None:
    """Says so if an order is in more than one file."""
    [(repeated,)] = rows_of(con, "select count(*) - count(distinct order_id) from staged_orders")
    if repeated:
        message = f"{repeated:,} orders are in more than one file: their newest state counts"
        notify(Notice("orders-in-several-files", message, values={"n": repeated}))


def tell_about_customers(con: Connection, notify: Notify) -> None:
    """Says so if no order has a customer, or if none of them is in the customer exports."""
    [(n_orders, n_identified, n_customers, n_matched)] = rows_of(
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

"""Steps of orders and customers: order lines, refunds, customer keys, and customers in several rows."""

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
    # Without the prefix, a number could be the id of another customer.
    "phone": "'phone:' || phone",
}
"""Key under `[identity] keys` -> SQL over the staged orders; null where the order has none."""

MOST_REPEATED_CUSTOMERS = 0.1
"""Share of the rows of a customer export that may repeat a customer, from 0 to 1."""


class OrderSteps(Steps):
    """Steps from rows to orders: money stated for the whole order counts once, other money is summed."""

    has_lines = False

    @property
    def condition(self) -> str:
        """The condition under `[orders] where`."""
        return self.settings.orders.where.strip()

    def before_accounts(self, batches: Sequence[Batch]) -> None:
        """Determines the money of every row, and marks orders whose rows contradict each other."""
        super().before_accounts(batches)
        self.has_lines = has_order_lines(self.con)
        if self.has_lines:
            settle_order_values(self.con, batches)
            mark_two_customers(self.con)

    def after_accounts(self) -> None:
        """Turns the kept rows into orders, each with the key of its customer."""
        forget_guest_key(self.con, self.notify)
        refuse_mixed_currencies(self.con, self.export)
        make_refunds_positive(self.con, self.names)
        if self.has_lines:
            sum_lines(self.con, list(self.names.values()), self.notify)
        choose_keys(self.con, self.settings.identity)
        if len(self.files) > 1:
            notify_of_repeated_orders(self.con, self.notify)


class CustomerSteps(Steps):
    """Steps from rows to customers, each with the attributes of its last row."""

    def after_accounts(self) -> None:
        """Keeps one row per customer, across all files."""
        notify_of_repeated_customers(self.con, self.names, self.notify)
        self.keep_last_rows_of(*self.export.key_columns)


STEPS: Mapping[str, type[Steps]] = {ORDERS.name: OrderSteps, CUSTOMERS.name: CustomerSteps}
"""Name of an export -> its steps, for exports that need their own."""


def steps_of(name: str) -> type[Steps]:
    """The class with the steps of the export called `name`."""
    return STEPS.get(name, Steps)


def settle_order_values(con: Connection, batches: Sequence[Batch]) -> None:
    """Keeps money that applies to a whole order on one of its rows only, a kept row if there is one.

    Orders whose rows contradict each other get a fault.
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
    """Inverts the sign of refunds in files that write them as negative amounts.

    `files` maps a file number to the name of the file. Raises DataError for a
    file that has refunds of both signs.
    """
    rows = con.execute(
        "select file_number, count(*) filter (where refunded_amount > 0), min_by(order_id, refunded_amount),"
        " min(refunded_amount) from staged_orders group by file_number having min(refunded_amount) < 0"
    ).fetchall()
    for number, n_positive, order_id, refund in rows:
        if n_positive:
            raise DataError(
                f"{files[number]}: some refunds are positive and others negative, such as {refund} in"
                f" order {order_id}",
                "correct the column, or choose another one with --map refunded_amount=COLUMN",
            )
        con.execute(
            "update staged_orders set refunded_amount = -refunded_amount where file_number = $number",
            {"number": number},
        )


def choose_keys(con: Connection, identity: Identity) -> None:
    """Sets the customer key of every staged order to the first configured key that it has, or to null."""
    if identity.keys == ("customer_id",):
        return
    # DuckDB rejects parameters that the query does not use.
    keys = ", ".join(KEYS[key] for key in identity.keys)
    parameters = {"not_personal": list(identity.not_personal)} if "email" in identity.keys else {}
    con.execute(script("ingest/identity_keys").format(keys=keys), parameters)


def has_order_lines(con: Connection) -> bool:
    """Whether an order id is in more than one row of a file.

    Counting hashes is four times faster than grouping; a hash collision only
    costs the time of the grouping.
    """
    [(repeated,)] = rows_of(
        con, "select count(*) > count(distinct hash(order_id, file_number)) from staged_orders"
    )
    return bool(repeated)


def mark_two_customers(con: Connection) -> None:
    """Marks the rows of orders that name more than one customer with a fault."""
    con.execute(script("ingest/two_customers").format(fault=f"'{fault(CUSTOMER_ID, DIFFERS)}'"))


def sum_lines(con: Connection, files: Sequence[str], notify: Notify) -> None:
    """Sums the staged order lines to one row per order and file, and sends notices about them.

    Raises DataError if a sum has more than 14 digits before the decimal mark.
    """
    [(n_rows, n_orders, n_repeated, n_flat, n_states, n_without, n_refunds)] = rows_of(
        con, script("ingest/order_lines")
    )
    try:
        con.execute(script("ingest/sum_lines"))
    except duckdb.ConversionException as error:
        raise DataError(
            "the lines of an order sum to more than 10^14", "correct the amounts in the file"
        ) from error
    where = files[0] if len(files) == 1 else f"{len(files)} files"
    lines = "rows with the same order id are lines of one order; " + (
        "money stated for the whole order counts once" if n_without else "their amounts were summed"
    )
    message = f"{where}: {n_rows:,} rows form {n_orders:,} orders: {lines}"
    found = {"variant": "once" if n_without else "added", "files": tuple(files)}
    notify(Notice("order-lines-summed", message, values=found | {"rows": n_rows, "orders": n_orders}))
    if n_repeated == n_flat:
        doubt = "if it is the order total, it was counted several times"
        message = f"{where}: {n_repeated:,} orders have several rows, all with the same amount: {doubt}"
        remedy = "export one row per order, or the amount of each line"
        notify(Notice("order-lines-equal", message, remedy, {"files": tuple(files), "n": n_repeated}))
    if n_states:
        message = f"{where}: {n_states:,} orders have rows with different statuses: the first one counts"
        notify(Notice("order-lines-differ", message, values={"files": tuple(files), "n": n_states}))
    if n_refunds:
        message = (
            f"{where}: {n_refunds:,} orders were refunded on several days: all of it counts on the last day"
        )
        notify(Notice("refunds-on-several-days", message, values={"files": tuple(files), "n": n_refunds}))


def notify_of_repeated_customers(con: Connection, files: Mapping[int, str], notify: Notify) -> None:
    """Sends a notice if staged rows repeat a customer.

    `files` maps a file number to the name of the file. Raises DataError for a
    file with more repeated customers than a customer list can have.
    """
    repeated = rows_of(
        con,
        "select file_number, count(*), count(distinct customer_key) from staged_customers"
        " group by file_number having count(*) > count(distinct customer_key) order by file_number",
    )
    for number, n_rows, n_customers in repeated:
        if repeats_too_often(n_rows, n_customers):
            raise ForeignFileError(
                f"{files[number]}: {n_rows:,} rows have {n_customers:,} customers: it is not a customer list",
                "if the rows are orders, map their id with --map order_id=COLUMN",
                files[number],
            )
    n_repeated = sum(n_rows - n_customers for _, n_rows, n_customers in repeated)
    if n_repeated:
        message = f"{n_repeated:,} rows of customers repeat a customer: the last row of each customer counts"
        notify(Notice("customers-repeated", message, values={"n": n_repeated}))


def repeats_too_often(n_rows: int, n_customers: int) -> bool:
    """Whether the rows repeat customers too often for a customer list."""
    return n_rows - n_customers > MOST_REPEATED_CUSTOMERS * n_rows


def forget_guest_key(con: Connection, notify: Notify) -> None:
    """Makes orders of customer `0` anonymous, with a notice: shop systems write 0 for guests."""
    [(n_rows,)] = rows_of(con, "select count(*) from staged_orders where customer_key = '0'")
    if n_rows:
        con.execute("update staged_orders set customer_key = null where customer_key = '0'")
        message = f"{n_rows:,} rows have the customer id 0, which stands for guests: they are anonymous"
        notify(Notice("guest-key", message, values={"n": n_rows}))


def notify_of_repeated_orders(con: Connection, notify: Notify) -> None:
    """Sends a notice if orders are in more than one file."""
    [(repeated,)] = rows_of(con, "select count(*) - count(distinct order_id) from staged_orders")
    if repeated:
        message = f"{repeated:,} orders are in more than one file: the newest version counts"
        notify(Notice("orders-in-several-files", message, values={"n": repeated}))


def notify_of_unknown_customers(con: Connection, notify: Notify) -> None:
    """Sends a notice if no order has a customer, or if the customer exports contain none of them."""
    [(n_orders, n_identified, n_customers, n_matched)] = rows_of(
        con,
        "select (select count(*) from staged_orders), (select count(customer_key) from staged_orders),"
        " (select count(*) from staged_customers), (select count(*) from staged_customers as c"
        " where exists (from staged_orders as o where o.customer_key = c.customer_key))",
    )
    if n_orders and not n_identified:
        message = "no order has a customer: revenue can be computed, but no KPI of customers"
        notify(Notice("no-customers", message, "map the column with --map customer_id=COLUMN"))
    elif n_identified and n_customers and not n_matched:
        message = "the customer exports contain none of the customers with orders: the keys do not match"
        notify(
            Notice(
                "customers-unmatched",
                message,
                "map the column with the key of the orders: --map customers.customer_id=COLUMN",
            )
        )

"""Customers: attributes to cut KPIs by."""

from __future__ import annotations

from dataclasses import replace

from wieder.exports.base import CUSTOMER_ID, Export, Of
from wieder.exports.orders import ORDERS
from wieder.locale.text import Text

FREE = frozenset({"is_test", "customer_group"})
"""Names of order columns that are available to other columns of customers."""

CUSTOMERS = Export(
    name="customers",
    place=2,
    grain=Text(de="Kunde", en="customer"),
    of=Of.CUSTOMER,
    key=(CUSTOMER_ID,),
    columns=(
        replace(
            ORDERS.column(CUSTOMER_ID),
            meaning=Text(de="der Schlüssel, den die Bestellungen tragen", en="the key that orders carry"),
            is_filled=True,
        ),
    ),
    told_by=(CUSTOMER_ID,),
    # A list of orders that lacks its order id must not pass for a list of customers.
    unless=(("order_id",), ("ordered_at", "amount"), ("ordered_at", "unit_price")),
    # An order and its customer are cut by one list of names.
    reserved=frozenset(column.name for column in ORDERS.columns) - FREE,
)

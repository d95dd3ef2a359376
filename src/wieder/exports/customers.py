"""Customers: attributes by which KPIs can be segmented."""

from __future__ import annotations

from dataclasses import replace

from wieder.exports.base import CUSTOMER_ID, Export, Of
from wieder.exports.orders import ORDERS
from wieder.locale.text import Text

FREE = frozenset({"is_test", "customer_group"})
"""Names of order columns that further columns of customers may have."""

CUSTOMERS = Export(
    name="customers",
    place=2,
    grain=Text(de="Kunde", en="customer"),
    of=Of.CUSTOMER,
    key=(CUSTOMER_ID,),
    columns=(
        replace(
            ORDERS.column(CUSTOMER_ID),
            meaning=Text(de="der Schlüssel, den auch die Bestellungen haben", en="the same key as in orders"),
            is_filled=True,
        ),
    ),
    identified_by=(CUSTOMER_ID,),
    # Orders without an order id must not be mistaken for customers.
    unless=(("order_id",), ("ordered_at", "amount"), ("ordered_at", "unit_price")),
    # Attributes of orders and of customers share one list of names.
    reserved=frozenset(column.name for column in ORDERS.columns) - FREE,
)

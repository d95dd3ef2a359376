"""The invented shop in the format of every system."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from example_parts import (
    REFUSED,
    Example,
    Row,
    american,
    comma,
    customers_truth,
    german_day,
    guarded,
    iso,
    lines,
    offset,
    orders_truth,
)
from example_shop import ORDERS, PERSONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from example_shop import Order


def shopify_orders() -> Example:
    words = {"cancelled": "paid"}  # cancelled orders keep their financial status
    rows = []
    for order in reversed(ORDERS):
        for number, line in lines(order):
            row: Row = {"Name": f"#{order.number}", "Email": order.customer.email}
            row |= {
                "Lineitem quantity": line.quantity,
                "Lineitem name": line.name,
                "Lineitem price": line.price,
            }
            if number == 0:
                row |= {
                    "Financial Status": words.get(order.state, order.state), "Currency": order.currency,
                    "Subtotal": order.items - order.discount, "Shipping": order.shipping, "Taxes": order.tax,
                    "Total": order.total, "Discount Amount": order.discount, "Accepts Marketing": "no",
                    "Created at": offset(order.local), "Refunded Amount": order.refunded,
                    "Fulfillment Status": "fulfilled", "Billing Name": order.customer.name,
                    "Billing Zip": guarded(order.customer.zip),
                    "Billing Phone": guarded(order.customer.phone),
                    "Cancelled at": offset(order.local) if order.state == "cancelled" else "",
                }  # fmt: skip
            elif order.number == 5001:
                row |= {"Created at": offset(order.local)}
            rows.append(row)
    return Example(rows=rows, truth=orders_truth(ORDERS, time_zone=True))


def squarespace() -> Example:
    rows = []
    for order in ORDERS:
        for number, line in lines(order):
            row: Row = {
                "Order ID": f"0{order.number}",
                "Email": order.customer.email,
                "Lineitem name": line.name,
            }
            if number == 0:
                row |= {
                    "Financial Status": {"cancelled": "VOIDED"}.get(order.state, order.state.upper()),
                    "Currency": order.currency, "Subtotal": order.items, "Shipping": order.shipping,
                    "Taxes": order.tax, "Amount Refunded": order.refunded, "Total": order.total,
                    "Discount Amount": order.discount, "Created at": offset(order.local),
                    "Private Notes": "ring\ntwice" if order.customer.name else "",
                }  # fmt: skip
            rows.append(row)
    return Example(rows=rows, truth=orders_truth(ORDERS, time_zone=True))


def shopify_customers() -> Example:
    rows: list[Row] = [
        {
            "Customer ID": f"'700{person.number}", "First Name": person.first, "Last Name": person.last,
            "Email": person.email, "Accepts Email Marketing": "yes",
            "Default Address Zip": guarded(person.zip), "Phone": guarded(person.phone),
            "Total Spent": "1.00", "Total Orders": 1,
        }
        for person in PERSONS
    ]  # fmt: skip
    return Example(rows=rows, truth=customers_truth(PERSONS))


WOOCOMMERCE = {
    "paid": "completed", "refunded": "refunded", "partially_refunded": "completed", "cancelled": "failed",
    "pending": "on-hold",
}  # fmt: skip


def without_partial(orders: Iterable[Order]) -> list[Order]:
    """The orders as exports see them that call one paid of which a part was refunded."""
    return [
        replace(order, state="paid") if order.state == "partially_refunded" else order for order in orders
    ]


def woocommerce_analytics() -> Example:
    rows: list[Row] = [
        {
            "Date": iso(order.local), "Order #": order.number, "Status": WOOCOMMERCE[order.state],
            "N. Revenue (formatted)": f"{comma(order.total)}\u00a0{'€' if order.currency == 'EUR' else '£'}",
            "Customer": order.customer.name, "Customer type": "new", "Items sold": len(order.lines),
        }
        for order in ORDERS
    ]  # fmt: skip
    truth = orders_truth(without_partial(ORDERS), refunds=False)
    truth |= {"refused": True, "columns": {"customer_id": "Customer"}}
    return Example(rows=rows, truth=truth)


def woocommerce_analytics_customers() -> Example:
    rows: list[Row] = [
        {
            "Name": person.name,
            "Username": person.first.lower(),
            "Email": person.email,
            "Total Spend": "1.00",
            "AOV": "1.000000",
        }
        for person in PERSONS
    ]
    return Example(rows=rows, truth=customers_truth(PERSONS))


def woocommerce_webtoffee() -> Example:
    rows = []
    for order in ORDERS:
        first, second = order.refunded / 3, order.refunded - order.refunded / 3
        refunds = [
            f"amount:{part:.2f}|reason:|date:{iso(order.local + timedelta(days=9))}"
            for part in (first, second)
        ]
        rows.append({
            "order_id": 90000 + order.number, "order_number": order.number, "order_date": iso(order.local),
            "status": WOOCOMMERCE[order.state], "shipping_total": order.shipping, "tax_total": order.tax,
            "discount_total": order.discount, "order_total": order.total, "order_currency": order.currency,
            "customer_id": order.customer.number, "billing_email": order.customer.email,
            "billing_phone": order.customer.phone, "wt_import_key": order.number,
            "refund_items": ";".join(refunds) if order.refunded else "",
            "line_item_1": f"name:{order.lines[0].name}|quantity:{order.lines[0].quantity}",
        })  # fmt: skip
    return Example(rows=rows, truth=orders_truth(without_partial(ORDERS)), encoding="utf-8-sig")


def woocommerce_advanced_order_export() -> Example:
    labels = {
        "completed": "Abgeschlossen",
        "refunded": "Rückerstattet",
        "failed": "Failed",
        "on-hold": "In Wartestellung",
    }
    rows: list[Row] = [
        {
            "Order Number": order.number, "Order Status": labels[WOOCOMMERCE[order.state]],
            "Order Date": order.local.strftime("%Y-%m-%d %H:%M"), "Email (Billing)": order.customer.email,
            "Phone (Billing)": order.customer.phone, "Cart Discount Amount": order.discount,
            "Order Shipping Amount": order.shipping, "Order Refund Amount": order.refunded,
            "Order Total Amount": order.total, "Order Total Tax Amount": order.tax, "Item Name": line.name,
            "Quantity (- Refund)": line.quantity, "Item Cost": line.price,
        }
        for order in ORDERS
        for line in order.lines
    ]  # fmt: skip
    return Example(rows=rows, truth=orders_truth(without_partial(ORDERS), currency=False))


def shopware6() -> Example:
    rows: list[Row] = [
        {
            "id": f"{order.number:032x}", "order_number": order.number, "sales_channel_id": f"{1:032x}",
            "customer_email": order.customer.email, "amount_total": f"{order.total.normalize():f}",
            "order_state_id": f"{order.state.encode().hex():0>32}"[:32], "line_items": f"{len(order.lines)}x",
            "order_date_time": f"{order.moment:%Y-%m-%dT%H:%M:%S}.000+00:00",
        }
        for order in ORDERS
    ]  # fmt: skip
    truth = orders_truth(ORDERS, refunds=False, states=False, currency=False, time_zone=True)
    return Example(rows=rows, truth=truth, delimiter=";")


def shopware5() -> Example:
    cleared = {"paid": 12, "partially_refunded": 12, "refunded": 20, "cancelled": 17, "pending": 17}
    rows: list[Row] = [
        {
            "orderId": 1000 + order.number, "orderDetailId": 10 * order.number + number,
            "number": order.number, "customerId": order.customer.number or "",
            "status": 4 if order.state == "cancelled" else 2,
            "cleared": cleared[order.state], "orderTime": iso(order.local), "invoiceAmount": order.total,
            "invoiceShipping": order.shipping, "currency": order.currency,
            "customerEmail": order.customer.email, "articleName": line.name, "price": line.price,
            "quantity": line.quantity,
        }
        for order in ORDERS
        for number, line in lines(order)
    ]  # fmt: skip
    return Example(rows=rows, truth=orders_truth(without_partial(ORDERS), refunds=False), delimiter=";")


def magento2_grid() -> Example:
    labels = {
        "paid": "Complete", "partially_refunded": "Complete", "refunded": "Closed", "cancelled": "Canceled",
        "pending": "Pending Payment",
    }  # fmt: skip
    rows: list[Row] = [
        {
            "ID": f"00000{order.number}", "Purchase Point": "Main Website\n    Main Store",
            "Purchase Date": american(order.local), "Grand Total (Base)": f"{order.total:.4f}",
            "Grand Total (Purchased)": f"{order.total * 2:.4f}", "Status": labels[order.state],
            "Customer Email": order.customer.email, "Shipping and Handling": f"{order.shipping:.4f}",
            "Customer Group": "General" if order.customer.email else "NOT LOGGED IN",
            "Total Refunded": f"{order.refunded:.4f}" if order.refunded else "",
        }
        for order in ORDERS
    ]  # fmt: skip
    return Example(rows=rows, truth=orders_truth(without_partial(ORDERS), currency=False))


def magento2_customers() -> Example:
    rows: list[Row] = [
        {
            "ID": person.number,
            "Name": person.name,
            "Email": person.email,
            "Group": "General",
            "Phone": person.phone,
        }
        for person in PERSONS
    ]
    return Example(rows=rows, truth=customers_truth(PERSONS))


def stripe_payments() -> Example:
    charged = [order for order in ORDERS if order.state != "pending" and order.total and order.customer.email]
    words = {"paid": "Paid", "partially_refunded": "Paid", "refunded": "Refunded", "cancelled": "Failed"}
    rows: list[Row] = [
        {
            "id": f"ch_{order.number}", "Created date (UTC)": iso(order.moment),
            "Amount": f"{order.total:,.2f}", "Amount Refunded": order.refunded,
            "Currency": order.currency.lower(), "Status": words[order.state],
            "Refunded date (UTC)": iso(order.moment + timedelta(days=9)) if order.refunded else "",
            "Customer ID": f"cus_{order.customer.number}", "Customer Email": order.customer.email.strip(),
        }
        for order in charged
    ]  # fmt: skip
    return Example(rows=rows, truth=orders_truth(without_partial(charged), time_zone=True))


def amazon_rows(order: Order) -> Iterable[Row]:
    for number, line in lines(order):
        yield {
            "purchase-date": f"{order.moment:%Y-%m-%dT%H:%M:%S}+00:00", "sku": line.sku,
            "product-name": f'"{line.name}', "currency": order.currency, "item-price": line.total,
            "shipping-price": order.shipping if number == 0 else "0.00",
        }  # fmt: skip


def amazon_all_orders() -> Example:
    rows: list[Row] = [
        row | {"amazon-order-id": f"304-{order.number}"} for order in ORDERS for row in amazon_rows(order)
    ]
    return Example(rows=rows, truth=REFUSED, delimiter="\t", suffix="txt", quoting=csv.QUOTE_NONE)


def relay(order: Order) -> str:
    return f"relay{order.customer.number}@marketplace.amazon.test"


def amazon_new_orders() -> Example:
    shipped = [order for order in ORDERS if order.state not in {"cancelled", "pending"}]
    rows: list[Row] = [
        row | {
            "order-id": f"304-{order.number}", "order-item-id": 10 * order.number + number,
            "buyer-email": relay(order), "buyer-phone-number": order.customer.phone, "quantity-purchased": 1,
        }
        for order in shipped
        for number, row in enumerate(amazon_rows(order))
    ]  # fmt: skip
    truth = orders_truth(
        shipped, amount=lambda order: order.items + order.shipping, key=relay, refunds=False, states=False,
        time_zone=True,
    )  # fmt: skip
    return Example(
        rows=rows, truth=truth, delimiter="\t", suffix="txt", encoding="cp1252", quoting=csv.QUOTE_NONE
    )


def amazon_settlement() -> Example:
    rows: list[Row] = [{"settlement-id": 1, "total-amount": "1,00", "currency": "EUR"}]
    rows += [
        {
            "settlement-id": 1, "transaction-type": "Order", "order-id": f"304-{order.number}",
            "amount-type": "ItemPrice", "amount-description": "Principal", "amount": comma(order.items),
            "posted-date": order.moment.strftime("%d.%m.%Y"),
        }
        for order in ORDERS
    ]  # fmt: skip
    return Example(rows=rows, truth=REFUSED, delimiter="\t", suffix="txt", quoting=csv.QUOTE_NONE)


def buyer(order: Order) -> str:
    return f"buyer_{order.customer.number}"


ON_EBAY = [order for order in ORDERS if order.state != "cancelled" and order.customer.email]


def ebay_en() -> Example:
    rows: list[Row] = [{}]
    for order in ON_EBAY:
        known = {
            "Sales Record Number": order.number,
            "Order Number": f"12-{order.number}" if order.number != 5003 else "",
            "Buyer Username": buyer(order), "Sale Date": order.local.strftime("%b-%d-%y"),
        }  # fmt: skip
        total = {
            "Shipping And Handling": f"{order.currency} {comma(order.shipping)}",
            "Total Price": f"{order.currency} {comma(order.total)}",
        }
        if len(order.lines) > 1:
            rows.append(known | total | {"Quantity": len(order.lines)})
        for line in order.lines:
            item = {
                "Item Title": line.name,
                "Quantity": line.quantity,
                "Sold For": f"EUR {comma(line.price)}",
            }
            rows.append(known | item | (total if len(order.lines) == 1 else {}))
    return Example(
        rows=rows,
        truth=orders_truth(ON_EBAY, key=buyer, refunds=False, states=False),
        quoting=csv.QUOTE_ALL,
        before="\n",
        after=(f'"{len(ON_EBAY)} record(s) downloaded"\n', '"Seller ID : seifenkontor"\n'),
    )


def ebay_de() -> Example:
    sold = [order for order in ON_EBAY if order.currency == "EUR"]
    rows: list[Row] = [
        {
            "Verkaufsprotokollnummer": order.number, "Bestellnummer": f"12-{order.number}",
            "Gesamtbetrag": f"{comma(order.total)} €", "Verkauft am": german_day(order.local),
            "Zahlungsdatum": "" if order.state == "pending" else german_day(order.local),
            "Nutzername des Käufers": buyer(order), "Name des Käufers": order.customer.name,
        }
        for order in sold
    ]  # fmt: skip
    truth = orders_truth(sold, key=buyer, refunds=False)
    truth["states"] = dict(Counter("pending" if order.state == "pending" else "paid" for order in sold))
    return Example(rows=rows, truth=truth, delimiter=";", encoding="utf-8-sig")


def etsy() -> Example:
    sold = [order for order in ORDERS if order.state != "cancelled"]
    rows: list[Row] = [
        {
            "Sale Date": order.local.strftime("%m/%d/%y"), "Order ID": f"88{order.number}",
            "Buyer User ID": buyer(order) if order.customer.email else "", "Currency": order.currency,
            "Order Value": order.items, "Discount Amount": order.discount, "Shipping": order.shipping,
            "Order Total": order.total, "Adjusted Order Total": "0.00", "Order Net": order.total,
        }
        for order in sold
    ]  # fmt: skip
    return Example(rows=rows, truth=orders_truth(sold, refunds=False, states=False))


def prestashop() -> Example:
    labels = {
        "paid": "Delivered", "partially_refunded": "Partial refund", "refunded": "Refunded",
        "cancelled": "Canceled", "pending": "Awaiting bank wire payment",
    }  # fmt: skip
    rows: list[Row] = [
        {
            "ID": number, "Reference": f"REF{order.number}", "New client": 1, "Customer": order.customer.last,
            "Total": f"{'€' if order.currency == 'EUR' else '£'}{order.total:,.2f}", "Payment": "card",
            "Status": labels[order.state], "Date": iso(order.local),
        }
        for number, order in enumerate(ORDERS, 1)
    ]  # fmt: skip
    truth = orders_truth(ORDERS, refunds=False) | {"refused": True, "columns": {"customer_id": "Customer"}}
    return Example(rows=rows, truth=truth, delimiter=";")


def klaviyo_profiles() -> Example:
    rows: list[Row] = [
        {"Email": person.email, "Klaviyo ID": f"01H{person.number}", "Source": "Shop", "Zip Code": person.zip}
        for person in PERSONS
    ]
    return Example(rows=rows, truth=customers_truth(PERSONS))


def german_excel() -> Example:
    words = {
        "paid": "Bezahlt", "partially_refunded": "Teilweise erstattet", "refunded": "Erstattet",
        "cancelled": "Storniert", "pending": "Offen",
    }  # fmt: skip
    rows = []
    for order in ORDERS:
        for number, line in lines(order):
            row: Row = {
                "Auftragsnummer": order.number, "Bestelldatum": order.local.strftime("%d.%m.%Y"),
                "Uhrzeit": order.local.strftime("%H:%M"), "E-Mail": order.customer.email,
                "Kundennummer": f"K{order.customer.number:05d}" if order.customer.number else "",
                "Artikelbezeichnung": line.name, "Menge": line.quantity, "Währung": order.currency,
                "Gesamtbetrag brutto": comma(order.total) + (" €" if order.number == 5003 else ""),
                "MwSt.": comma(order.tax), "Status": words[order.state],
            }  # fmt: skip
            if number == 0:
                row |= {"Rabatt": comma(order.discount), "Versandkosten": comma(order.shipping)}
                row |= {"Erstattet": comma(-order.refunded) if order.refunded else "0,00"}
            rows.append(row)
    total = comma(sum((order.total for order in ORDERS), start=0 * ORDERS[0].total))
    footer = ";".join(["Summe", *[""] * 16, total, *[""] * 5])
    return Example(
        rows=rows, truth=orders_truth(ORDERS), delimiter=";", encoding="cp1252", before="sep=;\n",
        after=(f"{footer}\n",),
    )  # fmt: skip


EXAMPLES: dict[str, Callable[[], Example]] = {
    made.__name__: made
    for made in (
        amazon_all_orders, amazon_new_orders, amazon_settlement, ebay_de, ebay_en, etsy, german_excel,
        klaviyo_profiles, magento2_customers, magento2_grid, prestashop, shopify_customers, shopify_orders,
        shopware5, shopware6, squarespace, stripe_payments, woocommerce_advanced_order_export,
        woocommerce_analytics, woocommerce_analytics_customers, woocommerce_webtoffee,
    )
}  # fmt: skip

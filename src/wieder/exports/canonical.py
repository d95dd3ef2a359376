"""The canonical tables: what a column means, its type, and the names that exports give it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ColumnType(StrEnum):
    """What a cell of an export is read as."""

    KEY = "key"
    """An identifier: always text, never a number; blanks around it are cut."""
    TEXT = "text"
    MONEY = "money"
    """DECIMAL(18, 4) in the currency of the export, never a float."""
    NUMBER = "number"
    """DECIMAL(18, 4), a quantity."""
    TIMESTAMP = "timestamp"
    """A local date with or without a time of day."""
    EMAIL = "email"
    """An e-mail address in lower case; a cell that is none is empty."""
    PHONE = "phone"
    """The digits of a telephone number, with + before it where it begins with + or 00."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a canonical table."""

    name: str
    type: ColumnType
    meaning_en: str
    meaning_de: str
    synonyms: tuple[str, ...]
    """Names seen in exports, folded: lower case, blanks and punctuation as one underscore."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """One canonical table and the columns that it knows; further columns stay as text."""

    name: str
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """The column called `name`. Raises KeyError if there is none."""
        return {column.name: column for column in self.columns}[name]


ORDERS = Table(
    name="orders",
    columns=(
        Column(
            name="order_id",
            type=ColumnType.KEY,
            meaning_en="identifies the order; order lines share it",
            meaning_de="bezeichnet die Bestellung; Positionen einer Bestellung teilen sie",
            synonyms=(
                "order_number",
                "order_no",
                "order",
                "orderid",
                "ordernumber",
                "invoice",
                "invoice_no",
                "invoiceno",
                "bestellnummer",
                "bestellnr",
                "bestell_nr",
                "bestell_id",
                "auftragsnummer",
                "auftragsnr",
                "auftrag",
                "rechnungsnummer",
                "belegnummer",
                "transaction_id",
                "oxordernr",
                "auftrags_nr",
                "order_nr",
                "bestell_nummer",
            ),
        ),
        Column(
            name="customer_id",
            type=ColumnType.KEY,
            meaning_en="identifies the customer; empty for an anonymous order",
            meaning_de="bezeichnet den Kunden; leer bei einer anonymen Bestellung",
            synonyms=(
                "customer",
                "customer_no",
                "customer_number",
                "customerid",
                "customer_key",
                "user_id",
                "client_id",
                "kundennummer",
                "kundennr",
                "kunden_nr",
                "kunden_id",
                "kunde",
                "kdnr",
                "debitor",
                "customer_email",
                "email",
                "e_mail",
                "kunden_email",
                "customeremail",
                "customer_e_mail",
                "oxuserid",
                "oxbillemail",
                "e_mail_adresse",
                "email_address",
                "emailadresse",
            ),
        ),
        Column(
            name="ordered_at",
            type=ColumnType.TIMESTAMP,
            meaning_en="when the order was placed, local time of the shop",
            meaning_de="Zeitpunkt der Bestellung, Ortszeit des Shops",
            synonyms=(
                "order_date",
                "orderdate",
                "order_time",
                "ordered_on",
                "date",
                "datetime",
                "created_at",
                "created",
                "invoice_date",
                "invoicedate",
                "purchase_date",
                "bestelldatum",
                "bestellt_am",
                "datum",
                "auftragsdatum",
                "rechnungsdatum",
                "bestellzeitpunkt",
                "kaufdatum",
                "date_created",
                "order_created",
                "created_on",
                "order_placed",
                "entrydate",
                "oxorderdate",
                "erstellt_am",
                "erstelldatum",
                "auftrag_erstellt_am",
            ),
        ),
        Column(
            name="amount",
            type=ColumnType.MONEY,
            meaning_en="money of the row as exported; the rows of an order are added up",
            meaning_de="Betrag der Zeile laut Export; die Zeilen einer Bestellung werden addiert",
            synonyms=(
                "total",
                "order_total",
                "revenue",
                "order_value",
                "value",
                "price",
                "price_usd",
                "amount_eur",
                "sales",
                "betrag",
                "gesamtbetrag",
                "gesamt",
                "umsatz",
                "summe",
                "bestellwert",
                "warenwert",
                "endbetrag",
                "rechnungsbetrag",
                "gesamtbetrag_brutto",
                "gesamtbetrag_netto",
                "order_total_inc_tax",
                "total_inc_tax",
                "total_gross",
                "totalgross",
                "invoicetotal",
                "oxtotalordersum",
                "gesamtsumme",
                "gesamtsumme_brutto",
                "auftragswert",
                "auftragswert_brutto",
                "betrag_brutto",
                "bruttobetrag",
                "brutto_gesamt",
                "rechnungssumme",
            ),
        ),
        Column(
            name="quantity",
            type=ColumnType.NUMBER,
            meaning_en="pieces of an order line; with unit_price it replaces amount",
            meaning_de="Stückzahl der Position; ersetzt mit unit_price den Betrag",
            synonyms=("qty", "pieces", "menge", "anzahl", "stueck", "stück", "stueckzahl", "stückzahl"),
        ),
        Column(
            name="unit_price",
            type=ColumnType.MONEY,
            meaning_en="price of one piece of an order line",
            meaning_de="Preis eines Stücks der Position",
            synonyms=(
                "unitprice",
                "price_per_unit",
                "item_price",
                "einzelpreis",
                "stueckpreis",
                "stückpreis",
            ),
        ),
        Column(
            name="status",
            type=ColumnType.TEXT,
            meaning_en="state of the order; cancelled orders are left out of every KPI",
            meaning_de="Stand der Bestellung; stornierte zählen in keiner Kennzahl",
            synonyms=(
                "order_status",
                "state",
                "financial_status",
                "bestellstatus",
                "auftragsstatus",
                "zustand",
                "orderstatus",
                "statusname",
                "oxtransstatus",
                "auftrag_status",
            ),
        ),
        Column(
            name="currency",
            type=ColumnType.TEXT,
            meaning_en="ISO code of the currency; an export holds one",
            meaning_de="ISO-Code der Währung; ein Export enthält eine",
            synonyms=("currency_code", "waehrung", "währung"),
        ),
        Column(
            name="refunded_amount",
            type=ColumnType.MONEY,
            meaning_en="money refunded of the order so far; exports may write it negative",
            meaning_de="bisher erstatteter Betrag der Bestellung; Exporte schreiben ihn auch negativ",
            synonyms=(
                "amount_refunded",
                "refund_amount",
                "total_refunded",
                "order_refund_amount",
                "refund_total",
                "erstattet",
                "erstatteter_betrag",
                "erstattung",
                "erstattungsbetrag",
                "rueckerstattung",
                "rückerstattung",
                "refunded",
                "gutschrift",
            ),
        ),
        Column(
            name="refunded_at",
            type=ColumnType.TIMESTAMP,
            meaning_en="when it was refunded, local time of the shop; the last time if there are several",
            meaning_de="Zeitpunkt der Erstattung, Ortszeit des Shops; bei mehreren der letzte",
            synonyms=(
                "refund_date",
                "refunded_on",
                "date_refunded",
                "erstattet_am",
                "erstattungsdatum",
                "rueckerstattungsdatum",
                "rückerstattungsdatum",
            ),
        ),
        Column(
            name="email",
            type=ColumnType.EMAIL,
            meaning_en="e-mail address of the customer, for [identity] keys",
            meaning_de="E-Mail-Adresse des Kunden, für [identity] keys",
            synonyms=(
                "e_mail",
                "mail",
                "customer_email",
                "email_address",
                "e_mail_address",
                "e_mail_adresse",
                "kunden_email",
                "billing_email",
                "email_billing",
                "contact_email",
                "buyer_email",
                "customeremail",
                "customer_e_mail",
                "oxbillemail",
                "emailadresse",
                "mailadresse",
            ),
        ),
        Column(
            name="phone",
            type=ColumnType.PHONE,
            meaning_en="telephone number of the customer, for [identity] keys",
            meaning_de="Telefonnummer des Kunden, für [identity] keys",
            synonyms=(
                "telephone",
                "phone_number",
                "customer_phone",
                "billing_phone",
                "telefon",
                "telefonnummer",
                "rufnummer",
                "mobile",
                "mobil",
                "handy",
                "oxbillfon",
                "tel",
            ),
        ),
        Column(
            name="shipping",
            type=ColumnType.MONEY,
            meaning_en="cost of shipping that the customer paid",
            meaning_de="Versandkosten, die der Kunde zahlte",
            synonyms=(
                "shipping_total",
                "shipping_amount",
                "shipping_cost",
                "shipping_costs",
                "shipping_price",
                "order_shipping",
                "versand",
                "versandkosten",
                "porto",
                "shipping_cost_inc_tax",
                "shippingcosts",
                "oxdelcost",
                "versandkosten_brutto",
            ),
        ),
        Column(
            name="tax",
            type=ColumnType.MONEY,
            meaning_en="tax of the order or row",
            meaning_de="Steuer der Bestellung oder Zeile",
            synonyms=(
                "taxes",
                "tax_total",
                "tax_amount",
                "total_tax",
                "order_tax",
                "vat_amount",
                "steuer",
                "steuerbetrag",
                "umsatzsteuer",
                "mehrwertsteuer",
                "mwst_betrag",
            ),
        ),
        Column(
            name="discount",
            type=ColumnType.MONEY,
            meaning_en="discount given on the order or row",
            meaning_de="Rabatt auf die Bestellung oder Zeile",
            synonyms=(
                "discount_amount",
                "discount_total",
                "total_discount",
                "order_discount",
                "rabatt",
                "rabattbetrag",
                "nachlass",
                "oxdiscount",
                "coupon_value",
            ),
        ),
        Column(
            name="is_test",
            type=ColumnType.TEXT,
            meaning_en="whether it is a test order (yes, true, 1), which is left out of every KPI",
            meaning_de="ob es eine Testbestellung ist (ja, true, 1); sie zählt in keiner Kennzahl",
            synonyms=(
                "test_order",
                "testorder",
                "is_test_order",
                "testbestellung",
                "ist_testbestellung",
                "testauftrag",
            ),
        ),
        Column(
            name="customer_group",
            type=ColumnType.TEXT,
            meaning_en="group of the customer, such as Wholesale, for [orders] excluded_groups",
            meaning_de="Gruppe des Kunden, etwa Händler, für [orders] excluded_groups",
            synonyms=("customergroup", "customer_group_name", "kundengruppe", "kunden_gruppe"),
        ),
    ),
)
"""One row per order or per order line."""

OPTIONAL_AMOUNTS = ("refunded_amount", "shipping", "tax", "discount")
"""Columns of orders that are added up over the rows of an order, as the amount is."""

CUSTOMERS = Table(
    name="customers",
    columns=(
        Column(
            name="customer_id",
            type=ColumnType.KEY,
            meaning_en="the key that orders carry",
            meaning_de="der Schlüssel, den die Bestellungen tragen",
            synonyms=ORDERS.column("customer_id").synonyms,
        ),
    ),
)
"""One row per customer. Every further column is kept as text and can be used with --by."""

TABLES = {table.name: table for table in (ORDERS, CUSTOMERS)}

"""Orders: customer, time, amount and status."""

from __future__ import annotations

from wieder.exports.base import Column, ColumnType, Export, Of, names
from wieder.locale.text import Text

COLUMNS = (
    Column(
        name="order_id",
        type=ColumnType.KEY,
        meaning=Text(
            de="Bestellnummer; alle Positionen einer Bestellung haben dieselbe",
            en="identifies the order; all lines of an order share it",
        ),
        synonyms=names(
            "order_number order_no order orderid ordernumber invoice invoice_no invoiceno bestellnummer "
            "bestellnr bestell_nr bestell_id auftragsnummer auftragsnr auftrag rechnungsnummer "
            "belegnummer transaction_id oxordernr auftrags_nr order_nr bestell_nummer"
        ),
        is_needed=True,
        is_filled=True,
    ),
    Column(
        name="customer_id",
        type=ColumnType.KEY,
        meaning=Text(
            de="Kundennummer oder E-Mail-Adresse; leer bei anonymen Bestellungen",
            en="identifies the customer; empty for anonymous orders",
        ),
        synonyms=names(
            "customer customer_no customer_number customerid customer_key user_id client_id kundennummer "
            "kundennr kunden_nr kunden_id kunde kdnr debitor customer_email email e_mail kunden_email "
            "customeremail customer_e_mail oxuserid oxbillemail e_mail_adresse email_address emailadresse"
        ),
        is_needed=True,
    ),
    Column(
        name="ordered_at",
        type=ColumnType.TIMESTAMP,
        meaning=Text(
            de="Zeitpunkt der Bestellung, Ortszeit des Shops",
            en="time of the order, in the local time of the shop",
        ),
        synonyms=names(
            "order_date orderdate order_time ordered_on date datetime created_at created invoice_date "
            "invoicedate purchase_date bestelldatum bestellt_am datum auftragsdatum rechnungsdatum "
            "bestellzeitpunkt kaufdatum date_created order_created created_on order_placed entrydate "
            "oxorderdate erstellt_am erstelldatum auftrag_erstellt_am"
        ),
        is_needed=True,
        is_filled=True,
    ),
    Column(
        name="amount",
        type=ColumnType.MONEY,
        meaning=Text(
            de="Betrag der Zeile laut Export; die Zeilen einer Bestellung werden addiert",
            en="amount of the row as exported; the rows of an order are summed",
        ),
        synonyms=names(
            "total order_total revenue order_value value price price_usd amount_eur sales betrag "
            "gesamtbetrag gesamt umsatz summe bestellwert warenwert endbetrag rechnungsbetrag "
            "gesamtbetrag_brutto gesamtbetrag_netto order_total_inc_tax total_inc_tax total_gross "
            "totalgross invoicetotal oxtotalordersum gesamtsumme gesamtsumme_brutto auftragswert "
            "auftragswert_brutto betrag_brutto bruttobetrag brutto_gesamt rechnungssumme"
        ),
    ),
    Column(
        name="quantity",
        type=ColumnType.NUMBER,
        meaning=Text(
            de="Stückzahl der Position; ersetzt zusammen mit unit_price den Betrag",
            en="quantity of an order line; together with unit_price it replaces amount",
        ),
        synonyms=names("qty pieces menge anzahl stueck stück stueckzahl stückzahl"),
        is_kept=False,
    ),
    Column(
        name="unit_price",
        type=ColumnType.MONEY,
        meaning=Text(de="Stückpreis der Position", en="price per unit of an order line"),
        synonyms=names("unitprice price_per_unit item_price einzelpreis stueckpreis stückpreis"),
        is_kept=False,
    ),
    Column(
        name="status",
        type=ColumnType.TEXT,
        meaning=Text(
            de="Status der Bestellung; stornierte Bestellungen zählen in keiner Kennzahl",
            en="status of the order; every KPI excludes cancelled orders",
        ),
        synonyms=names(
            "order_status state financial_status bestellstatus auftragsstatus zustand orderstatus "
            "statusname oxtransstatus auftrag_status"
        ),
        is_decisive=True,
        is_cut=True,
    ),
    Column(
        name="currency",
        type=ColumnType.CODE,
        meaning=Text(
            de="ISO-Code der Währung; ein Export enthält eine",
            en="ISO code of the currency; an export contains one",
        ),
        synonyms=names("currency_code waehrung währung"),
        is_decisive=True,
        is_cut=True,
    ),
    Column(
        name="refunded_amount",
        type=ColumnType.MONEY,
        meaning=Text(
            de="bisher erstatteter Betrag der Bestellung; im Export auch negativ",
            en="amount of the order refunded so far; may be negative in the export",
        ),
        synonyms=names(
            "amount_refunded refund_amount total_refunded order_refund_amount refund_total erstattet "
            "erstatteter_betrag erstattung erstattungsbetrag rueckerstattung rückerstattung refunded "
            "gutschrift"
        ),
        is_decisive=True,
        is_added=True,
    ),
    Column(
        name="refunded_at",
        type=ColumnType.TIMESTAMP,
        meaning=Text(
            de="Zeitpunkt der Erstattung, Ortszeit des Shops; bei mehreren der letzte",
            en="time of the refund, in the local time of the shop; the last one if there are several",
        ),
        synonyms=names(
            "refund_date refunded_on date_refunded erstattet_am erstattungsdatum rueckerstattungsdatum "
            "rückerstattungsdatum"
        ),
        is_decisive=True,
    ),
    Column(
        name="email",
        type=ColumnType.EMAIL,
        meaning=Text(
            de="E-Mail-Adresse des Kunden, für [identity] keys",
            en="e-mail address of the customer, for [identity] keys",
        ),
        synonyms=names(
            "e_mail mail customer_email email_address e_mail_address e_mail_adresse kunden_email "
            "billing_email email_billing contact_email buyer_email customeremail customer_e_mail "
            "oxbillemail emailadresse mailadresse"
        ),
    ),
    Column(
        name="phone",
        type=ColumnType.PHONE,
        meaning=Text(
            de="Telefonnummer des Kunden, für [identity] keys",
            en="telephone number of the customer, for [identity] keys",
        ),
        synonyms=names(
            "telephone phone_number customer_phone billing_phone telefon telefonnummer rufnummer mobile "
            "mobil handy oxbillfon tel"
        ),
    ),
    Column(
        name="shipping",
        type=ColumnType.MONEY,
        meaning=Text(de="vom Kunden gezahlte Versandkosten", en="shipping charged to the customer"),
        synonyms=names(
            "shipping_total shipping_amount shipping_cost shipping_costs shipping_price order_shipping "
            "versand versandkosten porto shipping_cost_inc_tax shippingcosts oxdelcost "
            "versandkosten_brutto"
        ),
        is_added=True,
    ),
    Column(
        name="tax",
        type=ColumnType.MONEY,
        meaning=Text(de="Steuer der Bestellung oder Zeile", en="tax on the order or row"),
        synonyms=names(
            "taxes tax_total tax_amount total_tax order_tax vat_amount steuer steuerbetrag umsatzsteuer "
            "mehrwertsteuer mwst_betrag"
        ),
        is_added=True,
    ),
    Column(
        name="discount",
        type=ColumnType.MONEY,
        meaning=Text(de="Rabatt auf die Bestellung oder Zeile", en="discount on the order or row"),
        synonyms=names(
            "discount_amount discount_total total_discount order_discount rabatt rabattbetrag nachlass "
            "oxdiscount coupon_value"
        ),
        is_added=True,
    ),
    Column(
        name="is_test",
        type=ColumnType.TEXT,
        meaning=Text(
            de="Testbestellung (ja, true, 1); sie zählt in keiner Kennzahl",
            en="whether it is a test order (yes, true, 1); every KPI excludes test orders",
        ),
        synonyms=names("test_order testorder is_test_order testbestellung ist_testbestellung testauftrag"),
        is_decisive=True,
    ),
    Column(
        name="customer_group",
        type=ColumnType.LABEL,
        meaning=Text(
            de="Kundengruppe, etwa Händler, für [orders] excluded_groups",
            en="customer group, such as Wholesale, for [orders] excluded_groups",
        ),
        synonyms=names("customergroup customer_group_name kundengruppe kunden_gruppe"),
        is_cut=True,
    ),
)

ORDERS = Export(
    name="orders",
    place=1,
    grain=Text(de="Bestellung oder Position einer Bestellung", en="order or line of an order"),
    noun="order",
    of=Of.ORDER,
    key=("order_id",),
    has_lines=True,
    day="ordered_at",
    amount="amount",
    amount_from=(("amount",), ("quantity", "unit_price")),
    columns=COLUMNS,
    identified_by=("order_id", "ordered_at"),
)

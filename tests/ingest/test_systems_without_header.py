"""Systems in which users choose the columns of an export: synonyms and --map must suffice to read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from loading import load

if TYPE_CHECKING:
    from pathlib import Path

JTL = """
Auftragsnummer;Externe Auftragsnummer;Auftragsdatum;Kundennummer;E-Mail;Auftragswert Brutto;Währung;Auftragsstatus;Versandkosten Brutto
AU24-1001;;05.03.2024 14:02:11;10023;Ada@Post.test;1.234,50;EUR;Versendet;4,90
"""  # noqa: E501  (the header of a wide list)
PLENTYMARKETS = """
OrderID;EntryDate;CustomerID;CustomerEmail;StatusName;InvoiceTotal;Currency;ShippingCosts
4711;2024-03-05 14:02:11;9;ada@post.test;[7] Warenausgang gebucht;1234.50;EUR;4.90
"""
BILLBEE = """
Bestellnummer;Bestelldatum;E-Mail-Adresse;Gesamtsumme;Währung;Status;Versandkosten
B-77;05.03.2024;ada@post.test;1.234,50;EUR;Bezahlt;4,90
"""
OXID = """
OXORDERNR,OXORDERDATE,OXUSERID,OXBILLEMAIL,OXTOTALORDERSUM,OXCURRENCY,OXTRANSSTATUS,OXDELCOST,OXSTORNO
12,2024-03-05 14:02:11,oxdefaultadmin9,ada@post.test,1234.5,EUR,OK,4.9,0
"""
BIGCOMMERCE = """
Order ID,Customer ID,Customer Email,Order Status,Date Created,Order Total (inc tax),Order Currency Code,Shipping Cost (inc tax)
105,31,ada@post.test,Completed,"Tue, 05 Mar 2024 13:02:11 +0000",1234.50,EUR,4.90
"""  # noqa: E501  (the header of a wide list)


@pytest.mark.parametrize(
    ("lines", "given", "order"),
    [
        (JTL, {}, ("AU24-1001", "10023", "2024-03-05 14:02:11", "Versendet")),
        (PLENTYMARKETS, {}, ("4711", "9", "2024-03-05 14:02:11", "[7] Warenausgang gebucht")),
        (BILLBEE, {}, ("B-77", "ada@post.test", "2024-03-05 00:00:00", "Bezahlt")),
        (OXID, {}, ("12", "oxdefaultadmin9", "2024-03-05 14:02:11", "OK")),
        (BIGCOMMERCE, {"time_zone": "Europe/Berlin"}, ("105", "31", "2024-03-05 14:02:11", "Completed")),
    ],
    ids=["jtl", "plentymarkets", "billbee", "oxid", "bigcommerce"],
)  # fmt: skip
def test_the_usual_columns_are_found(
    tmp_path: Path, lines: str, given: dict[str, Any], order: tuple[str, ...]
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(lines.lstrip(), "utf-8")
    loaded = load(path, **given)
    found = loaded.orders("order_id, customer_key, ordered_at, status, amount, shipping, currency")
    assert found == [(*order, "1234.5000", "4.9000", "EUR")]
    assert loaded.orders("email") == [None if lines is BILLBEE else "ada@post.test"]

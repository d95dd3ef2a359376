"""An invented shop whose orders hold what loaders stumble over.

It sells soap in Vienna: order lines, a guest, refunds in part and in full, a
cancelled and an unpaid order, a free sample, a foreign currency, and orders that
fall into another month or year in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

ZONE = "Europe/Vienna"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One product of an order."""

    sku: str
    name: str
    quantity: int
    price: Decimal

    @property
    def total(self) -> Decimal:
        return self.quantity * self.price


@dataclass(frozen=True, kw_only=True)
class Customer:
    """One customer, or a guest who left nothing."""

    number: int
    first: str = ""
    last: str = ""
    email: str = ""
    phone: str = ""
    zip: str = ""

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}".strip()

    @property
    def key(self) -> str:
        return self.email.strip().lower()


@dataclass(frozen=True, kw_only=True)
class Order:
    """One order."""

    number: int
    moment: datetime
    customer: Customer
    lines: tuple[Line, ...]
    shipping: Decimal = Decimal("0.00")
    discount: Decimal = Decimal("0.00")
    refunded: Decimal = Decimal("0.00")
    state: str = "paid"
    currency: str = "EUR"

    @property
    def local(self) -> datetime:
        return self.moment.astimezone(ZoneInfo(ZONE))

    @property
    def items(self) -> Decimal:
        return sum((line.total for line in self.lines), Decimal("0.00"))

    @property
    def total(self) -> Decimal:
        return self.items - self.discount + self.shipping

    @property
    def tax(self) -> Decimal:
        return (self.total / 6).quantize(Decimal("0.01"))


MILA = Customer(
    number=31, first="Mila", last="Böhm", email="mila@boehm.test", phone="+436641234567", zip="01010"
)
JONAS = Customer(number=32, first="Jonas", last="d'Arc, jun.", email="jonas@darc.test", zip="D02")
TOM = Customer(number=33, first="Tom", last='"Tommy" Weiß', email="tom@weiss.test", phone="0664 / 765 43 21")
AOIFE = Customer(number=34, first="Aoife", last="Byrne", email="aoife@byrne.test")
LIV = Customer(number=35, first="Liv", last="Smith", email="liv@smith.test", zip="EC1A")
GUEST = Customer(number=0)
PERSONS = (MILA, JONAS, TOM, AOIFE, LIV)


def soap(quantity: int) -> Line:
    return Line(sku="SEIFE-1", name='Seife "Fichte"; 100 g', quantity=quantity, price=Decimal("6.50"))


def oil(quantity: int) -> Line:
    return Line(sku="OEL-3", name="Öl, kalt gepresst", quantity=quantity, price=Decimal("19.90"))


def chest(quantity: int) -> Line:
    return Line(sku="TRUHE-9", name="Truhe", quantity=quantity, price=Decimal("1150.00"))


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


POST = Decimal("3.50")
ORDERS = (
    Order(
        number=5001, moment=moment("2024-03-31T00:30:00"), customer=MILA, lines=(soap(2), oil(1)),
        shipping=POST,
    ),
    Order(
        number=5002, moment=moment("2024-03-31T22:15:00"), customer=JONAS, lines=(oil(1),), shipping=POST,
        discount=Decimal("1.99"),
    ),
    Order(
        number=5003, moment=moment("2024-04-15T10:00:00"), customer=replace(MILA, email=" Mila@Boehm.TEST "),
        lines=(chest(1),), state="partially_refunded", refunded=Decimal("150.00"),
    ),
    Order(number=5004, moment=moment("2024-05-02T08:05:09"), customer=GUEST, lines=(soap(1),)),
    Order(
        number=5005, moment=moment("2024-05-03T12:00:00"), customer=TOM, lines=(oil(2),), shipping=POST,
        state="cancelled",
    ),
    Order(
        number=5006, moment=moment("2024-06-10T16:45:00"), customer=JONAS, lines=(oil(1),), shipping=POST,
        state="refunded", refunded=Decimal("23.40"),
    ),
    Order(
        number=5007, moment=moment("2024-07-01T06:00:00"), customer=TOM, lines=(soap(1),),
        discount=Decimal("6.50"),
    ),
    Order(
        number=5008, moment=moment("2024-12-31T23:30:00"), customer=AOIFE, lines=(soap(4), chest(1), oil(1)),
        state="pending",
    ),
    Order(number=5009, moment=moment("2025-01-02T17:00:00"), customer=LIV, lines=(soap(5),), currency="GBP"),
    Order(number=5010, moment=moment("2025-01-03T09:30:00"), customer=MILA, lines=(soap(3),), shipping=POST),
)  # fmt: skip

"""What happens in the shop, as plain records. Money is in cents."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from wieder.sample_shop.shop import vat

if TYPE_CHECKING:
    from datetime import date, datetime

    from wieder.sample_shop.shop import Category, Product


@dataclass(frozen=True, kw_only=True, slots=True)
class Habits:
    """How somebody buys. Not exported: it is what the analyses have to find out."""

    first_order_at: datetime
    country: str
    channel: str
    category: Category
    """What the first order is about."""
    appetite: float
    """Further products per basket, on average."""
    orders_per_year: float
    """After the first order, while the customer is alive and nothing else speeds it up."""
    lifetime_days: float
    joins: float
    """The probability of joining the loyalty programme with an order."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Customer:
    """Somebody with an account."""

    customer_id: str
    email: str
    first_name: str
    last_name: str
    birthday: date | None
    country: str
    zip: str
    registered_at: datetime
    newsletter_consent: bool
    acquisition_channel: str
    referred_by: str
    tags: str
    habits: Habits | None
    """None for a prospect, who never orders, and for those whose orders are scripted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One product of an order."""

    product: Product
    quantity: int
    discount: int

    @property
    def gross(self) -> int:
        """Cents before discount."""
        return self.product.price * self.quantity

    @property
    def amount(self) -> int:
        """Cents after discount."""
        return self.gross - self.discount


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """The parcel of an order."""

    carrier: str
    option: str
    shipped_on: date | None
    promised_on: date
    delivered_on: date | None
    """None while on its way, and for good if the parcel got lost."""
    late_by: int
    """Days after the promise; 0 if in time. Also for what the export cannot know yet."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Return:
    """Goods of one order line that came back."""

    line: Line
    position: int
    quantity: int
    reason: str
    received_on: date
    refunded_on: date | None
    refund: int
    """Cents; 0 until the money was paid back."""
    refund_days: int
    """Days from the goods' return to the refund, also for what the export cannot know yet."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Feedback:
    """An answer to a survey, or a complaint."""

    kind: str
    score: int | None
    channel: str
    created_at: datetime
    replied_at: datetime | None
    reply_hours: int
    """Hours to the first reply to a complaint, also for what the export cannot know yet; else 0."""
    comment: str


class Status(StrEnum):
    """Where an order stands when it is exported."""

    PAID = "paid"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"
    PARTIALLY_REFUNDED = "partially_refunded"


@dataclass(frozen=True, kw_only=True, slots=True)
class Points:
    """What an order did to the membership of its customer."""

    joined: bool = False
    earned: int = 0
    redeemed: int = 0
    tier: str = ""
    """The tier reached with this order, or empty."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """One order with everything that came of it."""

    customer_id: str
    """Empty for a guest."""
    ordered_at: datetime
    channel: str
    country: str
    lines: tuple[Line, ...]
    coupon: str
    shipping: int
    delivery: Delivery | None
    """None if the order was cancelled."""
    returns: tuple[Return, ...]
    feedback: tuple[Feedback, ...]
    points: Points

    @property
    def discount(self) -> int:
        """Cents taken off the merchandise."""
        return sum(line.discount for line in self.lines)

    @property
    def amount(self) -> int:
        """Cents of merchandise after discount, VAT included, shipping not."""
        return sum(line.amount for line in self.lines)

    @property
    def tax(self) -> int:
        """Cents of VAT contained in the amount."""
        return sum(vat(line.product.category, self.country, line.amount) for line in self.lines)

    @property
    def refunded(self) -> int:
        """Cents paid back so far."""
        return sum(item.refund for item in self.returns)

    @property
    def status(self) -> Status:
        """What the shop system says about the order."""
        if self.delivery is None:
            return Status.CANCELLED
        if self.refunded == 0:
            return Status.PAID
        return Status.REFUNDED if self.refunded == self.amount else Status.PARTIALLY_REFUNDED

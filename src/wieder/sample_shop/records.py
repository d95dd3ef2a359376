"""The events of the shop as plain records. Money is in cents."""

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
    """The buying habits of a customer. Not exported: analyses have to infer them."""

    first_order_at: datetime
    country: str
    channel: str
    category: Category
    """The main category of the first order."""
    appetite: float
    """Average number of further products per basket."""
    orders_per_year: float
    """Order rate after the first order and before dropout, without temporary effects."""
    lifetime_days: float
    joins: float
    """The probability of joining the loyalty programme with an order."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Customer:
    """A person with an account."""

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
    """None while in transit, and permanently if the parcel was lost."""
    late_by: int
    """Days after the promised day; 0 if on time. Known even if the delivery follows after the export."""


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
    """In cents; 0 until repaid."""
    refund_days: int
    """Days from receipt of the goods to the refund, known even if the refund follows after the export."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Feedback:
    """An answer to a survey, or a complaint."""

    kind: str
    score: int | None
    channel: str
    created_at: datetime
    replied_at: datetime | None
    reply_hours: int
    """Hours to the first reply to a complaint, even if it follows after the export; 0 for other kinds."""
    comment: str


class Status(StrEnum):
    """The status of an order at the time of the export."""

    PAID = "paid"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"
    PARTIALLY_REFUNDED = "partially_refunded"


@dataclass(frozen=True, kw_only=True, slots=True)
class Points:
    """The effect of an order on the membership of its customer."""

    joined: bool = False
    earned: int = 0
    redeemed: int = 0
    tier: str = ""
    """The tier reached with this order; empty if none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """One order with its delivery, returns, feedback and points."""

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
        """Cents deducted from the value of the goods."""
        return sum(line.discount for line in self.lines)

    @property
    def amount(self) -> int:
        """Value of the goods in cents after discount, including VAT and excluding shipping."""
        return sum(line.amount for line in self.lines)

    @property
    def tax(self) -> int:
        """Cents of VAT included in the amount."""
        return sum(vat(line.product.category, self.country, line.amount) for line in self.lines)

    @property
    def refunded(self) -> int:
        """Cents repaid so far."""
        return sum(item.refund for item in self.returns)

    @property
    def status(self) -> Status:
        """The status of the order in the shop system."""
        if self.delivery is None:
            return Status.CANCELLED
        if self.refunded == 0:
            return Status.PAID
        return Status.REFUNDED if self.refunded == self.amount else Status.PARTIALLY_REFUNDED

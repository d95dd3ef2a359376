"""The nine exports of the shop: their grain, the meaning of their columns, and their rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from wieder.sample_shop import shop
from wieder.sample_shop.effects import PROGRAMME_STARTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from wieder.sample_shop.records import Order
    from wieder.sample_shop.simulation import Sample

Row = tuple[object, ...]


@dataclass(frozen=True, kw_only=True)
class Table:
    """One file."""

    file: str
    grain: str
    """The meaning of a row."""
    columns: dict[str, str]
    """Column -> its meaning."""
    rows: Callable[[Sample], Iterator[Row]]


def _euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def _yes_no(fact: bool) -> str:  # noqa: FBT001 - it is the value to write
    return "yes" if fact else "no"


def order_id(index: int) -> str:
    """The number of the order with this index, counted from 0 in chronological order."""
    return f"B{100_001 + index}"


def numbered(sample: Sample) -> Iterator[tuple[str, Order]]:
    """The orders with their numbers, in chronological order."""
    for index, order in enumerate(sample.orders):
        yield order_id(index), order


def _orders(sample: Sample) -> Iterator[Row]:
    for number, order in numbered(sample):
        yield (
            number, order.customer_id, order.ordered_at, _euros(order.amount), order.status, shop.CURRENCY,
            order.channel, order.country, order.coupon, _euros(order.discount), _euros(order.shipping),
            _euros(order.tax), _euros(order.refunded),
        )  # fmt: skip


def _customers(sample: Sample) -> Iterator[Row]:
    for person in sample.customers:
        yield (
            person.customer_id, person.email, person.first_name, person.last_name, person.birthday,
            person.country, person.zip, person.registered_at, _yes_no(person.newsletter_consent),
            person.acquisition_channel, person.referred_by, person.tags,
        )  # fmt: skip


def _order_items(sample: Sample) -> Iterator[Row]:
    for number, order in numbered(sample):
        for position, line in enumerate(order.lines, start=1):
            yield (
                number, position, line.product.sku, line.product.name, line.product.category, line.quantity,
                _euros(line.product.price), _euros(line.discount),
            )  # fmt: skip


def _returns(sample: Sample) -> Iterator[Row]:
    for number, order in numbered(sample):
        for item in order.returns:
            yield (
                number, item.position, item.line.product.sku, item.quantity, item.reason, item.received_on,
                item.refunded_on, _euros(item.refund),
            )  # fmt: skip


def _deliveries(sample: Sample) -> Iterator[Row]:
    for number, order in numbered(sample):
        parcel = order.delivery
        if parcel is not None:
            yield (
                number, parcel.carrier, parcel.option, parcel.shipped_on, parcel.promised_on,
                parcel.delivered_on,
            )  # fmt: skip


def _feedback(sample: Sample) -> Iterator[Row]:
    for number, order in numbered(sample):
        for answer in order.feedback:
            yield (
                number, order.customer_id, answer.kind, answer.score, answer.channel, answer.created_at,
                answer.replied_at, answer.comment,
            )  # fmt: skip


def _campaigns(sample: Sample) -> Iterator[Row]:
    for customer_id, contact in sample.contacts:
        campaign = contact.campaign
        yield (
            campaign.campaign_id, campaign.name, "personal" if campaign.is_personal else "general",
            customer_id, contact.group, campaign.sent_at, _yes_no(contact.bounced), contact.opened_at,
            contact.clicked_at, contact.unsubscribed_at,
        )  # fmt: skip


def _memberships(sample: Sample) -> Iterator[Row]:
    for number, order in numbered(sample):
        points = order.points
        if points.joined:
            yield order.customer_id, order.ordered_at, "joined", "Basis", "", number
        if points.redeemed:
            yield order.customer_id, order.ordered_at, "redeemed", "", -points.redeemed, number
        if points.earned:
            yield order.customer_id, order.ordered_at, "earned", "", points.earned, number
        if points.tier:
            yield order.customer_id, order.ordered_at, "tier", points.tier, "", number


def _spend(sample: Sample) -> Iterator[Row]:
    for row in sample.spend:
        yield row.spent_on, row.channel, row.purpose, row.measure, _euros(row.amount), shop.CURRENCY


TABLES = (
    Table(
        file="orders.csv",
        grain="one row per order, in chronological order",
        columns={
            "order_id": "order number, ascending in time",
            "customer_id": "the account; empty for guests, who remain anonymous",
            "ordered_at": "local time of the shop (Europe/Berlin)",
            "amount": "goods after discount, including VAT, excluding shipping, before refunds",
            "status": "paid, cancelled, refunded (the whole amount) or partially_refunded",
            "currency": "EUR",
            "channel": "webshop, app or marketplace",
            "country": "DE, AT or CH",
            "coupon": "the code used, or empty; PUNKTE is a voucher bought with points",
            "discount": "already deducted from the amount",
            "shipping": "paid in addition to the amount; 0.00 is free shipping",
            "tax": "VAT included in the amount; 0.00 for deliveries to CH",
            "refunded_amount": "part of the amount repaid by the day of the export",
        },
        rows=_orders,
    ),
    Table(
        file="customers.csv",
        grain="one row per account; prospects have no order",
        columns={
            "customer_id": "six digits with leading zeros",
            "email": "at example.de or example.com, domains for examples only",
            "first_name": "invented",
            "last_name": "invented",
            "birthday": "empty if not given",
            "country": "DE, AT or CH",
            "zip": "five digits in DE with leading zeros, four in AT and CH",
            "registered_at": "local time; never after the first order",
            "newsletter_consent": "yes or no",
            "acquisition_channel": "organic, search_ads, social, affiliate or referral",
            "referred_by": "customer_id of the customer who referred this one, or empty",
            "tags": "community, or empty",
        },
        rows=_customers,
    ),
    Table(
        file="order_items.csv",
        grain="one row per product of an order; quantity x unit_price - discount adds up to its amount",
        columns={
            "order_id": "the order, including cancelled orders",
            "position": "line number within the order, from 1",
            "sku": "product number",
            "product": "product name, sometimes with quotes and commas",
            "category": "Tee, Kaffee, Gebäck, Küche or Geschenke",
            "quantity": "pieces",
            "unit_price": "list price, including VAT",
            "discount": "on the whole row",
        },
        rows=_order_items,
    ),
    Table(
        file="returns.csv",
        grain="one row per returned product of an order; refunds add up to its refunded_amount",
        columns={
            "order_id": "the order",
            "position": "its position in order_items.csv",
            "sku": "product number",
            "quantity": "pieces returned",
            "reason": "disliked, damaged, wrong_item, too_late or no_reason",
            "received_on": "day the goods arrived at the warehouse",
            "refunded_on": "day of the refund; empty if not yet refunded",
            "refund_amount": "the refund; 0.00 if not yet refunded",
        },
        rows=_returns,
    ),
    Table(
        file="deliveries.csv",
        grain="one row per order that was not cancelled, each sent as one parcel",
        columns={
            "order_id": "the order",
            "carrier": "Flink, Kutsche or Taube, all invented",
            "option": "home, locker, pickup or express",
            "shipped_on": "empty if not yet shipped",
            "promised_on": "delivered on time if on or before this day",
            "delivered_on": "empty if in transit or lost",
        },
        rows=_deliveries,
    ),
    Table(
        file="feedback.csv",
        grain="one row per answer or complaint; a survey follows every delivery, and most go unanswered",
        columns={
            "order_id": "the order",
            "customer_id": "empty for guests",
            "kind": "stars (1 to 5), nps (0 to 10) or complaint (no score)",
            "score": "on the scale of its kind",
            "channel": "mail, phone or chat",
            "created_at": "local time",
            "first_reply_at": "first reply to a complaint; empty if not yet answered",
            "comment": "free text, usually empty",
        },
        rows=_feedback,
    ),
    Table(
        file="campaigns.csv",
        grain="one row per campaign and selected customer, randomly assigned to treatment or holdout",
        columns={
            "campaign_id": "C1 to C6",
            "name": "shown to the customer",
            "kind": "general or personal",
            "customer_id": "a customer with consent and an earlier order",
            "group": "treated, or holdout (receives nothing)",
            "sent_at": "for the holdout: the time it would have been sent",
            "bounced": "yes if it could not be delivered",
            "opened_at": "empty if not opened",
            "clicked_at": "empty if not clicked",
            "unsubscribed_at": "empty if not unsubscribed",
        },
        rows=_campaigns,
    ),
    Table(
        file="memberships.csv",
        grain=f"one row per event of a member of the Kännchen-Club, which started on {PROGRAMME_STARTS}",
        columns={
            "customer_id": "the member",
            "at": "local time",
            "event": "joined, earned, redeemed or tier",
            "tier": "the tier reached by joining or a tier event: Basis, Silber or Gold",
            "points": "positive if earned, negative if redeemed; their sum is the balance",
            "order_id": "the order that caused it",
        },
        rows=_memberships,
    ),
    Table(
        file="spend.csv",
        grain="one row per day, channel, purpose and measure with costs",
        columns={
            "spent_on": "the day",
            "channel": "search_ads, social, affiliate, newsletter or programme",
            "purpose": "acquisition or retention",
            "measure": "a campaign_id, Versand, Kännchen-Club or empty",
            "amount": "excluding VAT",
            "currency": "EUR",
        },
        rows=_spend,
    ),
)


def as_text(value: object) -> str:
    """A cell as text: ISO dates, local times to the second, empty if unknown."""
    if value is None:
        return ""
    return value.isoformat(sep=" ") if isinstance(value, datetime) else str(value)

"""Parts of the examples: rows, the expected result of a load, and the notations of systems."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from example_shop import ZONE, Customer, Line, Order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime
    from decimal import Decimal

GERMAN_MONTHS = ("Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez")

Row = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class Example:
    """One export."""

    rows: Sequence[Row]
    truth: Row
    """Expected result of a load; `refused` if the file must be refused."""
    delimiter: str = ","
    suffix: str = "csv"
    encoding: str = "utf-8"
    quoting: Literal[0, 1, 3] = csv.QUOTE_MINIMAL
    before: str = ""
    after: Sequence[str] = field(default=())
    """Lines that are not records."""

    def content(self, header: Sequence[str]) -> bytes:
        text = io.StringIO()
        quote = None if self.quoting == csv.QUOTE_NONE else '"'
        writer = csv.writer(
            text, delimiter=self.delimiter, lineterminator="\n", quoting=self.quoting, quotechar=quote
        )
        writer.writerow(header)
        for row in self.rows:
            assert row.keys() <= set(header), row.keys() - set(header)
            writer.writerow([row.get(name, "") for name in header])
        return f"{self.before}{text.getvalue()}{''.join(self.after)}".encode(self.encoding)


def orders_truth(
    orders: Iterable[Order],
    *,
    amount: Callable[[Order], Decimal] = lambda order: order.total,
    key: Callable[[Order], str] = lambda order: order.customer.key,
    refunds: bool = True,
    states: bool = True,
    currency: bool = True,
    time_zone: bool = False,
) -> Row:
    """Expected result of loading these orders; with a currency column, of those in euro only."""
    kept = [order for order in orders if not currency or order.currency == "EUR"]
    total = sum((amount(order) for order in kept), start=0 * kept[0].total)
    truth: Row = {"table": "orders", "orders": len(kept), "amount": f"{total:.2f}"}
    truth["customers"] = len({key(order) for order in kept} - {""})
    truth["anonymous"] = sum(not key(order) for order in kept)
    truth["months"] = dict(Counter(order.local.strftime("%Y-%m") for order in kept))
    if refunds:
        truth["refunded"] = f"{sum(order.refunded for order in kept):.2f}"
    if states:
        truth["states"] = dict(Counter(order.state for order in kept))
    settings = {"currency": "EUR"} if currency else {}
    truth["settings"] = settings | ({"time_zone": ZONE} if time_zone else {})
    return truth


REFUSED: Row = {"refused": True}


def customers_truth(persons: Sequence[Customer]) -> Row:
    return {"table": "customers", "customers": len(persons)}


def lines(order: Order) -> Iterable[tuple[int, Line]]:
    return enumerate(order.lines)


def comma(amount: Decimal) -> str:
    return f"{amount:,.2f}".replace(",", "~").replace(".", ",").replace("~", ".")


def offset(time: datetime) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S %z")


def iso(time: datetime) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S")


def american(time: datetime) -> str:
    """Jan 3, 2025 10:30:00 AM"""
    return f"{time:%b} {time.day}, {time:%Y} {time.hour % 12 or 12}:{time:%M:%S %p}"


def german_day(time: datetime) -> str:
    return f"{time.day:02d}-{GERMAN_MONTHS[time.month - 1]}-{time:%y}"


def guarded(text: str) -> str:
    return f"'{text}" if text.startswith(("0", "+")) else text

"""A simulated shop whose customers buy at rates of their own and leave at random, for tests of forecasts."""

from __future__ import annotations

import random
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from shops import shop

if TYPE_CHECKING:
    from wieder.database import Connection

START, DAYS = date(2023, 1, 1), 400
END = START + timedelta(days=DAYS)
LEAVES = {"app": 0.1, "web": 0.3}
"""Probability of leaving after a purchase, by channel."""


@cache
def orders_of_leavers() -> tuple[tuple[Any, ...], ...]:
    """Rows for `shops.shop`: 600 customers of two channels, in 400 days."""
    chance = random.Random(5)  # noqa: S311 - reproducible, not secret
    rows: list[tuple[Any, ...]] = []
    for customer in range(600):
        day, rate = float(chance.randrange(300)), chance.gammavariate(0.8, 1 / 40)
        channel = "app" if customer % 2 else "web"
        while day < DAYS:
            when, amount = START + timedelta(days=int(day)), f"{chance.lognormvariate(3, 0.4):.2f}"
            rows.append((f"{len(rows)}", f"c{customer}", str(when), amount, {"channel": channel}))
            if chance.random() < LEAVES[channel]:
                break
            day += chance.expovariate(rate)
    return tuple(rows)


@cache
def shop_of_leavers() -> Connection:
    """The same shop in memory, once for all tests."""
    return shop(orders_of_leavers())


@cache
def export_of_leavers() -> str:
    """The same shop as an export."""
    lines = [
        f"{order},{customer},{when},{amount},{more['channel']}"
        for order, customer, when, amount, more in orders_of_leavers()
    ]
    return "\n".join(["order_id,customer_id,ordered_at,amount,channel", *lines, ""])

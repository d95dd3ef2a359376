"""The bridge from the rows of the exports to the orders behind the KPIs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from wieder.asking import building
from wieder.asking.asked import ask
from wieder.counting.bridge import bridge, coverage
from wieder.periods import Period

if TYPE_CHECKING:
    import polars as pl

    from wieder.asking.asked import Asked
    from wieder.asking.selection import Selection
    from wieder.asking.shop import Shop


@dataclass(frozen=True, kw_only=True)
class Reconciliation:
    """The bridge, with the currency and composition of its amounts."""

    bridge: pl.DataFrame
    """`bridge.SCHEMA`, for the days of the periods shown."""
    currency: str
    """ISO code; empty if the exports name none, or several."""
    amount_includes: tuple[str, ...] | None
    """Which of tax and shipping the amounts of the exports include; None if unknown."""


def reconcile(shop: Shop, selection: Selection) -> Reconciliation:
    """Return the bridge for the periods shown, even if no order is valid, and notify of its coverage.

    Raises the errors of `ask` if an order is valid, and UsageError for a span without orders.
    """
    if building.has_valid_orders(shop.classified):
        found = reconciled(ask(shop, selection))
    else:
        found = _reconciled(shop, Period(date.min, date.max), date.max)
    shop.notify(coverage(found.bridge))
    return found


def reconciled(asked: Asked) -> Reconciliation:
    """Return the bridge for the periods shown, without a notice."""
    shown = Period(asked.shown[0].start, asked.shown[-1].end)
    return _reconciled(asked.shop, shown, asked.as_of)


def _reconciled(shop: Shop, shown: Period, as_of: date) -> Reconciliation:
    return Reconciliation(
        bridge=bridge(shop.classified, shown, as_of),
        currency=shop.currency,
        amount_includes=shop.amount_includes,
    )

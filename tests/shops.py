"""Small shops from literal rows, and their results, for tests of everything above the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from declared_rows import FURTHER, staged_rows
from staging import order, stage
from wieder.asking.asked import ask as ask_shop
from wieder.asking.reconciliation import reconciled
from wieder.asking.selection import Selection
from wieder.asking.shop import Shop
from wieder.asking.witness import kpi_verifications
from wieder.config import OrderRules, Retention, Settings
from wieder.database import connect
from wieder.periods import PeriodKind
from wieder.questions.kpis import kpis_of
from wieder.store.merge import merge

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.asking.witness import Verification
    from wieder.database import Connection
    from wieder.notices import Notice
    from wieder.questions.kpis import Computed

LOADED_AT = datetime(2026, 1, 1, tzinfo=UTC)
TODAY = date(2030, 1, 1)


def shop(
    rows: Iterable[tuple[Any, ...]],
    customers: Sequence[Mapping[str, str]] = (),
    *,
    has_all_exports: bool = False,
) -> Connection:
    """Return a shop from rows `(order_id, customer, when, amount[, further columns as a dict])`.

    With all exports, every third order has a row in each further export.
    """
    con = connect()
    orders = [order(row[0], row[1], row[2], str(row[3]), **(row[4] if len(row) > 4 else {})) for row in rows]
    further = {export: staged_rows(export, orders[::3]) for export in FURTHER if has_all_exports}
    described = {"customers.csv": [dict(row) for row in customers]} if customers else {}
    stage(con, {"orders.csv": orders}, described, further=further)
    merge(con, LOADED_AT)
    return con


def known_shop(rows: Sequence[tuple[Any, ...]], customers: Sequence[Mapping[str, str]] = ()) -> Connection:
    """Return the shop of these rows, loaded once for all tests that only read it."""
    key = repr((rows, customers))
    if key not in _KNOWN:
        _KNOWN[key] = shop(rows, customers)
    return _KNOWN[key]


_KNOWN: dict[str, Connection] = {}


def silent(notice: Notice) -> None:
    """Ignore a notice."""


def settings(*, window: int = 180, occasion: Any = "order") -> Settings:
    """Return settings with the options that tests vary."""
    return Settings(orders=OrderRules(occasion=occasion), retention=Retention(window_days=window))


@dataclass(frozen=True)
class Found:
    """KPIs of a shop, and the selection behind them."""

    asked: Asked
    answer: Answer[Computed]

    @property
    def results(self) -> pl.DataFrame:
        """The results of the periods shown, with comparisons."""
        return self.answer.frame

    @property
    def bridge(self) -> pl.DataFrame:
        """The bridge from the exports to the KPIs."""
        return reconciled(self.asked).bridge


def ask(
    con: Connection, kind: PeriodKind = PeriodKind.ALL, options: Settings | None = None, **selection: Any
) -> Found:
    """Return the KPIs of a shop; dates may be ISO texts."""
    for name in ("as_of", "since", "until"):
        if isinstance(selection.get(name), str):
            selection[name] = date.fromisoformat(selection[name])
    shop = Shop(con, options or settings(), silent)
    asked = ask_shop(shop, Selection(kind=kind, **({"today": TODAY} | selection)))
    return Found(asked, kpis_of(asked))


def verifications(found: Found) -> tuple[Verification, ...]:
    """Return the verification of each KPI by its witness."""
    return tuple(kpi_verifications(found.asked, found.answer.behind.by_cut))


def row_of(
    results: pl.DataFrame, kpi: str, start: str | None = None, segment: str = "", dimension: str = ""
) -> dict[str, Any]:
    """Return the one result of a KPI for the period with first day `start`, or for the only period."""
    found = results.filter(kpi=kpi, segment=segment, dimension=dimension)
    if start:
        found = found.filter(pl.col("period_start") == date.fromisoformat(start))
    assert found.height == 1, f"{kpi}: {found.height} rows"
    return found.row(0, named=True)

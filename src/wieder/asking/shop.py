"""The shop behind all questions: it owns the connection and keeps its temporary views current."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from wieder.asking import building
from wieder.asking.compute import WHOLE, Cut
from wieder.counting.classify import classify
from wieder.database import frame, script
from wieder.marts.base import CutBy
from wieder.store.place import are_placed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import polars as pl

    from wieder.asking.building import Basis, Prepared
    from wieder.config import Settings
    from wieder.counting.classify import Classified
    from wieder.database import Connection
    from wieder.marts.base import Mart
    from wieder.notices import Notify
    from wieder.periods import Period


class Shop:
    """The canonical tables of a shop, and the settings that apply to them.

    Questions read the tables through temporary views, which belong to one basis and
    one sequence of periods at a time. The shop recreates them when a different basis or
    sequence is requested.
    """

    def __init__(self, con: Connection, settings: Settings, notify: Notify) -> None:
        self.settings = settings
        self.notify = notify
        self._con = con
        self._basis: Basis | None = None
        self._prepared: Prepared | None = None
        self._periods: tuple[Period, ...] | None = None
        self._made: set[str] = set()

    @property
    def connection(self) -> Connection:
        """The connection to the canonical tables, for code that reads no temporary view."""
        return self._con

    @cached_property
    def classified(self) -> Classified:
        """The connection, with every order classified. Raises UsageError for rules that cannot be applied."""
        return classify(self._con, self.settings, self.notify)

    @cached_property
    def currency(self) -> str:
        """ISO code; empty if the exports name none, or several."""
        if self.settings.report.currency:
            return self.settings.report.currency
        query = "select distinct currency from orders where currency is not null limit 2"
        rows = self._con.execute(query).fetchall()
        return str(rows[0][0]) if len(rows) == 1 else ""

    @cached_property
    def amount_includes(self) -> tuple[str, ...] | None:
        """Which of tax and shipping the amounts include: as set, or as in the formats of all exports.

        None if unknown, or if the exports differ.
        """
        if self.settings.orders.amount_includes is not None:
            return self.settings.orders.amount_includes
        columns = self._con.execute(script("asking/profile_columns")).fetchall()
        if ("amount_includes",) not in columns:
            return None  # a store of an older version
        found = self._con.execute(script("asking/amount_includes")).fetchall()
        return tuple(found[0][0]) if len(found) == 1 and found[0][0] is not None else None

    def has_exports_of(self, mart: Mart) -> bool:
        """Whether the shop has rows of every further export that the mart reads."""
        return all(building.has_rows(self._con, name) for name in mart.exports)

    def query(
        self,
        basis: Basis,
        name: str,
        parameters: dict[str, Any] | None = None,
        periods: Sequence[Period] | None = None,
        after: Sequence[str] = (),
    ) -> pl.DataFrame:
        """Return the result of `NAME.sql` over the views of this basis, and of these periods if given.

        The scripts in `after` run first and create further views for it.
        """
        con = self.prepared(basis, periods)
        for step in after:
            con.execute(script(step))
        return frame(con, script(name), parameters)

    def query_over(
        self, basis: Basis, table: str, name: str, parameters: dict[str, Any] | None = None
    ) -> pl.DataFrame:
        """Return the result of `NAME.sql`, which also reads the table of `TABLE.sql`, made once per basis."""
        con = self.prepared(basis)
        if table not in self._made:
            con.execute(script(table))
            self._made.add(table)
        return frame(con, script(name), parameters)

    def marts(
        self, basis: Basis, marts: Iterable[Mart], periods: Sequence[Period]
    ) -> Mapping[Mart, pl.DataFrame]:
        """Return the marts for these periods, each with its declared columns."""
        return building.build(self.prepared(basis, periods), marts)

    def cuts(self, basis: Basis) -> tuple[Cut, ...]:
        """Return the whole shop, then its segments if the basis has a dimension."""
        if not basis.dimension.columns:
            return (WHOLE,)
        by_order, by_customer = (basis.dimension.name(one) for one in (CutBy.ORDER, CutBy.FIRST_ORDER))
        labels = building.segment_labels(self.prepared(basis))
        return (WHOLE, Cut(labels=labels, of_orders=by_order, of_customers=by_customer))

    def prepared(self, basis: Basis, periods: Sequence[Period] | None = None) -> Prepared:
        """Return the connection with the views of this basis, and of these periods if given."""
        con = self._of_basis(basis)
        if periods is not None and self._periods != (wanted := tuple(periods)):
            building.set_periods(con, wanted)
            self._periods = wanted
        return con

    def _of_basis(self, basis: Basis) -> Prepared:
        if self._prepared is not None and self._basis == basis:
            return self._prepared
        self._basis = self._periods = self._prepared = None
        self._made.clear()
        is_placed = are_placed(self._con, self.settings)
        occasion = self.settings.orders.occasion
        self._prepared = building.prepare(self.classified, basis, occasion, are_placed=is_placed)
        self._basis = basis
        return self._prepared

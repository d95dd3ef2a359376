"""One selection of a shop, and the frames that answers are computed from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import polars as pl

from wieder.asking import building
from wieder.asking.answer import Answer
from wieder.asking.building import Basis
from wieder.asking.compute import WHOLE
from wieder.asking.dimensions import resolve_dimension
from wieder.asking.selection import periods_of, shown_periods
from wieder.asking.table import as_table, cut_rows
from wieder.counting.window import choose_window
from wieder.database import frame, script
from wieder.errors import DataError
from wieder.kpis import REGISTRY
from wieder.kpis.base import Scope
from wieder.marts.base import CutBy
from wieder.notices import Notice, discard
from wieder.periods import Period, PeriodKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from wieder.asking.building import Prepared, Span
    from wieder.asking.compute import Cut
    from wieder.asking.selection import Selection
    from wieder.asking.shop import Shop
    from wieder.asking.table import Table
    from wieder.config import Settings
    from wieder.counting.classify import Classified
    from wieder.kpis.base import Kpi
    from wieder.marts.base import Mart
    from wieder.notices import Notify

    Rows = Callable[[pl.DataFrame, Scope], pl.DataFrame]

B = TypeVar("B")
USUAL_GAP_SHARE = 0.9


@dataclass(frozen=True, kw_only=True, eq=False)
class Asked:
    """One selection of a shop, as questions read it.

    Every frame comes from the orders of this selection alone, whatever the order of
    the calls. Attributes that need periods raise UsageError if the span contains none.
    """

    shop: Shop
    basis: Basis
    selection: Selection
    notify: Notify
    """Receives notices about the answer."""
    given: tuple[Period, ...] | None = None
    """Periods that replace those of the selection; None: those of the selection."""

    @property
    def settings(self) -> Settings:
        """The settings of this run."""
        return self.shop.settings

    @property
    def currency(self) -> str:
        """ISO code; empty if the exports name none, or several."""
        return self.shop.currency

    @property
    def as_of(self) -> date:
        """The report date: orders before this day count (exclusive end)."""
        return self.basis.as_of

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """All periods since the start of the history: those shown, and earlier ones for comparison."""
        if self.given is not None:
            return self.given
        return periods_of(self.selection, self.basis.history_start, self.as_of)

    @cached_property
    def shown(self) -> tuple[Period, ...]:
        """The requested periods."""
        if self.given is not None:
            return self.given
        return shown_periods(self.periods, self.selection, self.basis.history_start, self.as_of)

    @property
    def shown_span(self) -> Period:
        """The span from the first to the last day shown; it ends at the report date at the latest."""
        return Period(self.shown[0].start, min(self.shown[-1].end, self.as_of))

    @cached_property
    def scope(self) -> Scope:
        """The periods, cut-off date and rules that marts and KPIs are computed with."""
        return Scope(
            periods=self.periods,
            history_start=self.basis.history_start,
            as_of=self.as_of,
            window_days=self.basis.window_days,
            maximum_lifetime_years=self.basis.maximum_lifetime_years,
        )

    @cached_property
    def cuts(self) -> tuple[Cut, ...]:
        """The whole shop, then its segments if the selection has a dimension."""
        return self.shop.cuts(self.basis) if self.selection.by else (WHOLE,)

    @cached_property
    def whole_span(self) -> Asked:
        """The same orders as one period."""
        return replace(self, selection=replace(self.selection, kind=PeriodKind.ALL), given=None)

    @cached_property
    def whole_shop(self) -> Asked:
        """The same orders without segments."""
        return replace(self, selection=replace(self.selection, by=(), top=None))

    @cached_property
    def all_periods(self) -> Asked:
        """The same orders in every period, including the incomplete one; a whole span stays as it is."""
        kind = self.selection.kind
        return self if kind is PeriodKind.ALL else self.cut_by(kind)

    @cached_property
    def by_time(self) -> Asked:
        """The same orders in every period; months replace a whole span."""
        kind = self.selection.kind
        return self.cut_by(PeriodKind.MONTH if kind is PeriodKind.ALL else kind)

    @cached_property
    def silent(self) -> Asked:
        """The same selection without notices, for callers that have already shown them."""
        return replace(self, notify=discard)

    def over(self, *periods: Period) -> Asked:
        """The same orders in the given periods, all of which are shown."""
        return replace(self, given=periods)

    def cut_by(self, kind: PeriodKind) -> Asked:
        """The same orders in all periods of this kind, including the incomplete one."""
        selection = replace(self.selection, kind=kind, since=None, until=None, incomplete=True)
        return replace(self, selection=selection, given=None)

    def query(self, name: str, *, after: Sequence[str] = (), **parameters: Any) -> pl.DataFrame:
        """Return the result of `NAME.sql` over the orders; it must not read periods.

        The scripts in `after` run first and create further views for it.
        """
        return self.shop.query(self.basis, name, parameters or None, after=after)

    def query_by_period(self, name: str, *, after: Sequence[str] = (), **parameters: Any) -> pl.DataFrame:
        """Return the result of `NAME.sql` over the orders and all periods; `after` as for `query`."""
        return self.shop.query(self.basis, name, parameters or None, self.periods, after)

    def query_over(self, table: str, name: str, **parameters: Any) -> pl.DataFrame:
        """Return the result of `NAME.sql`, which also reads the table that `TABLE.sql` creates."""
        return self.shop.query_over(self.basis, table, name, parameters or None)

    def declared(self, sql: str, *, after: Sequence[str] = (), **parameters: Any) -> pl.DataFrame:
        """Return the result of SQL that an object declares, or that a question completed with quoted names.

        It may read the orders, all periods, and the views that the scripts in `after` create.
        """
        con = self.connected(self.periods)
        for name in after:
            con.execute(script(name))
        return frame(con, sql, parameters or None)

    def marts(self, marts: Iterable[Mart]) -> Mapping[Mart, pl.DataFrame]:
        """Return the marts for all periods, each with its declared columns."""
        return self.shop.marts(self.basis, marts, self.periods)

    def mart(self, mart: Mart) -> pl.DataFrame:
        """Return one mart for all periods."""
        return self.marts([mart])[mart]

    def has_exports_of(self, marts: Iterable[Mart]) -> bool:
        """Whether the shop has rows of every export that these marts read."""
        return all(self.shop.has_exports_of(mart) for mart in marts)

    def require(self, marts: Iterable[Mart]) -> None:
        """Raise DataError if one of these marts reads an export of which the shop has no rows."""
        for mart in marts:
            if not self.shop.has_exports_of(mart):
                exports = " and ".join(mart.exports)
                raise DataError(
                    f"this command needs an export of {exports}, and there is none",
                    f"give its file with the orders; `wieder formats {mart.exports[0]}` lists its columns",
                )

    @cached_property
    def kpis(self) -> tuple[Kpi, ...]:
        """Every KPI whose exports the shop has."""
        return tuple(
            kpi for kpi in REGISTRY.values() if kpi.mart is None or self.shop.has_exports_of(kpi.mart)
        )

    def warn_of_truncated_history(self) -> None:
        """Notify if customers who look new may have ordered before the data begin.

        First orders are trusted once the data are as old as the 90 % quantile of gaps between purchases.
        """
        if self.settings.orders.complete_history:
            return
        gap = building.gap_quantile(self.connected(), USUAL_GAP_SHARE)
        begin = self.basis.history_start
        if gap is not None and self.shown[0].start < begin + timedelta(days=gap):
            self.notify(_unknown_past(begin, begin + timedelta(days=gap)))

    def tabulated(self, table: Table, mart: Mart, rows: Rows) -> Answer[None]:
        """Return `table` for the periods shown: `rows` of the mart, for the whole shop and each cut."""
        made, cuts = self.mart(mart), (WHOLE,) if mart.cut_by is CutBy.SHOP else self.cuts
        frames = [as_table(rows(cut_rows(made, cut), self.scope), table, cut) for cut in cuts]
        is_shown = pl.col("period_start").is_in([period.start for period in self.shown])
        found = pl.concat(frames).filter(is_shown)
        return self.answer(table, found, behind=None, periods=self.shown, cuts=cuts)

    def connected(self, periods: Sequence[Period] | None = None) -> Prepared:
        """Return the connection with the views of this selection; only the engine and witnesses use it."""
        return self.shop.prepared(self.basis, periods)

    def answer(
        self,
        table: Table,
        rows: pl.DataFrame,
        *,
        behind: B,
        periods: Sequence[Period] | None = None,
        cuts: Sequence[Cut] | None = None,
    ) -> Answer[B]:
        """Return `rows` as the answer, by default with the periods and cuts of this selection."""
        return Answer(
            table=table,
            frame=rows,
            scope=self.scope,
            kind=self.selection.kind,
            shown=self.shown,
            cuts=self.cuts if cuts is None else tuple(cuts),
            periods=self.periods if periods is None else tuple(periods),
            currency=self.currency,
            behind=behind,
        )


def ask(shop: Shop, selection: Selection) -> Asked:
    """Return the selection of the shop, with the report date and the activity window resolved.

    Raises DataError unless a valid order is older than the report date, and UsageError for
    an unknown column.
    """
    con = shop.classified
    orders = building.span(con)
    as_of = selection.as_of or _last_complete_day(orders, selection.today, shop.notify)
    if as_of <= orders.first_day:
        raise DataError(
            f"there is no valid order before the report date {as_of}; first order: {orders.first_day}",
            f"set a later report date, such as --as-of {orders.first_day + timedelta(days=1)}",
        )
    basis = Basis(
        history_start=orders.first_day,
        as_of=as_of,
        window_days=_window_days(shop, con, orders.first_day, as_of),
        maximum_lifetime_years=shop.settings.retention.maximum_lifetime_years,
        dimension=resolve_dimension(con, selection.by, selection.top),
    )
    return Asked(shop=shop, basis=basis, selection=selection, notify=shop.notify)


def _window_days(shop: Shop, con: Classified, history_start: date, as_of: date) -> int:
    """Return the window from the settings, or one derived from the data; a notice explains that choice."""
    window_days = shop.settings.retention.window_days
    if window_days != "auto":
        return window_days
    choice = choose_window(frame(con, script("asking/order_gaps"), {"as_of": as_of}), history_start, as_of)
    if choice is None:
        raise DataError(
            "no customer ordered on two days, so the activity window cannot be derived from the data",
            "set one, such as --window 180",
        )
    shop.notify(choice.notice)
    return choice.days


def _last_complete_day(orders: Span, today: date, notify: Notify) -> date:
    """Return the end of the last complete day: only a later order proves that a day is over."""
    if orders.last_day > today:
        notify(
            Notice(
                "future-orders",
                f"report date {today} (exclusive): orders with later dates are left out",
                "set another report date with --as-of DAY",
                values={"day": today},
            )
        )
        return today
    omitted = f"its orders ({orders.orders_on_last_day}) are left out"
    next_day = orders.last_day + timedelta(days=1)
    notify(
        Notice(
            "as-of",
            f"report date {orders.last_day} (exclusive): the last day with orders may not be over; {omitted}",
            f"include them with --as-of {next_day}",
            values={"day": orders.last_day, "n": orders.orders_on_last_day, "next_day": next_day.isoformat()},
        )
    )
    return orders.last_day


def _unknown_past(begin: date, trusted: date) -> Notice:
    doubt = f"customers who ordered before count as new: too many until about {trusted}"
    remedy = f"start with --from {trusted}; if no order is older, set complete_history = true in [orders]"
    values = {"begin": begin, "trusted": trusted, "since": trusted.isoformat()}
    return Notice("history-start", f"the data begin on {begin}; {doubt}", remedy, values=values)

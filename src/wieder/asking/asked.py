"""One selection of a shop: what is known of it, and the frames that answers are made from."""

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
from wieder.notices import Notice, unheard
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
    """A shop of which one selection is asked.

    Every frame is made from the orders of just this selection, in whatever order
    questions are put. Attributes that need periods raise UsageError where none lies in
    the span.
    """

    shop: Shop
    basis: Basis
    selection: Selection
    notify: Notify
    """Where remarks about the answer go."""
    given: tuple[Period, ...] | None = None
    """Periods instead of those of the selection."""

    @property
    def settings(self) -> Settings:
        """The rules of this run."""
        return self.shop.settings

    @property
    def currency(self) -> str:
        """ISO code; empty where the export names none, or several."""
        return self.shop.currency

    @property
    def as_of(self) -> date:
        """The first day that is not known any more (exclusive end)."""
        return self.basis.as_of

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """All periods since the history began: those shown, and earlier ones to compare with."""
        if self.given is not None:
            return self.given
        return periods_of(self.selection, self.basis.history_start, self.as_of)

    @cached_property
    def shown(self) -> tuple[Period, ...]:
        """The periods that the user asked for."""
        if self.given is not None:
            return self.given
        return shown_periods(self.periods, self.selection, self.basis.history_start, self.as_of)

    @property
    def shown_span(self) -> Period:
        """From the first day to the last of what is shown."""
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
        """The whole shop, and the segments if some were asked for."""
        return self.shop.cuts(self.basis) if self.selection.by else (WHOLE,)

    @cached_property
    def whole_span(self) -> Asked:
        """The same orders, not cut by time."""
        return replace(self, selection=replace(self.selection, kind=PeriodKind.ALL), given=None)

    @cached_property
    def whole_shop(self) -> Asked:
        """The same orders, not cut by segments."""
        return replace(self, selection=replace(self.selection, by=(), top=None))

    @cached_property
    def all_periods(self) -> Asked:
        """The same orders in every period, also in those that are not over; a whole span stays as it is."""
        kind = self.selection.kind
        return self if kind is PeriodKind.ALL else self.cut_by(kind)

    @cached_property
    def by_time(self) -> Asked:
        """The same orders in every period; in months where time is not cut."""
        kind = self.selection.kind
        return self.cut_by(PeriodKind.MONTH if kind is PeriodKind.ALL else kind)

    @cached_property
    def unheard(self) -> Asked:
        """The same, with remarks that nobody hears: for whoever was told already."""
        return replace(self, notify=unheard)

    def over(self, *periods: Period) -> Asked:
        """The same orders in these periods, all of which are shown."""
        return replace(self, given=periods)

    def cut_by(self, kind: PeriodKind) -> Asked:
        """The same orders in all periods of this kind, also in those that are not over."""
        selection = replace(self.selection, kind=kind, since=None, until=None, incomplete=True)
        return replace(self, selection=selection, given=None)

    def query(self, name: str, *, after: Sequence[str] = (), **parameters: Any) -> pl.DataFrame:
        """The result of `NAME.sql` over the orders, where it does not read periods.

        The scripts `after` which it runs make further views that it reads.
        """
        return self.shop.query(self.basis, name, parameters or None, after=after)

    def query_by_period(self, name: str, *, after: Sequence[str] = (), **parameters: Any) -> pl.DataFrame:
        """The same over the orders and all periods."""
        return self.shop.query(self.basis, name, parameters or None, self.periods, after)

    def query_over(self, table: str, name: str, **parameters: Any) -> pl.DataFrame:
        """The result of `NAME.sql`, which also reads the table that `TABLE.sql` makes of the orders."""
        return self.shop.query_over(self.basis, table, name, parameters or None)

    def declared(self, sql: str, *, after: Sequence[str] = (), **parameters: Any) -> pl.DataFrame:
        """The result of SQL that an object declares, or whose places a question has filled with quoted names.

        It may read the orders, all periods, and what the scripts `after` make.
        """
        con = self.connected(self.periods)
        for name in after:
            con.execute(script(name))
        return frame(con, sql, parameters or None)

    def marts(self, marts: Iterable[Mart]) -> Mapping[Mart, pl.DataFrame]:
        """The marts for all periods, each with the columns that it declares."""
        return self.shop.marts(self.basis, marts, self.periods)

    def mart(self, mart: Mart) -> pl.DataFrame:
        """One of them."""
        return self.marts([mart])[mart]

    def knows(self, marts: Iterable[Mart]) -> bool:
        """Whether the shop has every export that these marts read."""
        return all(self.shop.knows(mart) for mart in marts)

    def require(self, marts: Iterable[Mart]) -> None:
        """Raise DataError if the shop lacks an export that one of these marts reads."""
        for mart in marts:
            if not self.shop.knows(mart):
                exports = " and ".join(mart.exports)
                raise DataError(
                    f"this needs an export of {exports}, and none was loaded",
                    f"load one beside the orders: `wieder formats {mart.exports[0]}` shows its columns",
                )

    @cached_property
    def kpis(self) -> tuple[Kpi, ...]:
        """Every KPI whose exports the shop has."""
        return tuple(kpi for kpi in REGISTRY.values() if kpi.mart is None or self.shop.knows(kpi.mart))

    def warn_of_unknown_past(self) -> None:
        """Say that who is first seen soon after the data begin may be an old customer.

        Nine of ten gaps between purchases must have passed before new customers are believed.
        """
        if self.settings.orders.complete_history:
            return
        gap = building.gap_quantile(self.connected(), USUAL_GAP_SHARE)
        begin = self.basis.history_start
        if gap is not None and self.shown[0].start < begin + timedelta(days=gap):
            self.notify(_unknown_past(begin, begin + timedelta(days=gap)))

    def tabulated(self, table: Table, mart: Mart, rows: Rows) -> Answer[None]:
        """`table` of the periods shown: `rows` of the mart, for the whole shop and for each cut."""
        made, cuts = self.mart(mart), (WHOLE,) if mart.cut_by is CutBy.SHOP else self.cuts
        frames = [as_table(rows(cut_rows(made, cut), self.scope), table, cut) for cut in cuts]
        is_shown = pl.col("period_start").is_in([period.start for period in self.shown])
        found = pl.concat(frames).filter(is_shown)
        return self.answer(table, found, behind=None, periods=self.shown, cuts=cuts)

    def connected(self, periods: Sequence[Period] | None = None) -> Prepared:
        """The connection with the views of this selection, for the engine alone."""
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
        """`rows` as the answer, of the periods and cuts of this selection unless others are given."""
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
    """The selection of the shop, with the as-of day and the activity window settled.

    Raises DataError if no order is valid and older than the as-of day, UsageError for
    a column that is not there.
    """
    con = shop.classified
    orders = building.span(con)
    as_of = selection.as_of or _last_complete_day(orders, selection.today, shop.notify)
    if as_of <= orders.first_day:
        raise DataError(
            f"no valid order is older than the as-of day {as_of}: the first is of {orders.first_day}",
            "give a later --as-of",
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
    """The window that was set, or the one that the data give; both candidates are said with the reason."""
    window_days = shop.settings.retention.window_days
    if window_days != "auto":
        return window_days
    choice = choose_window(frame(con, script("asking/order_gaps"), {"as_of": as_of}), history_start, as_of)
    if choice is None:
        raise DataError(
            "no customer ordered on two days, so the data say nothing about a window",
            "give one, such as --window 180",
        )
    shop.notify(choice.notice)
    return choice.days


def _last_complete_day(orders: Span, today: date, notify: Notify) -> date:
    """The end of the last day that is surely complete: only a later order proves that a day is over."""
    if orders.last_day > today:
        notify(
            Notice(
                "future-orders",
                f"as of {today}: orders dated later are left out",
                "set another day with --as-of",
                values={"day": today},
            )
        )
        return today
    last = f"{orders.last_day}, the day of the last order, may not be over"
    left_out = f"its {orders.orders_on_last_day} orders are left out"
    next_day = orders.last_day + timedelta(days=1)
    notify(
        Notice(
            "as-of",
            f"as of {orders.last_day} (exclusive): {last}, and {left_out}",
            f"--as-of {next_day} counts them",
            values={"day": orders.last_day, "n": orders.orders_on_last_day, "next_day": next_day.isoformat()},
        )
    )
    return orders.last_day


def _unknown_past(begin: date, trusted: date) -> Notice:
    doubt = f"who ordered before then counts as new; until about {trusted} new customers are too many"
    remedy = (
        f"--from {trusted} leaves that time out; complete_history = true in [orders] says that nobody did"
    )
    values = {"begin": begin, "trusted": trusted, "since": trusted.isoformat()}
    return Notice("history-start", f"the data begin on {begin}, and {doubt}", remedy, values=values)

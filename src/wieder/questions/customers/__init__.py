"""The list of customers: who they are, what to expect of them, and whom a letter may go to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from wieder.asking.options import option
from wieder.asking.question import Chapter, Heed, Question
from wieder.asking.view import View
from wieder.errors import UsageError
from wieder.marts.frames import pl
from wieder.periods import PeriodKind, period_at
from wieder.questions.customers.audience import (
    Audience,
    audience_rows,
    further_columns,
    named_segments,
    refuse_unknown_columns,
    told_columns,
)
from wieder.questions.customers.pseudonyms import PseudonymOptions
from wieder.questions.customers.rows import ShopGaps, customer_rows, customers_table, with_expected_order
from wieder.questions.segments.options import THRESHOLDS_FILE, SegmentOptions, unheard_window
from wieder.questions.segments.schemes import scheme_of, usual_schemes
from wieder.questions.segments.told import notice_other_lookback, tell_apart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.asking.grid import Grid
    from wieder.asking.selection import Selection
    from wieder.asking.table import Table
    from wieder.config import Settings
    from wieder.locale.text import Lang
    from wieder.questions.segments.schemes import Scheme
    from wieder.questions.segments.told import Told

SHOWN_CUSTOMERS = 50
"""Readers see so many; files for programs hold all."""


@dataclass(frozen=True, kw_only=True)
class AudienceOptions:
    """Which customers are listed, and what is told of them."""

    segment: list[str] | None = option(
        "--segment", metavar="NAME", help="Only this segment, such as 'At risk'."
    )
    consent: str | None = option(
        "--consent", metavar="COLUMN", help="Only who said yes in this customer column."
    )
    upcoming: int | None = option(
        "--upcoming",
        metavar="DAYS",
        minimum=1,
        maximum=366,
        help="Only who has a birthday or anniversary soon.",
    )
    columns: str | None = option(
        "--columns", metavar="COLUMN,...", help="Also these columns of the customers."
    )


@dataclass(frozen=True, kw_only=True)
class CustomerOptions(SegmentOptions, PseudonymOptions, AudienceOptions):
    """Which customers are listed, and by what they are told apart."""

    @cached_property
    def audience(self) -> Audience:
        """Whom the options ask for. Raises UsageError for a file that cannot be used."""
        return Audience(
            segments=tuple(self.segment or ()),
            consent=self.consent,
            upcoming=self.upcoming,
            columns=tuple(name for part in (self.columns or "").split(",") if (name := part.strip())),
            key=self.key,
            thresholds=self.frozen,
        )


def _refuse(options: CustomerOptions, selection: Selection, settings: Settings) -> None:
    """Raise UsageError for a file that cannot be used, and for a previous segment without a period."""
    del settings
    _ = options.audience
    if selection.kind is PeriodKind.ALL:
        raise UsageError("the previous segment needs a period", "choose --period month or another one")


def customers_of(asked: Asked, audience: Audience) -> Answer[Told]:
    """One row per customer of the audience, sorted by key.

    The previous segment is of the last end of a period of the selection. Raises UsageError for a
    segment or column that is not there, and what `scheme_of` and `tell_apart` raise.
    """
    whole = asked.whole_span.whole_shop
    scheme = scheme_of(asked.settings.segments, whole.scope.window_days)
    wanted = named_segments(audience.segments, scheme)
    refuse_unknown_columns(whole, audience)
    notice_other_lookback(whole, audience.thresholds)
    told = tell_apart(whole, whole.as_of, scheme, audience.thresholds)
    begin = period_at(whole.as_of - timedelta(days=1), asked.selection.kind).start
    before = tell_apart(whole, begin, scheme, told.thresholds)
    rows = customer_rows(told.customers, before.customers, scheme)
    if wanted:
        rows = rows.filter(pl.col("customer_segment").is_in(wanted))
    rows = told_columns(_with_rhythm(whole, audience_rows(whole, rows, audience)), audience)
    return whole.answer(_table(asked, scheme, audience), rows, behind=told, periods=whole.shown)


def _with_rhythm(asked: Asked, rows: pl.DataFrame) -> pl.DataFrame:
    """With the key of each customer, and when the next order is expected."""
    median, usual = asked.query("questions/customers/shop_gaps").row(0)
    of_shop = None if median is None else ShopGaps(median_days=median, usual_days=usual)
    keyed = rows.join(asked.query("questions/keys_of_customers"), on="customer")
    return with_expected_order(keyed, asked.query("questions/customers/customer_gaps"), of_shop)


def _table(asked: Asked, scheme: Scheme, audience: Audience) -> Table:
    further = tuple(further_columns(audience).values())
    return customers_table(scheme, asked.settings.segments, audience.thresholds, further)


def _answer(asked: Asked, options: CustomerOptions) -> Answer[Told]:
    options.warn_of_readers(asked.notify)
    return customers_of(asked, options.audience)


def customers_view(answer: Answer[Told], options: CustomerOptions, lang: Lang) -> View:
    """All customers for programs, the first ones for readers."""
    del options

    def grids() -> Sequence[Grid]:
        from wieder.questions.segments.grids import with_localised_segments
        from wieder.writing.grids import table_grid

        first = with_localised_segments(answer.frame.head(SHOWN_CUSTOMERS), answer.behind.scheme, lang)
        grid = table_grid(first, answer.table, lang, answer.currency)
        n_all = answer.frame.height
        return [grid if n_all == first.height else replace(grid, title=_title(first.height, n_all, lang))]

    return View(frame=answer.frame, grids=grids)


def _title(n_shown: int, n_all: int, lang: Lang) -> str:
    """How many of all customers are shown."""
    from wieder.locale import texts
    from wieder.writing.numbers import numbers_for

    counts = numbers_for(lang).count
    return texts(lang)("customers.first", shown=counts(n_shown), all=counts(n_all))


def _tables() -> tuple[Table, ...]:
    return tuple(customers_table(scheme, settings, None) for scheme, settings in usual_schemes())


QUESTION = Question(
    id="customers",
    place=32,
    chapter=Chapter.CUSTOMERS,
    help="List customers for the CRM and the mail tool.\n\nOne row each: orders, revenue, scores, segment, when the next order is expected. Nothing personal is told but the key, unless --columns asks for it. The previous segment is that at the last end of --period.",
    examples=(
        "customers orders.csv customers.csv --segment 'At risk' -o at_risk.csv",
        "customers orders.csv --scheme lifecycle --period quarter",
    ),
    options=CustomerOptions,
    heeds=frozenset({Heed.PERIOD, Heed.AS_OF, Heed.WINDOW}),
    usual=PeriodKind.MONTH,
    refuse=_refuse,
    unheard=unheard_window,
    answer=_answer,
    view=customers_view,
    tables=_tables,
    witnessed=lambda asked: [customers_of(asked.by_time, Audience())],
    is_private=True,
    companion=THRESHOLDS_FILE,
)

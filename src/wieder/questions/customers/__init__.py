"""The customer list: profile, segment, expected next order, and filters for mailings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from wieder.asking.options import Completes, option
from wieder.asking.question import Chapter, Question, Selector
from wieder.asking.view import View
from wieder.errors import UsageError
from wieder.marts.frames import pl
from wieder.periods import PeriodKind, period_at
from wieder.questions.customers.audience import (
    Audience,
    audience_rows,
    further_columns,
    listed_columns,
    named_segments,
    refuse_unknown_columns,
)
from wieder.questions.customers.pseudonyms import PseudonymOptions
from wieder.questions.customers.rows import ShopGaps, customer_rows, customers_table, with_expected_order
from wieder.questions.segments.options import THRESHOLDS_FILE, SegmentOptions, window_without_effect
from wieder.questions.segments.schemes import scheme_of, usual_schemes
from wieder.questions.segments.segmented import notice_other_lookback, segment_customers

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
    from wieder.questions.segments.segmented import Segmented

SHOWN_CUSTOMERS = 50
"""Number of customers shown to readers; machine formats have all."""


@dataclass(frozen=True, kw_only=True)
class AudienceOptions:
    """Selection of customers, and further columns about them."""

    segment: list[str] | None = option(
        "--segment",
        metavar="NAME",
        help="Only customers in this segment, such as 'At risk'.",
        completes=Completes.SEGMENTS,
    )
    consent: str | None = option(
        "--consent",
        metavar="COLUMN",
        help="Only customers with a yes in this customer column.",
        completes=Completes.CUSTOMER_COLUMNS,
    )
    upcoming: int | None = option(
        "--upcoming",
        metavar="DAYS",
        minimum=1,
        maximum=366,
        help="Only customers with a birthday or anniversary within DAYS days.",
    )
    columns: str | None = option(
        "--columns",
        metavar="COLUMN,...",
        help="Also show these columns of the customer export.",
        completes=Completes.CUSTOMER_COLUMNS,
    )


@dataclass(frozen=True, kw_only=True)
class CustomerOptions(SegmentOptions, PseudonymOptions, AudienceOptions):
    """Selection, segmentation and pseudonyms of the customers listed."""

    @cached_property
    def audience(self) -> Audience:
        """The customers selected by the options. Raises UsageError for an unusable file."""
        return Audience(
            segments=tuple(self.segment or ()),
            consent=self.consent,
            upcoming=self.upcoming,
            columns=tuple(name for part in (self.columns or "").split(",") if (name := part.strip())),
            key=self.key,
            thresholds=self.frozen,
        )


def _refuse(options: CustomerOptions, selection: Selection, settings: Settings) -> None:
    """Raise UsageError for an unusable file, and for `--period all`, which has no previous segment."""
    del settings
    _ = options.audience
    if selection.kind is PeriodKind.ALL:
        raise UsageError("--period all: the previous segment needs a shorter period", "use --period month")


def customers_of(asked: Asked, audience: Audience) -> Answer[Segmented]:
    """Return one row per customer of the audience, sorted by key.

    The previous segment is the one at the start of the period that contains the last day of
    data. Raises UsageError for an unknown segment or column, and the errors of `scheme_of`
    and `segment_customers`.
    """
    whole = asked.whole_span.whole_shop
    scheme = scheme_of(asked.settings.segments, whole.scope.window_days)
    wanted = named_segments(audience.segments, scheme)
    refuse_unknown_columns(whole, audience)
    notice_other_lookback(whole, audience.thresholds)
    segmented = segment_customers(whole, whole.as_of, scheme, audience.thresholds)
    begin = period_at(whole.as_of - timedelta(days=1), asked.selection.kind).start
    before = segment_customers(whole, begin, scheme, segmented.thresholds)
    rows = customer_rows(segmented.customers, before.customers, scheme)
    if wanted:
        rows = rows.filter(pl.col("customer_segment").is_in(wanted))
    rows = listed_columns(_with_rhythm(whole, audience_rows(whole, rows, audience)), audience)
    return whole.answer(_table(asked, scheme, audience), rows, behind=segmented, periods=whole.shown)


def _with_rhythm(asked: Asked, rows: pl.DataFrame) -> pl.DataFrame:
    """Add the key of each customer and the expected date of the next order."""
    median, usual = asked.query("questions/customers/shop_gaps").row(0)
    of_shop = None if median is None else ShopGaps(median_days=median, usual_days=usual)
    keyed = rows.join(asked.query("questions/keys_of_customers"), on="customer")
    return with_expected_order(keyed, asked.query("questions/customers/customer_gaps"), of_shop)


def _table(asked: Asked, scheme: Scheme, audience: Audience) -> Table:
    further = tuple(further_columns(audience).values())
    return customers_table(scheme, asked.settings.segments, audience.thresholds, further)


def _answer(asked: Asked, options: CustomerOptions) -> Answer[Segmented]:
    options.warn_of_readers(asked.notify)
    return customers_of(asked, options.audience)


def customers_view(answer: Answer[Segmented], options: CustomerOptions, lang: Lang) -> View:
    """Return the view: all customers for programs, the first ones for readers."""
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
    """Return a title with the number of customers shown and in total."""
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
    help="List customers for the CRM and the mail tool.\n\nOne row per customer: orders, revenue, scores, segment and expected date of the next order. The only personal data is the customer key, unless --columns adds more. The previous segment is the one at the start of the current --period.",
    examples=(
        "customers orders.csv customers.csv --segment 'At risk' -o at_risk.csv",
        "customers orders.csv --scheme lifecycle --period quarter",
    ),
    options=CustomerOptions,
    selectors=frozenset({Selector.PERIOD, Selector.AS_OF, Selector.WINDOW}),
    usual=PeriodKind.MONTH,
    refuse=_refuse,
    without_effect=window_without_effect,
    answer=_answer,
    view=customers_view,
    tables=_tables,
    witnessed=lambda asked: [customers_of(asked.by_time, Audience())],
    is_private=True,
    companion=THRESHOLDS_FILE,
)

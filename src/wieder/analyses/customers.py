"""The list of customers: who they are, what to expect of them, and whom a letter may go to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from wieder.analyses.pseudonyms import pseudonyms
from wieder.analyses.segments import SegmentAnalysis, notice_other_lookback, tell_apart
from wieder.analysis import find_currency, prepare
from wieder.database import frame, quote, script
from wieder.errors import UsageError
from wieder.notices import Notice
from wieder.periods import PeriodKind, period_at
from wieder.tables.customers import (
    COLUMNS,
    ShopGaps,
    customer_rows,
    customers_table,
    with_expected_order,
    with_upcoming,
)
from wieder.tables.schemes import scheme_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from wieder.analysis import Question
    from wieder.config import Settings
    from wieder.database import Connection
    from wieder.notices import Notify
    from wieder.tables.base import Table
    from wieder.tables.schemes import Scheme
    from wieder.tables.thresholds import Thresholds

YES = ("true", "yes", "ja", "1", "subscribed")
"""What a consent is written as, without case and outer blanks."""


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Which customers are listed, and what is told of them."""

    segments: tuple[str, ...] = ()
    """Only these, by their English or German names without case; none: everybody."""
    consent: str | None = None
    """The column of the customer export that must say yes."""
    upcoming: int | None = None
    """Only who has a birthday or an anniversary in so many days."""
    columns: tuple[str, ...] = ()
    """Further columns of the customer export."""
    key: bytes | None = None
    """What pseudonyms are made with; None: the customer keys are told."""
    thresholds: Thresholds | None = None
    """Those that were frozen; None: they are found at as-of."""


def analyse_customers(
    con: Connection, question: Question, settings: Settings, audience: Audience, notify: Notify
) -> SegmentAnalysis:
    """One row per customer of the audience, sorted by key.

    `question.kind` is the period whose last end the previous segment is of.
    Raises UsageError for a segment or column that is not there, and what
    `analysis.prepare` and `scheme_of` raise.
    """
    prepared = prepare(con, replace(question, kind=PeriodKind.ALL, by=()), settings, notify)
    scheme = scheme_of(settings.segments, prepared.scope.window_days)
    wanted = _named(audience.segments, scheme)
    _refuse_unknown_columns(con, audience)
    as_of = prepared.scope.as_of
    notice_other_lookback(audience.thresholds, settings, notify)
    told = tell_apart(con, as_of, scheme, settings, audience.thresholds)
    begin = period_at(as_of - timedelta(days=1), question.kind).start
    before = tell_apart(con, begin, scheme, settings, told.thresholds)
    rows = customer_rows(told.customers, before.customers, scheme)
    if wanted:
        rows = rows.filter(pl.col("customer_segment").is_in(wanted))
    rows = _audience_rows(con, rows, audience, as_of, notify)
    return SegmentAnalysis(
        table=_table(scheme, settings, audience),
        frame=_finished(_with_rhythm(con, rows), audience),
        scope=prepared.scope,
        cuts=prepared.cuts,
        periods=prepared.shown,
        currency=settings.report.currency or find_currency(con),
        scheme=scheme,
        thresholds=told.thresholds,
    )


def _named(names: Sequence[str], scheme: Scheme) -> list[str]:
    """The segments called `names` in German or English, as frames name them."""
    known = {text[lang].casefold(): text.en for text in scheme.segments for lang in ("de", "en")}
    unknown = [name for name in names if name.strip().casefold() not in known]
    if unknown:
        raise UsageError(f"there is no segment called {unknown[0]!r}", f"there are {', '.join(scheme.names)}")
    return [known[name.strip().casefold()] for name in names]


CONSENT, BIRTHDAY = "has_consent", "birthday_text"


def _refuse_unknown_columns(con: Connection, audience: Audience) -> None:
    known = _columns(con)
    asked = [*audience.columns, *([audience.consent] if audience.consent else [])]
    for name in asked:
        if name not in known:
            raise UsageError(
                f"the customer export has no column {name!r}", f"it has {', '.join(known) or 'none'}"
            )


def _columns(con: Connection) -> Mapping[str, str]:
    """Column of the customer export -> column of our table, where some names are taken."""
    names = [name for name, *_ in con.execute("describe customers").fetchall() if name != "customer"]
    return {name.removeprefix("export_"): name for name in names} | {name: name for name in names}


def _audience_rows(
    con: Connection, rows: pl.DataFrame, audience: Audience, today: date, notify: Notify
) -> pl.DataFrame:
    """Those who consent and have a day to celebrate, where that is asked for, with the further columns."""
    rows = rows.join(_exported(con, audience), on="customer", how="left")
    if audience.consent:
        agreed = rows.filter(CONSENT)
        left_out = rows.height - agreed.height
        notify(
            Notice("no-consent", f"{left_out} customers are left out: {audience.consent} does not say yes")
        )
        rows = agreed
    return rows if audience.upcoming is None else with_upcoming(rows, BIRTHDAY, today, audience.upcoming)


def _exported(con: Connection, audience: Audience) -> pl.DataFrame:
    """What is needed of the customer export: one row per person.

    Of several accounts of a person the first that says something is believed,
    but all must consent.
    """
    known = _columns(con)
    told = {f"customers.{name}": _first(known[name]) for name in audience.columns}
    if audience.consent:
        answer = f"lower(trim({quote(known[audience.consent])}))"
        told[CONSENT] = f"bool_and(coalesce({answer} in (select unnest($yes)), false))"
    if audience.upcoming is not None:
        told[BIRTHDAY] = _first("birthday") if "birthday" in known else "null::varchar"
    columns = "".join(f", {text} as {quote(name)}" for name, text in told.items())
    parameters = {"yes": list(YES)} if audience.consent else None
    return frame(con, script("exported_customers").replace("{columns}", columns), parameters)


def _first(column: str) -> str:
    return f"arg_min({quote(column)}, customers.customer)"


def _with_rhythm(con: Connection, rows: pl.DataFrame) -> pl.DataFrame:
    [(median, usual)] = con.execute(script("shop_gaps")).fetchall()
    of_shop = None if median is None else ShopGaps(median_days=median, usual_days=usual)
    keyed = rows.join(frame(con, "select customer, customer_key from customer_keys"), on="customer")
    return with_expected_order(keyed, frame(con, script("customer_gaps")), of_shop)


def _finished(rows: pl.DataFrame, audience: Audience) -> pl.DataFrame:
    if audience.key is not None:
        rows = rows.with_columns(pseudonyms(rows["customer_key"], audience.key))
    ours = [column.name for column in COLUMNS if column.name in rows.columns]
    further = (pl.col(f"customers.{name}").alias(told) for name, told in _further(audience).items())
    return rows.select(*ours, *further).sort("customer_key")


def _further(audience: Audience) -> Mapping[str, str]:
    """Column of the customer export -> its name in the list, where ours keep their names."""
    ours = {column.name for column in COLUMNS}
    return {name: f"customers.{name}" if name in ours else name for name in audience.columns}


def _table(scheme: Scheme, settings: Settings, audience: Audience) -> Table:
    further = tuple(_further(audience).values())
    return customers_table(scheme, settings.segments, audience.thresholds, further)

"""Whom a letter may go to, and what the customer export tells of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wieder.errors import UsageError, likely
from wieder.exports.customers import CUSTOMERS
from wieder.marts.frames import pl
from wieder.notices import Notice
from wieder.questions.customers.pseudonyms import pseudonyms
from wieder.questions.customers.rows import COLUMNS, with_upcoming

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wieder.asking.asked import Asked
    from wieder.questions.segments.schemes import Scheme
    from wieder.questions.segments.thresholds import Thresholds

YES = ("true", "yes", "ja", "1", "subscribed")
"""What a consent is written as, without case and outer blanks."""
CONSENT, BIRTHDAY = "has_consent", "birthday_text"


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


def named_segments(names: Sequence[str], scheme: Scheme) -> list[str]:
    """The segments called `names` in German or English, as frames name them. Raises UsageError."""
    known = {text[lang].casefold(): text.en for text in scheme.segments for lang in ("de", "en")}
    unknown = [name for name in names if name.strip().casefold() not in known]
    if unknown:
        german = {text.de: text.de for text in scheme.segments}
        raise UsageError(
            f"there is no segment called {unknown[0]!r}", likely(unknown[0], scheme.names, german)
        )
    return [known[name.strip().casefold()] for name in names]


def refuse_unknown_columns(asked: Asked, audience: Audience) -> None:
    """Raise UsageError for a column that the customer export does not have."""
    known = _columns(asked)
    wanted = [*audience.columns, *([audience.consent] if audience.consent else [])]
    for name in wanted:
        if name not in known:
            raise UsageError(f"the customer export has no column {name!r}", likely(name, known))


def _columns(asked: Asked) -> Mapping[str, str]:
    """Column of the customer export -> column of our table, where some names are taken."""
    described = asked.shop.connection.execute("describe customers").fetchall()
    names = [name for name, *_ in described if name not in CUSTOMERS.stored]
    return {name.removeprefix("export_"): name for name in names} | {name: name for name in names}


def audience_rows(asked: Asked, rows: pl.DataFrame, audience: Audience) -> pl.DataFrame:
    """Those who consent and have a day to celebrate, where that is asked for, with the further columns."""
    rows = rows.join(_exported(asked, audience), on="customer", how="left")
    if audience.consent:
        agreed = rows.filter(CONSENT)
        left_out = rows.height - agreed.height
        message = f"{left_out} customers are left out: {audience.consent} does not say yes"
        asked.notify(Notice("no-consent", message))
        rows = agreed
    if audience.upcoming is None:
        return rows
    return with_upcoming(rows, BIRTHDAY, asked.as_of, audience.upcoming)


def _exported(asked: Asked, audience: Audience) -> pl.DataFrame:
    """What is needed of the customer export: one row per person.

    Of several accounts of a person the first that says something is believed,
    but all must consent.
    """
    from wieder.database import quote, script

    known = _columns(asked)
    told = {f"customers.{name}": _first(known[name]) for name in audience.columns}
    if audience.consent:
        answer = f"lower(trim({quote(known[audience.consent])}))"
        told[CONSENT] = f"bool_and(coalesce({answer} in (select unnest($yes)), false))"
    if audience.upcoming is not None:
        told[BIRTHDAY] = _first("birthday") if "birthday" in known else "null::varchar"
    columns = "".join(f", {text} as {quote(name)}" for name, text in told.items())
    parameters = {"yes": list(YES)} if audience.consent else {}
    return asked.declared(
        script("questions/customers/exported_customers").replace("{columns}", columns), **parameters
    )


def _first(column: str) -> str:
    from wieder.database import quote

    return f"arg_min({quote(column)}, customers.customer)"


def told_columns(rows: pl.DataFrame, audience: Audience) -> pl.DataFrame:
    """The columns that may be told, customers by key or pseudonym, sorted by it."""
    if audience.key is not None:
        rows = rows.with_columns(pseudonyms(rows["customer_key"], audience.key))
    ours = [column.name for column in COLUMNS if column.name in rows.columns]
    further = (pl.col(f"customers.{name}").alias(told) for name, told in further_columns(audience).items())
    return rows.select(*ours, *further).sort("customer_key")


def further_columns(audience: Audience) -> Mapping[str, str]:
    """Column of the customer export -> its name in the list, where ours keep their names."""
    ours = {column.name for column in COLUMNS}
    return {name: f"customers.{name}" if name in ours else name for name in audience.columns}

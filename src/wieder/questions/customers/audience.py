"""Audience of a mailing: filters, and further columns of the customer export."""

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
"""Values that mean consent, in lower case without outer blanks."""
CONSENT, BIRTHDAY = "has_consent", "birthday_text"


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Selection of customers, and further columns about them."""

    segments: tuple[str, ...] = ()
    """Only customers in these segments, named in English or German in any case; empty: all customers."""
    consent: str | None = None
    """The column of the customer export that must contain a yes; None: no filter."""
    upcoming: int | None = None
    """Only customers with a birthday or anniversary within this many days; None: no filter."""
    columns: tuple[str, ...] = ()
    """Further columns of the customer export."""
    key: bytes | None = None
    """The key for pseudonyms; None: the list shows customer keys."""
    thresholds: Thresholds | None = None
    """Frozen thresholds; None: thresholds derived for the report date."""


def named_segments(names: Sequence[str], scheme: Scheme) -> list[str]:
    """Return the segments named in German or English by their names in frames. Raises UsageError for others."""
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
    """Return the column of our table for each column of the export; clashing names have a prefix there."""
    described = asked.shop.connection.execute("describe customers").fetchall()
    names = [name for name, *_ in described if name not in CUSTOMERS.stored]
    return {name.removeprefix("export_"): name for name in names} | {name: name for name in names}


def audience_rows(asked: Asked, rows: pl.DataFrame, audience: Audience) -> pl.DataFrame:
    """Add the further columns, and filter by consent and by upcoming days if requested."""
    rows = rows.join(_exported(asked, audience), on="customer", how="left")
    if audience.consent:
        agreed = rows.filter(CONSENT)
        left_out = rows.height - agreed.height
        message = f"{left_out} customers are left out without a yes in column {audience.consent}"
        asked.notify(Notice("no-consent", message))
        rows = agreed
    if audience.upcoming is None:
        return rows
    return with_upcoming(rows, BIRTHDAY, asked.as_of, audience.upcoming)


def _exported(asked: Asked, audience: Audience) -> pl.DataFrame:
    """Return the required columns of the customer export: one row per person.

    If a person has several accounts, the first value counts, but all accounts must consent.
    """
    from wieder.database import quote, script

    known = _columns(asked)
    expressions = {f"customers.{name}": _first(known[name]) for name in audience.columns}
    if audience.consent:
        answer = f"lower(trim({quote(known[audience.consent])}))"
        expressions[CONSENT] = f"bool_and(coalesce({answer} in (select unnest($yes)), false))"
    if audience.upcoming is not None:
        expressions[BIRTHDAY] = _first("birthday") if "birthday" in known else "null::varchar"
    columns = "".join(f", {text} as {quote(name)}" for name, text in expressions.items())
    parameters = {"yes": list(YES)} if audience.consent else {}
    return asked.declared(
        script("questions/customers/exported_customers").replace("{columns}", columns), **parameters
    )


def _first(column: str) -> str:
    from wieder.database import quote

    return f"arg_min({quote(column)}, customers.customer)"


def listed_columns(rows: pl.DataFrame, audience: Audience) -> pl.DataFrame:
    """Return the columns of the list, with keys or pseudonyms of customers, sorted by these."""
    if audience.key is not None:
        rows = rows.with_columns(pseudonyms(rows["customer_key"], audience.key))
    ours = [column.name for column in COLUMNS if column.name in rows.columns]
    further = (
        pl.col(f"customers.{name}").alias(listed) for name, listed in further_columns(audience).items()
    )
    return rows.select(*ours, *further).sort("customer_key")


def further_columns(audience: Audience) -> Mapping[str, str]:
    """Return the name in the list for each further column of the export; clashing names get a prefix."""
    ours = {column.name for column in COLUMNS}
    return {name: f"customers.{name}" if name in ours else name for name in audience.columns}

"""Comparison of an export with earlier ones, to refuse one whose meaning changed."""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from wieder.errors import DataError, UsageError
from wieder.exports.base import CUSTOMER_ID, ORDER_ID
from wieder.exports.orders import ORDERS
from wieder.notices import Notice
from wieder.store.tables import first_key, registry

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from wieder.config import Settings
    from wieder.database import Connection
    from wieder.notices import Notify

FEW = 5
"""Fewer orders or customers than this prove nothing about a shop."""
ENOUGH = 20
"""This many customers cannot all be new by chance if earlier exports had known ones."""
MOST, ALMOST_NONE = 0.95, 0.05
"""Share of keys above which a column has a form, and below which it does not."""
CENTS = (Decimal(50), Decimal(200))
"""Factor by which the median amount changes if euros become cents: about 100."""
FAR_DAYS = 730
"""The longest gap between exports of the same shop, in days."""


@dataclass(frozen=True, kw_only=True)
class Profile:
    """Profile of one export file: a row of `profiles`, whose comments explain the fields."""

    file: str
    table_name: str
    columns: tuple[str, ...] = ()
    names: Mapping[str, str]
    dates: str | None = None
    n_rows: int | None = None
    first_day: date | None = None
    last_day: date | None = None
    median_amount: Decimal | None = None
    currency: str | None = None
    digit_keys: int | None = None
    padded_keys: int | None = None
    customers: int | None = None
    known_customers: int | None = None
    digit_customers: int | None = None
    padded_customers: int | None = None
    mail_customers: int | None = None


@dataclass(frozen=True, kw_only=True)
class Drift:
    """One difference that changes the meaning of the numbers."""

    slug: str
    """Its name in `--accept-drift`."""
    message: str
    remedy: str = ""
    """How to undo it, if it is not intended."""
    column: str = ""
    """The column concerned, by its name in `--map`; empty if the whole file is."""


def refuse_drift(con: Connection, settings: Settings, notify: Notify) -> None:
    """Raises DataError if the meaning of a staged file differs from earlier files, unless that is accepted.

    A file is compared with the files of its table that were loaded before, and
    with those that come before it in this load. Needs `staged_profiles` and
    `previous_profiles`, and records accepted differences in the former. Raises
    UsageError if the settings accept a difference that does not exist.
    """
    accepted = frozenset(settings.input.accept_drift)
    if unknown := accepted - set(SLUGS):
        raise UsageError(
            f"--accept-drift: there is no difference {min(unknown)!r}", f"use one of {', '.join(SLUGS)}"
        )
    stored = _profiles(con, "previous_profiles order by load, file")
    staged = _profiles(con, "staged_profiles join staged_files using (file_number) order by file_number")
    for number, new in enumerate(staged):
        loaded = [profile for profile in stored if profile.table_name == new.table_name]
        beside = [profile for profile in staged[:number] if profile.table_name == new.table_name]
        found = [*find_drift(new, [*loaded, *beside], named=settings.columns), *lost_columns(new, loaded)]
        _refuse(new, [drift for drift in found if drift.slug not in accepted])
        if found:
            _record_accepted(con, new, {drift.slug for drift in found})
    _notify_moved_columns([*stored, *staged], len(stored), notify)


def find_drift(new: Profile, earlier: Sequence[Profile], named: Collection[str] = ()) -> list[Drift]:
    """Every difference between `new` and `earlier` files of its table; none if there are no earlier files.

    `named` holds the canonical columns that the user has mapped.
    """
    if not earlier:
        return []
    found = [drift for rule in RULES for drift in rule(new, earlier)]
    return [drift for drift in found if drift.slug != "column-renamed" or drift.column not in named]


def _setting(profile: Profile, column: str) -> str:
    """The name of a column of this file in `--map`."""
    return column if profile.table_name == ORDERS.name else f"{profile.table_name}.{column}"


def _renamed(new: Profile, earlier: Sequence[Profile]) -> Iterator[Drift]:
    for column, name in new.names.items():
        before = {profile.names[column].casefold() for profile in earlier if column in profile.names}
        if before and name.casefold() not in before:
            known = " or ".join(sorted(before))
            yield Drift(
                slug="column-renamed",
                message=f"{column} would be read from {name!r}; in earlier exports it was {known!r}",
                remedy=f"if both mean the same: --map {_setting(new, column)}={name}",
                column=_setting(new, column),
            )


def _missing(new: Profile, earlier: Sequence[Profile]) -> Iterator[Drift]:
    for column in _expected(new, earlier[0].names):
        if column not in new.names and all(column in profile.names for profile in earlier):
            name = earlier[-1].names[column]
            yield Drift(
                slug="column-missing",
                message=f"there is no {column}, which every earlier export has as {name!r}",
                remedy=f"export it again with {name}, or map a column: --map {_setting(new, column)}=COLUMN",
            )


def _expected(new: Profile, columns: Iterable[str]) -> list[str]:
    """Those of `columns` that a file should have; files from several sources share few columns."""
    export = registry()[new.table_name]
    if not export.replaces:
        return list(columns)
    return [name for name in columns if export.column(name).is_needed or export.column(name).is_decisive]


def lost_columns(new: Profile, loaded: Sequence[Profile]) -> list[Drift]:
    """Undeclared columns that every file `loaded` before has, and `new` lacks: one difference, or none."""
    if not loaded or registry()[new.table_name].replaces:
        return []
    always = set.intersection(*(_further(profile) for profile in loaded))
    lost = [name for name in loaded[-1].columns if name.casefold() in always - _all_names(new)]
    if not lost:
        return []
    seen = {name for profile in loaded for name in _all_names(profile)}
    unseen = _further(new) - seen
    instead = f"; new: {', '.join(sorted(unseen))}" if unseen else ""
    return [
        Drift(
            slug="column-missing",
            message=f"columns that every earlier export has are missing: {', '.join(lost)}{instead}",
            remedy="export it again with these columns, under their earlier names",
        )
    ]


def _all_names(profile: Profile) -> set[str]:
    return {name.casefold() for name in profile.columns}


def _further(profile: Profile) -> set[str]:
    return _all_names(profile) - {name.casefold() for name in profile.names.values()}


def _first_keys(new: Profile, earlier: Sequence[Profile]) -> Iterator[Drift]:
    column = first_key(registry()[new.table_name]) or ORDER_ID
    yield from _form(column, new, earlier, "n_rows", ("digit_keys", "padded_keys"))


def _customer_ids(new: Profile, earlier: Sequence[Profile]) -> Iterator[Drift]:
    forms = ("digit_customers", "padded_customers", "mail_customers")
    yield from _form(CUSTOMER_ID, new, earlier, "customers", forms)


FORMS = {"digit": "nothing but digits", "padded": "a leading zero", "mail": "an e-mail address"}


FORM_SLUGS = {ORDER_ID: "order-id-form", CUSTOMER_ID: "customer-id-form"}
"""Slug of the difference, by the column that contains the keys; for other columns it is `key-form`."""


def _form(
    column: str, new: Profile, earlier: Sequence[Profile], total: str, forms: Sequence[str]
) -> Iterator[Drift]:
    """A form that most keys had and almost none has now, or the other way round."""
    for form in forms:
        now, before = _share([new], form, total), _share(earlier, form, total)
        if now is None or before is None:
            continue
        is_lost = now <= ALMOST_NONE and before >= MOST
        is_new = now >= MOST and before <= ALMOST_NONE and not form.startswith("digit")
        if is_lost or is_new:
            shape = FORMS[form.partition("_")[0]]
            yield Drift(
                slug=FORM_SLUGS.get(column, "key-form"),
                message=f"{now:.0%} of the {column.removesuffix('_id')} ids have {shape}, {before:.0%} in"
                " earlier exports",
                remedy=f"choose the column with the same ids: --map {column}=COLUMN",
            )
            return


def _share(profiles: Sequence[Profile], part: str, whole: str) -> float | None:
    """Share of the keys that have a form, from 0 to 1; None for fewer than `FEW` keys."""
    n_all = sum(getattr(profile, whole) or 0 for profile in profiles)
    n_part = sum(getattr(profile, part) or 0 for profile in profiles)
    return n_part / n_all if n_all >= FEW else None


def _known_customers(new: Profile, earlier: Sequence[Profile]) -> Iterator[Drift]:
    compared = [profile for profile in earlier if profile.known_customers is not None]
    before = _share(compared, "known_customers", "customers")
    now = _share([new], "known_customers", "customers")
    if before is None or new.known_customers is None or now is None or (new.customers or 0) < ENOUGH:
        return
    if now == 0 and before >= 1 / ENOUGH:
        yield Drift(
            slug="customers-unknown",
            message=f"none of its {new.customers:,} customers is known; {before:.0%} were in earlier exports",
            remedy="choose the column with the same ids: --map customer_id=COLUMN",
        )


def _amounts(new: Profile, earlier: Sequence[Profile]) -> Iterator[Drift]:
    medians = sorted(
        profile.median_amount
        for profile in earlier
        if profile.median_amount and (profile.n_rows or 0) >= FEW and profile.median_amount > 0
    )
    now = new.median_amount
    if not medians or not now or now <= 0 or (new.n_rows or 0) < FEW:
        return
    before = medians[len(medians) // 2]
    larger, smaller = max(now, before), min(now, before)
    if CENTS[0] <= larger / smaller <= CENTS[1]:
        yield Drift(
            slug="amount-scale",
            message=f"the median {_noun(new)} is {_plain(now)}, about 100 times"
            f" {'more' if now > before else 'less'} than the {_plain(before)} of earlier exports",
            remedy="check which of them is in cents, and export it again",
        )


def _noun(profile: Profile) -> str:
    """The noun for a row of the export."""
    return registry()[profile.table_name].noun


def _plain(amount: Decimal) -> str:
    return f"{amount:,.2f}"


DAY_OR_MONTH = {"date_dmy": "day", "date_mdy": "month"}


def _date_order(new: Profile, earlier: Sequence[Profile]) -> Iterator[Drift]:
    before = {profile.dates for profile in earlier} & set(DAY_OR_MONTH)
    if new.dates in DAY_OR_MONTH and before and new.dates not in before:
        yield Drift(
            slug="date-order",
            message=f"dates have the {DAY_OR_MONTH[str(new.dates)]} first, in earlier exports the"
            f" {DAY_OR_MONTH[str(before.pop())]}",
            remedy="check a row whose date you know, and set --dates dmy or --dates mdy",
        )


def _date_range(new: Profile, earlier: Sequence[Profile]) -> Iterator[Drift]:
    firsts = [profile.first_day for profile in earlier if profile.first_day]
    lasts = [profile.last_day for profile in earlier if profile.last_day]
    if not firsts or not lasts or new.first_day is None or new.last_day is None:
        return
    before, after = (min(firsts) - new.last_day).days, (new.first_day - max(lasts)).days
    if max(before, after) > FAR_DAYS:
        yield Drift(
            slug="date-range",
            message=f"its {_noun(new)}s are from {new.first_day} to {new.last_day}, years away from those of"
            f" earlier exports, {min(firsts)} to {max(lasts)}",
            remedy="check a row whose date you know",
        )


def _currency(new: Profile, earlier: Sequence[Profile]) -> Iterator[Drift]:
    before = {profile.currency for profile in earlier if profile.n_rows}
    if new.n_rows and before and new.currency not in before:
        named = " or ".join(sorted(currency or "none" for currency in before))
        yield Drift(
            slug="currency-changed",
            message=f"its currency is {new.currency or 'not named'}; in earlier exports it is {named}",
            remedy="export it again with a currency column, or keep one store per currency with --db",
        )


RULES: tuple[Callable[[Profile, Sequence[Profile]], Iterator[Drift]], ...] = (
    _renamed, _missing, _first_keys, _customer_ids, _known_customers, _amounts, _date_order, _date_range,
    _currency,
)  # fmt: skip

SLUGS = (
    "column-renamed", "column-missing", "order-id-form", "customer-id-form", "customers-unknown",
    "amount-scale", "date-order", "date-range", "currency-changed", "key-form",
)  # fmt: skip
"""The slugs of all differences."""


def _refuse(new: Profile, found: Sequence[Drift]) -> None:
    if not found:
        return
    first, others = found[0], sorted({drift.slug for drift in found[1:]})
    more = f" (also: {', '.join(others)})" if others else ""
    accept = " ".join(f"--accept-drift {slug}" for slug in dict.fromkeys(drift.slug for drift in found))
    raise DataError(
        f"{new.file}: {first.message}{more} [{first.slug}]", f"{first.remedy}; to accept this: {accept}"
    )


def _profiles(con: Connection, source: str) -> list[Profile]:
    names = [field.name for field in fields(Profile)]
    rows = con.execute(f"select {', '.join(names)} from {source}").fetchall()
    return [_profile(dict(zip(names, row, strict=True))) for row in rows]


def _profile(row: dict[str, Any]) -> Profile:
    return Profile(**row | {"columns": tuple(row["columns"] or ()), "names": dict(row["names"] or {})})


def _record_accepted(con: Connection, new: Profile, slugs: set[str]) -> None:
    con.execute(
        "update staged_profiles set accepted_drift = $slugs"
        " from staged_files as f where f.file_number = staged_profiles.file_number and f.file = $file",
        {"slugs": ", ".join(sorted(slugs)), "file": new.file},
    )


def _notify_moved_columns(profiles: Sequence[Profile], n_stored: int, notify: Notify) -> None:
    """Gives a notice for each new file that has the columns of the file before it in another order."""
    for place, new in enumerate(profiles):
        before = [profile for profile in profiles[:place] if profile.table_name == new.table_name]
        if place < n_stored or not before or before[-1].columns == new.columns:
            continue
        if sorted(before[-1].columns) == sorted(new.columns):
            message = f"{new.file}: the columns are in a different order than before; they are read by name"
            notify(Notice("columns-moved", message, values={"file": new.file}))

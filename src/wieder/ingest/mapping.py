"""Mapping of the columns of a file to those of an export: by the user, a format, or their names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wieder.errors import AmbiguousError, DataError, SettingChoice, UsageError
from wieder.exports import EXPORTS
from wieder.exports.base import ColumnType
from wieder.exports.names import fold, further_name, listed
from wieder.exports.orders import ORDERS
from wieder.ingest.export_format import CellSource, prepare
from wieder.ingest.layout import UNPREPARED, Header, Layout, Place

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from wieder.exports.base import Column, Export
    from wieder.ingest.export_format import ExportFormat
    from wieder.ingest.preflight import OpenedFile

E_MAIL = "mail"
"""Part of the names of columns with e-mail addresses, which identify customers only without other keys."""

CURRENCY = ("currency", "waehrung", "währung")
"""Parts of the names of columns with a currency; if one were missed, currencies would be added up."""

PRICE_OR_TOTAL = frozenset({"price", "price_usd", "preis"})
"""Synonyms of amount that may mean a unit price if the file also has a quantity."""


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """Meaning of the names of a header in one export."""

    export: Export
    header: Header
    positions: Mapping[str, int]
    """Column of the export -> position in the header."""
    conflicts: Mapping[str, tuple[str, ...]]
    """Column of the export -> candidates in the file, where there are several."""
    absent: Mapping[str, str]
    """Column of the export -> name given by the user that is missing from the header."""
    chosen: Mapping[str, str]
    """Column of the export -> name given by the user; an empty name excludes the column."""
    sources: Mapping[str, CellSource]
    """Column of the export -> source of its cells in a format; empty without a format."""
    form: ExportFormat | None = None

    def has(self, columns: Sequence[str]) -> bool:
        """Whether the header has at least one candidate for each of `columns`."""
        return all(column in self.positions or column in self.conflicts for column in columns)


def chosen_columns(columns: Mapping[str, str], export: Export) -> dict[str, str]:
    """The entries of `[columns]` for `export`: column of the export -> name in the file.

    A key without an export applies to orders. Raises UsageError for a key that is
    not a column of an export.
    """
    chosen = {}
    for key, name in columns.items():
        export_name, _, column = key.rpartition(".")
        known = EXPORTS.get(export_name or ORDERS.name)
        if known is None or not known.has(column):
            names = [_setting(one, c.name) for one in EXPORTS.values() for c in one.columns]
            raise UsageError(
                f"--map {key}={name}: there is no column {key!r} to map to", f"use one of {listed(names)}"
            )
        if known.name == export.name:
            chosen[column] = name
    return chosen


def _setting(export: Export, column: str) -> str:
    """Key of a column under `[columns]`."""
    return column if export is ORDERS else f"{export.name}.{column}"


def resolve(export: Export, header: Header, chosen: Mapping[str, str]) -> Resolution:
    """Resolution of the names in `header` as columns of `export`.

    The user's choice takes precedence (an empty name excludes the column), then the
    canonical name, then synonyms. Two synonyms of one column are a conflict, except
    that any other key takes precedence over an e-mail address.
    """
    positions = {column: header.find(name) for column, name in chosen.items() if name}
    absent = {column: chosen[column] for column, position in positions.items() if position is None}
    found = {column: position for column, position in positions.items() if position is not None}
    conflicts = {}
    for column in export.columns:
        if column.name in chosen:
            continue  # the user has decided; an empty name excludes the column
        candidates = _candidates(column, header.folded, taken=set(found.values()))
        if len(candidates) == 1:
            found[column.name] = candidates[0]
        elif candidates:
            conflicts[column.name] = tuple(header.names[place] for place in candidates)
    return Resolution(
        export=export, header=header, positions=found, conflicts=conflicts, absent=absent, chosen=chosen,
        sources={},
    )  # fmt: skip


def _candidates(column: Column, folded: Sequence[str], taken: Collection[int]) -> list[int]:
    free = [(place, name) for place, name in enumerate(folded) if place not in taken]
    canonical = [place for place, name in free if name == column.name]
    if canonical:
        return canonical[:1]
    found = [place for place, name in free if name in column.synonyms]
    if column.type is ColumnType.CODE and not found:
        found = [place for place, name in free if any(part in name for part in CURRENCY)]
    keys = [place for place in found if E_MAIL not in folded[place]]
    return keys or found


def resolve_by_format(form: ExportFormat, header: Header, chosen: Mapping[str, str]) -> Resolution:
    """Resolution by the format of a shop system, which the user's choices override."""
    absent = {column: name for column, name in chosen.items() if name and header.find(name) is None}
    sources = _sources(form, header, chosen)
    positions = {column: _position(header, source) for column, source in sources.items()}
    return Resolution(
        export=form.export, header=header, positions=positions, conflicts={}, absent=absent, chosen=chosen,
        sources=sources, form=form,
    )  # fmt: skip


def _sources(form: ExportFormat, header: Header, chosen: Mapping[str, str]) -> dict[str, CellSource]:
    """Column of the export -> source of its cells, for the columns in the file."""
    by_user = {column: CellSource(column=written) for column, written in chosen.items()}
    found = {column: form.source(column) for column in form.columns} | by_user
    none = {column for column, written in chosen.items() if not written}
    order = [column.name for column in form.export.columns if column.name in found.keys() - none]
    return {column: found[column] for column in order if header.cell(found[column].names)}


def _position(header: Header, source: CellSource) -> int:
    return next(place for name in source.names if (place := header.find(name)) is not None)


def layout_of(file: OpenedFile, found: Resolution, format_name: str = "") -> Layout:
    """Layout of the files with this header.

    Raises UsageError for a name given by the user that the header lacks, DataError
    for two columns of the same name, and AmbiguousError for a required column
    without a candidate, or a decisive one with several.
    """
    if found.absent:
        raise absent_column(file, found)
    _refuse_doubles(file, found.header)
    amount = _amount_columns(file, found)
    _refuse_conflicts(file, found, amount)
    missing = [name for name in (*found.export.needed, *amount) if name not in found.positions]
    if missing:
        raise _missing(file, found, missing)
    header, form = found.header, found.form
    canonical = tuple(Place(name, place) for name, place in found.positions.items())
    return Layout(
        export=found.export, kind=file.kind, header=header.names, types=header.types,
        delimiter=header.delimiter, quote='"' if form is None or form.quotes else "",
        header_lines=header.lines, header_rows=header.rows, canonical=canonical,
        required=(*found.export.filled, *amount), further=_further(found, canonical), format=format_name,
        preparation=prepare(form, found.sources, header) if form else UNPREPARED,
        decimal=form.decimal if form else "", of_order=_of_order(found),
        plus=tuple(column for column in form.plus if column in found.sources) if form else (),
        amount_includes=form.amount_includes if form and "amount" not in found.chosen else None,
    )  # fmt: skip


def absent_column(file: OpenedFile, found: Resolution) -> UsageError:
    """Error for the first column given by the user that the file does not have."""
    column, name = next(iter(found.absent.items()))
    remedy = f"use one of its columns: {listed(found.header.names)}"
    return UsageError(f"{file.name} has no column {name!r} for {column}", remedy)


def _refuse_doubles(file: OpenedFile, header: Header) -> None:
    seen: dict[str, str] = {}
    for name in header.names:
        folded = fold(name)
        if folded and folded in seen:
            raise DataError(
                f"{file.name}: two columns have the same name: {listed([seen[folded], name])}",
                "rename or delete one of them",
            )
        seen[folded] = name


def _amount_columns(file: OpenedFile, found: Resolution) -> tuple[str, ...]:
    """The columns from which the amount of a row is computed."""
    export = found.export
    if not export.amount:
        return ()
    if found.form or not export.amount_from:
        return (export.amount,)
    _refuse_doubtful_amount(file, found)
    for group in export.amount_from:
        if found.has(group):
            return group
    raise _missing(file, found, [export.amount])


def _refuse_doubtful_amount(file: OpenedFile, found: Resolution) -> None:
    """Raises AmbiguousError if the amount may be a unit price, which would make orders too small."""
    place = found.positions.get("amount")
    if place is None or "amount" in found.chosen:
        return
    if found.has(["unit_price"]) or not found.has(["quantity"]):
        return
    name = found.header.names[place]
    if fold(name) in PRICE_OR_TOTAL:
        raise AmbiguousError(
            f"{file.name}: the file has a quantity, so {name} may be the unit price or the total of the row",
            f"choose --map unit_price={name} or --map amount={name}",
            (SettingChoice(("columns", column), name) for column in ("unit_price", "amount")),
        )


def _refuse_conflicts(file: OpenedFile, found: Resolution, amount: Sequence[str]) -> None:
    """Raises AmbiguousError if a column that must be clear has several candidates in the file."""
    decisive = [column.name for column in found.export.columns if column.is_decisive]
    for column in (*found.export.needed, *amount, *decisive):
        if column in found.conflicts:
            names, setting = found.conflicts[column], _setting(found.export, column)
            raise AmbiguousError(
                f"{file.name}: {column} could be any of the columns {listed(names)}",
                f"choose one: --map {setting}={names[0]}",
                (SettingChoice(("columns", setting), name) for name in names),
            )


def _missing(file: OpenedFile, found: Resolution, missing: Sequence[str]) -> AmbiguousError:
    settings = [_setting(found.export, name) for name in missing]
    remedy = " ".join(f"--map {setting}=COLUMN" for setting in settings)
    if "amount" in missing and found.export.amount_from:
        remedy += ", or --map quantity=COLUMN --map unit_price=COLUMN"
    error = AmbiguousError(
        f"{file.name}: no column for {', '.join(missing)} among {listed(found.header.names)}",
        f"map it: {remedy}",
        (SettingChoice(("columns", settings[0]), name) for name in found.header.names),
    )
    error.file = file.name
    return error


def _further(found: Resolution, canonical: Sequence[Place]) -> tuple[Place, ...]:
    positions = {place.position for place in canonical}
    return tuple(
        Place(further_name(name, found.export.taken), position)
        for position, name in enumerate(found.header.names)
        if position not in positions and fold(name)
    )


def _of_order(found: Resolution) -> tuple[str, ...]:
    """Money columns that apply to the whole order, on any of its rows."""
    if found.form is None:
        return ()
    money = (found.export.amount, *found.export.added)
    return tuple(name for name in money if name in found.sources and name not in found.form.per_line)

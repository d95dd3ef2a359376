"""The header of an export: found, split and understood, so that a file is known by its columns."""

from __future__ import annotations

import codecs
import csv
import io
import re
from typing import TYPE_CHECKING

from wieder.errors import AmbiguousError, DataError, UsageError, WayOut
from wieder.exports.canonical import OPTIONAL_AMOUNTS, TABLES
from wieder.ingest.cells import prepare
from wieder.ingest.export_format import FILLED, NEEDS, CellSource, ExportFormat, canonical_formats, formats_of
from wieder.ingest.layout import Header, Layout, Place
from wieder.ingest.mapping import (
    Resolution,
    chosen_columns,
    refuse_conflicts,
    refuse_doubtful_amount,
    resolve,
)
from wieder.ingest.names import fold, further_name, listed, shortened
from wieder.ingest.time_zones import require_time_zone

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from wieder.config import Settings
    from wieder.ingest.preflight import Export

LONGEST_HEADER = 1 << 18
"""Bytes."""

MOST_COLUMNS = 2000

MONEY = ("amount", *OPTIONAL_AMOUNTS)

DELIMITERS = {",": ",", ";": ";", "tab": "\t", "|": "|"}
"""What a delimiter is called in the settings -> what it is."""

SEPARATOR = "sep="
"""What the first line of a file begins with that tells spreadsheets the delimiter."""


def text_layout(export: Export, settings: Settings) -> Layout:
    """What the columns of a text file are.

    The delimiter is the one that splits the header into columns that we know.
    Raises DataError if none does, or if the header is not clear in itself.
    """
    start = _start(export)
    told = DELIMITERS.get(settings.input.delimiter) or _separator(start)
    delimiters = [told] if told else list(DELIMITERS.values())
    headers = [header for delimiter in delimiters if (header := _split(export, start, delimiter))]
    if not headers:
        raise DataError(f"{export.name}: the file holds nothing but blanks", "export it again")
    return _best(export, headers, settings)


def parquet_layout(export: Export, columns: Sequence[tuple[str, str]], settings: Settings) -> Layout:
    """What the columns of a Parquet file are, given their names and DuckDB types."""
    names, types = zip(*columns, strict=True)
    return _best(export, [Header(names=names, types=types)], settings)


def _start(export: Export) -> str:
    with export.path.open("rb") as file:
        start = file.read(LONGEST_HEADER)
    decoded = codecs.getincrementaldecoder("utf-8")().decode(start)
    return decoded.removeprefix("\ufeff")


def _separator(start: str) -> str | None:
    """The delimiter that a first line such as `sep=;` tells spreadsheets."""
    line = re.match(rf"\s*\"?{SEPARATOR}([,;\t|])", start, re.IGNORECASE)
    return line.group(1) if line else None


def _is_header(row: Sequence[str]) -> bool:
    """Whether a row is neither blank nor the line that tells the delimiter."""
    return any(cell.strip() for cell in row) and not row[0].strip().lower().startswith(SEPARATOR)


def _split(export: Export, start: str, delimiter: str) -> Header | None:
    reader = csv.reader(io.StringIO(start, newline=""), delimiter=delimiter)
    try:
        rows, names = next(
            ((number, row) for number, row in enumerate(reader, 1) if _is_header(row)),
            (0, None),
        )
    except csv.Error:
        rows, names = 1, [start]
    if names is None:
        return None
    if len(names) > MOST_COLUMNS or max(map(len, names)) > LONGEST_HEADER // 4:
        raise DataError(
            f"{export.name}: the first line is no header, it begins {shortened(start)!r}",
            "the first line must hold the names of the columns",
        )
    cleaned = tuple(name.strip("\ufeff \t\r\n\u00a0") for name in names)
    types = ("VARCHAR",) * len(cleaned)
    return Header(names=cleaned, types=types, delimiter=delimiter, lines=reader.line_num, rows=rows)


def _best(export: Export, headers: Sequence[Header], settings: Settings) -> Layout:
    systems = [
        (header, name, form)
        for header in headers
        for name, form in formats_of(settings).items()
        if form.fits(header.folded)
    ]
    if systems:
        header, name, form = max(systems, key=lambda found: len(found[2].header))
        return _system_layout(export, header, name, form, settings)
    readings = [reading for header in headers for reading in _readings(header, settings)]
    if not readings:
        raise _unknown(export, max(headers, key=lambda header: len(header.names)), settings)
    header, form, resolution = max(readings, key=lambda reading: len(reading[2].positions))
    return _layout(export, header, form, resolution, settings)


def _readings(header: Header, settings: Settings) -> Iterator[tuple[Header, ExportFormat, Resolution]]:
    """The first format that the header fits, if any."""
    resolutions = _resolutions(header, settings)
    for form in canonical_formats():
        resolution = resolutions[form.table]
        if not resolution.has(form.recognised_by):
            continue
        is_told = not resolution.positions.keys().isdisjoint(
            chosen_columns(settings.columns, TABLES[form.table])
        )
        if is_told or not any(resolutions["orders"].has(group) for group in form.not_with):
            yield header, form, resolution
            return


def _resolutions(header: Header, settings: Settings) -> dict[str, Resolution]:
    return {
        name: resolve(table, header.names, chosen_columns(settings.columns, table))
        for name, table in TABLES.items()
    }


def _unknown(export: Export, header: Header, settings: Settings) -> DataError | UsageError:
    """Why a file is neither orders nor customers."""
    orders = _resolutions(header, settings)["orders"]
    if orders.absent:
        return _absent(export, header, orders.absent)
    if len(header.names) == 1 and re.search(r"\S\s{2,}\S", header.names[0]):
        return DataError(
            f"{export.name}: blanks stand between the columns, and no delimiter: {listed(header.names)}",
            "they seem to have a fixed width: make a CSV file of them, as spreadsheets do from text",
        )
    if any(_is_value(name) for name in header.names):
        message = (
            f"{export.name}: the first line holds values, not the names of columns: {listed(header.names, 8)}"
        )
        return DataError(message, "put the names of the columns above it")
    needed = ("order_id", "customer_id", "ordered_at", "amount")
    missing = [name for name in needed if not orders.has([name])]
    return DataError(
        f"{export.name}: this is neither a list of orders nor of customers:"
        f" no column for {', '.join(missing)} among {listed(header.names)}",
        " ".join(["name them:", *(f"--map {name}=COLUMN" for name in missing)]),
    )


def _is_value(name: str) -> bool:
    """Whether a cell of a header looks like a number or a date."""
    digits = sum(character.isdigit() for character in name)
    return digits > 0 and all(character.isdigit() or character in " .,:-/+" for character in name)


def _absent(export: Export, header: Header, absent: Mapping[str, str]) -> UsageError:
    column, name = next(iter(absent.items()))
    return UsageError(
        f"{export.name}: there is no column {name!r} for {column}", f"the columns are {listed(header.names)}"
    )


def _layout(
    export: Export, header: Header, form: ExportFormat, resolution: Resolution, settings: Settings
) -> Layout:
    if resolution.absent:
        raise _absent(export, header, resolution.absent)
    _refuse_doubles(export, header)
    amount = _amount_columns(export, header, form, resolution, settings)
    meaningful = ("status", "currency", "refunded_amount", "refunded_at", "is_test")
    optional = [name for name in meaningful if resolution.has([name])]
    used = [*form.needs, *amount, *optional] if form.table == "orders" else list(form.needs)
    prefix = "" if form.table == "orders" else f"{form.table}."
    refuse_conflicts(export.name, resolution, used, prefix)
    missing = [name for name in form.needs if name not in resolution.positions]
    if missing:
        raise _missing(export, header, missing)
    canonical = tuple(Place(name, place) for name, place in resolution.positions.items())
    return Layout(
        table=form.table, kind=export.kind, header=header.names, types=header.types,
        delimiter=header.delimiter, header_lines=header.lines, header_rows=header.rows, canonical=canonical,
        required=(*form.filled, *amount), further=_further(header, canonical, form.table),
    )  # fmt: skip


def _system_layout(
    export: Export, header: Header, name: str, form: ExportFormat, settings: Settings
) -> Layout:
    """What the format of a shop system says, except where the user says something else."""
    chosen = chosen_columns(settings.columns, TABLES[form.table])
    _refuse_format(export, form, settings, is_overruled="customer_id" in chosen)
    absent = {
        column: written for column, written in chosen.items() if written and header.find(written) is None
    }
    if absent:
        raise _absent(export, header, absent)
    _refuse_doubles(export, header)
    sources = _sources(form, header, chosen)
    missing = [column for column in NEEDS[form.table] if column not in sources]
    if missing:
        raise _missing(export, header, missing)
    canonical = tuple(Place(column, _position(header, source)) for column, source in sources.items())
    return Layout(
        table=form.table, kind=export.kind, header=header.names, types=header.types,
        delimiter=header.delimiter, quote='"' if form.quotes else "", header_lines=header.lines,
        header_rows=header.rows, canonical=canonical, required=FILLED[form.table],
        further=_further(header, canonical, form.table), format=name,
        preparation=prepare(form, sources, header), decimal=form.decimal,
        of_order=tuple(column for column in MONEY if column in sources and column not in form.per_line),
        plus=tuple(column for column in form.plus if column in sources),
        amount_includes=None if "amount" in chosen else form.amount_includes,
    )  # fmt: skip


def _refuse_format(export: Export, form: ExportFormat, settings: Settings, *, is_overruled: bool) -> None:
    """Raises DataError for an export that cannot carry retention, or whose times need a time zone."""
    if form.refuse and not (form.columns and is_overruled):
        raise DataError(f"{export.name}: this is {form.title} of {form.system}: {form.refuse}", form.instead)
    if form.table == "orders" and form.zone != "shop":
        require_time_zone(settings, f"{export.name}: the times are not in the time of the shop")


def _sources(form: ExportFormat, header: Header, chosen: Mapping[str, str]) -> dict[str, CellSource]:
    """Canonical column -> where its cells come from, for the columns that the file has."""
    told = {column: CellSource(column=written) for column, written in chosen.items()}
    found = {column: form.source(column) for column in form.columns} | told
    none = {column for column, written in chosen.items() if not written}
    order = [column.name for column in TABLES[form.table].columns if column.name in found.keys() - none]
    return {column: found[column] for column in order if header.cell(found[column].names)}


def _position(header: Header, source: CellSource) -> int:
    return next(place for name in source.names if (place := header.find(name)) is not None)


def _amount_columns(
    export: Export, header: Header, form: ExportFormat, resolution: Resolution, settings: Settings
) -> tuple[str, ...]:
    if not form.amount_from:
        return ()
    refuse_doubtful_amount(
        export.name, resolution, header.names, chosen_columns(settings.columns, TABLES["orders"])
    )
    for group in form.amount_from:
        if resolution.has(group):
            return group
    raise _missing(export, header, ["amount"])


def _missing(export: Export, header: Header, missing: Sequence[str]) -> AmbiguousError:
    remedy = " ".join(f"--map {name}=COLUMN" for name in missing)
    if "amount" in missing:
        remedy += ", or --map quantity=COLUMN --map unit_price=COLUMN"
    return AmbiguousError(
        f"{export.name}: no column for {', '.join(missing)} among {listed(header.names)}",
        f"name it: {remedy}",
        (WayOut(("columns", missing[0]), name) for name in header.names),
    )


def _refuse_doubles(export: Export, header: Header) -> None:
    seen: dict[str, str] = {}
    for name in header.names:
        folded = fold(name)
        if folded and folded in seen:
            raise DataError(
                f"{export.name}: two columns are called alike: {listed([seen[folded], name])}",
                "rename or remove one of them",
            )
        seen[folded] = name


def _further(header: Header, canonical: Sequence[Place], table: str) -> tuple[Place, ...]:
    taken = {place.position for place in canonical}
    return tuple(
        Place(further_name(name, table), position)
        for position, name in enumerate(header.names)
        if position not in taken and fold(name)
    )


def nameless(layout: Layout) -> tuple[int, ...]:
    """The positions of columns without a name, which are left out."""
    return tuple(position for position, name in enumerate(layout.header) if not fold(name))

"""The header of an export: found, split and matched to an export or a format, which identifies the file."""

from __future__ import annotations

import codecs
import csv
import io
import re
from typing import TYPE_CHECKING

from wieder.errors import DataError, ForeignFileError, UsageError
from wieder.exports import EXPORTS
from wieder.exports.base import CUSTOMER_ID
from wieder.exports.names import fold, listed, shortened
from wieder.exports.orders import ORDERS
from wieder.ingest.export_format import formats_of
from wieder.ingest.layout import Header
from wieder.ingest.mapping import (
    absent_column,
    chosen_columns,
    layout_of,
    resolve,
    resolve_by_format,
)
from wieder.ingest.reading import require_time_zone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wieder.config import Settings
    from wieder.exports.base import Export
    from wieder.ingest.export_format import ExportFormat
    from wieder.ingest.layout import Layout
    from wieder.ingest.mapping import Resolution
    from wieder.ingest.preflight import OpenedFile

LONGEST_HEADER = 1 << 18
"""Bytes."""

MOST_COLUMNS = 2000

DELIMITERS = {",": ",", ";": ";", "tab": "\t", "|": "|"}
"""Name of a delimiter in the settings -> the character."""

SEPARATOR = "sep="
"""Start of a first line that sets the delimiter for spreadsheets."""


def text_layout(file: OpenedFile, settings: Settings) -> Layout:
    """Layout of a text file.

    The delimiter is the one that gives the most known columns. Raises DataError if
    none gives an export, or if the header is ambiguous.
    """
    start = _start(file)
    known = DELIMITERS.get(settings.input.delimiter) or _separator(start)
    delimiters = [known] if known else list(DELIMITERS.values())
    headers = [header for delimiter in delimiters if (header := _split(file, start, delimiter))]
    if not headers:
        raise DataError(f"{file.name}: the file contains only blanks", "export it again")
    return _best(file, headers, settings)


def parquet_layout(file: OpenedFile, columns: Sequence[tuple[str, str]], settings: Settings) -> Layout:
    """Layout of a Parquet file with these columns, given as names and DuckDB types."""
    names, types = zip(*columns, strict=True)
    return _best(file, [Header(names=names, types=types)], settings)


def _start(file: OpenedFile) -> str:
    with file.path.open("rb") as opened:
        start = opened.read(LONGEST_HEADER)
    decoded = codecs.getincrementaldecoder("utf-8")().decode(start)
    return decoded.removeprefix("\ufeff")


def _separator(start: str) -> str | None:
    """The delimiter in a first line such as `sep=;`, which is meant for spreadsheets."""
    line = re.match(rf"\s*\"?{SEPARATOR}([,;\t|])", start, re.IGNORECASE)
    return line.group(1) if line else None


def _is_header(row: Sequence[str]) -> bool:
    """Whether a row is neither blank nor a line that sets the delimiter."""
    return any(cell.strip() for cell in row) and not row[0].strip().lower().startswith(SEPARATOR)


def _split(file: OpenedFile, start: str, delimiter: str) -> Header | None:
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
            f"{file.name}: the first line is not a header, it begins with {shortened(start)!r}",
            "put the names of the columns in the first line",
        )
    cleaned = tuple(name.strip("\ufeff \t\r\n\u00a0") for name in names)
    types = ("VARCHAR",) * len(cleaned)
    return Header(names=cleaned, types=types, delimiter=delimiter, lines=reader.line_num, rows=rows)


def _best(file: OpenedFile, headers: Sequence[Header], settings: Settings) -> Layout:
    """Layout by the header that matches best: a format with most columns, otherwise most known names."""
    systems = [
        (header, name, form)
        for header in headers
        for name, form in formats_of(settings).items()
        if form.fits(header.folded)
    ]
    if systems:
        header, name, form = max(systems, key=lambda found: len(found[2].header))
        chosen = chosen_columns(settings.columns, form.export)
        _refuse_format(file, form, settings, is_overruled=CUSTOMER_ID in chosen)
        return layout_of(file, resolve_by_format(form, header, chosen), name)
    readings = [reading for header in headers if (reading := _reading(header, settings))]
    if not readings:
        raise _unknown(file, max(headers, key=lambda header: len(header.names)), settings)
    return layout_of(file, max(readings, key=lambda reading: len(reading.positions)))


def _reading(header: Header, settings: Settings) -> Resolution | None:
    """Resolution of the header by the first export that it fits; None if it fits none."""
    of_orders = _resolved(ORDERS, header, settings)
    for export in tried_exports():
        found = _resolved(export, header, settings)
        if not found.has(export.identified_by):
            continue
        is_chosen = not found.positions.keys().isdisjoint(found.chosen)
        if is_chosen or not any(of_orders.has(group) for group in export.unless):
            return found
    return None


def tried_exports() -> list[Export]:
    """All exports in the order in which a header is tried: most identifying columns first."""
    return sorted(EXPORTS.values(), key=lambda one: (-len(one.identified_by), one.place))


def _resolved(export: Export, header: Header, settings: Settings) -> Resolution:
    return resolve(export, header, chosen_columns(settings.columns, export))


def _unknown(file: OpenedFile, header: Header, settings: Settings) -> DataError | UsageError:
    """Error for a file that fits no export."""
    for export in EXPORTS.values():
        found = _resolved(export, header, settings)
        if found.absent:
            return absent_column(file, found)
    if len(header.names) == 1 and re.search(r"\S\s{2,}\S", header.names[0]):
        return DataError(
            f"{file.name}: the columns are separated by blanks, not by a delimiter: {listed(header.names)}",
            "import it into a spreadsheet as text with fixed widths, and save it as CSV (UTF-8)",
        )
    if any(_is_value(name) for name in header.names):
        message = f"{file.name}: the first line contains values, not column names: {listed(header.names, 8)}"
        return DataError(message, "add a line with the names of the columns above it")
    orders = _resolved(ORDERS, header, settings)
    for export in EXPORTS.values():
        found = _resolved(export, header, settings)
        if len(found.positions) > len(orders.positions):
            return _incomplete(file, found)
    missing = [name for name in (*ORDERS.needed, ORDERS.amount) if not orders.has([name])]
    return ForeignFileError(
        f"{file.name}: the columns fit no export: no column for {', '.join(missing)}"
        f" among {listed(header.names)}",
        " ".join(["map the columns:", *(f"--map {name}=COLUMN" for name in missing)]),
        file.name,
    )


def _incomplete(file: OpenedFile, found: Resolution) -> DataError:
    """Error for a file with more columns of this export than of orders, but not all required ones."""
    export = found.export
    needed = dict.fromkeys((*export.needed, export.amount))
    missing = [name for name in needed if name and not found.has([name])]
    names = " ".join(f"--map {export.name}.{name}=COLUMN" for name in missing)
    return ForeignFileError(
        f"{file.name}: this may be {export.name}, but there is no column for {', '.join(missing)}"
        f" among {listed(found.header.names)}",
        f"map the columns: {names}",
        file.name,
    )


def _is_value(name: str) -> bool:
    """Whether a cell of a header looks like a number or a date."""
    digits = sum(character.isdigit() for character in name)
    return digits > 0 and all(character.isdigit() or character in " .,:-/+" for character in name)


def _refuse_format(file: OpenedFile, form: ExportFormat, settings: Settings, *, is_overruled: bool) -> None:
    """Raises DataError for an export without usable customers, AmbiguousError for a missing time zone."""
    if form.refuse and not (form.columns and is_overruled):
        raise DataError(f"{file.name}: this is {form.title} from {form.system}: {form.refuse}", form.instead)
    if form.export.day and form.zone != "shop":
        require_time_zone(settings, f"{file.name}: the times are not in the time zone of the shop")


def nameless(layout: Layout) -> tuple[int, ...]:
    """Positions of the columns without a name, which are ignored."""
    return tuple(position for position, name in enumerate(layout.header) if not fold(name))

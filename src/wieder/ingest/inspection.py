"""Inspection of files before a load, and the text of a settings file that describes them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from wieder.database import frame, script
from wieder.errors import AmbiguousError, SettingChoice
from wieder.exports import EXPORTS
from wieder.exports.base import staged_name
from wieder.exports.orders import ORDERS
from wieder.ingest.orders import steps_of
from wieder.ingest.reading import explained, scan_whole_orders, set_time_zone
from wieder.ingest.rejects import drop_broken
from wieder.ingest.rows import marks, plan_batches, typed_rows
from wieder.ingest.sources import find_sources
from wieder.ingest.staging import files_of, opened_files, readable_named, recognised_files, workspace
from wieder.notices import discard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import polars as pl

    from wieder.config import Settings
    from wieder.database import Connection
    from wieder.ingest.layout import File
    from wieder.ingest.preflight import OpenedFile
    from wieder.ingest.rows import Batch
    from wieder.notices import Notify

SHOWN_ROWS = 5


@dataclass(frozen=True, kw_only=True)
class Inspected:
    """Description of one file."""

    file: str
    table: str
    """Name of its export."""
    delimiter: str
    """The delimiter; empty for Parquet."""
    rows: int
    """Number of rows that match the header."""
    names: Mapping[str, str]
    """Canonical column -> its name in the file."""
    further: tuple[str, ...]
    """Stored names of the other columns."""
    readers: Mapping[str, str]
    """Canonical column -> reader of its cells, for keys, dates and numbers."""
    currency: str
    """ISO code; empty if the file has none."""
    sample: pl.DataFrame
    """The first rows as they would be loaded; unreadable cells are null."""


def inspect_exports(  # noqa: PLR0917  (everything that a load depends on, and the source of answers)
    con: Connection,
    sources: Sequence[str],
    settings: Settings,
    stdin: BinaryIO | None,
    notify: Notify,
    ask: Callable[[AmbiguousError], SettingChoice],
) -> tuple[list[Inspected], list[SettingChoice]]:
    """Describes each of `sources`, and returns the answers that were needed along with the descriptions.

    Columns and notations are detected as in a load, from whole columns; `ask` is
    called once for each ambiguity. Raises the errors of `read_exports` except
    AmbiguousError, and any error of `ask`.
    """
    drop_broken(con)
    con.execute(script("ingest/cells"))
    answers: list[SettingChoice] = []
    with workspace() as folder:
        found = find_sources(sources, stdin, folder, notify)
        opened = opened_files(found, folder, settings, notify)
        while True:
            try:
                return _inspect_all(con, opened, settings), answers
            except AmbiguousError as question:
                answers.append(ask(question))
                settings = with_answer(settings, answers[-1])


def with_answer(settings: Settings, answer: SettingChoice) -> Settings:
    """`settings` with one more setting."""
    section, name = answer.setting
    if section == "columns":
        return msgspec.structs.replace(settings, columns=settings.columns | {name: answer.value})
    changed = msgspec.structs.replace(getattr(settings, section), **{name: answer.value})
    return msgspec.structs.replace(settings, **{section: changed})


def _inspect_all(con: Connection, opened: Sequence[OpenedFile], settings: Settings) -> list[Inspected]:
    set_time_zone(con, settings)
    with readable_named(con, opened, settings):
        files = recognised_files(con, opened, settings)
    found: dict[int, Inspected] = {}
    for export in EXPORTS.values():
        mine = files_of(export, files)
        steps = steps_of(export.name)(con, export, mine, settings, discard)
        for batch in plan_batches(con, mine, steps.condition, settings, discard):
            for file in batch.files:
                found[file.number] = _inspected(con, file, batch, settings)
    drop_broken(con)
    return [found[file.number] for file in files]


def _inspected(con: Connection, file: File, batch: Batch, settings: Settings) -> Inspected:
    layout = file.layout
    [[rows]] = _rows(con, file, batch, "count(*)")
    names = {place.name: layout.header[place.position] for place in layout.canonical}
    return Inspected(
        file=file.opened.name,
        table=layout.export.name,
        delimiter=layout.delimiter,
        rows=rows,
        names=names,
        further=tuple(place.name for place in layout.further),
        readers={name: str(reader) for name, reader in batch.form.readers.items()},
        currency=_currency(con, file, batch, settings) if "currency" in names else "",
        sample=_sample(con, file, batch),
    )


def _rows(con: Connection, file: File, batch: Batch, selected: str) -> list[tuple[Any, ...]]:
    source = scan_whole_orders(con, file.layout, [file.opened])
    with explained([file.opened]):
        return con.execute(
            f"select {selected} from ({typed_rows(batch.form, source, file.number)})",
            source.parameters | batch.form.parameters,
        ).fetchall()


def _currency(con: Connection, file: File, batch: Batch, settings: Settings) -> str:
    """The currency of the rows that would be kept; empty if they have none. The most frequent is proposed.

    Raises AmbiguousError if there are several, and no exchange rates.
    """
    [[found]] = _rows(con, file, batch, "map_entries(histogram(currency) filter (where is_kept))")
    counts = {one["key"]: one["value"] for one in found or []}
    currencies = sorted(counts, key=lambda currency: (-counts[currency], currency))
    if len(currencies) > 1 and not settings.input.rates:
        export = file.layout.export.name
        raise AmbiguousError(
            f"{file.opened.name}: the {export} are in several currencies: {', '.join(currencies)}",
            f"keep one: --currency {currencies[0]}",
            (SettingChoice(("input", "currency"), name) for name in currencies),
        )
    return currencies[0] if currencies else ""


def _sample(con: Connection, file: File, batch: Batch) -> pl.DataFrame:
    """The first rows with the columns of the file, by their names in the store."""
    layout, source = file.layout, scan_whole_orders(con, file.layout, [file.opened])
    rows = f"select * from ({typed_rows(batch.form, source, file.number)}) limit {SHOWN_ROWS}"
    with explained([file.opened]):
        first = frame(con, rows, source.parameters | batch.form.parameters)
    export = layout.export
    known = {staged_name(place.name) for place in layout.canonical} | {export.amount}
    hidden = {*export.staged, *marks(export)} - known
    return first.select(name for name in first.columns if name not in hidden)


HEAD = """\
# Settings of wieder. Options on the command line override them; `wieder help settings` lists them.
# Written by `wieder init` for these files:"""

NAMED = "# Column = its name in the export. Columns without an entry are recognised by their names."
READ = "# Formats that the files leave open. Settings without an entry are detected."

COMMENTS = {
    "columns": NAMED,
    "input": READ,
    "orders": "# Rows to read as orders, and orders to count.",
    "report": "# Appearance of results.",
}
"""Section of the settings file -> comment; sections without a setting contain examples."""

DELIMITERS = {"\t": "tab"}

FORMS = {
    "number_plain": "decimal point", "number_point": "decimal point", "number_comma": "decimal comma",
    "date_iso": "year first", "date_ymd": "year first", "date_typed": "dates", "date_dots": "day first",
    "date_dmy": "day first", "date_mdy": "month first",
}  # fmt: skip
"""Notation of each reader of numbers and dates; keys need none."""


def settings_text(found: Sequence[Inspected], chosen: Mapping[tuple[str, ...], object]) -> str:
    """Text of a wieder.toml with which the files of `found` are read as they were inspected.

    `chosen` contains every setting that was typed or answered, by its path.
    """
    lines = [HEAD, *(line for one in found for line in _description(one)), ""]
    top = {path[0]: value for path, value in chosen.items() if len(path) == 1}
    lines += [_entry(name, value) for name, value in top.items()] or ['# db = "wieder.duckdb"']
    sections = dict.fromkeys([*COMMENTS, *(path[0] for path in chosen if len(path) > 1)])
    for section in sections:
        entries = {path[1]: value for path, value in chosen.items() if len(path) > 1 and path[0] == section}
        lines += ["", f"[{section}]", *_section(section, entries, found)]
    return "\n".join([*lines, ""])


def described(one: Inspected) -> str:
    """One-line description of a file."""
    delimiter = DELIMITERS.get(one.delimiter, one.delimiter)
    form = f"delimiter {delimiter}" if delimiter else "Parquet"
    return f"{one.file}: {one.table}, {one.rows:,} rows, {form}"


def _description(one: Inspected) -> Iterator[str]:
    yield _comment(described(one))
    for column, name in one.names.items():
        form = FORMS.get(one.readers.get(column, ""), "")
        yield _comment(f"    {column} = {name}{f' ({form})' if form else ''}")
    if one.further:
        yield _comment(f"    other columns, for --by: {', '.join(one.further)}")


def _section(section: str, entries: Mapping[str, object], found: Sequence[Inspected]) -> Iterator[str]:
    if section in COMMENTS:
        yield COMMENTS[section]
    yield from (_entry(name, value) for name, value in entries.items())
    yield from (
        _comment(_entry(name, value))
        for name, value in _examples(section, found).items()
        if name not in entries
    )


def _examples(section: str, found: Sequence[Inspected]) -> dict[str, object]:
    """Examples of settings, with detected values where there are any."""
    orders = [one for one in found if one.table == ORDERS.name]
    currencies = {one.currency for one in orders if one.currency}
    match section:
        case "columns":
            return dict(orders[0].names) if orders else {}
        case "input":
            return {"decimal": "point", "dates": "ymd"}
        case "orders":
            return {"cancelled": ["cancelled", "storniert"], "complete_history": True}
        case "report":
            return {"lang": "en", "currency": currencies.pop() if len(currencies) == 1 else "EUR"}
    return {}


def _entry(name: str, value: object) -> str:
    key = name if re.fullmatch("[A-Za-z0-9_-]+", name) else _value(name)
    return f"{key} = {_value(value)}"


def _value(value: object) -> str:
    """A value in TOML: the same as JSON except for DEL, which JSON does not escape."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(text: str) -> str:
    """A comment of one line; unprintable characters become question marks."""
    return "# " + "".join(character if character.isprintable() else "?" for character in text)

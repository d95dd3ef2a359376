"""What files are, before anything is loaded, and the settings that say so."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from wieder.database import frame, script
from wieder.errors import AmbiguousError, WayOut
from wieder.exports import EXPORTS
from wieder.exports.base import staged_name
from wieder.exports.orders import ORDERS
from wieder.ingest.orders import steps_of
from wieder.ingest.reading import explained, scan_whole_orders, set_time_zone
from wieder.ingest.rejects import drop_broken
from wieder.ingest.rows import marks, plan_batches, typed_rows
from wieder.ingest.sources import find_sources
from wieder.ingest.staging import files_of, opened_files, recognised_files, workspace
from wieder.notices import unheard

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
    """What one file is."""

    file: str
    table: str
    """The name of its export."""
    delimiter: str
    """Empty for Parquet."""
    rows: int
    """Rows of the form of the header."""
    names: Mapping[str, str]
    """Canonical column -> its name in the file."""
    further: tuple[str, ...]
    """The other columns, by the names under which they are kept."""
    readers: Mapping[str, str]
    """Canonical column -> how its cells are read, for keys, dates and numbers."""
    currency: str
    """ISO code; empty where the file names none."""
    sample: pl.DataFrame
    """The first rows as they would be loaded; cells that cannot be read are null."""


def inspect_exports(  # noqa: PLR0917  (what a load depends on, and who answers)
    con: Connection,
    sources: Sequence[str],
    settings: Settings,
    stdin: BinaryIO | None,
    notify: Notify,
    ask: Callable[[AmbiguousError], WayOut],
) -> tuple[list[Inspected], list[WayOut]]:
    """What each of `sources` is, and the answers that were needed to tell.

    Columns and formats are found out as in a load, on whole columns; what the
    files leave open is asked, each question once. Raises what `read_exports`
    raises, and whatever `ask` does.
    """
    drop_broken(con)
    con.execute(script("ingest/cells"))
    answers: list[WayOut] = []
    with workspace() as folder:
        found = find_sources(sources, stdin, folder, notify)
        opened = opened_files(found, folder, settings, notify)
        while True:
            try:
                return _inspect_all(con, opened, settings), answers
            except AmbiguousError as question:
                answers.append(ask(question))
                settings = with_answer(settings, answers[-1])


def with_answer(settings: Settings, answer: WayOut) -> Settings:
    """`settings` with one more setting."""
    section, name = answer.setting
    if section == "columns":
        return msgspec.structs.replace(settings, columns=settings.columns | {name: answer.value})
    changed = msgspec.structs.replace(getattr(settings, section), **{name: answer.value})
    return msgspec.structs.replace(settings, **{section: changed})


def _inspect_all(con: Connection, opened: Sequence[OpenedFile], settings: Settings) -> list[Inspected]:
    set_time_zone(con, settings)
    files = recognised_files(con, opened, settings)
    found: dict[int, Inspected] = {}
    for export in EXPORTS.values():
        mine = files_of(export, files)
        steps = steps_of(export.name)(con, export, mine, settings, unheard)
        for batch in plan_batches(con, mine, steps.condition, settings, unheard):
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
    """The currency of the rows that would be kept, empty where none is named.

    Raises AmbiguousError if there are several.
    """
    [[found]] = _rows(con, file, batch, "list(distinct currency) filter (where is_kept)")
    currencies = sorted(currency for currency in found or [] if currency)
    if len(currencies) > 1 and not settings.input.rates:
        export = file.layout.export.name
        raise AmbiguousError(
            f"{file.opened.name}: the {export} are in several currencies: {', '.join(currencies)}",
            f"keep one of them: --currency {currencies[0]}",
            (WayOut(("input", "currency"), name) for name in currencies),
        )
    return currencies[0] if currencies else ""


def _sample(con: Connection, file: File, batch: Batch) -> pl.DataFrame:
    """The columns that the file has, by their names in the store."""
    layout, source = file.layout, scan_whole_orders(con, file.layout, [file.opened])
    rows = f"select * from ({typed_rows(batch.form, source, file.number)}) limit {SHOWN_ROWS}"
    with explained([file.opened]):
        first = frame(con, rows, source.parameters | batch.form.parameters)
    export = layout.export
    known = {staged_name(place.name) for place in layout.canonical} | {export.amount}
    hidden = {*export.staged, *marks(export)} - known
    return first.select(name for name in first.columns if name not in hidden)


HEAD = """\
# Settings of wieder. Options on the command line win over them; the README lists all of them.
# Written by `wieder init` for these files:"""

NAMED = "# Canonical column = its name in the export. Without an entry a column is known by its name."
READ = "# What the files do not say about themselves. Without an entry it is found out."

COMMENTS = {
    "columns": NAMED,
    "input": READ,
    "orders": "# Which rows are orders, and which orders count.",
    "report": "# How results look.",
}
"""What each section of the file is about; those without a setting hold examples."""

DELIMITERS = {"\t": "tab"}

FORMS = {
    "number_plain": "decimal point", "number_point": "decimal point", "number_comma": "decimal comma",
    "date_iso": "year first", "date_ymd": "year first", "date_typed": "dates", "date_dots": "day first",
    "date_dmy": "day first", "date_mdy": "month first",
}  # fmt: skip
"""What readers of numbers and dates mean; keys have nothing to say."""


def settings_text(found: Sequence[Inspected], chosen: Mapping[tuple[str, ...], object]) -> str:
    """The text of a wieder.toml with which the files of `found` are read as they were inspected.

    `chosen` holds every setting that was typed or answered, by its path.
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
    """What a file is, in one line."""
    delimiter = DELIMITERS.get(one.delimiter, one.delimiter)
    form = f"delimiter {delimiter}" if delimiter else "Parquet"
    return f"{one.file}: {one.table}, {one.rows:,} rows, {form}"


def _description(one: Inspected) -> Iterator[str]:
    yield _comment(described(one))
    for column, name in one.names.items():
        form = FORMS.get(one.readers.get(column, ""), "")
        yield _comment(f"    {column} = {name}{f' ({form})' if form else ''}")
    if one.further:
        yield _comment(f"    to cut by: {', '.join(one.further)}")


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
    """Settings that could be made, with the values that were found."""
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
    """A value as TOML writes it: JSON, but for DEL, which JSON leaves as it is."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(text: str) -> str:
    """A comment of one line, whatever the names of columns hold."""
    return "# " + "".join(character if character.isprintable() else "?" for character in text)

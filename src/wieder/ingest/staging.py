"""The straight way of a load: find files, look at them, choose readers, type, account, sum."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import duckdb

from wieder.database import Connection, script
from wieder.errors import OutputError, UsageError
from wieder.ingest.accounts import STAGED_FILES, account, tell_about_rejects
from wieder.ingest.batches import Batch, plan_batches
from wieder.ingest.currencies import refuse_mixed_currencies, unify_currencies
from wieder.ingest.export_format import tell_about_formats
from wieder.ingest.header import parquet_layout, text_layout
from wieder.ingest.identity_keys import choose_keys
from wieder.ingest.layout import File
from wieder.ingest.layouts import STAGED_LAYOUTS, stage_layouts
from wieder.ingest.order_values import settle_order_values
from wieder.ingest.orders import (
    finish_rows,
    forget_guest_key,
    has_order_lines,
    keep_last_customers,
    mark_two_customers,
    sum_lines,
    tell_about_customers,
    tell_about_repeated_orders,
)
from wieder.ingest.preflight import Export, Kind, inspect
from wieder.ingest.reading import explained, parquet_columns, scan_whole_orders
from wieder.ingest.refunds import make_refunds_positive
from wieder.ingest.rejects import STAGED_REJECTS, broken_rows, drop_broken
from wieder.ingest.rows import further_columns, staged_table, typed_rows
from wieder.ingest.sources import find_sources
from wieder.ingest.time_zones import set_time_zone
from wieder.ingest.workbooks import sheets_of
from wieder.notices import Notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wieder.config import Settings
    from wieder.ingest.layout import Layout
    from wieder.ingest.sources import Source
    from wieder.ingest.structure import Broken
    from wieder.notices import Notify


def read_exports(  # noqa: PLR0917  (everything that a load depends on)
    con: Connection,
    sources: Sequence[str],
    settings: Settings,
    stdin: BinaryIO | None,
    notify: Notify,
    known_files: frozenset[str] = frozenset(),
) -> None:
    """Reads exports into the staged tables of `con`: orders, customers, files and rejects.

    `sources` are files, folders, and `-` for `stdin`; what a file is, is told by
    its columns. Files whose sha256 is in `known_files` are left out, with a
    notice. Every row that was read is in a staged table or counted in
    `staged_files` as rejected or left out, and rejected rows are in
    `staged_rejects`. Raises DataError for a file that cannot be read without a
    guess, UsageError for settings that do not fit the files.
    """
    drop_broken(con)
    con.execute(script("ingest/ingest_cells"))
    set_time_zone(con, settings)
    con.execute(STAGED_FILES)
    con.execute(STAGED_REJECTS)
    con.execute(STAGED_LAYOUTS)
    with workspace() as folder:
        found = find_sources(sources, stdin, folder, notify)
        exports = _new(opened_exports(found, folder, settings, notify), known_files, notify)
        files = [
            File(number=number, export=export, layout=layout_of(con, export, settings))
            for number, export in enumerate(exports, 1)
        ]
        systems = {file.export.name: file.layout.format for file in files if file.layout.format}
        tell_about_formats(systems, settings, notify)
        for table in ("orders", "customers"):
            _stage(con, table, [file for file in files if file.layout.table == table], settings, notify)
    tell_about_customers(con, notify)


@contextmanager
def workspace() -> Iterator[Path]:
    """A folder that only its owner may enter, for copies that end with the load."""
    try:
        with tempfile.TemporaryDirectory(prefix="wieder-") as folder:
            yield Path(folder)
    except OSError as error:
        where = error.filename or tempfile.gettempdir()
        raise OutputError(
            f"{where}: a file could not be read or copied ({error.strerror})",
            "make room, or set TMPDIR to another disk",
        ) from error


def opened_exports(found: Sequence[Source], folder: Path, settings: Settings, notify: Notify) -> list[Export]:
    """What the bytes of the files are; of a workbook each sheet is a file."""
    sources = [sheet for source in found for sheet in sheets_of(source, folder, settings.input.sheet, notify)]
    return [inspect(source, folder, settings.input.encoding, notify) for source in sources]


def _new(exports: Sequence[Export], known_files: frozenset[str], notify: Notify) -> list[Export]:
    """Those of `exports` that were neither loaded before nor are a copy of another one."""
    first: dict[str, Export] = {}
    for export in exports:
        if export.sha256 in known_files:
            message = f"{export.name}: this file was loaded before and changes nothing"
            notify(Notice("already-loaded", message, values={"file": export.name}))
        elif export.sha256 in first:
            other = first[export.sha256].name
            message = f"{export.name} is {other} again, byte for byte, and is read once"
            notify(Notice("same-content", message, values={"file": export.name, "other": other}))
        else:
            first[export.sha256] = export
    return list(first.values())


def layout_of(con: Connection, export: Export, settings: Settings) -> Layout:
    """What the columns of `export` are. Raises DataError, or AmbiguousError if that can be settled."""
    if export.kind is Kind.PARQUET:
        return parquet_layout(export, parquet_columns(con, export), settings)
    return text_layout(export, settings)


def _stage(con: Connection, table: str, files: Sequence[File], settings: Settings, notify: Notify) -> None:
    """Makes staged_orders or staged_customers of `files`."""
    con.execute(staged_table(table, further_columns([file.layout for file in files])))
    condition = settings.orders.where.strip() if table == "orders" else ""
    batches = plan_batches(con, files, condition, settings, notify)
    stage_layouts(con, batches)
    broken: dict[int, list[Broken]] = {}
    for batch in batches:
        broken |= _insert(con, batch)
    if table == "orders":
        unify_currencies(con, files, settings, notify)
    lines = table == "orders" and has_order_lines(con)
    if lines:
        settle_order_values(con, batches)
        mark_two_customers(con)
    account(con, batches, broken, notify)
    tell_about_rejects(con, table, notify)
    finish_rows(con, table)
    if table == "customers":
        keep_last_customers(con, {file.number: file.export.name for file in files}, notify)
        return
    forget_guest_key(con, notify)
    refuse_mixed_currencies(con)
    make_refunds_positive(con, {file.number: file.export.name for file in files})
    if lines:
        sum_lines(con, [file.export.name for file in files], notify)
    choose_keys(con, settings.identity)
    if len(files) > 1:
        tell_about_repeated_orders(con, notify)


def _insert(con: Connection, batch: Batch) -> dict[int, list[Broken]]:
    """Adds the rows of a batch to the staged rows; gives the broken ones by file number."""
    layout = batch.form.layout
    source = scan_whole_orders(con, layout, batch.exports, "broken_rows")
    rows = typed_rows(batch.form, source, batch.files[0].number)
    try:
        with explained(batch.exports):
            con.execute(
                f"insert into staged_{layout.table} by name {rows}",
                source.parameters | batch.form.parameters,
            )
    except (duckdb.ConversionException, duckdb.OutOfRangeException) as error:
        # Nothing else casts without try_cast.
        raise UsageError(
            f"[orders] where: {batch.form.condition!r} fails on a row ({str(error).splitlines()[0]})",
            "use try_cast, which gives null where a cast fails",
        ) from error
    found = broken_rows(con, batch.exports, layout)
    drop_broken(con)
    return {file.number: rows for file, rows in zip(batch.files, found, strict=True)}

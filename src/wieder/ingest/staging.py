"""The course of a load: find files, examine them, choose readers, type rows, account for them, sum lines."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import duckdb

from wieder.database import Connection, script
from wieder.errors import DataError, OutputError, UsageError, WiederError
from wieder.exports import EXPORTS
from wieder.ingest.accounts import (
    account,
    notify_of_rejects,
    stage_layouts,
)
from wieder.ingest.currencies import kept_currency
from wieder.ingest.export_format import notify_of_formats
from wieder.ingest.header import parquet_layout, text_layout
from wieder.ingest.layout import File
from wieder.ingest.orders import notify_of_unknown_customers, repeats_too_often, steps_of
from wieder.ingest.packed import sheets_of
from wieder.ingest.preflight import Kind, OpenedFile, inspect
from wieder.ingest.reading import explained, parquet_columns, scan, scan_whole_orders, set_time_zone
from wieder.ingest.rejects import broken_rows, drop_broken
from wieder.ingest.rows import further_columns, plan_batches, staged_table, typed_rows
from wieder.ingest.sources import find_sources
from wieder.notices import Notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wieder.config import Settings
    from wieder.exports.base import Export
    from wieder.ingest.layout import Layout
    from wieder.ingest.rejects import Broken
    from wieder.ingest.rows import Batch
    from wieder.ingest.sources import Source
    from wieder.notices import Notify


def read_exports(  # noqa: PLR0917  (everything that a load depends on)
    con: Connection,
    sources: Sequence[str],
    settings: Settings,
    stdin: BinaryIO | None,
    notify: Notify,
    known_files: frozenset[str] = frozenset(),
) -> None:
    """Reads exports into the staged tables of `con`: one per export, files and rejects.

    `sources` are files, folders, and `-` for `stdin`; files are recognised by
    their columns. Files whose sha256 is in `known_files` are skipped, with a
    notice. Every row that was read is in a staged table or counted in
    `staged_files` as rejected or left out, and rejected rows are in
    `staged_rejects`. Raises DataError for a file that cannot be read without
    guessing, UsageError for settings that do not fit the files.
    """
    drop_broken(con)
    con.execute(script("ingest/cells"))
    set_time_zone(con, settings)
    con.execute(script("ingest/staged_tables").format(create="create or replace temp table"))
    with workspace() as folder:
        found = find_sources(sources, stdin, folder, notify)
        opened = _new(opened_files(found, folder, settings, notify), known_files, notify)
        with readable_named(con, opened, settings):
            files = recognised_files(con, opened, settings)
            systems = {file.opened.name: file.layout.format for file in files if file.layout.format}
            notify_of_formats(systems, settings, notify)
            for export in EXPORTS.values():
                _stage(con, export, files_of(export, files), settings, notify)
    notify_of_unknown_customers(con, notify)


@contextmanager
def workspace() -> Iterator[Path]:
    """Provides a folder, accessible to its owner only, for copies that are deleted after the load."""
    try:
        with tempfile.TemporaryDirectory(prefix="wieder-") as folder:
            yield Path(folder)
    except OSError as error:
        where = error.filename or tempfile.gettempdir()
        raise OutputError(
            f"{where}: a file could not be read or copied ({error.strerror})",
            "free some space, or put temporary files on another disk, such as TMPDIR=/mnt/data/tmp",
        ) from error


def opened_files(
    found: Sequence[Source], folder: Path, settings: Settings, notify: Notify
) -> list[OpenedFile]:
    """The files after inspection of their bytes; each sheet of a workbook counts as a file."""
    sources = [sheet for source in found for sheet in sheets_of(source, folder, settings.input.sheet, notify)]
    return [inspect(source, folder, settings.input.encoding, notify) for source in sources]


def recognised_files(con: Connection, opened: Sequence[OpenedFile], settings: Settings) -> list[File]:
    """The files with their layouts, numbered in their order."""
    return [
        File(number=number, opened=file, layout=_layout_of(con, file, settings))
        for number, file in enumerate(opened, 1)
    ]


@contextmanager
def readable_named(con: Connection, opened: Sequence[OpenedFile], settings: Settings) -> Iterator[None]:
    """Within it, the error for a file that is not a known export names those of `opened` that are."""
    try:
        yield
    except DataError as error:
        if error.file:
            error.readable = tuple(file.name for file in opened if _is_known(con, file, settings))
        raise


def _is_known(con: Connection, file: OpenedFile, settings: Settings) -> bool:
    try:
        layout = _layout_of(con, file, settings)
        if not layout.is_list_of_keys:
            return True
        key = layout.raw_cell(layout.canonical[0].position)
        query = f"select count(*), count(distinct {key}) from {{scan}}"
        with explained([file]):
            [counts] = scan(layout, [file]).query(con, query)
        drop_broken(con)
    except WiederError:
        return False
    return not repeats_too_often(*counts)


def files_of(export: Export, files: Sequence[File]) -> list[File]:
    """The subset of `files` that belongs to this export."""
    return [file for file in files if file.layout.export.name == export.name]


def _new(opened: Sequence[OpenedFile], known_files: frozenset[str], notify: Notify) -> list[OpenedFile]:
    """The files that were neither loaded before nor are copies of others."""
    first: dict[str, OpenedFile] = {}
    for file in opened:
        if file.sha256 in known_files:
            message = f"{file.name}: this file was loaded before and is skipped"
            notify(Notice("already-loaded", message, values={"file": file.name}))
        elif file.sha256 in first:
            other = first[file.sha256].name
            message = f"{file.name} is an exact copy of {other} and is not read again"
            notify(Notice("same-content", message, values={"file": file.name, "other": other}))
        else:
            first[file.sha256] = file
    return list(first.values())


def _layout_of(con: Connection, file: OpenedFile, settings: Settings) -> Layout:
    if file.kind is Kind.PARQUET:
        return parquet_layout(file, parquet_columns(con, file), settings)
    return text_layout(file, settings)


def _stage(
    con: Connection, export: Export, files: Sequence[File], settings: Settings, notify: Notify
) -> None:
    """Creates the staged table of `export` from its `files`."""
    con.execute(staged_table(export, further_columns([file.layout for file in files])))
    steps = steps_of(export.name)(con, export, files, settings, notify)
    batches = plan_batches(con, files, steps.condition, settings, notify)
    stage_layouts(con, batches)
    broken: dict[int, list[Broken]] = {}
    for batch in batches:
        broken |= _insert(con, batch)
    steps.before_accounts(batches)
    account(con, batches, broken, notify)
    notify_of_rejects(con, export, kept_currency(settings), notify)
    steps.finish_rows()
    steps.after_accounts()


def _insert(con: Connection, batch: Batch) -> dict[int, list[Broken]]:
    """Adds the rows of a batch to the staged rows, and returns the broken ones by file number."""
    layout = batch.form.layout
    source = scan_whole_orders(con, layout, batch.opened, "broken_rows")
    rows = typed_rows(batch.form, source, batch.files[0].number)
    try:
        with explained(batch.opened):
            con.execute(
                f"insert into staged_{layout.export.name} by name {rows}",
                source.parameters | batch.form.parameters,
            )
    except (duckdb.ConversionException, duckdb.OutOfRangeException) as error:
        # All other casts are try_casts.
        raise UsageError(
            f"--where: {batch.form.condition!r} fails on a row ({str(error).splitlines()[0]})",
            "use try_cast, which returns null where a cast fails",
        ) from error
    found = broken_rows(con, batch.opened, layout)
    drop_broken(con)
    return {file.number: rows for file, rows in zip(batch.files, found, strict=True)}

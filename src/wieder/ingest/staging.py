"""The straight way of a load: find files, look at them, choose readers, type, account, sum."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from wieder.database import Connection, script
from wieder.errors import DataError
from wieder.ingest.accounts import STAGED_FILES, account
from wieder.ingest.condition import condition_columns, refuse_non_boolean, refuse_unknown_columns
from wieder.ingest.header import parquet_layout, text_layout
from wieder.ingest.orders import (
    finish_rows,
    has_order_lines,
    keep_last_customers,
    mark_two_customers,
    refuse_mixed_currencies,
    sum_lines,
)
from wieder.ingest.preflight import Export, Kind, inspect
from wieder.ingest.readers import choose_readers
from wieder.ingest.reading import explained, parquet_columns, scan
from wieder.ingest.rejects import STAGED_REJECTS, broken_rows
from wieder.ingest.rows import Form, further_columns, staged_table, typed_cells, typed_rows
from wieder.ingest.sources import find_sources
from wieder.notices import Notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wieder.config import Settings
    from wieder.ingest.layout import Layout
    from wieder.ingest.readers import Reader
    from wieder.ingest.structure import Broken
    from wieder.notices import Notify


@dataclass(frozen=True, kw_only=True)
class File:
    """One file with what its columns are."""

    number: int
    """From 1, in the order in which the files were named: the later state of an order wins."""
    export: Export
    layout: Layout


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Files in a row that are read in one go."""

    files: tuple[File, ...]
    form: Form

    @property
    def exports(self) -> list[Export]:
        """The files, without what is known of them."""
        return [file.export for file in self.files]


def read_exports(
    con: Connection,
    sources: Sequence[str],
    settings: Settings,
    stdin: BinaryIO | None,
    notify: Notify,
    known_files: frozenset[str] = frozenset(),
) -> None:
    """Reads exports into the staged tables of `con`: orders, customers, files and rejects.

    `sources` are files, folders, and `-` for `stdin`; which of them is what is
    told by their columns. Files whose sha256 is in `known_files` are left out,
    with a notice. Every row that was read is in a staged table or counted in
    `staged_files` as rejected or left out, and rejected rows are in
    `staged_rejects`. Raises DataError for a file that cannot be read without a
    guess, UsageError for settings that do not fit the files.
    """
    con.execute(script("ingest_cells"))
    for table in ("orders", "customers"):
        con.execute(f"drop table if exists temp.staged_{table}")
    con.execute(STAGED_REJECTS)
    con.execute(STAGED_FILES)
    with _workspace() as folder:
        found = find_sources(sources, stdin, folder, notify)
        exports = _new([inspect(source, folder) for source in found], known_files, notify)
        files = [
            File(number=number, export=export, layout=_layout(con, export, settings))
            for number, export in enumerate(exports, 1)
        ]
        for table in ("orders", "customers"):
            _stage(con, table, [file for file in files if file.layout.table == table], settings, notify)


@contextmanager
def _workspace() -> Iterator[Path]:
    """A folder that only its owner may enter, for copies that end with the load."""
    with tempfile.TemporaryDirectory(prefix="wieder-") as folder:
        yield Path(folder)


def _new(exports: Sequence[Export], known_files: frozenset[str], notify: Notify) -> list[Export]:
    """Those of `exports` that were neither loaded before nor are a copy of another one."""
    first: dict[str, Export] = {}
    for export in exports:
        if export.sha256 in known_files:
            notify(
                Notice("already-loaded", f"{export.name}: this file was loaded before and changes nothing")
            )
        elif export.sha256 in first:
            other = first[export.sha256].name
            notify(
                Notice(
                    "same-content", f"{export.name} is the same as {other}, byte for byte, and is read once"
                )
            )
        else:
            first[export.sha256] = export
    return list(first.values())


def _layout(con: Connection, export: Export, settings: Settings) -> Layout:
    if export.kind is Kind.PARQUET:
        return parquet_layout(export, parquet_columns(con, export), settings)
    return text_layout(export, settings)


def _stage(con: Connection, table: str, files: Sequence[File], settings: Settings, notify: Notify) -> None:
    """Makes staged_orders or staged_customers of `files`."""
    con.execute(staged_table(table, further_columns([file.layout for file in files])))
    broken: dict[int, list[Broken]] = {}
    batches = _batches(con, table, files, settings, notify)
    for number, batch in enumerate(batches):
        broken |= _insert(con, batch, f"broken_{table}_{number}")
    lines = table == "orders" and has_order_lines(con)
    if lines:
        mark_two_customers(con)
    for batch in batches:
        account(con, batch.form, [(file.number, file.export) for file in batch.files], broken, notify)
    _refuse_nothing(con, table, files)
    finish_rows(con, table)
    if table == "customers":
        keep_last_customers(con, notify)
        return
    refuse_mixed_currencies(con)
    if lines:
        sum_lines(con, [file.export.name for file in files], notify)


def _batches(
    con: Connection, table: str, files: Sequence[File], settings: Settings, notify: Notify
) -> list[Batch]:
    """Consecutive files with the same layout and the same readers, in the order of the files."""
    condition = settings.orders.where.strip() if table == "orders" else ""
    wanted = condition_columns(con, condition) if condition else frozenset()
    readers: dict[int, dict[str, Reader]] = {}
    for layout in dict.fromkeys(file.layout for file in files):
        alike = [file for file in files if file.layout == layout]
        columns = _typed_columns(layout, wanted)
        chosen = choose_readers(con, layout, [file.export for file in alike], columns, settings, notify)
        readers |= {file.number: found for file, found in zip(alike, chosen, strict=True)}
        if condition:
            _check_condition(
                con, condition, wanted, alike[0], Form(layout=layout, readers=chosen[0], condition="")
            )
    groups = groupby(files, key=lambda file: (file.layout, tuple(readers[file.number].items())))
    return [
        Batch(files=tuple(group), form=Form(layout=layout, readers=dict(items), condition=condition))
        for (layout, items), group in groups
    ]


def _typed_columns(layout: Layout, wanted: frozenset[str]) -> list[str]:
    """The canonical columns that are keys, dates or numbers and that this load needs."""
    optional = [name for name in ("quantity", "unit_price") if name in wanted and layout.has(name)]
    return list(dict.fromkeys([*layout.required, "customer_id", *optional]))


def _check_condition(con: Connection, condition: str, wanted: frozenset[str], file: File, form: Form) -> None:
    layout = file.layout
    known = [place.name for place in (*layout.canonical, *layout.further)] + ["amount"]
    refuse_unknown_columns(condition, wanted, known, file.export.name)
    source = scan(layout, [file.export])
    with explained([file.export]):
        refuse_non_boolean(con, condition, f"{typed_cells(form, source)} limit 0", source.parameters)


def _insert(con: Connection, batch: Batch, rejects: str) -> dict[int, list[Broken]]:
    """Adds the rows of a batch to the staged rows; gives the broken ones by file number."""
    layout = batch.form.layout
    source = scan(layout, batch.exports, rejects)
    with explained(batch.exports):
        con.execute(
            f"insert into staged_{layout.table} by name {typed_rows(batch.form, source, batch.files[0].number)}",
            source.parameters,
        )
    found = broken_rows(con, rejects, batch.exports, layout)
    return {file.number: rows for file, rows in zip(batch.files, found, strict=True)}


def _refuse_nothing(con: Connection, table: str, files: Sequence[File]) -> None:
    """Raises DataError if there are rows and every one of them was rejected."""
    [(read, rejected, reason)] = con.execute(
        "select sum(rows_read), sum(rows_rejected), (select mode(message) from staged_rejects)"
        " from staged_files where table_name = $table",
        {"table": table},
    ).fetchall()
    if read and read == rejected:
        names = files[0].export.name if len(files) == 1 else f"{len(files)} files"
        raise DataError(
            f"{names}: every row was rejected, mostly because {reason}", "check the columns and formats"
        )

"""The account of each file: rows and money read = rejected + left out + kept, to the cent."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from wieder.database import Connection, script
from wieder.errors import DataError
from wieder.ingest.header import nameless
from wieder.ingest.preflight import Kind
from wieder.ingest.rejects import add_broken, add_unfit, row_lines
from wieder.notices import Notice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wieder.exports.base import Export
    from wieder.ingest.layout import File
    from wieder.ingest.rejects import Broken
    from wieder.ingest.rows import Batch, Form
    from wieder.notices import Notify


def stage_layouts(con: Connection, batches: Sequence[Batch]) -> None:
    """Adds one row per file to `staged_layouts`."""
    for batch in batches:
        layout, readers = batch.form.layout, batch.form.readers
        names = {place.name: layout.header[place.position] for place in layout.canonical}
        for file in batch.files:
            con.execute(
                "insert into staged_layouts values"
                " ($number, $delimiter, $columns, map($canonical::VARCHAR[], $written::VARCHAR[]), $dates,"
                " $includes)",
                {
                    "number": file.number,
                    "delimiter": layout.delimiter,
                    "columns": list(layout.header),
                    "canonical": list(names),
                    "written": list(names.values()),
                    "dates": readers.get(layout.export.day),
                    "includes": layout.amount_includes,
                },
            )


NO_ROWS = (0, 0, 0, 0, Decimal(0), Decimal(0), Decimal(0), Decimal(0), None)

CLOCK_TOLERANCE = timedelta(days=2)
"""Most by which clocks and time zones can differ."""


def account(
    con: Connection, batches: Sequence[Batch], broken: Mapping[int, Sequence[Broken]], notify: Notify
) -> None:
    """Adds one row per file to `staged_files`, and one per rejected row to `staged_rejects`.

    `broken` maps a file number to its rows that do not match the header. Raises
    DataError if fewer rows were read than a file contains.
    """
    remarks: dict[tuple[str, str, object], list[str]] = {}
    for counts, batch in _counted(con, batches):
        for file in batch.files:
            row = counts.get(file.number, NO_ROWS)
            _account_file(con, batch.form, file, row, broken[file.number])
            for remark in _remarks(file, n_rows=row[0], newest=row[-1]):
                remarks.setdefault(remark, []).append(file.opened.name)
    for (slug, message, value), files in remarks.items():
        where = files[0] if len(files) == 1 else f"{len(files)} files such as {files[0]}"
        notify(Notice(slug, f"{where}: {message}", values={"files": tuple(files), "value": value}))


def _counted(con: Connection, batches: Sequence[Batch]) -> list[tuple[dict[int, tuple[Any, ...]], Batch]]:
    """Pairs each batch with the counts of all files, by file number."""
    if not batches:
        return []
    export = batches[0].form.layout.export
    amount, time = export.amount or "cast(0 as DECIMAL(18, 4))", export.day or "null"
    query = script("ingest/accounts").format(table=f"staged_{export.name}", amount=amount, time=time)
    counts = {number: tuple(row) for number, *row in con.execute(query).fetchall()}
    return [(counts, batch) for batch in batches]


def _account_file(
    con: Connection, form: Form, file: File, counts: tuple[Any, ...], broken: Sequence[Broken]
) -> None:
    n_rows, n_rejected, n_left_out, n_kept, *amounts, _ = counts
    opened = file.opened
    lines = row_lines(opened, form.layout, n_rows, broken) if opened.kind is Kind.TEXT else None
    add_broken(con, opened, broken)
    if n_rejected:
        add_unfit(con, form, file, lines)
    row = [
        file.number, opened.name, opened.sha256, opened.size, form.layout.export.name,
        n_rows + len(broken), n_rejected + len(broken), n_left_out, n_kept, *amounts,
    ]  # fmt: skip
    con.execute(f"insert into staged_files values ({', '.join('?' * len(row))})", row)


def _remarks(file: File, *, n_rows: int, newest: Any) -> list[tuple[str, str, object]]:
    """Peculiarities of a file that was read: slug, message, and the value in the message."""
    opened, export = file.opened, file.layout.export
    found: list[tuple[str, str, object]] = [
        ("nameless-column", f"column {position + 1} has no name and is ignored", position + 1)
        for position in nameless(file.layout)
    ]
    if n_rows == 0:
        found.append(("no-rows", "the file has a header but no rows", ""))
    if not opened.ends_with_newline:
        found.append(("no-final-newline", "the last line does not end in a line break: is it truncated?", ""))
    if opened.encoded_twice:
        message = "characters such as Ã¼ show that the text was decoded wrongly before the export"
        found.append(("encoded-twice", message, ""))
    if newest and newest > opened.modified + CLOCK_TOLERANCE:
        message = f"the newest {export.noun}, dated {newest:%Y-%m-%d}, is newer than the file"
        slug = "orders-after-export" if export.noun == "order" else "rows-after-export"
        found.append((slug, message, newest.date()))
    return found


def notify_of_rejects(con: Connection, export: Export, currency: str, notify: Notify) -> None:
    """Sends a notice with the number of rejected rows of an export; `currency` is the one kept, or empty.

    Raises DataError if no row is kept, because all were rejected or left out.
    """
    table = export.name
    [(read, kept, rejected)] = con.execute(
        "select coalesce(sum(rows_read), 0), coalesce(sum(rows_kept), 0), coalesce(sum(rows_rejected), 0)"
        " from staged_files where table_name = $table",
        {"table": table},
    ).fetchall()
    if rejected:
        example = _first_reject(con, table)
        if not kept:
            raise DataError(
                f"all rows of {table} were rejected or left out; {example}",
                "run `wieder init FILE` to check the columns and their formats",
            )
        message = f"{rejected:,} of {read:,} rows of {table} were rejected; {example}"
        notify(Notice("rows-rejected", message, values={"variant": table, "n": rejected, "all": read}))
    elif read and not kept:
        raise _nothing_kept(con, export, currency, read)


def _nothing_kept(con: Connection, export: Export, currency: str, n_rows: int) -> DataError:
    """Error for files without a kept row although none is rejected: their currency, or the condition."""
    currencies = _currencies(con, export) if currency and export.has("currency") else []
    if currencies and currency not in currencies:
        shown = ", ".join(currencies)
        return DataError(
            f"none of the {n_rows:,} rows of {export.name} is in {currency}: they are in {shown}",
            f"write --currency {currencies[0]}, or convert them with --currency {currency} --rates rates.csv",
        )
    in_currency = f" and is in {currency}" if currency else ""
    return DataError(
        f"none of the {n_rows:,} rows of {export.name} meets the condition of --where{in_currency}",
        "check --where, or where under [orders] in wieder.toml",
    )


def _currencies(con: Connection, export: Export) -> list[str]:
    """The currencies of the staged rows, the most frequent one first."""
    rows = con.execute(
        f"select currency from staged_{export.name} where currency is not null"
        " group by currency order by count(*) desc, currency"
    ).fetchall()
    return [code for (code,) in rows]


def _first_reject(con: Connection, table: str) -> str:
    [(file, line, message)] = con.execute(
        "select r.file, r.line, r.message from staged_rejects as r join staged_files as f using (file)"
        " where f.table_name = $table order by f.file_number, r.line limit 1",
        {"table": table},
    ).fetchall()
    return f"{file}, line {line}: {message}"

"""The account of each file: rows and money read = rejected + left out + kept, to the cent."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from wieder.database import Connection, script
from wieder.ingest.header import nameless
from wieder.ingest.preflight import Export, Kind
from wieder.ingest.rejects import add_broken, add_unfit
from wieder.ingest.structure import row_lines
from wieder.notices import Notice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wieder.ingest.rows import Form
    from wieder.ingest.structure import Broken
    from wieder.notices import Notify

STAGED_FILES = (
    "create or replace temp table staged_files (file_number INTEGER, file VARCHAR, sha256 VARCHAR, bytes BIGINT,"
    " table_name VARCHAR, rows_read BIGINT, rows_rejected BIGINT, rows_left_out BIGINT, rows_kept BIGINT,"
    " amount_read DECIMAL(38, 4), amount_rejected DECIMAL(38, 4), amount_left_out DECIMAL(38, 4),"
    " amount_kept DECIMAL(38, 4))"
)

NO_ROWS = (0, 0, 0, 0, Decimal(0), Decimal(0), Decimal(0), Decimal(0))


def account(
    con: Connection,
    form: Form,
    files: Sequence[tuple[int, Export]],
    broken: Mapping[int, Sequence[Broken]],
    notify: Notify,
) -> None:
    """Adds a row per file to `staged_files`, and a row per rejected row to `staged_rejects`.

    `files` are numbered as in the staged rows. Raises DataError if rows are
    missing that the file holds.
    """
    table = form.layout.table
    amount = "amount" if table == "orders" else "cast(0 as DECIMAL(18, 4))"
    query = script("ingest_accounts").format(table=f"staged_{table}", amount=amount)
    counts = {number: row for number, *row in con.execute(query).fetchall()}
    for number, export in files:
        n_rows, n_rejected, n_left_out, n_kept, *amounts = counts.get(number, NO_ROWS)
        lines = None
        if export.kind is Kind.TEXT:
            lines = row_lines(export, form.layout, n_rows, broken[number])
            add_broken(con, export, broken[number])
        if n_rejected:
            add_unfit(con, form, export, number, lines)
        n_broken = len(broken[number])
        row = [number, export.name, export.sha256, export.size, table,
               n_rows + n_broken, n_rejected + n_broken, n_left_out, n_kept, *amounts]  # fmt: skip
        con.execute(f"insert into staged_files values ({', '.join('?' * len(row))})", row)
        _remark(form, export, n_rows, notify)


def _remark(form: Form, export: Export, n_rows: int, notify: Notify) -> None:
    """Says what is odd about a file although it was read."""
    if n_rows == 0:
        notify(Notice("no-rows", f"{export.name}: there is a header and no row"))
    if not export.ends_with_newline:
        message = f"{export.name}: the last line has no end; if the file was cut off, its last row is wrong"
        notify(Notice("no-final-newline", message, "compare its last row with the shop"))
    if export.encoded_twice:
        message = (
            f"{export.name}: some letters look like Ã¼; the text was decoded wrongly before it was exported"
        )
        notify(Notice("encoded-twice", message))
    for position in nameless(form.layout):
        notify(Notice("nameless-column", f"{export.name}: column {position + 1} has no name and is left out"))

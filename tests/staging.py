"""Staged tables from literal rows, like those of ingest, without a file."""

from __future__ import annotations

import hashlib
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from wieder.database import quote
from wieder.store.tables import columns_sql

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wieder.database import Connection
    from wieder.exports.base import Export

Row = dict[str, Any]
NONE: Mapping[str, Sequence[Row]] = {}
NOTHING: Mapping[Export, Sequence[Row]] = {}

COLUMNS = {
    "staged_orders": "order_id VARCHAR, customer_key VARCHAR, ordered_at TIMESTAMP, amount DECIMAL(18, 4),"
    " status VARCHAR, currency VARCHAR, n_rows INTEGER, refunded_amount DECIMAL(18, 4),"
    " refunded_at TIMESTAMP, email VARCHAR, phone VARCHAR, shipping DECIMAL(18, 4), tax DECIMAL(18, 4),"
    " discount DECIMAL(18, 4), is_test VARCHAR, customer_group VARCHAR, file_number INTEGER",
    "staged_customers": "customer_key VARCHAR, file_number INTEGER",
    "staged_files": "file_number INTEGER, file VARCHAR, sha256 VARCHAR, bytes BIGINT, table_name VARCHAR,"
    " rows_read BIGINT, rows_rejected BIGINT, rows_left_out BIGINT, rows_kept BIGINT,"
    " amount_read DECIMAL(38, 4), amount_rejected DECIMAL(38, 4), amount_left_out DECIMAL(38, 4),"
    " amount_kept DECIMAL(38, 4)",
    "staged_rejects": "file VARCHAR, line BIGINT, column_name VARCHAR, value VARCHAR, reason VARCHAR,"
    " message VARCHAR, raw VARCHAR",
    "staged_layouts": "file_number INTEGER, delimiter VARCHAR, columns VARCHAR[],"
    " names MAP(VARCHAR, VARCHAR), dates VARCHAR, amount_includes VARCHAR[]",
}


def order(order_id: str, customer: str | None, day: str, amount: str, **more: Any) -> Row:
    """Return one row of staged_orders; `more` sets further columns, including those of an export."""
    row = {"order_id": order_id, "customer_key": customer, "ordered_at": datetime.fromisoformat(day)}
    return row | {"amount": Decimal(amount), "n_rows": 1} | more


def stage(
    con: Connection,
    orders: Mapping[str, Sequence[Row]] = NONE,
    customers: Mapping[str, Sequence[Row]] = NONE,
    rejects: Sequence[Row] = (),
    further: Mapping[Export, Sequence[Row]] = NOTHING,
) -> None:
    """Create the staged tables; `orders` and `customers` map the name of a file to its rows.

    `further` contains the rows of other exports, each in a file of its own.
    """
    tables = {"staged_orders": orders, "staged_customers": customers}
    numbers = {file: number for number, file in enumerate((*orders, *customers), 1)}
    for table, by_file in tables.items():
        fill(
            con,
            table,
            [row | {"file_number": numbers[file]} for file, rows in by_file.items() for row in rows],
        )
    fill(con, "staged_files", [_file(numbers[f], f, "orders", orders[f]) for f in orders])
    insert(con, "staged_files", [_file(numbers[f], f, "customers", customers[f]) for f in customers])
    for number, (export, rows) in enumerate(further.items(), len(numbers) + 1):
        placed = [row | {"file_number": number} for row in rows]
        fill(con, f"staged_{export.name}", placed, columns_sql(export.staged))
        insert(con, "staged_files", [_file(number, export.name, export.name, rows, export.amount)])
    fill(con, "staged_rejects", rejects)
    fill(con, "staged_layouts", [])


def stage_exports(con: Connection, exports: Mapping[Export, Mapping[str, Sequence[Row]]]) -> None:
    """Create the staged tables of any exports; each maps the name of a file to its rows."""
    numbers = {
        file: number for number, file in enumerate((file for its in exports.values() for file in its), 1)
    }
    for table in ("staged_files", "staged_rejects", "staged_layouts"):
        fill(con, table, [])
    for export, files in exports.items():
        placed = [row | {"file_number": numbers[file]} for file, its in files.items() for row in its]
        fill(con, f"staged_{export.name}", placed, columns_sql(export.staged))
        counted = [_file(numbers[file], file, export.name, its, export.amount) for file, its in files.items()]
        insert(con, "staged_files", counted)


def fill(con: Connection, table: str, rows: Sequence[Row], columns: str = "") -> None:
    """Create the staged `table` from `rows`; undeclared columns are VARCHAR."""
    con.execute(f"create or replace temp table {table} ({columns or COLUMNS[table]})")
    known = {name for name, *_ in con.execute(f"describe {table}").fetchall()}
    for name in dict.fromkeys(name for row in rows for name in row if name not in known):
        con.execute(f"alter table {table} add column {quote(name)} VARCHAR")
    insert(con, table, rows)


def insert(con: Connection, table: str, rows: Sequence[Row]) -> None:
    """Insert `rows` into `table`; columns missing in a row are null."""
    if not rows:
        return
    names = list(dict.fromkeys(name for row in rows for name in row))
    marks = f"({', '.join('?' for _ in names)})"
    con.execute(
        f"insert into {table} ({', '.join(map(quote, names))}) values {', '.join(marks for _ in rows)}",
        [row.get(name) for row in rows for name in names],
    )


def _file(number: int, file: str, table: str, rows: Sequence[Row], money: str = "amount") -> Row:
    n_rows = sum(row.get("n_rows", 1) for row in rows)
    amount = sum((row.get(money, Decimal(0)) for row in rows), start=Decimal(0))
    content = repr([sorted(row.items(), key=repr) for row in rows]).encode()
    return {
        "file_number": number,
        "file": file,
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "table_name": table,
        "rows_read": n_rows,
        "rows_rejected": 0,
        "rows_left_out": 0,
        "rows_kept": n_rows,
        "amount_read": amount,
        "amount_rejected": Decimal(0),
        "amount_left_out": Decimal(0),
        "amount_kept": amount,
    }

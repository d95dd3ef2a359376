"""Access to DuckDB: connections, quoting, scripts, and results as Polars frames."""

from __future__ import annotations

import tempfile
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Connection = duckdb.DuckDBPyConnection

CONFIG: dict[str, Any] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "python_enable_replacements": False,
}

MEMORY_BYTES = 1_500_000_000
"""Upper limit of DuckDB's memory while exports are read, whatever their size."""


def connect(path: Path | None = None, *, read_only: bool = False) -> Connection:
    """A connection to the file at `path`, or to a database in memory.

    The session runs in UTC and never downloads anything. Spill files go to the
    system's temporary directory, not to the user's folder.
    """
    target = ":memory:" if path is None else str(path)
    con = duckdb.connect(target, read_only=read_only, config=dict(CONFIG))
    con.execute("set TimeZone = 'UTC'")
    con.execute("set temp_directory = $directory", {"directory": tempfile.gettempdir()})
    return con


def spill(con: Connection, folder: Path) -> None:
    """Limits the memory of `con` to `MEMORY_BYTES`; data that do not fit are spilled to `folder`.

    Only its owner should have access to the folder: DuckDB makes its files readable for everybody.
    """
    con.execute("set temp_directory = $folder", {"folder": str(folder)})
    [(usual,)] = con.execute("select parse_formatted_bytes(current_setting('memory_limit'))").fetchall()
    con.execute(f"set memory_limit = '{min(usual, MEMORY_BYTES)}B'")


def quote(identifier: str) -> str:
    """`identifier` as a quoted SQL identifier, whatever characters it contains."""
    return '"' + identifier.replace('"', '""') + '"'


def script(name: str) -> str:
    """The text of the file `NAME.sql`, where `name` is folder and file: `asking/scope`."""
    return files("wieder").joinpath(f"{name}.sql").read_text("utf-8")


def frame(con: Connection, query: str, parameters: dict[str, Any] | None = None) -> pl.DataFrame:
    """The result of `query` as a Polars frame, in the order of the query.

    Needs no pyarrow. (`pl.DataFrame(relation)` would also work, but with
    DuckDB 2.0.0 it prints leak warnings at exit if pyarrow is installed.)
    """
    return pl.scan_arrow_c_stream(con.sql(query, params=parameters)).collect()


def rows_of(
    con: Connection, query: str, parameters: Mapping[str, Any] | None = None
) -> list[tuple[Any, ...]]:
    """All rows of `query` at once, so that no open result blocks the connection."""
    return con.execute(query, parameters or {}).fetchall()

"""The one way to DuckDB: how it is opened, quoted, and handed over to Polars."""

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
"""What DuckDB takes of the memory while exports are read, however large they are."""


def connect(path: Path | None = None, *, read_only: bool = False) -> Connection:
    """A connection to the file at `path`, or to a database in memory.

    The session runs in UTC and never downloads anything; spill files go to the
    system's temporary directory rather than into the user's folder.
    """
    target = ":memory:" if path is None else str(path)
    con = duckdb.connect(target, read_only=read_only, config=dict(CONFIG))
    con.execute("set TimeZone = 'UTC'")
    con.execute("set temp_directory = $directory", {"directory": tempfile.gettempdir()})
    return con


def spill(con: Connection, folder: Path) -> None:
    """Lets `con` have a bounded part of the memory; what does not fit goes to `folder` meanwhile.

    The folder should be one that only its owner may enter: DuckDB lets all read its files.
    """
    con.execute("set temp_directory = $folder", {"folder": str(folder)})
    [(usual,)] = con.execute("select parse_formatted_bytes(current_setting('memory_limit'))").fetchall()
    con.execute(f"set memory_limit = '{min(usual, MEMORY_BYTES)}B'")


def quote(identifier: str) -> str:
    """`identifier` as a quoted SQL identifier, whatever characters it holds."""
    return '"' + identifier.replace('"', '""') + '"'


def script(name: str) -> str:
    """The text of the file `NAME.sql`, where `name` is its room and its own name: `asking/scope`."""
    return files("wieder").joinpath(f"{name}.sql").read_text("utf-8")


def frame(con: Connection, query: str, parameters: dict[str, Any] | None = None) -> pl.DataFrame:
    """The result of `query` as a Polars frame, in the order of the query.

    Needs no pyarrow. (`pl.DataFrame(relation)` would do as well, but with
    DuckDB 2.0.0 it prints leak warnings at exit where pyarrow is installed.)
    """
    return pl.scan_arrow_c_stream(con.sql(query, params=parameters)).collect()


def rows_of(
    con: Connection, query: str, parameters: Mapping[str, Any] | None = None
) -> list[tuple[Any, ...]]:
    """All rows of `query` at once, so that no open result holds the connection."""
    return con.execute(query, parameters or {}).fetchall()

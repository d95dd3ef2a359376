"""The same files loaded by DuckDB alone: `python plain_duckdb.py DATABASE FILE...`."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb


def main() -> None:
    """Load each file as a table with the name of the file."""
    database, *files = sys.argv[1:]
    with duckdb.connect(database) as con:
        for file in files:
            con.execute(f'create table "{Path(file).stem}" as from read_csv($file)', {"file": file})


if __name__ == "__main__":
    main()

"""How DuckDB reads the files of one layout: text as text, Parquet as it is, and no more than that."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb

from wieder.database import Connection, quote, script
from wieder.errors import DataError
from wieder.ingest.layout import Layout, prepared_name, raw_name
from wieder.ingest.preflight import Export, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, kw_only=True)
class Scan:
    """A table of raw cells: `file_index` (from 0) and _1, _2, ..., in the order of the files."""

    sql: str
    parameters: dict[str, Any]

    def query(self, con: Connection, template: str, **more: Any) -> list[tuple[Any, ...]]:
        """All rows of a query whose `{scan}` is this table."""
        return con.execute(template.format(scan=f"({self.sql})"), self.parameters | more).fetchall()


def scan(
    layout: Layout, exports: Sequence[Export], rejects: str = "ignored_rows", *, whole_orders: bool = False
) -> Scan:
    """The cells of `exports`, which share `layout`, and those that its format prepares.

    Rows of text files that do not have the form of the header are left out and
    added to the temporary table `rejects`. With `whole_orders`, cells that a
    further line of an order leaves empty are filled from the lines before it.
    """
    raw = _raw_scan(layout, exports, rejects)
    preparation = layout.preparation
    sql = _filled(layout, raw.sql) if whole_orders and preparation.whole_order else raw.sql
    if preparation.cells:
        cells = ", ".join(f"{cell} as {prepared_name(name)}" for name, cell in preparation.cells)
        sql = f"select *, {cells} from ({sql})"
    parameters = {
        name: list(value) if isinstance(value, tuple) else value for name, value in preparation.parameters
    }
    return Scan(sql=sql, parameters=raw.parameters | parameters)


def _filled(layout: Layout, raw: str) -> str:
    """SQL: the rows of `raw`, in their order, where what holds for an order stands on each of its rows."""
    cells = ", ".join(
        f"coalesce({cell}, first_value({cell} ignore nulls) over whole_order) as {cell}"
        for cell in map(raw_name, layout.preparation.whole_order)
    )
    key = raw_name(layout.position("order_id"))
    return script("ingest_whole_orders").format(raw=raw, cells=cells, key=key)


def _raw_scan(layout: Layout, exports: Sequence[Export], rejects: str) -> Scan:
    files = [str(export.path) for export in exports]
    if layout.kind is Kind.PARQUET:
        columns = ", ".join(f"{quote(name)} as {raw_name(place)}" for place, name in enumerate(layout.header))
        sql = f"select file_index, {columns} from read_parquet($files, hive_partitioning = false)"
        return Scan(sql=sql, parameters={"files": files})
    parameters = {
        "files": files,
        "header_rows": layout.header_rows,
        "delimiter": layout.delimiter,
        "quote": layout.quote,
        "columns": {raw_name(place): "VARCHAR" for place in range(len(layout.header))},
        "rejects": rejects,
        "rejects_scan": f"{rejects}_scans",
    }
    return Scan(sql=script("ingest_text"), parameters=parameters)


def parquet_columns(con: Connection, export: Export) -> list[tuple[str, str]]:
    """Name and DuckDB type of each column of a Parquet file. Raises DataError if it cannot be read."""
    with explained([export]):
        rows = con.execute(
            "describe select * from read_parquet($file, hive_partitioning = false)",
            {"file": str(export.path)},
        ).fetchall()
    return [(name, kind) for name, kind, *_ in rows]


@contextmanager
def explained(exports: Sequence[Export]) -> Iterator[None]:
    """Turns what DuckDB says about a file that it cannot parse into a DataError."""
    try:
        yield
    except (duckdb.InvalidInputException, duckdb.IOException) as error:
        name = next((export.name for export in exports if str(export.path) in str(error)), exports[0].name)
        if "state machine" in str(error):
            raise DataError(
                f"{name}: the rows cannot be told apart; some line ends or quotes are not like the others",
                "look for a lone carriage return or quote, or export it again",
            ) from error
        reason = str(error).splitlines()[0].removeprefix("Invalid Input Error: ")
        raise DataError(
            f"{name}: the file cannot be read as a table ({reason})", "export it again"
        ) from error

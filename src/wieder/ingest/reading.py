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


def scan(layout: Layout, exports: Sequence[Export], rejects: str = "ignored_rows") -> Scan:
    """The cells of `exports`, which share `layout`, and those that its format prepares.

    Rows of text files that do not have the form of the header are left out and
    added to the temporary table `rejects`.
    """
    return _prepared(layout, _raw_scan(layout, exports, rejects))


def scan_whole_orders(
    con: Connection, layout: Layout, exports: Sequence[Export], rejects: str = "ignored_rows"
) -> Scan:
    """The same, where cells that a line of an order leaves empty are those of its other lines.

    The files are read twice for it, because a join of rows would lose their order.
    """
    raw = _raw_scan(layout, exports, rejects)
    cells = [raw_name(position) for position in layout.preparation.whole_order]
    if not cells:
        return _prepared(layout, raw)
    _make_whole_orders(con, layout, exports, cells)
    filled = ", ".join(f"whole{cell} as {cell}" for cell in cells)
    helpers = ", ".join(f"whole{cell}" for cell in cells)
    sql = f"select * exclude ({helpers}) replace ({filled}) from ({raw.sql}) positional join whole_orders"
    return _prepared(layout, Scan(sql=sql, parameters=raw.parameters))


def _make_whole_orders(
    con: Connection, layout: Layout, exports: Sequence[Export], cells: Sequence[str]
) -> None:
    raw = _raw_scan(layout, exports, "ignored_rows")
    key = raw_name(layout.position("order_id"))
    rows = script("ingest/ingest_row_cells").format(raw=raw.sql, key=key, cells=", ".join(cells))
    with explained(exports):
        con.execute(rows, raw.parameters)
    least = ", ".join(f"min({cell}) as {cell}" for cell in cells)
    filled = ", ".join(f"coalesce(r.{cell}, o.{cell}) as whole{cell}" for cell in cells)
    con.execute(script("ingest/ingest_whole_orders").format(least=least, filled=filled))


def _prepared(layout: Layout, raw: Scan) -> Scan:
    preparation = layout.preparation
    if not preparation.cells:
        return raw
    cells = ", ".join(f"{cell} as {prepared_name(name)}" for name, cell in preparation.cells)
    parameters = {
        name: list(value) if isinstance(value, tuple) else value for name, value in preparation.parameters
    }
    return Scan(sql=f"select *, {cells} from ({raw.sql})", parameters=raw.parameters | parameters)


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
    return Scan(sql=script("ingest/ingest_text"), parameters=parameters)


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

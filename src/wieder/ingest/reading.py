"""Reading of the files of one layout by DuckDB, and conversion of times into the time zone of the shop."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import duckdb

from wieder.database import Connection, quote, script
from wieder.errors import AmbiguousError, DataError, SettingChoice, UsageError
from wieder.ingest.layout import Layout, prepared_name, raw_name
from wieder.ingest.preflight import Kind, OpenedFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wieder.config import Settings
    from wieder.database import Connection


@dataclass(frozen=True, kw_only=True)
class Scan:
    """SQL for a table of raw cells: `file_index` (from 0) and _1, _2, ..., in the order of the files."""

    sql: str
    parameters: dict[str, Any]

    def query(self, con: Connection, template: str, **more: Any) -> list[tuple[Any, ...]]:
        """Returns all rows of a query in which `{scan}` stands for this table."""
        return con.execute(template.format(scan=f"({self.sql})"), self.parameters | more).fetchall()


def scan(layout: Layout, files: Sequence[OpenedFile], rejects: str = "ignored_rows") -> Scan:
    """Scan of `files`, which share `layout`: their raw cells, and those that its format prepares.

    Rows of text files that do not match the header are skipped and added to the
    temporary table `rejects`.
    """
    return _prepared(layout, _raw_scan(layout, files, rejects))


def scan_whole_orders(
    con: Connection, layout: Layout, files: Sequence[OpenedFile], rejects: str = "ignored_rows"
) -> Scan:
    """The same scan, with cells that a line of an order leaves empty filled from its other lines.

    The files are read twice, because a join would lose the order of the rows.
    """
    raw = _raw_scan(layout, files, rejects)
    cells = [raw_name(position) for position in layout.preparation.whole_order]
    if not cells:
        return _prepared(layout, raw)
    _make_whole_orders(con, layout, files, cells)
    filled = ", ".join(f"whole{cell} as {cell}" for cell in cells)
    helpers = ", ".join(f"whole{cell}" for cell in cells)
    sql = f"select * exclude ({helpers}) replace ({filled}) from ({raw.sql}) positional join whole_orders"
    return _prepared(layout, Scan(sql=sql, parameters=raw.parameters))


def _make_whole_orders(
    con: Connection, layout: Layout, files: Sequence[OpenedFile], cells: Sequence[str]
) -> None:
    raw = _raw_scan(layout, files, "ignored_rows")
    key = raw_name(layout.position("order_id"))
    rows = script("ingest/row_cells").format(raw=raw.sql, key=key, cells=", ".join(cells))
    with explained(files):
        con.execute(rows, raw.parameters)
    least = ", ".join(f"min({cell}) as {cell}" for cell in cells)
    filled = ", ".join(f"coalesce(r.{cell}, o.{cell}) as whole{cell}" for cell in cells)
    con.execute(script("ingest/whole_orders").format(least=least, filled=filled))


def _prepared(layout: Layout, raw: Scan) -> Scan:
    preparation = layout.preparation
    if not preparation.cells:
        return raw
    cells = ", ".join(f"{cell} as {prepared_name(name)}" for name, cell in preparation.cells)
    parameters = {
        name: list(value) if isinstance(value, tuple) else value for name, value in preparation.parameters
    }
    return Scan(sql=f"select *, {cells} from ({raw.sql})", parameters=raw.parameters | parameters)


def _raw_scan(layout: Layout, files: Sequence[OpenedFile], rejects: str) -> Scan:
    paths = [str(file.path) for file in files]
    if layout.kind is Kind.PARQUET:
        columns = ", ".join(f"{quote(name)} as {raw_name(place)}" for place, name in enumerate(layout.header))
        sql = f"select file_index, {columns} from read_parquet($files, hive_partitioning = false)"
        return Scan(sql=sql, parameters={"files": paths})
    parameters = {
        "files": paths,
        "header_rows": layout.header_rows,
        "delimiter": layout.delimiter,
        "quote": layout.quote,
        "columns": {raw_name(place): "VARCHAR" for place in range(len(layout.header))},
        "rejects": rejects,
        "rejects_scan": f"{rejects}_scans",
    }
    return Scan(sql=script("ingest/text"), parameters=parameters)


def parquet_columns(con: Connection, file: OpenedFile) -> list[tuple[str, str]]:
    """Name and DuckDB type of each column of a Parquet file. Raises DataError if it is unreadable."""
    with explained([file]):
        rows = con.execute(
            "describe select * from read_parquet($file, hive_partitioning = false)",
            {"file": str(file.path)},
        ).fetchall()
    return [(name, kind) for name, kind, *_ in rows]


@contextmanager
def explained(files: Sequence[OpenedFile]) -> Iterator[None]:
    """Converts errors of DuckDB about an unreadable file into a DataError."""
    try:
        yield
    except (duckdb.InvalidInputException, duckdb.IOException) as error:
        name = next((file.name for file in files if str(file.path) in str(error)), files[0].name)
        if "state machine" in str(error):
            raise DataError(
                f"{name}: line breaks or quotes are inconsistent, so the rows cannot be separated",
                "look for a lone carriage return or quote, or export the file again",
            ) from error
        reason = str(error).splitlines()[0].removeprefix("Invalid Input Error: ")
        raise DataError(
            f"{name}: the file cannot be read as a table ({reason})", "export the file again"
        ) from error


EXAMPLES = ("Europe/Berlin", "Europe/Vienna", "Europe/Zurich", "UTC")


def set_time_zone(con: Connection, settings: Settings) -> None:
    """Sets the time zone of the shop for the macros that read times.

    Raises UsageError for a time zone that DuckDB does not support.
    """
    zone = settings.input.time_zone
    if zone:
        _refuse_unknown(con, zone)
    con.execute("set variable shop_zone = $zone", {"zone": zone})


def _refuse_unknown(con: Connection, zone: str) -> None:
    known = [name for (name,) in con.execute("select name from pg_timezone_names() order by name").fetchall()]
    if zone not in known:
        alike = get_close_matches(zone, known, n=1, cutoff=0.5) or ["Europe/Berlin"]
        raise UsageError(
            f"--time-zone {zone}: there is no such time zone",
            f"use an IANA name, such as --time-zone {alike[0]}",
        )


def require_time_zone(settings: Settings, reason: str) -> None:
    """Raises AmbiguousError with the message `reason` if the settings have no time zone."""
    if not settings.input.time_zone:
        raise AmbiguousError(
            reason,
            f"set the time zone of the shop, such as --time-zone {EXAMPLES[0]}",
            (SettingChoice(("input", "time_zone"), zone) for zone in EXAMPLES),
        )

"""What files are, before anything is loaded: their table, their columns, and what they leave open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from wieder.database import frame, script
from wieder.errors import AmbiguousError, WayOut
from wieder.ingest.batches import plan_batches
from wieder.ingest.layout import File
from wieder.ingest.reading import explained, scan_whole_orders
from wieder.ingest.rejects import drop_broken
from wieder.ingest.rows import MARKS, STAGED_COLUMNS, typed_rows
from wieder.ingest.sources import find_sources
from wieder.ingest.staging import layout_of, opened_exports, workspace
from wieder.ingest.time_zones import set_time_zone
from wieder.notices import unheard

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import polars as pl

    from wieder.config import Settings
    from wieder.database import Connection
    from wieder.ingest.batches import Batch
    from wieder.ingest.preflight import Export
    from wieder.notices import Notify

SHOWN_ROWS = 5

NOT_SHOWN = {table: {*columns, *MARKS} for table, columns in STAGED_COLUMNS.items()}
"""Columns of staged rows that are shown only if the file has them."""


@dataclass(frozen=True, kw_only=True)
class Inspected:
    """What one file is."""

    file: str
    table: str
    """`orders` or `customers`."""
    delimiter: str
    """Empty for Parquet."""
    rows: int
    """Rows of the form of the header."""
    names: Mapping[str, str]
    """Canonical column -> its name in the file."""
    further: tuple[str, ...]
    """The other columns, by the names under which they are kept."""
    readers: Mapping[str, str]
    """Canonical column -> how its cells are read, for keys, dates and numbers."""
    currency: str
    """ISO code; empty where the file names none."""
    sample: pl.DataFrame
    """The first rows as they would be loaded; cells that cannot be read are null."""


def inspect_exports(  # noqa: PLR0917  (what a load depends on, and who answers)
    con: Connection,
    sources: Sequence[str],
    settings: Settings,
    stdin: BinaryIO | None,
    notify: Notify,
    ask: Callable[[AmbiguousError], WayOut],
) -> tuple[list[Inspected], list[WayOut]]:
    """What each of `sources` is, and the answers that were needed to tell.

    Columns and formats are found out as in a load, on whole columns; what the
    files leave open is asked, each question once. Raises what `read_exports`
    raises, and whatever `ask` does.
    """
    drop_broken(con)
    con.execute(script("ingest/ingest_cells"))
    answers: list[WayOut] = []
    with workspace() as folder:
        found = find_sources(sources, stdin, folder, notify)
        exports = opened_exports(found, folder, settings, notify)
        while True:
            try:
                return _look(con, exports, settings), answers
            except AmbiguousError as question:
                answers.append(ask(question))
                settings = settled(settings, answers[-1])


def settled(settings: Settings, answer: WayOut) -> Settings:
    """`settings` with one more setting."""
    section, name = answer.setting
    if section == "columns":
        return msgspec.structs.replace(settings, columns=settings.columns | {name: answer.value})
    changed = msgspec.structs.replace(getattr(settings, section), **{name: answer.value})
    return msgspec.structs.replace(settings, **{section: changed})


def _look(con: Connection, exports: Sequence[Export], settings: Settings) -> list[Inspected]:
    set_time_zone(con, settings)
    files = [
        File(number=number, export=export, layout=layout_of(con, export, settings))
        for number, export in enumerate(exports, 1)
    ]
    found: dict[int, Inspected] = {}
    for table in ("orders", "customers"):
        mine = [file for file in files if file.layout.table == table]
        condition = settings.orders.where.strip() if table == "orders" else ""
        for batch in plan_batches(con, mine, condition, settings, unheard):
            for file in batch.files:
                found[file.number] = _inspected(con, file, batch, settings)
    drop_broken(con)
    return [found[file.number] for file in files]


def _inspected(con: Connection, file: File, batch: Batch, settings: Settings) -> Inspected:
    layout = file.layout
    [[rows]] = _rows(con, file, batch, "count(*)")
    names = {place.name: layout.header[place.position] for place in layout.canonical}
    return Inspected(
        file=file.export.name,
        table=layout.table,
        delimiter=layout.delimiter,
        rows=rows,
        names=names,
        further=tuple(place.name for place in layout.further),
        readers={name: str(reader) for name, reader in batch.form.readers.items()},
        currency=_currency(con, file, batch, settings) if "currency" in names else "",
        sample=_sample(con, file, batch),
    )


def _rows(con: Connection, file: File, batch: Batch, selected: str) -> list[tuple[Any, ...]]:
    source = scan_whole_orders(con, file.layout, [file.export])
    with explained([file.export]):
        return con.execute(
            f"select {selected} from ({typed_rows(batch.form, source, file.number)})",
            source.parameters | batch.form.parameters,
        ).fetchall()


def _currency(con: Connection, file: File, batch: Batch, settings: Settings) -> str:
    """The currency of the rows that would be kept, empty where none is named.

    Raises AmbiguousError if there are several.
    """
    [[found]] = _rows(con, file, batch, "list(distinct currency) filter (where is_kept)")
    currencies = sorted(currency for currency in found or [] if currency)
    if len(currencies) > 1 and not settings.input.rates:
        raise AmbiguousError(
            f"{file.export.name}: the orders are in several currencies: {', '.join(currencies)}",
            f"keep one of them: --currency {currencies[0]}",
            (WayOut(("input", "currency"), name) for name in currencies),
        )
    return currencies[0] if currencies else ""


def _sample(con: Connection, file: File, batch: Batch) -> pl.DataFrame:
    """The columns that the file has, by their names in the store."""
    layout, source = file.layout, scan_whole_orders(con, file.layout, [file.export])
    rows = f"select * from ({typed_rows(batch.form, source, file.number)}) limit {SHOWN_ROWS}"
    with explained([file.export]):
        first = frame(con, rows, source.parameters | batch.form.parameters)
    staged = {"customer_id": "customer_key"}
    known = {staged.get(place.name, place.name) for place in layout.canonical} | {"amount"}
    kept = [name for name in first.columns if name in known or name not in NOT_SHOWN[layout.table]]
    return first.select(kept)

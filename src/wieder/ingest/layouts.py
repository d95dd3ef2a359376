"""The layouts of the files of one load as a table, so that later exports can be compared with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wieder.database import Connection
    from wieder.ingest.batches import Batch

STAGED_LAYOUTS = (
    "create or replace temp table staged_layouts (file_number INTEGER, delimiter VARCHAR,"
    " columns VARCHAR[], names MAP(VARCHAR, VARCHAR), dates VARCHAR,"
    " amount_includes VARCHAR[])"
)
"""One row per file: its delimiter (empty for Parquet), its header, canonical column -> name in the
export, the reader of the order date, and what its amounts include, null where that is not known."""


def stage_layouts(con: Connection, batches: Sequence[Batch]) -> None:
    """Adds a row per file to `staged_layouts`."""
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
                    "dates": readers.get("ordered_at"),
                    "includes": layout.amount_includes,
                },
            )

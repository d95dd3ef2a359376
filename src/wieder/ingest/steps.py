"""Steps between typing and merging the rows of an export: currencies, faults, repeated keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wieder.database import Connection, script
from wieder.ingest.currencies import refuse_mixed_currencies, unify_currencies
from wieder.ingest.rows import marks
from wieder.notices import Notice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wieder.config import Settings
    from wieder.exports.base import Export
    from wieder.ingest.layout import File
    from wieder.ingest.rows import Batch
    from wieder.notices import Notify


@dataclass
class Steps:
    """Steps of one export in one load, for exports that need no others."""

    con: Connection
    export: Export
    files: Sequence[File]
    settings: Settings
    notify: Notify

    @property
    def condition(self) -> str:
        """SQL condition that rows must meet to be kept; empty keeps every row."""
        return ""

    @property
    def names(self) -> Mapping[int, str]:
        """File number -> name of the file."""
        return {file.number: file.opened.name for file in self.files}

    def before_accounts(self, batches: Sequence[Batch]) -> None:
        """Determines the money of every row, and the rows to reject."""
        del batches
        unify_currencies(self.con, self.export, self.files, self.settings, self.notify)

    def after_accounts(self) -> None:
        """Reduces the kept rows to at most one per key and file."""
        refuse_mixed_currencies(self.con, self.export)
        if self.export.key:
            self.keep_last_rows()

    def finish_rows(self) -> None:
        """Deletes the staged rows that are not kept, and the columns with marks."""
        self.con.execute(f"delete from staged_{self.export.name} where not is_kept")
        for mark in marks(self.export):
            self.con.execute(f"alter table staged_{self.export.name} drop column {mark}")

    def keep_last_rows(self) -> None:
        """Keeps the last row read of each key and file, with a notice if there were others."""
        repeated = self.keep_last_rows_of(*self.export.key_columns, "file_number")
        if repeated:
            message = f"{repeated:,} rows of {self.export.name} repeat a key: the last row of each key counts"
            self.notify(Notice("rows-repeated", message, values={"n": repeated, "variant": self.export.name}))

    def keep_last_rows_of(self, *key: str) -> int:
        """Keeps the last row read of each key, and returns the number of rows dropped."""
        placed = {"table": f"staged_{self.export.name}", "key": ", ".join(key)}
        [(dropped,)] = self.con.execute(script("ingest/last_rows").format(**placed)).fetchall()
        return int(dropped)

"""What happens to the typed rows of an export before they are merged: currencies, faults, repeated keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wieder.database import Connection, script
from wieder.exports.base import CUSTOMER_ID
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
    """The steps of one export in one load; those of an export that needs nothing of its own."""

    con: Connection
    export: Export
    files: Sequence[File]
    settings: Settings
    notify: Notify

    @property
    def condition(self) -> str:
        """SQL that rows must meet to be kept; empty keeps every row."""
        return ""

    @property
    def names(self) -> Mapping[int, str]:
        """The names of the files by their numbers."""
        return {file.number: file.opened.name for file in self.files}

    def before_accounts(self, batches: Sequence[Batch]) -> None:
        """Settles the money of every row, and which rows are unfit."""
        del batches
        unify_currencies(self.con, self.export, self.files, self.settings, self.notify)

    def after_accounts(self) -> None:
        """Makes records of the rows that are kept: of a key at most one per file."""
        refuse_mixed_currencies(self.con, self.export)
        if self.export.key:
            self.keep_last_rows()

    def finish_rows(self) -> None:
        """Leaves in the staged rows those that are kept, without their marks."""
        self.con.execute(f"delete from staged_{self.export.name} where not is_kept")
        for mark in marks(self.export):
            self.con.execute(f"alter table staged_{self.export.name} drop column {mark}")

    def keep_last_rows(self) -> None:
        """Leaves one row per key and file, the last one read, and says so if there were more."""
        key = ["customer_key" if name == CUSTOMER_ID else name for name in self.export.key]
        columns = ", ".join([*key, "file_number"])
        before = self.count()
        self.con.execute(script("ingest/last_rows").format(table=f"staged_{self.export.name}", key=columns))
        if repeated := before - self.count():
            message = f"{repeated:,} rows of the {self.export.name} repeat a key: the last row of each counts"
            self.notify(Notice("rows-repeated", message, values={"n": repeated, "variant": self.export.name}))

    def count(self) -> int:
        """The rows that are staged."""
        [(found,)] = self.rows(f"select count(*) from staged_{self.export.name}")
        return int(found)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return self.con.execute(query).fetchall()

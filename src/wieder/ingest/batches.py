"""Files that are read in one go: same columns, same readers, one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from wieder.exports.canonical import OPTIONAL_AMOUNTS
from wieder.ingest.currencies import kept_currency
from wieder.ingest.readers import choose_readers, tell_about_differences
from wieder.ingest.reading import explained, scan
from wieder.ingest.rows import Form, typed_cells
from wieder.ingest.where import condition_columns, refuse_non_boolean, refuse_unknown_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wieder.config import Settings
    from wieder.database import Connection
    from wieder.ingest.layout import File, Layout
    from wieder.ingest.preflight import Export
    from wieder.ingest.readers import Reader
    from wieder.notices import Notify


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Files in a row, and how their rows become typed."""

    files: tuple[File, ...]
    form: Form

    @property
    def exports(self) -> list[Export]:
        """The files, without what is known of their columns."""
        return [file.export for file in self.files]


def plan_batches(
    con: Connection, files: Sequence[File], condition: str, settings: Settings, notify: Notify
) -> list[Batch]:
    """All `files`, which are of one table, in their order and in as few batches as can be.

    Raises DataError for a column without a certain format, UsageError for a
    `condition` that does not fit the files.
    """
    wanted = condition_columns(con, condition) if condition else frozenset()
    readers: dict[int, dict[str, Reader]] = {}
    for layout in dict.fromkeys(file.layout for file in files):
        alike = [file for file in files if file.layout == layout]
        exports = [file.export for file in alike]
        chosen = choose_readers(con, layout, exports, _typed_columns(layout, wanted), settings, notify)
        readers |= {file.number: found for file, found in zip(alike, chosen, strict=True)}
        if condition:
            form = Form(layout=layout, readers=chosen[0], condition="")
            _check_condition(con, condition, wanted, exports[0], form)
    tell_about_differences(list(readers.values()), notify)
    groups = groupby(files, key=lambda file: (file.layout, tuple(readers[file.number].items())))
    return [
        Batch(
            files=tuple(group),
            form=Form(
                layout=layout, readers=dict(items), condition=condition, currency=kept_currency(settings)
            ),
        )
        for (layout, items), group in groups
    ]


def _typed_columns(layout: Layout, wanted: frozenset[str]) -> list[str]:
    """The canonical columns that are keys, dates or numbers and that this load needs."""
    asked = [name for name in ("quantity", "unit_price") if name in wanted]
    optional = [name for name in (*asked, *OPTIONAL_AMOUNTS, "refunded_at") if layout.has(name)]
    return list(dict.fromkeys([*layout.required, "customer_id", *optional]))


def _check_condition(
    con: Connection, condition: str, wanted: frozenset[str], export: Export, form: Form
) -> None:
    layout = form.layout
    known = {place.name for place in (*layout.canonical, *layout.further)} | {"amount"}
    refuse_unknown_columns(condition, wanted, known, export.name)
    source = scan(layout, [export])
    with explained([export]):
        refuse_non_boolean(con, condition, typed_cells(form, source), source.parameters)

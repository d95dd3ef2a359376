"""SQL from raw cells to typed rows, each with its fault if it has one, and batches of files that share it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from wieder.database import quote
from wieder.exports.base import CUSTOMER_ID, CUSTOMER_KEY, ColumnType
from wieder.ingest.cell_readers import TYPED_READERS
from wieder.ingest.conditions import WHERE, condition_columns, refuse_non_boolean, refuse_unknown_columns
from wieder.ingest.currencies import kept_currency
from wieder.ingest.layout import raw_name
from wieder.ingest.readers import choose_readers, notify_of_differences
from wieder.ingest.reading import explained, scan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from wieder.config import Settings
    from wieder.database import Connection
    from wieder.exports.base import Export
    from wieder.ingest.layout import File, Layout
    from wieder.ingest.preflight import OpenedFile
    from wieder.ingest.readers import Reader
    from wieder.ingest.reading import Scan
    from wieder.notices import Notify

FIXED_READINGS = {
    ColumnType.TEXT: "{0}", ColumnType.LABEL: "nullif(trimmed({0}), '')",
    ColumnType.CODE: "nullif(upper(trimmed({0})), '')", ColumnType.EMAIL: "email_key({0})",
    ColumnType.PHONE: "phone_key({0})",
}  # fmt: skip
"""SQL for types that have one notation only, and need no choice of a reader."""

UNFIT, DIFFERS = "unfit", "differs"
"""Kinds of faults: a cell cannot be used, or the rows of one record have different values."""


def fault(column: str, kind: str) -> str:
    """Name of the fault of this kind in `column`."""
    return f"{column} {kind}"


def marks(export: Export) -> dict[str, str]:
    """Temporary columns of each row, dropped after the accounts: name -> DuckDB type.

    `fault` is the first column that makes the row unfit, or in which the rows of
    its record contradict each other; null in a good row. `is_kept` is true for a
    good row that meets the condition and is in the selected currency.
    """
    faults = ", ".join(f"'{fault(one.name, kind)}'" for kind in (UNFIT, DIFFERS) for one in export.columns)
    return {"fault": f"ENUM({faults})", "is_kept": "BOOLEAN"}


@dataclass(frozen=True, kw_only=True)
class Form:
    """Instructions to turn the raw cells of one layout into typed rows."""

    layout: Layout
    readers: Mapping[str, Reader]
    """Column of the export -> its reader, for keys, dates and numbers."""
    condition: str
    """SQL over columns of the export and further columns; empty keeps every row."""
    currency: str = ""
    """The currency of the rows to keep, along with rows that have none; empty keeps all rows."""

    @property
    def parameters(self) -> dict[str, str | list[str]]:
        """Named parameters of the SQL for the rows."""
        found: dict[str, str | list[str]] = {}
        if self.layout.is_list_of_keys:
            found["header"] = [name.lower() for name in self.layout.header]
        if self.currency and self.layout.has("currency"):
            found["currency"] = self.currency
        return found

    @property
    def checked(self) -> tuple[str, ...]:
        """Columns whose cells must be readable: required ones, and all numbers and dates."""
        required, export = self.layout.required, self.layout.export
        optional = [name for name in self.readers if export.column(name).type is not ColumnType.KEY]
        computed = [export.amount] if self.layout.computes_amount else []
        return tuple(dict.fromkeys([*required, *optional, *computed]))


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Consecutive files that one query reads, because their columns and readers are the same."""

    files: tuple[File, ...]
    form: Form

    @property
    def opened(self) -> list[OpenedFile]:
        """The files, without their layouts."""
        return [file.opened for file in self.files]


def plan_batches(
    con: Connection, files: Sequence[File], condition: str, settings: Settings, notify: Notify
) -> list[Batch]:
    """Divides the `files` of one export, in their order, into as few batches as possible.

    Raises DataError for a column whose notation is ambiguous, UsageError for a
    `condition` that does not fit the files.
    """
    wanted = condition_columns(con, condition, WHERE) if condition else frozenset()
    readers: dict[int, dict[str, Reader]] = {}
    for layout in dict.fromkeys(file.layout for file in files):
        alike = [file for file in files if file.layout == layout]
        opened = [file.opened for file in alike]
        chosen = choose_readers(con, layout, opened, _typed_columns(layout, wanted), settings, notify)
        readers |= {file.number: found for file, found in zip(alike, chosen, strict=True)}
        if condition:
            form = Form(layout=layout, readers=chosen[0], condition="")
            _check_condition(con, condition, wanted, opened[0], form)
    notify_of_differences(list(readers.values()), notify)
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
    """The keys, numbers and dates that this load needs: keys first, dates last."""
    found = [
        column
        for column in layout.export.columns
        if column.type.has_reader and layout.has(column.name) and (column.is_kept or column.name in wanted)
    ]
    found.sort(key=lambda column: (column.type is not ColumnType.KEY, column.type.is_date))
    return list(dict.fromkeys([*layout.required, *(column.name for column in found)]))


def _check_condition(
    con: Connection, condition: str, wanted: frozenset[str], file: OpenedFile, form: Form
) -> None:
    layout = form.layout
    known = {place.name for place in (*layout.canonical, *layout.further)} | {layout.export.amount}
    refuse_unknown_columns(condition, wanted, known, file.name)
    source = scan(layout, [file])
    with explained([file]):
        refuse_non_boolean(con, condition, typed_cells(form, source), source.parameters, WHERE)


def typed_rows(form: Form, scan: Scan, first_file: int) -> str:
    """SQL with one row per row of `scan`: the columns of staged rows and their marks."""
    layout = form.layout
    names = [name for name in layout.export.staged if name != "file_number"]
    columns = [f"{_staged(layout, name)} as {name}" for name in names]
    columns += [quote(place.name) for place in layout.further]
    kept = ["fault is null"]
    if form.condition:
        kept.append(f"coalesce((\n{form.condition}\n), false)")
    if "currency" in form.parameters:
        kept.append("coalesce(currency = $currency, true)")
    return (
        f"select {', '.join(columns)}, cast({first_file} + file_index as INTEGER) as file_number,"
        f" fault, {' and '.join(kept)} as is_kept from ({_checked_cells(form, scan)})"
    )


def _staged(layout: Layout, name: str) -> str:
    """SQL over the typed cells for a column of the staged rows."""
    if name == "n_rows":
        return "1"
    export, cell = layout.export, CUSTOMER_ID if name == CUSTOMER_KEY else name
    if not layout.gives(cell):
        return f"cast(null as {export.staged[name]})"
    if export.column(cell).is_added:
        return f"coalesce({cell}, 0)"
    return f"cast({cell} as DATE)" if export.column(cell).type is ColumnType.DAY else cell


def typed_cells(form: Form, scan: Scan) -> str:
    """SQL for the columns of the export and the further columns of each row, along with the raw cells."""
    layout, export = form.layout, form.layout.export
    canonical = [
        f"{_read(form, place.name, place.position)} as {place.name}"
        for place in layout.canonical
        if place.name in form.readers or export.column(place.name).type in FIXED_READINGS
    ]
    further = [f"{_further(layout, place.position)} as {quote(place.name)}" for place in layout.further]
    cells = f"select *, {', '.join([*canonical, *further])} from ({scan.sql})"
    if layout.computes_amount:
        factors = ", ".join(export.amount_from[-1])
        return f"select *, line_amount({factors}) as {export.amount} from ({cells})"
    if layout.plus:
        parts = "".join(f" + coalesce({name}, 0)" for name in layout.plus)
        amount = f"try_cast({export.amount}{parts} as DECIMAL(18, 4))"
        return f"select * replace ({amount} as {export.amount}) from ({cells})"
    return cells


def _further(layout: Layout, position: int) -> str:
    cell = layout.raw_cell(position)
    return f"without_apostrophe({cell})" if layout.preparation.guarded else cell


def _read(form: Form, name: str, position: int) -> str:
    reader = form.readers.get(name)
    if reader in TYPED_READERS and not form.layout.preparation.has(name):
        return f"{reader}({raw_name(position)})"
    cell, kind = form.layout.cell(name), form.layout.export.column(name).type
    if kind in FIXED_READINGS:
        return FIXED_READINGS[kind].format(cell)
    return f"{reader}({cell})" if reader else cell


def _checked_cells(form: Form, scan: Scan) -> str:
    cases = " ".join(f"when {_unfit(form.layout, name)} then '{fault(name, UNFIT)}'" for name in form.checked)
    return f"select *, case {cases} end as fault from ({typed_cells(form, scan)})"


def _unfit(layout: Layout, name: str) -> str:
    if layout.is_list_of_keys and name in layout.required:
        cells = ", ".join(layout.raw_cell(position) for position in range(len(layout.header)))
        return f"{name} is null or is_not_a_record({name}, [{cells}], $header)"
    if name in layout.required or not layout.has(name):
        return f"{name} is null"
    return f"{name} is null and {raw_name(layout.position(name))} is not null"


def staged_table(export: Export, further: Iterable[str]) -> str:
    """SQL that creates the table of staged rows with the `further` columns."""
    columns = [f"{name} {kind}" for name, kind in export.staged.items()]
    columns += [f"{quote(name)} VARCHAR" for name in further]
    columns += [f"{name} {kind}" for name, kind in marks(export).items()]
    return f"create or replace temp table staged_{export.name} ({', '.join(columns)})"


def further_columns(layouts: Sequence[Layout]) -> list[str]:
    """Names of all further columns, in the order in which they first occur."""
    return list(dict.fromkeys(place.name for layout in layouts for place in layout.further))

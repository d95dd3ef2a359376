"""Excel workbooks: each sheet becomes a text file, which is read like any other."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wieder.errors import DataError, UsageError
from wieder.ingest.archive import is_workbook, prove
from wieder.ingest.names import listed
from wieder.ingest.sources import Source
from wieder.ingest.unpack import new_file
from wieder.notices import Notice

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import polars as pl

    from wieder.notices import Notify


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One sheet that people see and that holds anything."""

    name: str
    cells: pl.DataFrame
    """As text: dates in ISO form, numbers in their shortest form, at most 15 digits as in Excel."""

    @property
    def header(self) -> tuple[str | None, ...]:
        """Its first row that is not blank."""
        return next((row for row in self.cells.iter_rows() if any(row)), ())


def sheets_of(source: Source, workspace: Path, wanted: str, notify: Notify) -> Sequence[Source]:
    """The sheets of a workbook as CSV files in `workspace`; of any other file itself.

    Without a `wanted` sheet, these are the first one and all that have its header;
    the others are named in a notice. The checksum of a sheet is that of its cells.
    Raises UsageError without the extra `excel` or without such a sheet, DataError
    for a workbook that is damaged or empty.
    """
    if not is_workbook(source):
        return (source,)
    prove(source)
    sheets = _read(source)
    if not sheets:
        raise DataError(f"{source.name}: the workbook is empty", "export it again")
    chosen = _chosen(source, sheets, wanted)
    left_out = [sheet.name for sheet in sheets if sheet not in chosen]
    if left_out and not wanted:
        message = f"{source.name}: {chosen[0].name} is read, and not {listed(left_out, 5)}: other columns"
        values = {"file": source.name, "read": chosen[0].name, "n": len(left_out), "first": left_out[0]}
        notify(Notice("sheets-left-out", message, f"say --sheet {left_out[0]!r}, or save it as CSV", values))
    return [_as_csv(source, sheet, workspace) for sheet in chosen]


def _read(source: Source) -> list[Sheet]:
    try:
        import fastexcel  # noqa: PLC0415  (an extra)
    except ImportError as error:
        raise UsageError(
            f"{source.name}: a package is missing that reads Excel workbooks",
            "pip install 'wieder[excel]', or save the sheet as CSV (UTF-8)",
        ) from error
    sheets = []
    try:
        workbook = fastexcel.read_excel(source.path)
        for name in workbook.sheet_names:
            sheet = workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
            if sheet.visible == "visible" and sheet.width:
                sheets.append(Sheet(name=name, cells=sheet.to_polars()))
    except fastexcel.FastExcelError as error:
        reason = str(error).splitlines()[0]
        raise DataError(
            f"{source.name}: the workbook cannot be read ({reason})", "save the sheet as CSV (UTF-8)"
        ) from error
    return sheets


def _chosen(source: Source, sheets: Sequence[Sheet], wanted: str) -> list[Sheet]:
    if not wanted:
        return [sheet for sheet in sheets if sheet.header == sheets[0].header]
    chosen = [sheet for sheet in sheets if sheet.name == wanted]
    if not chosen:
        names = listed([sheet.name for sheet in sheets])
        raise UsageError(f"{source.name}: there is no sheet {wanted!r}", f"the sheets are {names}")
    return chosen


def _as_csv(source: Source, sheet: Sheet, workspace: Path) -> Source:
    path = new_file(workspace)
    sheet.cells.write_csv(path, include_header=False)
    modified = source.path.stat().st_mtime
    os.utime(path, (modified, modified))
    return Source(name=f"{source.name}[{sheet.name}]", path=path)

"""The formats that are known: one TOML file each, so that a new one needs no code."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import msgspec


class ExportFormat(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How an export is told from others by its columns, and what it must hold."""

    table: str
    """The canonical table that it fills."""
    recognised_by: tuple[str, ...]
    """Canonical columns that a header must resolve."""
    needs: tuple[str, ...]
    """Canonical columns without which the file is refused."""
    filled: tuple[str, ...]
    """Canonical columns without a value in which a row is rejected."""
    not_with: tuple[tuple[str, ...], ...] = ()
    """Groups of order columns; a file that has a whole group is something else."""
    amount_from: tuple[tuple[str, ...], ...] = ()
    """Groups of columns that give the money of a row; the first that the file has is taken."""


@cache
def formats() -> tuple[ExportFormat, ...]:
    """All formats, in the order in which a file is tried: orders before customers."""
    folder = files("wieder.ingest").joinpath("formats")
    found = [
        msgspec.toml.decode(path.read_bytes(), type=ExportFormat)
        for path in folder.iterdir()
        if path.name.endswith(".toml")
    ]
    return tuple(sorted(found, key=lambda export: export.table, reverse=True))

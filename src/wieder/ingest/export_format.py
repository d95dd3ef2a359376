"""The formats that are known: one TOML file each, so that a new one needs no code."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Literal

import msgspec

from wieder.errors import UsageError
from wieder.exports.canonical import TABLES
from wieder.ingest.names import fold
from wieder.notices import Notice

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from wieder.config import Settings
    from wieder.notices import Notify

State = Literal["cancelled", "refunded", "partially_refunded", "pending", "paid"]
"""What the state of an order means here; where several apply, the first of these counts."""

NEEDS = {
    "orders": ("order_id", "customer_id", "ordered_at", "amount"),
    "customers": ("customer_id",),
}
"""Canonical columns that the export of a shop system must hold."""

FILLED = {"orders": ("order_id", "ordered_at", "amount"), "customers": ("customer_id",)}
"""Those of them that no row may leave empty."""


class CellSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the cells of a canonical column come from, if there is more to say than a name."""

    column: str | tuple[str, ...]
    """The column of the export; of several names, which versions of a system use, the first that is there."""
    time: str = ""
    """A column with the time of day of this date."""
    or_else: str = ""
    """A column that is used where the cell is empty."""
    pattern: str = ""
    """A regular expression; its group is the value. Matches of money are added up, else the last counts."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names that the column may have."""
        return (self.column,) if isinstance(self.column, str) else self.column


class ExportFormat(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How an export is told from others by its columns, and what its cells mean.

    There are two kinds. The canonical formats find their columns by synonyms; the
    export of a shop system is known by `header`, and names its columns.
    """

    table: Literal["orders", "customers"]
    """The canonical table that it fills."""

    recognised_by: tuple[str, ...] = ()
    """Canonical columns that a header must resolve."""
    needs: tuple[str, ...] = ()
    """Canonical columns without which the file is refused."""
    filled: tuple[str, ...] = ()
    """Canonical columns without a value in which a row is rejected."""
    not_with: tuple[tuple[str, ...], ...] = ()
    """Groups of order columns; a file that has a whole group is something else."""
    amount_from: tuple[tuple[str, ...], ...] = ()
    """Groups of columns that give the money of a row; the first that the file has is taken."""

    system: str = ""
    """The shop system, such as Shopify; empty for the canonical formats."""
    title: str = ""
    """What the system calls the export."""
    header: tuple[str, ...] = ()
    """Columns that together no other export has; compared without case, blanks and punctuation."""
    columns: dict[str, str | tuple[str, ...] | CellSource] = {}
    """Canonical column -> where its cells come from."""
    row: Literal["order", "line"] = "order"
    """What a row of orders is. Cells that a further line leaves empty are as on the lines before it."""
    per_line: tuple[str, ...] = ()
    """Money columns that are added up over the lines; the others hold for the order and must agree."""
    plus: tuple[str, ...] = ()
    """Money columns that are not in the amount and belong to it."""
    dates: tuple[str, ...] = ()
    """Patterns of dates as strptime knows them, months by %b in English or German; empty: found out."""
    zone: Literal["shop", "utc", "cell"] = "shop"
    """The time zone of dates: that of the shop, UTC, or the one that each cell names."""
    decimal: Literal["", "point", "comma"] = ""
    """The decimal mark; empty: found out."""
    signs: bool = False
    """Whether cells with money name the currency, by its sign or code."""
    apostrophes: bool = False
    """Whether an apostrophe guards digits from spreadsheets: '01067."""
    quotes: bool = True
    """Whether cells can be quoted; otherwise a quote is a letter like others."""
    states: dict[State, dict[str, tuple[str, ...]]] = {}
    """State -> column -> its words, compared without case; * stands for any word, "" for none."""
    amount_includes: tuple[Literal["tax", "shipping"], ...] | None = None
    """What is in the amount, which is printed beside it; none given: not known."""
    lacks: str = ""
    """What the export cannot tell, said at every load."""
    refuse: str = ""
    """Why the export is refused; a customer_id that the user names overrules it, if there are columns."""
    instead: str = ""
    """What to export instead of a refused one."""

    def __post_init__(self) -> None:
        """Raise ValueError, which msgspec explains with the place in the file, for what makes no sense."""
        known = {column.name for column in TABLES[self.table].columns}
        if unknown := sorted({*self.columns, *self.per_line, *self.plus} - known):
            raise ValueError(f"{self.table} have no column {unknown[0]}")
        if self.zone == "cell" and not all("%z" in pattern for pattern in self.dates):
            raise ValueError('zone = "cell" needs %z in every pattern of dates')

    def source(self, name: str) -> CellSource:
        """Where the cells of the canonical column `name` come from. Raises KeyError if they are not there."""
        given = self.columns[name]
        return given if isinstance(given, CellSource) else CellSource(column=given)

    def fits(self, folded: Collection[str]) -> bool:
        """Whether a header, given as folded names, has the columns that tell this export from others."""
        return bool(self.header) and all(fold(name) in folded for name in self.header)


@cache
def known_formats() -> Mapping[str, ExportFormat]:
    """The formats that come with the program by name."""
    folder = resources.files("wieder.ingest").joinpath("formats")
    return {
        path.name.removesuffix(".toml"): msgspec.toml.decode(path.read_bytes(), type=ExportFormat)
        for path in sorted(folder.iterdir(), key=lambda path: path.name)
        if path.name.endswith(".toml")
    }


def formats_of(settings: Settings) -> Mapping[str, ExportFormat]:
    """All formats by name; those under [formats] in the settings replace known ones of the same name.

    Raises UsageError for a format that is none.
    """
    return {**known_formats(), **{name: _own(name, tree) for name, tree in settings.formats.items()}}


def tell_about_formats(names: Mapping[str, str], settings: Settings, notify: Notify) -> None:
    """Says of each export, file name -> format, what it is taken for, and what it cannot tell."""
    for name in dict.fromkeys(names.values()):
        files = [file for file, other in names.items() if other == name]
        where = files[0] if len(files) == 1 else f"{len(files)} files such as {files[0]}"
        form = formats_of(settings)[name]
        message = f"{where}: {form.system}, {form.title}"
        if form.amount_includes is not None and "amount" not in settings.columns:
            message += f"; amounts include {' and '.join(form.amount_includes) or 'neither tax nor shipping'}"
        values = {"files": tuple(files), "system": form.system, "format": name, "variant": name}
        notify(Notice("export-format", message, f"`wieder formats {name}` shows how it is read", values))
        if form.lacks:
            notify(Notice("export-lacks", f"{where}: {form.lacks}", values=values))


def _own(name: str, tree: Mapping[str, object]) -> ExportFormat:
    try:
        found = msgspec.convert(tree, ExportFormat)
    except msgspec.ValidationError as error:
        raise UsageError(f"[formats.{name}]: {error}", "`wieder formats shopify_orders` shows one") from error
    if not found.header:
        raise UsageError(
            f"[formats.{name}] has no header",
            "name columns that together no other export has: header = [...]",
        )
    return found


def canonical_formats() -> tuple[ExportFormat, ...]:
    """The formats that are no system's, in the order in which a file is tried: orders before customers."""
    found = [export for export in known_formats().values() if not export.header]
    return tuple(sorted(found, key=lambda export: export.table, reverse=True))

"""Export formats of shop systems, one TOML file each, and the SQL that converts their raw cells.

Converted cells are in the form that readers expect: text without currency signs
and protecting apostrophes, or timestamps in the time of the shop.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Literal, get_args

import msgspec

from wieder.errors import UsageError
from wieder.exports import EXPORTS
from wieder.exports.base import ColumnType
from wieder.exports.names import fold
from wieder.ingest.layout import Preparation
from wieder.notices import Notice

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from wieder.config import Settings
    from wieder.exports.base import Export
    from wieder.ingest.layout import Header
    from wieder.notices import Notify

State = Literal["cancelled", "refunded", "partially_refunded", "pending", "paid"]
"""Status of an order; where several apply, the first in this list counts."""

Bound = dict[str, str | tuple[str, ...]]
"""Named parameters of the SQL."""

ANY_WORD = "*"
"""Placeholder among the words of a state: any cell that is not empty."""


class CellSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Source of the cells of a canonical column, if a name alone does not describe it."""

    column: str | tuple[str, ...]
    """Column of the export; of several names from different versions of a system, the first that exists."""
    time: str = ""
    """Column with the time of day of this date."""
    or_else: str = ""
    """Column to use where the cell is empty."""
    pattern: str = ""
    """Regular expression whose group is the value; matches of money are summed, otherwise the last counts."""

    @property
    def names(self) -> tuple[str, ...]:
        """Possible names of the column."""
        return (self.column,) if isinstance(self.column, str) else self.column


class ExportFormat(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Format of one export: the header that identifies it, and the meaning of its cells."""

    table: str
    """Name of the export to which its rows belong."""

    system: str = ""
    """The shop system, such as Shopify."""
    title: str = ""
    """Name of the export in that system."""
    header: tuple[str, ...] = ()
    """Columns whose combination no other export has; compared without case, blanks and punctuation."""
    columns: dict[str, str | tuple[str, ...] | CellSource] = {}
    """Canonical column -> source of its cells."""
    row: Literal["order", "line"] = "order"
    """Whether a row is an order or a line of one. Empty cells of a line are filled from the other lines."""
    per_line: tuple[str, ...] = ()
    """Money columns that are summed over the lines; others apply to the order and must agree."""
    plus: tuple[str, ...] = ()
    """Money columns to add to the amount, which does not include them."""
    dates: tuple[str, ...] = ()
    """Patterns of dates for strptime; %b stands for English and German months. Empty: detected."""
    zone: Literal["shop", "utc", "cell"] = "shop"
    """The time zone of dates: that of the shop, UTC, or the one in each cell."""
    decimal: Literal["", "point", "comma"] = ""
    """The decimal mark; empty: detected."""
    signs: bool = False
    """Whether cells with money contain the sign or code of the currency."""
    apostrophes: bool = False
    """Whether an apostrophe protects digits from spreadsheets: '01067."""
    quotes: bool = True
    """Whether cells can be quoted; otherwise a quotation mark is an ordinary character."""
    states: dict[State, dict[str, tuple[str, ...]]] = {}
    """State -> column -> its words, compared without case; * stands for any word, "" for an empty cell."""
    amount_includes: tuple[Literal["tax", "shipping"], ...] | None = None
    """Parts of the amount, to be shown with it; None: not known."""
    lacks: str = ""
    """Information missing from the export, for a notice at every load."""
    refuse: str = ""
    """Reason to refuse the export, unless the format has columns and the user maps a customer_id."""
    instead: str = ""
    """The export to use instead of a refused one."""

    def __post_init__(self) -> None:
        """Raises ValueError for contradictory values; msgspec adds the position in the file."""
        if self.table not in EXPORTS:
            raise ValueError(f"there is no export {self.table}: use one of {', '.join(EXPORTS)}")
        known = {column.name for column in self.export.columns}
        if unknown := sorted({*self.columns, *self.per_line, *self.plus} - known):
            raise ValueError(f"the export {self.table} has no column {unknown[0]}")
        if self.zone == "cell" and not all("%z" in pattern for pattern in self.dates):
            raise ValueError('zone = "cell" requires %z in every pattern of dates')

    @property
    def export(self) -> Export:
        """The export to which its rows belong."""
        return EXPORTS[self.table]

    def source(self, name: str) -> CellSource:
        """Source of the cells of the canonical column `name`. Raises KeyError if there is none."""
        given = self.columns[name]
        return given if isinstance(given, CellSource) else CellSource(column=given)

    def fits(self, folded: Collection[str]) -> bool:
        """Whether a header, given as folded names, has the columns that identify this export."""
        return bool(self.header) and all(fold(name) in folded for name in self.header)


@cache
def known_formats() -> Mapping[str, ExportFormat]:
    """The built-in formats by name."""
    folder = resources.files("wieder.ingest").joinpath("formats")
    return {
        path.name.removesuffix(".toml"): msgspec.toml.decode(path.read_bytes(), type=ExportFormat)
        for path in sorted(folder.iterdir(), key=lambda path: path.name)
        if path.name.endswith(".toml")
    }


def formats_of(settings: Settings) -> Mapping[str, ExportFormat]:
    """All formats by name; those under `[formats]` replace built-in ones of the same name.

    Raises UsageError for an invalid format.
    """
    return {**known_formats(), **{name: _own(name, tree) for name, tree in settings.formats.items()}}


def notify_of_formats(names: Mapping[str, str], settings: Settings, notify: Notify) -> None:
    """Sends notices with the recognised formats, given by file name, and the information that they lack."""
    for name in dict.fromkeys(names.values()):
        files = [file for file, other in names.items() if other == name]
        where = files[0] if len(files) == 1 else f"{len(files)} files such as {files[0]}"
        form = formats_of(settings)[name]
        message = f"{where}: {form.system}, {form.title}"
        if form.amount_includes is not None and "amount" not in settings.columns:
            message += f"; amounts include {' and '.join(form.amount_includes) or 'neither tax nor shipping'}"
        values = {"files": tuple(files), "system": form.system, "format": name, "variant": name}
        notify(Notice("export-format", message, f"`wieder formats {name}` shows its columns", values))
        if form.lacks:
            notify(Notice("export-lacks", f"{where}: {form.lacks}", values=values))


def _own(name: str, tree: Mapping[str, object]) -> ExportFormat:
    try:
        found = msgspec.convert(tree, ExportFormat)
    except msgspec.ValidationError as error:
        raise UsageError(
            f"[formats.{name}]: {error}", "compare an example: `wieder formats shopify_orders`"
        ) from error
    if not found.header:
        raise UsageError(
            f"[formats.{name}] has no header",
            'list columns that only this export has, such as header = ["Order No", "Buyer", "Grand Total"]',
        )
    return found


def prepare(form: ExportFormat, sources: Mapping[str, CellSource], header: Header) -> Preparation:
    """Preparation of the cells of `sources`: canonical column -> its source in `header`."""
    bound: Bound = {}
    found: dict[str, str] = {}
    for name, source in sources.items():
        raw = _raw(source, header)
        cell = _prepared(form, name, _matched(form, name, raw, source.pattern, bound), bound)
        if name == "status" and form.states:
            cell = _state(form, cell, header, bound)
        if cell != header.cell(source.names):
            found[name] = cell
    is_time = _specifies_times(form)
    return Preparation(
        cells=tuple(found.items()),
        times=frozenset(name for name in found if is_time and _kind(form, name).is_date),
        parameters=tuple(bound.items()),
        whole_order=_whole_order(form, sources, header),
        guarded=form.apostrophes,
    )


def _kind(form: ExportFormat, name: str) -> ColumnType:
    return form.export.column(name).type


def _specifies_times(form: ExportFormat) -> bool:
    """Whether the format specifies the form or the time zone of dates; otherwise they are detected."""
    return bool(form.dates) or form.zone != "shop"


def _raw(source: CellSource, header: Header) -> str:
    """SQL for the cell before any conversion."""
    cell = header.cell(source.names)
    if source.or_else and (other := header.cell([source.or_else])):
        cell = f"coalesce({cell}, {other})"
    if source.time and (time := header.cell([source.time])):
        cell = f"case when {cell} is not null then concat_ws(' ', {cell}, {time}) end"
    return str(cell)


def _matched(form: ExportFormat, name: str, cell: str, pattern: str, bound: Bound) -> str:
    if not pattern:
        return cell
    bound[f"pattern_{name}"] = pattern
    macro = "sum_of_matches" if _kind(form, name) is ColumnType.MONEY else "last_match"
    return f"{macro}({cell}, $pattern_{name})"


def _prepared(form: ExportFormat, name: str, cell: str, bound: Bound) -> str:
    kind = _kind(form, name)
    if kind.is_date and _specifies_times(form):
        return _timestamp(form, cell, bound)
    if kind is ColumnType.MONEY and form.signs:
        return f"without_currency({cell})"
    if kind is ColumnType.CODE and form.signs:
        return f"currency_code({cell})"
    if kind is ColumnType.KEY and form.apostrophes:
        return f"without_apostrophe({cell})"
    return cell


def _timestamp(form: ExportFormat, cell: str, bound: Bound) -> str:
    """SQL for a timestamp in the time of the shop, null for an unreadable cell."""
    written = ""
    if form.dates:
        bound["dates"] = form.dates
        written = f"try_strptime(english_months(with_offset({cell})), $dates)"
    if form.zone == "cell":
        return f"shop_time({written or f'offset_instant({cell})'})"
    if form.zone == "utc":
        local = written or f"date_ymd({cell})"
        return f"shop_time(coalesce(offset_instant({cell}), timezone('UTC', {local})))"
    return written


def _state(form: ExportFormat, cell: str, header: Header, bound: Bound) -> str:
    """SQL for the state of an order, or for the word in the cell where its meaning is not known."""
    cases = [
        f"when {_is_one_of(raw, words, bound)} then '{state}'"
        for state in get_args(State)
        for column, words in form.states.get(state, {}).items()
        if (raw := header.cell([column]))
    ]
    return f"case {' '.join(cases)} else {cell} end" if cases else cell


def _is_one_of(cell: str, words: tuple[str, ...], bound: Bound) -> str:
    word = f"lower(trimmed(coalesce({cell}, '')))"
    if ANY_WORD in words:
        return f"{word} <> ''"
    name = f"words_{len(bound)}"
    bound[name] = tuple(known.lower() for known in words)
    return f"list_contains(${name}, {word})"


def _whole_order(form: ExportFormat, sources: Mapping[str, CellSource], header: Header) -> tuple[int, ...]:
    """Positions of the columns that apply to an order and may be filled on one of its lines only."""
    if form.row == "order":
        return ()
    lines = {"order_id", *form.per_line}
    names = [
        name
        for column, source in sources.items()
        if column not in lines
        for name in (*source.names, source.time, source.or_else)
    ]
    names += [column for words in form.states.values() for column in words]
    places = {header.find(name) for name in names if name}
    return tuple(sorted(place for place in places if place is not None))

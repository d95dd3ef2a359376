"""The formats that are known, one TOML file each, and what they make of raw cells, as SQL over them.

The cells come out as the readers want them: text without signs and guards, or
timestamps in the time of the shop.
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
"""What the state of an order means here; where several apply, the first of these counts."""

Bound = dict[str, str | tuple[str, ...]]
"""What the SQL refers to by name."""

ANY_WORD = "*"
"""Among the words of a state: whatever is not empty."""


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

    An export without a format is known by the names of its columns; that of a shop
    system by `header`, and it names its columns.
    """

    table: str
    """The name of the export that it fills."""

    system: str = ""
    """The shop system, such as Shopify."""
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
        if self.table not in EXPORTS:
            raise ValueError(f"there is no export {self.table}, but {', '.join(EXPORTS)}")
        known = {column.name for column in self.export.columns}
        if unknown := sorted({*self.columns, *self.per_line, *self.plus} - known):
            raise ValueError(f"{self.table} have no column {unknown[0]}")
        if self.zone == "cell" and not all("%z" in pattern for pattern in self.dates):
            raise ValueError('zone = "cell" needs %z in every pattern of dates')

    @property
    def export(self) -> Export:
        """What it fills."""
        return EXPORTS[self.table]

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


def notify_of_formats(names: Mapping[str, str], settings: Settings, notify: Notify) -> None:
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


def prepare(form: ExportFormat, sources: Mapping[str, CellSource], header: Header) -> Preparation:
    """How the cells of `sources`, canonical column -> where in `header` it comes from, are prepared."""
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
    """Whether the format says how dates are to be read; otherwise the cells must."""
    return bool(form.dates) or form.zone != "shop"


def _raw(source: CellSource, header: Header) -> str:
    """SQL for the cell, before anything is done to it."""
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
    """SQL for a timestamp in the time of the shop."""
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
    """SQL for the state of an order: what its words mean, or the word itself where that is not known."""
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
    """The positions of cells that hold for an order and may stand on its first line only."""
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

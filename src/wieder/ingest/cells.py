"""What the format of a shop system makes of raw cells, as SQL over them.

The cells come out as the readers want them: text without signs and guards, or
timestamps in the time of the shop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from wieder.exports.canonical import TABLES, ColumnType
from wieder.ingest.export_format import State
from wieder.ingest.layout import Preparation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wieder.ingest.export_format import CellSource, ExportFormat
    from wieder.ingest.layout import Header

Bound = dict[str, str | tuple[str, ...]]
"""What the SQL refers to by name."""

ANY_WORD = "*"
"""Among the words of a state: whatever is not empty."""


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
    is_time = _time_is_told(form)
    return Preparation(
        cells=tuple(found.items()),
        times=frozenset(name for name in found if is_time and _kind(form, name) is ColumnType.TIMESTAMP),
        parameters=tuple(bound.items()),
        whole_order=_whole_order(form, sources, header),
        guarded=form.apostrophes,
    )


def _kind(form: ExportFormat, name: str) -> ColumnType:
    return TABLES[form.table].column(name).type


def _time_is_told(form: ExportFormat) -> bool:
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
    if kind is ColumnType.TIMESTAMP and _time_is_told(form):
        return _moment(form, cell, bound)
    if kind is ColumnType.MONEY and form.signs:
        return f"without_currency({cell})"
    if name == "currency" and form.signs:
        return f"currency_code({cell})"
    if kind is ColumnType.KEY and form.apostrophes:
        return f"without_guard({cell})"
    return cell


def _moment(form: ExportFormat, cell: str, bound: Bound) -> str:
    """SQL for a timestamp in the time of the shop."""
    written = ""
    if form.dates:
        bound["dates"] = form.dates
        written = f"try_strptime(english_months(with_offset({cell})), $dates)"
    if form.zone == "cell":
        return f"shop_time({written or f'offset_moment({cell})'})"
    if form.zone == "utc":
        local = written or f"date_ymd({cell})"
        return f"shop_time(coalesce(offset_moment({cell}), timezone('UTC', {local})))"
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

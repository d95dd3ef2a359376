"""Faults of settings in words, with the values that are accepted and a line to paste."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args, get_origin

import msgspec

from wieder.config.faults import fits, members
from wieder.config.names import all_settings, is_struct
from wieder.config.notation import BARE, LONG, SECRET, dotted, kind_of, shown, written
from wieder.config.origins import Source
from wieder.errors import UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from msgspec.inspect import FloatType, IntType

    from wieder.config.faults import Fault
    from wieder.config.origins import Origin

UNITS = ("days", "minutes", "seconds", "years")
"""Last words of names of settings that are units."""
PERCENT = 100
TRUTH = {"yes": True, "ja": True, "on": True, "no": False, "nein": False, "off": False}
"""Texts that mean true or false."""
EXAMPLE = "..."


def error_of(fault: Fault, origin: Origin) -> UsageError:
    """The error for a fault in a value from this origin."""
    if fault.reason:
        return UsageError(f"{origin}: [{dotted(fault.path)}]: {fault.reason}", _list_of(fault.path))
    if fault.kind is None:
        return UsageError(f"{origin}: there is no {_called(fault)}", _instead(fault, origin))
    verb = "contains" if fault.is_item else "is"
    kind = kind_of(fault.value) if _is_of_other_kind(fault) else ""
    value = f"{shown(fault.value)}, {kind}" if kind else shown(fault.value)
    subject = origin.about(dotted(fault.path))
    return UsageError(f"{subject} {verb} {value}; {needed(fault)} is needed", _remedy(fault, origin))


def listed(words: Sequence[str]) -> str:
    """Words as a list with "or"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def needed(fault: Fault) -> str:
    """The values that a setting accepts; bounds are named for a number."""
    return accepted(fault.kind, fault.path[-1], has_bounds=_is_number(fault.value))


def accepted(kind: Any, name: str, *, has_bounds: bool = True) -> str:
    """The values of a type in words; the name of the setting may end with a unit."""
    choices = _choices(kind)
    words = [_words(one, name, has_bounds=has_bounds) for one in members(kind) if not _is_choice(one)]
    return listed([*words, *(written(one) for one in choices)])


def _words(kind: Any, name: str, *, has_bounds: bool) -> str:
    if get_origin(kind) is tuple:
        item = get_args(kind)[0]
        return f"a list of {'texts' if item is str else accepted(item, name)}"
    if get_origin(kind) is dict or is_struct(kind):
        return "a table"
    if info := _number(kind):
        whole = "whole " if isinstance(info, msgspec.inspect.IntType) else ""
        last = name.rpartition("_")[2]
        unit = f" of {last}" if last in UNITS else ""
        return f"a {whole}number{unit}{_bounds(info) if has_bounds else ''}"
    return "true or false" if kind is bool else "a text"


def _bounds(info: IntType | FloatType) -> str:
    low = f"{info.ge:g}" if info.ge is not None else ""
    above = f"above {info.gt:g}" if info.gt is not None else ""
    if info.le is None:
        return f" ({above or f'{low} or more'})" if above or low else ""
    return f" ({above}, at most {info.le:g})" if above else f" ({low} to {info.le:g})"


def _is_choice(kind: Any) -> bool:
    return bool(get_args(kind)) and all(isinstance(one, str) for one in get_args(kind))


def _choices(kind: Any) -> list[str]:
    """The texts that a type allows; an empty one stands for the default and is not named."""
    return [one for kind_ in members(kind) if _is_choice(kind_) for one in get_args(kind_) if one]


def _is_of_other_kind(fault: Fault) -> bool:
    """Whether the kind of the value is wrong, and not only the value."""
    if isinstance(fault.value, str):
        return not all(map(_is_choice, members(fault.kind)))
    return not (_is_number(fault.value) and any(map(_number, members(fault.kind))))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(kind: Any) -> IntType | FloatType | None:
    """A type of numbers with its bounds; None for other types."""
    if get_origin(kind) in {dict, tuple} or is_struct(kind):
        return None
    info = msgspec.inspect.type_info(kind)
    return info if isinstance(info, msgspec.inspect.IntType | msgspec.inspect.FloatType) else None


def _called(fault: Fault) -> str:
    name = dotted(fault.path)
    return f"table [{name}]" if isinstance(fault.value, dict) else f"setting {name}"


def _instead(fault: Fault, origin: Origin) -> str:
    """The remedy for a name that is not a setting."""
    *above, name = fault.path
    same = [one.path for one in all_settings() if one.path[-1] == name and fault.path[0] != "formats"]
    if len(same) == 1:
        return _move(same[0], fault.value)
    if same:
        return f"did you mean {listed([dotted(path) for path in same])}?"
    if here := nearest(name, fault.names):
        if isinstance(fault.value, dict):
            return f"did you mean [{dotted([*above, here[0]])}]?"
        return f"did you mean {_short(origin.assignment(here[0], fault.value), here[0])}?"
    others = {one.path[-1]: one.name for one in all_settings()}
    if not above and (known := nearest(name, others)):
        return f"did you mean {others[known[0]]}?"
    return _list_of(above)


def _move(path: Sequence[str], value: object) -> str:
    *table, name = path
    place = f"under [{dotted(table)}]" if table else "above the first [table]"
    return f"write it {place}: {_short(f'{name} = {written(value)}', name)}"


def _list_of(above: Sequence[str]) -> str:
    """The command that lists what a table may contain."""
    if "formats" in above[:1]:
        return "`wieder formats shopify_orders` shows the fields of a format"
    if above:
        return f"`wieder config {above[0]}` lists the settings of [{above[0]}]"
    return "`wieder config` lists the settings"


def _short(assignment: str, name: str) -> str:
    """An assignment that a message can show; the name alone if it is long or has a password."""
    return name if len(assignment) > LONG or SECRET in assignment else assignment


def _remedy(fault: Fault, origin: Origin) -> str:
    """A value to write instead of one that does not fit."""
    last = fault.path[-1].rpartition(".")[2] if fault.path[0] == "columns" else fault.path[-1]
    name = last if BARE.fullmatch(last) else written(last)
    if fault.is_item:
        return _remedy_of_item(fault, origin, name)
    if all(is_struct(one) or get_origin(one) is dict for one in members(fault.kind)):
        return f"write the heading [{dotted(fault.path)}], and its settings below it"
    for how, value in _meant(fault):
        line = origin.assignment(name, value)
        if len(line) <= LONG and fits(value, fault.kind) and (SECRET not in name or value == EXAMPLE):
            return f"write {how}{line}"
    return f"remove {origin.name if origin.source is not Source.FILE else f'the line of {name}'}"


def _meant(fault: Fault) -> Iterator[tuple[str, object]]:
    """Values that may have been meant, the most likely first, with a word about how to write them."""
    value = fault.value
    if isinstance(value, str):
        yield from _meant_by_text(value, fault.kind)
    elif isinstance(value, list) and len(value) == 1:
        yield "one value: ", value[0]
    elif value is not None and not isinstance(value, list | dict):
        yield "it in quotes: ", written(value)
        if _is_number(value) and 1 in _bounds_of(fault.kind):
            yield "a share: ", float(str(value)) / PERCENT
        yield "a list: ", [value]
    if fault.usual not in (None, ""):
        yield "", fault.usual
    yield from (("", one) for one in (*_choices(fault.kind), *_bounds_of(fault.kind)))
    of_items = [_choices(one)[:1] for kind in members(fault.kind) for one in get_args(kind)[:1]]
    yield from (("", one) for one in (1, True, EXAMPLE, [EXAMPLE], *of_items))


def _meant_by_text(text: str, kind: Any) -> Iterator[tuple[str, object]]:
    yield from (("", one) for one in nearest(text, _choices(kind)))
    for plain in (text.strip(), text.strip().replace(",", ".")):
        yield from (("it without quotes: ", one) for one in _read(plain))
    if text.strip().casefold() in TRUTH:
        yield "it without quotes: ", TRUTH[text.strip().casefold()]
    yield "a list: ", [part.strip() for part in text.split(",")]


def _read(text: str) -> Iterator[object]:
    """A number or truth value in a text."""
    for kind in (int, float, bool):
        try:
            yield msgspec.convert(text, kind, strict=False)
        except msgspec.ValidationError:
            continue


def _bounds_of(kind: Any) -> Iterator[float]:
    for one in members(kind):
        if info := _number(one):
            yield from (bound for bound in (info.le, info.ge) if bound is not None)


def _remedy_of_item(fault: Fault, origin: Origin, name: str) -> str:
    if isinstance(fault.value, str) and (meant := nearest(fault.value, _choices(fault.kind))):
        return f"did you mean {written(meant[0])}?"
    if fits(written(fault.value), fault.kind):
        return f"write it in quotes: {written(written(fault.value))}"
    example = fault.usual or _choices(fault.kind)[:1] or [EXAMPLE]
    return f"write {_short(origin.assignment(name, example), name)}, for example"

"""Values that do not fit a setting, and names that are not settings: found by their types."""

from __future__ import annotations

from dataclasses import dataclass
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin

import msgspec

from wieder.config.names import default_of, is_struct

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Path = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """The first thing that is wrong."""

    path: tuple[str, ...]
    value: object
    kind: Any = None
    """The type that is needed; None for a name that is not a setting."""
    usual: object = None
    """The default of the setting; None if there is none."""
    is_item: bool = False
    """Whether `value` is one item of the list at `path`."""
    names: tuple[str, ...] = ()
    """Names that exist where an unknown one was found."""
    reason: str = ""
    """The reason why a table as a whole makes no sense."""


def fits(value: object, kind: Any) -> bool:
    """Whether a value can be converted to a type."""
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return False
    return True


def find_fault(value: object, kind: Any, path: Path = (), usual: object = None) -> Fault | None:
    """The first fault in a value read from TOML, or None. `path` is where the value stands."""
    part = _part_for(value, kind)
    inside: Iterator[Fault]
    if isinstance(value, dict) and is_struct(part):
        inside = _in_struct(value, part, path)
    elif isinstance(value, dict) and get_origin(part) is dict:
        inside = _in_names(value, part, path)
    elif isinstance(value, list | tuple) and get_origin(part) is tuple:
        inside = _in_list(value, get_args(part)[0], path, usual)
    else:
        inside = iter(())
    found = next(inside, None)
    if found is None and not fits(value, kind):
        return _as_a_whole(value, kind, path, usual)
    return found


def members(kind: Any) -> tuple[Any, ...]:
    """The types of which a value needs one: those of a union without None, or the type itself."""
    if get_origin(kind) not in {Union, UnionType}:
        return (kind,)
    return tuple(one for one in get_args(kind) if one is not NoneType)


def _part_for(value: object, kind: Any) -> Any:
    """The member of a union that has the shape of the value; the type itself without a union."""
    shape = dict if isinstance(value, dict) else tuple if isinstance(value, list | tuple) else None
    alike = [one for one in members(kind) if get_origin(one) is shape or (shape is dict and is_struct(one))]
    return alike[0] if shape and alike else kind


def _in_struct(value: Mapping[str, object], kind: type[msgspec.Struct], path: Path) -> Iterator[Fault]:
    known = {field.name: field for field in msgspec.structs.fields(kind)}
    for name, one in value.items():
        if name not in known:
            yield Fault(path=(*path, name), value=one, names=tuple(known))
        elif found := find_fault(one, known[name].type, (*path, name), default_of(known[name])):
            yield found


def _in_names(value: Mapping[str, object], kind: Any, path: Path) -> Iterator[Fault]:
    """Faults in a table whose names the user chooses, or chooses from some."""
    of_names, of_values = get_args(kind)
    for name, one in value.items():
        if not fits(name, of_names):
            yield Fault(path=(*path, name), value=one, names=get_args(of_names))
        elif is_struct(of_values) and not isinstance(one, dict) and name in of_values.__struct_fields__:
            yield Fault(path=(*path, name), value=one)
        elif found := find_fault(one, of_values, (*path, name)):
            yield found


def _in_list(values: object, kind: Any, path: Path, usual: object) -> Iterator[Fault]:
    assert isinstance(values, list | tuple)  # noqa: S101 - known to the caller
    for one in values:
        if not fits(one, kind):
            yield Fault(path=path, value=one, kind=kind, usual=usual, is_item=True)


def _as_a_whole(value: object, kind: Any, path: Path, usual: object) -> Fault:
    reason = ""
    if isinstance(value, dict) and is_struct(_part_for(value, kind)):
        try:
            msgspec.convert(value, _part_for(value, kind))
        except msgspec.ValidationError as error:
            reason = str(error).partition(" - at `")[0]
    return Fault(path=path, value=value, kind=kind, usual=usual, reason=reason)

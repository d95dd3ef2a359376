"""All settings, with their meanings: what documentation, `wieder config` and completion list."""

from __future__ import annotations

import ast
import inspect
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, get_args

import msgspec

from wieder.config import Settings
from wieder.config.notation import dotted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PLACEHOLDERS = {"alerts": "KPI"}
"""Table of tables -> placeholder for the names of its tables."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One setting."""

    path: tuple[str, ...]
    """With a placeholder where users choose the name of a table."""
    kind: Any
    """The type that msgspec converts the value to."""
    default: object
    """None: not set."""
    meaning: str

    @property
    def name(self) -> str:
        """Such as `report.lang`."""
        return dotted(self.path)


@cache
def all_settings() -> tuple[Setting, ...]:
    """Every setting, in the order of the structure."""
    return tuple(_settings(Settings, ()))


def setting_names() -> tuple[tuple[str, str], ...]:
    """Name and meaning of every setting, for completion."""
    return tuple((setting.name, setting.meaning) for setting in all_settings())


def is_struct(kind: Any) -> bool:
    """Whether a type is a table with fixed settings."""
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def default_of(field: msgspec.structs.FieldInfo) -> object:
    """The default of a field; None if it has none."""
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    return None if field.default is msgspec.NODEFAULT else field.default


def _settings(group: type[msgspec.Struct], above: tuple[str, ...]) -> Iterator[Setting]:
    meanings = field_meanings(group)
    for field in msgspec.structs.fields(group):
        path = (*above, field.name)
        if is_struct(field.type):
            yield from _settings(field.type, path)
        elif field.name in PLACEHOLDERS:
            yield from _settings(get_args(field.type)[1], (*path, PLACEHOLDERS[field.name]))
        else:
            yield Setting(path=path, kind=field.type, default=default_of(field), meaning=meanings[field.name])


@cache
def field_meanings(group: type) -> Mapping[str, str]:
    """The text below each field of a class, by the name of the field."""
    [tree] = ast.parse(inspect.getsource(group)).body
    assert isinstance(tree, ast.ClassDef)  # noqa: S101 - the source of a class
    return {
        field.target.id: str(below.value.value)
        for field, below in zip(tree.body, tree.body[1:], strict=False)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(below, ast.Expr)
        and isinstance(below.value, ast.Constant)
    }

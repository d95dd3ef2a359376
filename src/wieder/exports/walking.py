"""Registries: objects found by walking the modules of a package."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Found = TypeVar("Found")


def objects(package: str, path: Iterable[str], kind: type[Found]) -> Iterator[Found]:
    """Yields the objects of `kind` that the modules of `package` declare, in the order of module names.

    An object that one module imports from another is yielded once.
    """
    given: set[int] = set()
    for name in sorted(module.name for module in iter_modules(path)):
        for value in vars(import_module(f"{package}.{name}")).values():
            if isinstance(value, kind) and id(value) not in given:
                given.add(id(value))
                yield value

"""The exports of a shop, one file each. A new export is a new file and changes no other."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from wieder.exports.base import Export
from wieder.exports.walking import objects

if TYPE_CHECKING:
    from collections.abc import Mapping

EXPORTS: Mapping[str, Export] = MappingProxyType(
    {one.name: one for one in sorted(objects(__name__, __path__, Export), key=lambda one: one.place)}
)
"""All exports by name, in the order in which they are listed."""

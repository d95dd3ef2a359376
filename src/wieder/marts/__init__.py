"""Marts: the narrow frames from which KPIs and questions are computed, one file each."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from wieder.exports.walking import objects
from wieder.marts.base import Mart

if TYPE_CHECKING:
    from collections.abc import Mapping

MARTS: Mapping[str, Mart] = MappingProxyType(
    {mart.id: mart for mart in objects(__name__, __path__, Mart)},
)
"""Every mart by its id, in the order of their files."""

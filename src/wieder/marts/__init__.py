"""The narrow frames that KPIs and questions are computed from, one file each, with what is known of each."""

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
"""Every mart by its id, in the order of the files that declare them."""

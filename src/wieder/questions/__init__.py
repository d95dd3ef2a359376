"""Questions of an analyst, one file each. A new question needs one new file and no other change."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from wieder.asking.question import Question
from wieder.exports.walking import objects

if TYPE_CHECKING:
    from collections.abc import Mapping

QUESTIONS: Mapping[str, Question[Any]] = MappingProxyType(
    {one.id: one for one in sorted(objects(__name__, __path__, Question), key=lambda one: one.place)}
)
"""Every question by id, in the order of `place`."""

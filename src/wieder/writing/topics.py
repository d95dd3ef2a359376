"""The documentation by topic: the files of `docs`, found by walking the folder."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from wieder.writing.shipped import resource

if TYPE_CHECKING:
    from collections.abc import Mapping

MARKER = re.compile(r"^<!-- (?:begin|end) [a-z -]+ -->\n", re.MULTILINE)
"""A line around a part of a document that a program writes."""


@dataclass(frozen=True, kw_only=True)
class Topic:
    """One document."""

    name: str
    """The name of the file, without its ending."""
    text: str
    """Markdown, without markers."""

    @property
    def title(self) -> str:
        """The first heading."""
        return self.text.partition("\n")[0].removeprefix("# ")

    @property
    def summary(self) -> str:
        """The first sentence below the title."""
        paragraph = " ".join(self.text.split("\n\n")[1].split())
        return re.split(r"(?<=\.) (?=[A-Z`])", paragraph)[0]


@cache
def topics() -> Mapping[str, Topic]:
    """Every topic by its name, in alphabetical order. Raises DataError if the folder is missing."""
    files = sorted(resource("docs").glob("*.md"))
    found = (Topic(name=file.stem, text=MARKER.sub("", file.read_text("utf-8"))) for file in files)
    return MappingProxyType({topic.name: topic for topic in found})

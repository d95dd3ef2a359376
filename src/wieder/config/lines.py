"""Line numbers of settings in a TOML file, which its parser does not give."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Path = tuple[str, ...]

HEADING = re.compile(r"\s*\[([^\[\]]+)\]\s*(?:#.*)?")
KEY = re.compile(r"\s*([^=#\[\]{},]+?)\s*=")
LONG_TEXT = re.compile(r'"""(?s:.*?)"""|\'\'\'(?s:.*?)\'\'\'')


class Line(NamedTuple):
    """A line that begins a table or sets a setting."""

    number: int
    path: tuple[str, ...]
    """Dots in names separate parts."""
    is_heading: bool


def lines_of(text: str) -> tuple[Line, ...]:
    """The lines of tables and settings that are found exactly once."""
    found = list(_found(LONG_TEXT.sub(lambda long: "\n" * long[0].count("\n"), text)))
    times = Counter(line.path for line in found)
    return tuple(line for line in found if times[line.path] == 1)


def line_at(lines: Sequence[Line], path: Sequence[str]) -> int | None:
    """The line of a setting, or of the setting whose inline table contains it; None if unknown."""
    parts = _parts(path)
    around = [
        line
        for line in lines
        if line.path == parts or (not line.is_heading and parts[: len(line.path)] == line.path)
    ]
    return max(around, key=lambda line: len(line.path)).number if around else None


def _found(text: str) -> Iterator[Line]:
    table: Path = ()
    for number, line in enumerate(text.split("\n"), 1):
        if heading := HEADING.fullmatch(line):
            table = _path(heading[1]) or table
            yield Line(number, table, is_heading=True)
        elif key := KEY.match(line):
            yield Line(number, (*table, *_path(key[1])), is_heading=False)


def _path(key: str) -> Path:
    """The parts of a key such as `a."b c".d`; none if it is not a key."""
    try:
        tree: object = tomllib.loads(f"{key} = 0")
    except tomllib.TOMLDecodeError:
        return ()
    path = []
    while isinstance(tree, dict):
        [(name, tree)] = tree.items()
        path.append(name)
    return _parts(path)


def _parts(path: Sequence[str]) -> Path:
    return tuple(part for name in path for part in name.split("."))

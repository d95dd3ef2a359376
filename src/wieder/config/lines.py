"""Line numbers of settings in a TOML file, which its parser does not give."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

HEADING = re.compile(r"\s*\[([^\[\]]+)\]\s*(?:#.*)?")
KEY = re.compile(r"\s*([^=#\[\]{},]+?)\s*=")
LONG_TEXT = re.compile(r'"""(?s:.*?)"""|\'\'\'(?s:.*?)\'\'\'')


def lines_of(text: str) -> Mapping[tuple[str, ...], int]:
    """Path of each table and setting -> line, for those found exactly once; dots in names separate parts."""
    found = list(_found(LONG_TEXT.sub(lambda long: "\n" * long[0].count("\n"), text)))
    times = Counter(path for path, _ in found)
    return {path: line for path, line in found if times[path] == 1}


def line_at(lines: Mapping[tuple[str, ...], int], path: Sequence[str]) -> int | None:
    """The line of a setting, or of the setting whose inline table contains it; None if unknown."""
    parts = _parts(path)
    if parts in lines:
        return lines[parts]
    settings = {one for one in lines if not any(other[: len(one)] == one != other for other in lines)}
    above = (parts[:length] for length in range(len(parts) - 1, 0, -1))
    return next((lines[one] for one in above if one in settings), None)


def _found(text: str) -> Iterator[tuple[tuple[str, ...], int]]:
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if heading := HEADING.fullmatch(line):
            table = _path(heading[1]) or table
            yield table, number
        elif key := KEY.match(line):
            yield (*table, *_path(key[1])), number


def _path(key: str) -> tuple[str, ...]:
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


def _parts(path: Sequence[str]) -> tuple[str, ...]:
    return tuple(part for name in path for part in name.split("."))

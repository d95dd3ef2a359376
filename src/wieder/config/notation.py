"""Names and values as they are written in TOML."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime

BARE = re.compile(r"[A-Za-z0-9_-]+")
SHORT = 40
"""Characters of a value in a message."""
LONG = 60
"""Characters of a line in a message."""
SECRET = "password"  # noqa: S105 - a part of names, not a password
"""Part of names whose values are not repeated."""


def dotted(path: Sequence[str]) -> str:
    """A setting by its path: `report.lang`, `segments.rules."Top customers"`."""
    # A column of an export is one name here, and a table of its own in the file.
    parts = [part for one in path for part in (one.split(".") if path[0] == "columns" else (one,))]
    return ".".join(part if BARE.fullmatch(part) else _text(part) for part in parts)


def written(value: object) -> str:
    """A value as in TOML; empty for None, which TOML does not have."""
    if isinstance(value, Mapping):
        entries = ", ".join(f"{dotted([key])} = {written(one)}" for key, one in value.items())
        return f"{{ {entries} }}" if entries else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def shown(value: object) -> str:
    """A value in a message: short, with its kind where TOML needs none."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list | tuple):
        return "a list"
    return shortened(repr(value) if isinstance(value, str) else written(value), SHORT)


def shortened(text: str, length: int = LONG) -> str:
    """A text cut to a length, for messages."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def kind_of(value: object) -> str:
    """The kind of a single value in words; empty for tables and lists, which are shown as such."""
    if isinstance(value, bool):
        return "a truth value"
    kinds = {str: "a text", int: "a number", float: "a number", datetime: "a date", date: "a date"}
    return kinds.get(type(value), "")


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)

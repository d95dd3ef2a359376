"""wieder.toml for files that were looked at: what was settled as settings, what was found as comments."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from wieder.ingest.inspection import Inspected

HEAD = """\
# Settings of wieder. Options on the command line win over them; the README lists all of them.
# Written by `wieder init` for these files:"""

NAMED = "# Canonical column = its name in the export. Without an entry a column is known by its name."
READ = "# What the files do not say about themselves. Without an entry it is found out."

COMMENTS = {
    "columns": NAMED,
    "input": READ,
    "orders": "# Which rows are orders, and which orders count.",
    "report": "# How results look.",
}
"""What each section of the file is about; those without a setting hold examples."""

DELIMITERS = {"\t": "tab"}

FORMS = {
    "number_plain": "decimal point", "number_point": "decimal point", "number_comma": "decimal comma",
    "date_iso": "year first", "date_ymd": "year first", "date_typed": "dates", "date_dots": "day first",
    "date_dmy": "day first", "date_mdy": "month first",
}  # fmt: skip
"""What readers of numbers and dates mean; keys have nothing to say."""


def settings_text(found: Sequence[Inspected], told: Mapping[tuple[str, ...], object]) -> str:
    """The text of a wieder.toml with which the files of `found` are read as they were inspected.

    `told` holds every setting that was typed or answered, by its path.
    """
    lines = [HEAD, *(line for one in found for line in _description(one)), ""]
    top = {path[0]: value for path, value in told.items() if len(path) == 1}
    lines += [_entry(name, value) for name, value in top.items()] or ['# db = "wieder.duckdb"']
    sections = dict.fromkeys([*COMMENTS, *(path[0] for path in told if len(path) > 1)])
    for section in sections:
        entries = {path[1]: value for path, value in told.items() if len(path) > 1 and path[0] == section}
        lines += ["", f"[{section}]", *_section(section, entries, found)]
    return "\n".join([*lines, ""])


def described(one: Inspected) -> str:
    """What a file is, in one line."""
    delimiter = DELIMITERS.get(one.delimiter, one.delimiter)
    form = f"delimiter {delimiter}" if delimiter else "Parquet"
    return f"{one.file}: {one.table}, {one.rows:,} rows, {form}"


def _description(one: Inspected) -> Iterator[str]:
    yield _comment(described(one))
    for column, name in one.names.items():
        form = FORMS.get(one.readers.get(column, ""), "")
        yield _comment(f"    {column} = {name}{f' ({form})' if form else ''}")
    if one.further:
        yield _comment(f"    to cut by: {', '.join(one.further)}")


def _section(section: str, entries: Mapping[str, object], found: Sequence[Inspected]) -> Iterator[str]:
    if section in COMMENTS:
        yield COMMENTS[section]
    yield from (_entry(name, value) for name, value in entries.items())
    yield from (
        _comment(_entry(name, value))
        for name, value in _examples(section, found).items()
        if name not in entries
    )


def _examples(section: str, found: Sequence[Inspected]) -> dict[str, object]:
    """Settings that could be made, with the values that were found."""
    orders = [one for one in found if one.table == "orders"]
    currencies = {one.currency for one in orders if one.currency}
    match section:
        case "columns":
            return dict(orders[0].names) if orders else {}
        case "input":
            return {"decimal": "point", "dates": "ymd"}
        case "orders":
            return {"cancelled": ["cancelled", "storniert"], "complete_history": True}
        case "report":
            return {"lang": "en", "currency": currencies.pop() if len(currencies) == 1 else "EUR"}
    return {}


def _entry(name: str, value: object) -> str:
    key = name if re.fullmatch("[A-Za-z0-9_-]+", name) else _value(name)
    return f"{key} = {_value(value)}"


def _value(value: object) -> str:
    """A value as TOML writes it: JSON, but for DEL, which JSON leaves as it is."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(text: str) -> str:
    """A comment of one line, whatever the names of columns hold."""
    return "# " + "".join(character if character.isprintable() else "?" for character in text)

"""Column names of files in a form that can be compared, typed and used in SQL."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection


def fold(name: str) -> str:
    """Returns `name` without case, blanks and punctuation: `Bestell-Nr.` -> `bestell_nr`."""
    normal = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
    return re.sub(r"[\W_]+", "_", normal).strip("_")


def further_name(name: str, taken: Collection[str]) -> str:
    """Returns the name in the store of a column that the export does not declare.

    It is the folded name, prefixed with `export_` if that is one of the names
    `taken`: a column `Status` in addition to a mapped one becomes `export_status`.
    """
    folded = fold(name)
    return f"export_{folded}" if folded in taken else folded


def shortened(text: str, length: int = 60) -> str:
    """Returns `text` cut to `length` characters, for messages."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def listed(names: tuple[str, ...] | list[str], limit: int = 40) -> str:
    """Returns the names as a list for a message, cut after `limit` of them."""
    shown = ", ".join(shortened(name) or "(no name)" for name in names[:limit])
    return shown if len(names) <= limit else f"{shown} and {len(names) - limit} more"

"""How a column name of an export becomes a name that can be compared, typed and used in SQL."""

from __future__ import annotations

import re
import unicodedata

STAGED = frozenset(
    {
        "order_id", "customer_id", "customer_key", "ordered_at", "amount", "quantity", "unit_price", "status",
        "currency", "n_rows", "refunded_amount", "refunded_at", "email", "phone", "shipping", "tax",
        "discount", "exported_amount", "excluded_by", "class", "file_number", "file_index", "fault",
        "is_kept", "rowid",
    }
)  # fmt: skip
"""Columns of the staged tables, which a further column of an export must not take over."""

ORDERS_ONLY = frozenset({"is_test", "customer_group"})
"""Those that only orders have: among the columns of customers these are names like others."""


def fold(name: str) -> str:
    """`name` without case, blanks and punctuation: `Bestell-Nr.` becomes `bestell_nr`."""
    normal = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
    return re.sub(r"[\W_]+", "_", normal).strip("_")


def further_name(name: str, table: str = "orders") -> str:
    """The name under which a column is kept that has no place in the canonical `table`.

    It is the folded name, with `export_` before it where that is taken: a
    column `Status` beside a mapped one becomes `export_status`.
    """
    folded = fold(name)
    is_taken = folded in STAGED or (table == "orders" and folded in ORDERS_ONLY)
    return f"export_{folded}" if is_taken else folded


def shortened(text: str, length: int = 60) -> str:
    """`text` cut to `length` characters, for messages."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def listed(names: tuple[str, ...] | list[str], limit: int = 40) -> str:
    """Names as a list for a message, cut after `limit` of them."""
    shown = ", ".join(shortened(name) or "(no name)" for name in names[:limit])
    return shown if len(names) <= limit else f"{shown} and {len(names) - limit} more"

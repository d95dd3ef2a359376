"""Rows that are no records: programs put blank ones, sums and second headers into exports."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from wieder.ingest.names import fold, shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wieder.ingest.layout import Layout

FOOTER = re.compile(
    r"(?:grand |sub)?totals?\b|sum\b|(?:gesamt|zwischen|end)?summe\b|(?:ins)?gesamt\b|seller id\b"
    r"|[\d.,]+ (?:records?|rows?|orders?|customers?|datensätze|zeilen|bestellungen|kunden)\b",
    re.IGNORECASE,
)
"""How a cell starts that says what the row is about, all rows above it."""

KEYS = ("order_id", "customer_id", "ordered_at")
"""Columns that are empty or hold such a text in a footer."""


def non_record(layout: Layout, cells: Sequence[str | None]) -> tuple[str, str] | None:
    """Reason and message for a rejected row that is no record; None for one that should be mended."""
    texts = [(cell or "").strip() for cell in cells]
    if not any(texts):
        return "blank-row", "all cells of the row are empty"
    if [fold(text) for text in texts] == [fold(name) for name in layout.header]:
        return "repeated-header", "the row holds the names of the columns again"
    said = next((text for text in texts if FOOTER.match(text)), None)
    places = [layout.position(name) for name in KEYS if layout.has(name)]
    keys = [texts[place] for place in places if place < len(texts)]
    if said and all(not key or FOOTER.match(key) for key in keys):
        return "footer", f"{shortened(said)!r}: the row is about the rows above it"
    return None

"""Text from data on a screen: characters that could move the cursor are shown as symbols."""

from __future__ import annotations

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
BIDI = (0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
SYMBOLS = (
    {code: chr(0x2400 + code) for code in range(0x20)}
    | {0x7F: "\N{SYMBOL FOR DELETE}", 0x2028: "\N{SYMBOL FOR NEWLINE}", 0x2029: "\N{SYMBOL FOR NEWLINE}"}
    | dict.fromkeys((*range(0x80, 0xA0), *BIDI), REPLACEMENT)
)
"""Visible replacements for every character that could move the cursor or change the text direction."""


def visible(text: str) -> str:
    """`text` with its control characters as symbols, on one line."""
    return text.translate(SYMBOLS)

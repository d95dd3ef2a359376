"""What users write about a section: a small part of Markdown, as HTML that can do no harm."""

from __future__ import annotations

from functools import cache

from markdown_it import MarkdownIt

RULES = ("backticks", "emphasis", "entity", "escape", "link", "list", "newline")
"""Paragraphs, lists, emphasis, code and links; no HTML, no headings, no images, which would be fetched."""


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("zero").enable(list(RULES))


def comment_html(markdown: str) -> str:
    """`markdown` as HTML; everything but `RULES` stays text, and links run no script."""
    return str(_markdown().render(markdown)).strip()

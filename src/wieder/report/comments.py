"""Comments of users on a section: a small subset of Markdown, rendered as safe HTML."""

from __future__ import annotations

from functools import cache

from markdown_it import MarkdownIt

RULES = ("backticks", "emphasis", "entity", "escape", "link", "list", "newline")
"""Paragraphs, lists, emphasis, code and links; no HTML, headings or images (a page fetches nothing)."""


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("zero").enable(list(RULES))


def comment_html(markdown: str) -> str:
    """`markdown` as HTML; anything beyond `RULES` remains text, and links cannot run scripts."""
    return str(_markdown().render(markdown)).strip()

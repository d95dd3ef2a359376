"""Markdown on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich import markdown
from rich.constrain import Constrain

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

WIDEST = 110
"""Columns of the screen in which text is easy to read."""


class Heading(markdown.Heading):
    """A heading at the left, rather than in the middle of a frame."""

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> RenderResult:
        """Called by rich with the width of the screen."""
        del options
        self.text.justify = "left"
        self.text.stylize("bold")
        yield self.text


class Document(markdown.Markdown):
    """A document with plain headings."""

    elements: ClassVar = markdown.Markdown.elements | {"heading_open": Heading}


def document(text: str) -> RenderableType:
    """`text` as a terminal shows it."""
    return Constrain(Document(text, code_theme="ansi_dark", hyperlinks=False), WIDEST)

"""What an answer looks like: a frame for programs, tables of text for readers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import polars as pl

    from wieder.asking.grid import Grid


@dataclass(frozen=True, kw_only=True)
class View:
    """One result."""

    frame: pl.DataFrame
    """What machine formats hold, never localised."""
    grids: Callable[[], Sequence[Grid]]
    """What readers see; made only if they do."""
    page: Callable[[], object] | None = None
    """What a terminal shows instead of the tables, as `rich` draws it."""
    html: Callable[[], str] | None = None
    """The HTML page instead of the tables."""

"""Presentation of an answer: a frame for programs, tables of text for readers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import polars as pl

    from wieder.asking.grid import Grid


@dataclass(frozen=True, kw_only=True)
class View:
    """One answer, ready to write."""

    frame: pl.DataFrame
    """The frame for machine formats; never localised."""
    grids: Callable[[], Sequence[Grid]]
    """Returns the tables for readers; called only if needed."""
    page: Callable[[], object] | None = None
    """Returns a `rich` renderable that a terminal shows instead of the tables."""
    html: Callable[[], str] | None = None
    """Returns an HTML page in place of the tables."""

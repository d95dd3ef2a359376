"""Tables for readers, as text: the vocabulary of the terminal, Markdown and plain HTML tables."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """Colour of a cell; the text alone carries the same information."""

    NORMAL = "normal"
    GOOD = "good"
    BAD = "bad"
    FAINT = "faint"


class Role(StrEnum):
    """Function of a row in its table."""

    PLAIN = "plain"
    GROUP = "group"
    """A heading over the rows that follow."""
    SUBTOTAL = "subtotal"
    TOTAL = "total"
    PART = "part"
    """Part of a row above; its values are already in that row."""


@dataclass(frozen=True, kw_only=True)
class Heading:
    """Heading of one column."""

    text: str
    numeric: bool = False
    """Numeric columns are aligned to the right."""
    can_stand_below: bool = False
    """Whether its cells may move below those of the column before if the screen is narrow."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One cell, formatted for a reader."""

    text: str
    tone: Tone = Tone.NORMAL
    heat: int | None = None
    """The shade of a cell of a heatmap, from 0 (lightest) to `charts.LEVELS` - 1."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row; a group row has a single cell."""

    cells: tuple[Cell, ...]
    role: Role = Role.PLAIN


@dataclass(frozen=True, kw_only=True)
class Grid:
    """One table."""

    title: str
    headings: tuple[Heading, ...]
    rows: tuple[Row, ...]

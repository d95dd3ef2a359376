"""Tables for readers, as text: the vocabulary of the terminal, Markdown and plain HTML tables."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """How a cell is coloured; colour never carries what the text does not say."""

    NORMAL = "normal"
    GOOD = "good"
    BAD = "bad"
    FAINT = "faint"


class Role(StrEnum):
    """What a row is among the others."""

    PLAIN = "plain"
    GROUP = "group"
    """A heading over the rows that follow."""
    SUBTOTAL = "subtotal"
    TOTAL = "total"
    PART = "part"
    """Part of a row above, and not to be added to it."""


@dataclass(frozen=True, kw_only=True)
class Heading:
    """The head of one column."""

    text: str
    numeric: bool = False
    """Numeric columns are aligned to the right."""
    can_stand_below: bool = False
    """Its cells may be put below those of the column before, where width is short."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One cell, already written for a reader."""

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

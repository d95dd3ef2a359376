"""The quality gate as a table for readers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder.asking.grid import Cell, Grid, Heading, Row, Tone
from wieder.writing.numbers import ABSENT, numbers_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import polars as pl

    from wieder.locale.text import Lang
    from wieder.writing.numbers import Numbers

NUMERIC = ("value", "threshold", "count")
DIGITS = 4
"""Decimals of a number: enough to distinguish shares."""

TONES = {"crossed": Tone.BAD, "unknown": Tone.FAINT}


def rules_grid(rules: pl.DataFrame, lang: Lang) -> Grid:
    """One row per rule: `quality.SCHEMA` without the remedy, which the final message contains."""
    writer = numbers_for(lang)
    names = [name for name in rules.columns if name != "remedy"]
    return Grid(
        title=writer.text("quality.title"),
        headings=tuple(
            Heading(text=writer.text(f"quality.{name}"), numeric=name in NUMERIC) for name in names
        ),
        rows=tuple(Row(cells=tuple(_cells(row, writer))) for row in rules.iter_rows(named=True)),
    )


def _cells(row: Mapping[str, object], writer: Numbers) -> Iterator[Cell]:
    tone = TONES.get(str(row["state"]), Tone.NORMAL)
    yield Cell(text=writer.text(f"quality.rules.{row['rule']}"), tone=tone)
    yield Cell(text=writer.text(f"quality.{row['state']}"), tone=tone)
    for name in NUMERIC:
        number = row[name]
        text = writer.plain(round(number, DIGITS)) if isinstance(number, int | float) else ABSENT
        yield Cell(text=text, tone=tone)
    yield Cell(text=str(row["example"] or ""), tone=tone)

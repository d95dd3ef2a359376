"""Segments for readers: thresholds, localised names, and the matrix of moves between them."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

import polars as pl

from wieder.asking.grid import Cell, Grid, Heading, Role, Row, Tone
from wieder.periods import Period
from wieder.questions.segments.schemes import NOT_YET_NAME, OUTSIDE_NAME, SchemeName
from wieder.writing.grids import dimension_name, segment_name
from wieder.writing.numbers import ABSENT, numbers_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from wieder.locale.text import Lang
    from wieder.questions.segments.schemes import Scheme
    from wieder.questions.segments.thresholds import Thresholds
    from wieder.writing.numbers import Numbers


def with_localised_segments(frame: pl.DataFrame, scheme: Scheme, lang: Lang) -> pl.DataFrame:
    """Return `frame` with the names of segments in `lang`; machine formats always have the English ones."""
    names = {text.en: text[lang] for text in (*scheme.segments, NOT_YET_NAME, OUTSIDE_NAME)}
    columns = {"customer_segment", "previous_segment", "segment_before", "segment_after"}
    present = [name for name in frame.columns if name in columns]
    return frame.with_columns(pl.col(present).replace(names)) if present else frame


def threshold_grids(thresholds: Thresholds, scheme: Scheme, lang: Lang, currency: str) -> tuple[Grid, ...]:
    """Return the thresholds of the scheme; nothing if it has none."""
    writer = numbers_for(lang, currency)
    match scheme.name:
        case SchemeName.RFM:
            return (_score_grid(thresholds, writer),)
        case SchemeName.ABC:
            least: Mapping[str, float] = dict(zip("AB", reversed(thresholds.abc), strict=True))
        case SchemeName.VIP:
            least = {"VIP": thresholds.vip}
        case _:
            return ()
    return (_least_grid(least, writer),)


def _score_grid(thresholds: Thresholds, writer: Numbers) -> Grid:
    written: tuple[tuple[str, Sequence[float], Callable[[float], str], bool], ...] = (
        ("recency", thresholds.recency_days, writer.plain, True),
        ("frequency", thresholds.orders, writer.plain, False),
        ("money", thresholds.revenue, writer.money, False),
    )
    numbers = tuple(Heading(text=str(score), numeric=True) for score in range(1, 6))
    return Grid(
        title=writer.text("segments.thresholds"),
        headings=(Heading(text=writer.text("segments.score")), *numbers),
        rows=tuple(
            Row(cells=(Cell(text=writer.text(f"segments.{name}")), *_bounds(edges, write, best_first)))
            for name, edges, write, best_first in written
        ),
    )


def _bounds(
    edges: Sequence[float],
    write: Callable[[float], str],
    is_reversed: bool,  # noqa: FBT001
) -> Sequence[Cell]:
    texts = [*(_bound("≤", edge, write) for edge in edges), _bound(">", edges[-1], write)]
    return [Cell(text=text) for text in (reversed(texts) if is_reversed else texts)]


def _bound(sign: str, edge: float, write: Callable[[float], str]) -> str:
    """Return a threshold as text; infinite ones, of shops without orders in the look-back, as absent."""
    return f"{sign} {write(edge)}" if isfinite(edge) else ABSENT


def _least_grid(least: Mapping[str, float], writer: Numbers) -> Grid:
    amounts = tuple(Cell(text=_bound("≥", amount, writer.money)) for amount in least.values())
    return Grid(
        title=writer.text("segments.thresholds"),
        headings=(Heading(text=""), *(Heading(text=name, numeric=True) for name in least)),
        rows=(Row(cells=(Cell(text=writer.text("segments.money")), *amounts)),),
    )


def move_grids(moves: pl.DataFrame, scheme: Scheme, title: str, lang: Lang) -> tuple[Grid, ...]:
    """Return one matrix per part of the cut and period, with totals: before in rows, after in columns."""
    writer = numbers_for(lang)
    localised = with_localised_segments(moves, scheme, lang)
    return tuple(
        _matrix(part, f"{title} · {writer.span(Period(*span))}{_part(dimension, segment, writer)}", writer)
        for (dimension, segment, *span), part in localised.group_by(_MATRIX, maintain_order=True)
    )


_MATRIX = ("dimension", "segment", "period_start", "period_end")


def _part(dimension: str, segment: str, writer: Numbers) -> str:
    """Return the part of the shop in words; empty for the whole shop."""
    if not dimension:
        return ""
    return f" · {dimension_name(dimension, writer.text)}: {segment_name(segment, writer.text)}"


def _matrix(moves: pl.DataFrame, title: str, writer: Numbers) -> Grid:
    before = _totals(moves, "before")
    after = _totals(moves, "after")
    counts = {(row[0], row[1]): row[2] for row in moves.select(*_ENDS, "customers").iter_rows()}
    total = writer.text("segments.total")
    rows = [
        Row(cells=(Cell(text=name), *_counts((counts.get((name, other), 0) for other in after), n, writer)))
        for name, n in before.items()
    ]
    last = Row(
        cells=(Cell(text=total), *_counts(after.values(), sum(after.values()), writer)), role=Role.TOTAL
    )
    heads = tuple(Heading(text=name, numeric=True) for name in (*after, total))
    return Grid(
        title=title, headings=(Heading(text=writer.text("segments.before_after")), *heads), rows=(*rows, last)
    )


_ENDS = ("segment_before", "segment_after")


def _totals(moves: pl.DataFrame, end: str) -> Mapping[str, int]:
    columns = (f"segment_{end}", f"customers_{end}")
    return dict(moves.sort(f"place_{end}").select(columns).unique(maintain_order=True).iter_rows())


def _counts(row: Iterable[int], total: int, writer: Numbers) -> Iterator[Cell]:
    for n in row:
        yield Cell(text=writer.count(n), tone=Tone.NORMAL if n else Tone.FAINT)
    yield Cell(text=writer.count(total))

"""Charts as plain geometry: positions of marks, ticks and labels, drawn by `charts.svg.j2`.

Coordinates are in the units of the chart's own width and height; texts are
already formatted. Every chart carries its data as a table.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log10
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from wieder.asking.grid import Grid

WIDTH = 560.0
BARS_HEIGHT = 260.0
CHARACTER_WIDTH = 7.2
"""Of an axis label, used to reserve room for the labels to the left of the columns."""
AXIS_TOP = 24.0
AXIS_BOTTOM = 26.0
BAR_SHARE = 0.76
"""Width of a bar as a share of its slot."""
NARROW_SLOT = 6.0
"""In slots of this width or less, columns touch."""
NICE_STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True, kw_only=True)
class Tick:
    """A position on an axis and its label, which may be empty."""

    at: float
    label: str


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One rectangle of a column."""

    series: str
    y: float
    height: float


@dataclass(frozen=True, kw_only=True)
class Column:
    """The stacked bars of one period."""

    x: float
    width: float
    bars: tuple[Bar, ...]


@dataclass(frozen=True, kw_only=True)
class Series:
    """One part of every column: `slug` selects the colour, `label` is shown in the legend."""

    slug: str
    label: str
    values: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class StackedBars:
    """A column per period, stacked from parts above and below zero."""

    id: str
    title: str
    description: str
    width: float
    height: float
    base: float
    """The y coordinate of zero."""
    left: float
    slot: float
    """Left edge of the first slot, and width of a slot (column and gap); slot N is row N of the table."""
    value_ticks: tuple[Tick, ...]
    period_ticks: tuple[Tick, ...]
    columns: tuple[Column, ...]
    series: tuple[Series, ...]
    table: Grid


@dataclass(frozen=True, kw_only=True)
class IntervalBar:
    """One horizontal bar with its confidence interval; `end` is None if the value is unknown."""

    y: float
    label: str
    end: float | None
    low: float | None
    high: float | None
    value: str
    value_x: float
    note: str
    title: str


@dataclass(frozen=True, kw_only=True)
class IntervalBars:
    """Horizontal bars that compare shares, each with its interval."""

    id: str
    title: str
    description: str
    width: float
    height: float
    left: float
    bar_height: float
    bars: tuple[IntervalBar, ...]
    table: Grid


@dataclass(frozen=True, kw_only=True)
class HeatCell:
    """One cell; `level` from 0 (lightest) to `LEVELS` - 1."""

    x: float
    y: float
    level: int
    label: str
    title: str
    partial: bool


@dataclass(frozen=True, kw_only=True)
class HeatRow:
    """The label and the size to the left of a row of cells."""

    y: float
    label: str
    size: str


@dataclass(frozen=True, kw_only=True)
class Heatmap:
    """Shares by two dimensions; unknown shares have no cell."""

    id: str
    title: str
    lead: str
    """An explanation of rows and cells in one or two sentences."""
    description: str
    width: float
    height: float
    cell_width: float
    cell_height: float
    size_x: float
    size_heading: str
    column_ticks: tuple[Tick, ...]
    rows: tuple[HeatRow, ...]
    cells: tuple[HeatCell, ...]
    scale_low: str
    scale_high: str
    partial_note: str
    """The meaning of the outline around a partial cell."""
    table: Grid


@dataclass(frozen=True, kw_only=True)
class Sparkline:
    """A line without axes; periods without a value leave a gap."""

    title: str
    width: float
    height: float
    path: str
    end_x: float
    end_y: float


LEVELS = 10


def nice_ticks(maximum: float, about: int = 5) -> tuple[float, ...]:
    """Round values from 0 to the first that is at least `maximum`, in about `about` steps."""
    if maximum <= 0:
        return (0.0, 1.0)
    rough = maximum / about
    power = 10.0 ** floor(log10(rough))
    step = next(nice * power for nice in NICE_STEPS if nice * power >= rough * (1 - 1e-9))
    return tuple(round(index * step, 10) for index in range(ceil(maximum / step - 1e-9) + 1))


def stacked_bars(
    *,
    name: str,
    title: str,
    description: str,
    series: Sequence[Series],
    below: Sequence[Series] = (),
    period_labels: Sequence[str],
    tick_label: Callable[[float], str],
    table: Grid,
) -> StackedBars:
    """Stacked columns of `series` above and `below` zero, one column per value.

    `table` has one row per column; a period with an empty label has no tick.
    """
    depth = _highest(below)
    ticks = _ticks_between(depth, _highest(series))
    tick_labels = [tick_label(tick) for tick in ticks]
    left = CHARACTER_WIDTH * (1 + max(map(len, tick_labels)))
    slot = (WIDTH - left) / len(period_labels)
    floor_y = BARS_HEIGHT - AXIS_BOTTOM
    scale = (floor_y - AXIS_TOP) / (ticks[-1] + depth)
    base = floor_y - depth * scale
    heights = [base - tick * scale for tick in ticks]
    middles = [left + slot * (index + 0.5) for index in range(len(period_labels))]
    return StackedBars(
        id=f"chart-{name}",
        title=title,
        description=description,
        width=WIDTH,
        height=BARS_HEIGHT,
        base=_round(base),
        left=_round(left),
        slot=round(slot, 4),
        value_ticks=tuple(_ticks(heights, tick_labels)),
        period_ticks=tuple(tick for tick in _ticks(middles, period_labels) if tick.label),
        columns=tuple(_columns((series, below), middles, slot, (base, scale))),
        series=(*series, *below),
        table=table,
    )


def _highest(series: Sequence[Series]) -> float:
    return max(map(sum, zip(*(one.values for one in series), strict=True)), default=0)


def _ticks_between(down: float, up: float) -> tuple[float, ...]:
    """Round values from `-down` or just above it to the first that is at least `up`."""
    step = nice_ticks(up + down)[1]
    highest = max(1, ceil(up / step - 1e-9))
    return tuple(round(index * step, 10) for index in range(-int(down / step), highest + 1))


def _ticks(positions: Sequence[float], labels: Sequence[str]) -> Iterator[Tick]:
    for at, label in zip(positions, labels, strict=True):
        yield Tick(at=_round(at), label=label)


def _columns(
    sides: tuple[Sequence[Series], Sequence[Series]],
    middles: Sequence[float],
    slot: float,
    axis: tuple[float, float],
) -> Iterator[Column]:
    """One column in the middle of each slot; `sides` are the series above and below zero.

    `axis` is the y coordinate of zero and the height of one unit.
    """
    base, scale = axis
    width = slot * (BAR_SHARE if slot > NARROW_SLOT else 1)
    for index, middle in enumerate(middles):
        above, below = ([(one.slug, one.values[index] * scale) for one in side] for side in sides)
        bars = (*_stack(above, base, -1), *_stack(below, base, 1))
        yield Column(x=_round(middle - width / 2), width=_round(width), bars=bars)


def _stack(parts: Sequence[tuple[str, float]], base: float, direction: int) -> Iterator[Bar]:
    """Rectangles stacked from the base up (-1) or down (1), first part nearest; empty ones are omitted."""
    edge = base
    for slug, height in parts:
        if height > 0:
            top = min(edge, edge + direction * height)
            edge += direction * height
            yield Bar(series=slug, y=_round(top), height=_round(height))


ROW_HEIGHT = 40.0
SHARES_LEFT = 86.0
SHARES_RIGHT = 190.0
"""Room for the value and the note to the right of a bar."""
LABEL_GAP = 8.0


@dataclass(frozen=True, kw_only=True)
class Share:
    """The data of one horizontal bar."""

    label: str
    value: float | None
    low: float | None
    high: float | None
    text: str
    note: str
    title: str


def interval_bars(
    *,
    name: str,
    title: str,
    description: str,
    shares: Sequence[Share],
    table: Grid,
) -> IntervalBars:
    """Horizontal bars on a common scale that ends at the highest upper bound."""
    longest = max((one.high or one.value or 0 for one in shares), default=0) or 1
    scale = (WIDTH - SHARES_LEFT - SHARES_RIGHT) / longest
    return IntervalBars(
        id=f"chart-{name}",
        title=title,
        description=description,
        width=WIDTH,
        height=ROW_HEIGHT * len(shares),
        left=SHARES_LEFT,
        bar_height=_round(ROW_HEIGHT * 0.55),
        bars=tuple(_interval_bar(one, ROW_HEIGHT * (index + 0.5), scale) for index, one in enumerate(shares)),
        table=table,
    )


def _interval_bar(share: Share, y: float, scale: float) -> IntervalBar:
    end, low, high = (
        None if bound is None else _round(SHARES_LEFT + bound * scale)
        for bound in (share.value, share.low, share.high)
    )
    return IntervalBar(
        y=_round(y),
        label=share.label,
        end=end,
        low=low,
        high=high,
        value=share.text,
        value_x=(high or end or SHARES_LEFT) + LABEL_GAP,
        note=share.note,
        title=share.title,
    )


def level(share: float, highest: float) -> int:
    """The shade of `share` on a scale from 0 to `highest`."""
    return min(LEVELS - 1, int(share / highest * LEVELS)) if highest > 0 else 0


SPARK_WIDTH = 200.0
SPARK_HEIGHT = 44.0
SPARK_MARGIN = 4.0


def sparkline(values: Sequence[float | None], title: str) -> Sparkline | None:
    """A line from the lowest to the highest value; None with fewer than two values."""
    known = [value for value in values if value is not None]
    if len(known) < 2:  # noqa: PLR2004 - a line needs two points
        return None
    low, high = min(known), max(known)
    step = (SPARK_WIDTH - 2 * SPARK_MARGIN) / (len(values) - 1)
    points = [
        None if value is None else (_round(SPARK_MARGIN + index * step), _spark_y(value, low, high))
        for index, value in enumerate(values)
    ]
    end_x, end_y = next(point for point in reversed(points) if point)
    path = _path(points)
    return Sparkline(title=title, width=SPARK_WIDTH, height=SPARK_HEIGHT, path=path, end_x=end_x, end_y=end_y)


def _spark_y(value: float, low: float, high: float) -> float:
    share = (value - low) / (high - low) if high > low else 0.5
    return _round(SPARK_HEIGHT - SPARK_MARGIN - share * (SPARK_HEIGHT - 2 * SPARK_MARGIN))


def _path(points: Sequence[tuple[float, float] | None]) -> str:
    """SVG path data: a new stroke begins after every gap."""
    pieces = []
    pen = "M"
    for point in points:
        if point is None:
            pen = "M"
            continue
        pieces.append(f"{pen}{point[0]:g},{point[1]:g}")
        pen = "L"
    return "".join(pieces)


def _round(coordinate: float) -> float:
    return round(coordinate, 1)

"""A line with its 95 % band over time, as plain geometry for `charts.svg.j2`."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from wieder.writing.charts import AXIS_BOTTOM, AXIS_TOP, BARS_HEIGHT, CHARACTER_WIDTH, WIDTH, Tick, nice_ticks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from wieder.asking.grid import Grid

RIGHT = 8.0
"""Room for half of the last label."""


@dataclass(frozen=True, kw_only=True)
class Point:
    """One value of a line; a point without a value leaves a gap."""

    x: float
    """In the unit of the axis: days or periods."""
    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A point drawn as a dot."""

    x: float
    y: float


@dataclass(frozen=True, kw_only=True)
class LineChart:
    """One line; the axis begins at zero."""

    id: str
    title: str
    description: str
    width: float
    height: float
    left: float
    slot: float
    """Left edge of the slot of the first table row, and width of a slot; 0 if the widths differ."""
    value_ticks: tuple[Tick, ...]
    ticks: tuple[Tick, ...]
    """Along the horizontal axis."""
    line: str
    """SVG path data."""
    band: str
    """SVG path data of the area between the bounds; empty where there are none."""
    marks: tuple[Mark, ...]
    table: Grid


@dataclass(frozen=True, kw_only=True)
class Axes:
    """Conversion of values to coordinates."""

    left: float
    last_x: float
    top_value: float

    @property
    def x_step(self) -> float:
        """The width of one unit of the axis: a day or a period."""
        return (WIDTH - RIGHT - self.left) / (self.last_x or 1)

    def x(self, x: float) -> float:
        """The horizontal coordinate; the axis begins at 0."""
        return round(self.left + self.x_step * x, 1)

    def y(self, value: float) -> float:
        """The vertical coordinate."""
        floor = BARS_HEIGHT - AXIS_BOTTOM
        return round(floor - (floor - AXIS_TOP) * value / self.top_value, 1)


def line_chart(
    *,
    name: str,
    title: str,
    description: str,
    points: Sequence[Point],
    is_stepped: bool,
    labels: Sequence[tuple[float, str]],
    marks: Sequence[Point],
    tick_label: Callable[[float], str],
    table: Grid,
) -> LineChart:
    """The chart of `points`, sorted by x; a stepped line keeps each value until the next point.

    `labels` are placed along the horizontal axis; `marks` are drawn as dots. `table` has
    one row per point, or one per mark for a stepped line.
    """
    values = nice_ticks(max((one.high or one.value or 0.0 for one in points), default=0.0))
    texts = [tick_label(value) for value in values]
    left = CHARACTER_WIDTH * (1 + max(map(len, texts)))
    axes = Axes(left=left, last_x=points[-1].x, top_value=values[-1])
    return LineChart(
        id=f"chart-{name}",
        title=title,
        description=description,
        width=WIDTH,
        height=BARS_HEIGHT,
        left=round(left - axes.x_step / 2, 1),
        slot=0.0 if is_stepped else round(axes.x_step, 4),
        value_ticks=tuple(
            Tick(at=axes.y(value), label=text) for value, text in zip(values, texts, strict=True)
        ),
        ticks=tuple(Tick(at=axes.x(x), label=label) for x, label in labels if label),
        line="".join(_line(points, axes, is_stepped=is_stepped)),
        band="".join(_bands(points, axes, is_stepped=is_stepped)),
        marks=tuple(
            Mark(x=axes.x(point.x), y=axes.y(point.value)) for point in marks if point.value is not None
        ),
        table=table,
    )


def _line(points: Sequence[Point], axes: Axes, *, is_stepped: bool) -> Iterator[str]:
    for run in _runs(points, needs_bounds=False):
        line = [(axes.x(one.x), axes.y(one.value or 0.0)) for one in run]
        yield _path(_corners(line) if is_stepped else line)


def _bands(points: Sequence[Point], axes: Axes, *, is_stepped: bool) -> Iterator[str]:
    """The upper bounds from left to right, then the lower ones back."""
    for run in _runs(points, needs_bounds=True):
        upper = [(axes.x(one.x), axes.y(one.high or 0.0)) for one in run]
        lower = [(axes.x(one.x), axes.y(one.low or 0.0)) for one in run]
        there, back = (_corners(upper), _corners(lower)) if is_stepped else (upper, lower)
        yield _path([*there, *back[::-1]]) + "Z"


def _runs(points: Sequence[Point], *, needs_bounds: bool) -> Iterator[list[Point]]:
    """The stretches of points without a gap."""
    run: list[Point] = []
    for point in points:
        is_known = point.value is not None and not (
            needs_bounds and (point.low is None or point.high is None)
        )
        if is_known:
            run.append(point)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _corners(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The corners of a stepped line: each height continues to the next point."""
    corners = list(points[:1])
    for (_, height), (x, y) in pairwise(points):
        corners += [(x, height), (x, y)]
    return corners


def _path(points: Sequence[tuple[float, float]]) -> str:
    """SVG path data; points on the same horizontal stretch are merged into one stroke."""
    pieces = [f"M{points[0][0]:g},{points[0][1]:g}"]
    for before, (x, y) in pairwise(points):
        if y != before[1]:
            pieces.append(f"V{y:g}" if x == before[0] else f"L{x:g},{y:g}")
        elif pieces[-1].startswith("H"):
            pieces[-1] = f"H{x:g}"
        else:
            pieces.append(f"H{x:g}")
    return "".join(pieces)

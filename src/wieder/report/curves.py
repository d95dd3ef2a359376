"""A line with its 95 % band over time, as plain geometry for `charts.svg.j2`."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from wieder.report.charts import AXIS_BOTTOM, AXIS_TOP, BARS_HEIGHT, CHARACTER_WIDTH, WIDTH, Tick, nice_ticks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from wieder.report.grids import Grid

RIGHT = 8.0
"""Room for half of the last label."""


@dataclass(frozen=True, kw_only=True)
class Point:
    """One value of a line; a point without a value leaves a gap."""

    x: float
    """In days, periods or whatever the axis counts."""
    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One point that is drawn as a dot and can be asked for its numbers."""

    x: float
    y: float
    title: str


@dataclass(frozen=True, kw_only=True)
class LineChart:
    """One line; the axis begins at zero."""

    id: str
    title: str
    description: str
    width: float
    height: float
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
    """How values become coordinates."""

    left: float
    last_x: float
    top_value: float

    def x(self, x: float) -> float:
        """The horizontal place; the axis begins at 0."""
        return round(self.left + (WIDTH - RIGHT - self.left) * x / (self.last_x or 1), 1)

    def y(self, value: float) -> float:
        """The vertical place."""
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
    marks: Sequence[tuple[Point, str]],
    tick_label: Callable[[float], str],
    table: Grid,
) -> LineChart:
    """The chart of `points`, sorted by x; a stepped line holds each value until the next point.

    `labels` stand along the horizontal axis; `marks` are points that carry a title.
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
        value_ticks=tuple(
            Tick(at=axes.y(value), label=text) for value, text in zip(values, texts, strict=True)
        ),
        ticks=tuple(Tick(at=axes.x(x), label=label) for x, label in labels if label),
        line="".join(_line(points, axes, is_stepped=is_stepped)),
        band="".join(_bands(points, axes, is_stepped=is_stepped)),
        marks=tuple(
            Mark(x=axes.x(point.x), y=axes.y(point.value), title=text)
            for point, text in marks
            if point.value is not None
        ),
        table=table,
    )


def _line(points: Sequence[Point], axes: Axes, *, is_stepped: bool) -> Iterator[str]:
    for run in _runs(points, needs_bounds=False):
        yield _path([(axes.x(one.x), axes.y(one.value or 0.0)) for one in run], is_stepped=is_stepped)


def _bands(points: Sequence[Point], axes: Axes, *, is_stepped: bool) -> Iterator[str]:
    """The upper bounds from left to right, then the lower ones back."""
    for run in _runs(points, needs_bounds=True):
        upper = [(axes.x(one.x), axes.y(one.high or 0.0)) for one in run]
        lower = [(axes.x(one.x), axes.y(one.low or 0.0)) for one in run]
        down, up = (_corners(lower) if is_stepped else lower), (_corners(upper) if is_stepped else upper)
        yield _path(up, is_stepped=False) + _path(down[::-1], is_stepped=False).replace("M", "L", 1) + "Z"


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
    """A step as its corners: each height is held until the next point."""
    corners = list(points[:1])
    for (_, height), (x, y) in pairwise(points):
        corners += [(x, height), (x, y)]
    return corners


def _path(points: Sequence[tuple[float, float]], *, is_stepped: bool) -> str:
    first, *others = points
    pieces = [f"M{first[0]:g},{first[1]:g}"]
    height = first[1]
    for x, y in others:
        if not is_stepped:
            pieces.append(f"L{x:g},{y:g}")
        elif y != height:
            pieces.append(f"H{x:g}V{y:g}")
        height = y
    if is_stepped:
        pieces.append(f"H{points[-1][0]:g}")
    return "".join(pieces)

from __future__ import annotations

import re

import pytest

from wieder.asking.grid import Grid
from wieder.writing.curves import LineChart, Point, line_chart

EMPTY = Grid(title="", headings=(), rows=())


def chart(points: list[Point], *, is_stepped: bool = False) -> LineChart:
    return line_chart(
        name="x", title="", description="", points=points, is_stepped=is_stepped,
        labels=[(0, "a"), (1, "")], marks=points,
        tick_label=str, table=EMPTY,
    )  # fmt: skip


def coordinates(path: str) -> list[tuple[float, float]]:
    """The end points of the strokes of a path."""
    ends: list[tuple[float, float]] = []
    for command, numbers in re.findall(r"([MLHV])([\d.,]+)", path):
        first, *other = map(float, numbers.split(","))
        x, y = ends[-1] if ends else (0.0, 0.0)
        ends.append({"H": (first, y), "V": (x, first)}.get(command) or (first, other[0]))
    return ends


def test_a_line_runs_through_its_marks() -> None:
    drawn = chart([Point(x=0, value=1), Point(x=1, value=3), Point(x=2, value=2)])
    assert coordinates(drawn.line) == [(mark.x, mark.y) for mark in drawn.marks]
    xs, ys = zip(*coordinates(drawn.line), strict=True)
    assert list(xs) == sorted(xs)
    assert ys[1] < ys[2] < ys[0], "in SVG, y decreases upwards"


def test_the_axis_begins_at_zero() -> None:
    drawn = chart([Point(x=0, value=90), Point(x=1, value=100)])
    floor, *_, top = (tick.at for tick in drawn.value_ticks)
    assert drawn.value_ticks[0].label == "0.0"
    assert top < floor
    assert drawn.marks[1].y == top


def test_a_gap_begins_a_new_line_and_has_no_mark() -> None:
    drawn = chart([Point(x=0, value=1), Point(x=1, value=None), Point(x=2, value=1), Point(x=3, value=1)])
    assert drawn.line.count("M") == 2
    assert len(drawn.marks) == 3


def test_a_step_keeps_its_height_until_the_next_point() -> None:
    drawn = chart([Point(x=0, value=0), Point(x=1, value=0), Point(x=2, value=2)], is_stepped=True)
    assert re.fullmatch(r"M[\d.]+,[\d.]+H[\d.]+V[\d.]+", drawn.line)


@pytest.mark.parametrize("is_stepped", [False, True])
def test_the_band_is_closed_and_contains_the_line(*, is_stepped: bool) -> None:
    points = [Point(x=x, value=x, low=x / 2, high=x * 1.5) for x in (1, 2, 3)]
    drawn = chart(points, is_stepped=is_stepped)
    assert drawn.band.count("M") == drawn.band.count("Z") == 1
    heights = [y for _, y in coordinates(drawn.band)]
    line = [mark.y for mark in drawn.marks]
    assert min(heights) < min(line)
    assert max(heights) > max(line)


def test_points_without_bounds_have_no_band() -> None:
    assert chart([Point(x=0, value=1), Point(x=1, value=1)]).band == ""


def test_a_label_that_is_empty_is_not_drawn() -> None:
    assert [tick.label for tick in chart([Point(x=0, value=1), Point(x=1, value=1)]).ticks] == ["a"]

"""Tables and targets from measurements."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from . import jobs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from .processes import Cost

Measurements = dict[str, list["Cost"]]
"""Job -> one cost per run."""

MEGABYTE = 1e6
MILLISECONDS = 1e3


@dataclass(frozen=True, kw_only=True)
class Target:
    """A target, and the value that was measured for it."""

    promise: str
    measured: str
    is_met: bool


def at_most(promise: str, value: float, limit: float, unit: str) -> Target:
    """A target that the value must not exceed."""
    return Target(
        promise=f"{promise}: at most {limit:g}{unit}", measured=f"{value:.3g}{unit}", is_met=value <= limit
    )


def at_least(promise: str, value: float, limit: float, unit: str) -> Target:
    """A target that the value must reach."""
    return Target(
        promise=f"{promise}: at least {limit:g}{unit}", measured=f"{value:.3g}{unit}", is_met=value >= limit
    )


def wall(measurements: Mapping[str, Sequence[Cost]], job: str) -> float:
    """The median wall time in seconds."""
    return median(cost.wall_seconds for cost in measurements[job])


def ratio(measurements: Mapping[str, Sequence[Cost]], job: str, other: str) -> float:
    """The wall time of `job` over that of `other` in the same round, as the median over the rounds.

    Within a round, both run under the same load, which a ratio of medians would not cancel out.
    """
    rounds = zip(measurements[job], measurements[other], strict=True)
    return median(one.wall_seconds / another.wall_seconds for one, another in rounds)


def targets(measured: Measurements, start_up: Measurements) -> Iterator[Target]:
    """Every target; the one against pandas only if pandas was measured."""
    over_plain = ratio(measured, jobs.LOAD, jobs.PLAIN)
    yield at_most("load of the CSV over DuckDB alone", over_plain, 4, " x")
    yield at_most("kpis, wall time", wall(measured, jobs.KPIS), 6, " s")
    peak = max(cost.peak_bytes for cost in measured[jobs.KPIS]) / 1e9
    yield at_most("kpis, peak memory", peak, 2, " GB")
    if jobs.PANDAS in measured:
        faster = ratio(measured, jobs.PANDAS, jobs.KPIS)
        yield at_least("kpis, speed over pandas from CSV", faster, 10, " x")
    yield at_most("report, wall time", wall(measured, jobs.REPORT), 10, " s")
    for job, limit in ((jobs.VERSION, 30), (jobs.HELP, 130)):
        yield at_most(f"{job} over bare Python", _best_over_bare(start_up, job), limit, " ms")


def _best_over_bare(start_up: Measurements, job: str) -> float:
    best, bare = (min(cost.wall_seconds for cost in start_up[name]) for name in (job, jobs.BARE))
    return (best - bare) * MILLISECONDS


def cost_table(measured: Measurements) -> str:
    """One row per job: median (min - max) of wall time, median of CPU time, largest peak."""
    rows = [
        (
            name,
            _spread([cost.wall_seconds for cost in costs]),
            f"{median(cost.cpu_seconds for cost in costs):.1f}",
            f"{max(cost.peak_bytes for cost in costs) / MEGABYTE:,.0f}",
        )
        for name, costs in measured.items()
    ]
    return markdown(("whole process", "wall s, median (min - max)", "CPU s", "peak MB"), rows)


def start_up_table(start_up: Measurements) -> str:
    """One row per command: best wall time."""
    rows = [
        (name, f"{min(cost.wall_seconds for cost in costs) * MILLISECONDS:.0f}")
        for name, costs in start_up.items()
    ]
    return markdown(("start-up", "wall ms, best"), rows)


def target_table(found: Iterable[Target]) -> str:
    """One row per target: met or NOT met."""
    rows = [(target.promise, target.measured, "met" if target.is_met else "NOT met") for target in found]
    return markdown(("target", "measured", ""), rows)


def _spread(values: Sequence[float]) -> str:
    return f"{median(values):.2f} ({min(values):.2f} - {max(values):.2f})"


def markdown(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table with its columns padded to a common width."""
    cells = [list(header), *(list(row) for row in rows)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(header))]
    cells.insert(1, ["-" * width for width in widths])
    lines = ("| " + " | ".join(map(str.ljust, row, widths)) + " |\n" for row in cells)
    return "".join(lines)

"""Rounds of jobs on a simulated shop."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from .processes import run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from .findings import Measurements
    from .jobs import Job


def simulated(folder: Path, customers: int, orders: int) -> None:
    """Write the simulated shop to `folder`.

    Runs in a separate process, because the memory of the benchmark itself would count towards the
    peak of every job.
    """
    size = ("--customers", str(customers), "--orders", str(orders))
    folder.mkdir(parents=True, exist_ok=True)
    cost = run((sys.executable, "-m", "tests.bench.simulate", folder, *size), folder / "errors.txt")
    say(f"simulated in {cost.wall_seconds:.1f} s")


def rounds(todo: Sequence[Job], folder: Path, runs: int) -> Measurements:
    """The costs of `runs` rounds, each of which runs every job once under the same conditions."""
    measured: Measurements = {job.name: [] for job in todo}
    for number in range(1, runs + 1):
        for job in todo:
            cost = job.run(folder)
            measured[job.name].append(cost)
            say(f"{number}/{runs} {job.name}: {cost.wall_seconds:.2f} s")
    return measured


def say(text: str) -> None:
    """Report progress on stderr."""
    sys.stderr.write(f"{text}\n")

"""Rounds of jobs on a made-up shop."""

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
    """Leave the shop in `folder`.

    In a process of its own: what the bench itself weighs would count in the peak of every job.
    """
    size = ("--customers", str(customers), "--orders", str(orders))
    folder.mkdir(parents=True, exist_ok=True)
    cost = run((sys.executable, "-m", "tests.bench.simulate", folder, *size), folder / "errors.txt")
    say(f"simulated in {cost.wall_seconds:.1f} s")


def rounds(todo: Sequence[Job], folder: Path, runs: int) -> Measurements:
    """Every job in turn, again and again, so that all of them see the same machine."""
    measured: Measurements = {job.name: [] for job in todo}
    for number in range(1, runs + 1):
        for job in todo:
            cost = job.run(folder)
            measured[job.name].append(cost)
            say(f"{number}/{runs} {job.name}: {cost.wall_seconds:.2f} s")
    return measured


def say(text: str) -> None:
    """Tell how far the bench has come."""
    sys.stderr.write(f"{text}\n")

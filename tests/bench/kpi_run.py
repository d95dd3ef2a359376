"""Benchmark of load, KPIs, report and start-up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import findings, jobs
from .agreement import refuse_differences
from .machine import surroundings
from .running import rounds, say, simulated

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

START_UP_RUNS = 9


def measure_kpis(given: argparse.Namespace) -> str:
    """The results in Markdown. Raises SystemExit if wieder and pandas differ."""
    folder = given.folder
    about = f"{given.customers:,} customers, {given.orders:,} orders. {surroundings(given.pandas)}"
    simulated(folder, given.customers, given.orders)
    theirs = jobs.pandas_jobs(folder, given.pandas)
    if not theirs:
        say(f"{given.pandas} has no pandas (an optional package): comparison skipped")
    measured = _measure([*jobs.wieder_jobs(folder), *theirs], folder, given.runs, compared=bool(theirs))
    start_up = rounds(jobs.start_up_jobs(), folder, START_UP_RUNS)
    return _results(about, measured, start_up, given.runs)


def _measure(todo: list[jobs.Job], folder: Path, runs: int, *, compared: bool) -> findings.Measurements:
    """The costs after one warm-up round, which also checks that both programs compute the same values."""
    rounds(todo, folder, 1)
    if compared:
        n_values = refuse_differences(folder / "kpis.csv", folder / "pandas.csv")
        say(f"wieder and pandas agree on {n_values} values")
    return rounds(todo, folder, runs)


def _results(about: str, measured: findings.Measurements, start_up: findings.Measurements, runs: int) -> str:
    tables = [
        findings.target_table(findings.targets(measured, start_up)),
        findings.cost_table(measured),
        findings.start_up_table(start_up),
    ]
    return "\n".join([f"{about}{runs} runs after one warm-up run.\n", *tables])

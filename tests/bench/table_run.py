"""Benchmark of the commands that produce tables, against their peers."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from .findings import cost_table, target_table
from .jobs import load_job
from .machine import surroundings
from .running import rounds, say, simulated
from .table_findings import speed_table, table_targets
from .table_jobs import PEERS, TABLES, found_peers, table_jobs

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from .findings import Measurements
    from .table_jobs import Peer


def measure_tables(given: argparse.Namespace) -> str:
    """The results in Markdown. Raises SystemExit if wieder and a peer differ."""
    folder = given.folder
    machine = surroundings(given.pandas, given.peers)
    simulated(folder, given.customers, given.orders)
    _empty(folder / TABLES)
    load_job(folder).run(folder)
    todo = table_jobs(folder, _peers(given))
    rounds(todo, folder, 1)
    agreement = _agreement(folder)
    measured = rounds(todo, folder, given.runs)
    about = f"{given.customers:,} customers, {given.orders:,} orders. {machine}"
    return table_results(f"{about}{given.runs} runs after one warm-up run. {agreement}", measured)


def table_results(about: str, measured: Measurements) -> str:
    """The results as tables, below a description of the conditions."""
    return "\n".join(
        [about, target_table(table_targets(measured)), speed_table(measured), cost_table(measured)]
    )


def _empty(folder: Path) -> None:
    """Empty the folder, because results of an earlier run would also be compared."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()


def _peers(given: argparse.Namespace) -> dict[Peer, str]:
    found = found_peers(given.pandas, given.peers)
    for peer in PEERS:
        if peer not in found:
            say(f"{peer.module} or pyarrow is missing: comparison skipped")
    return found


def _agreement(folder: Path) -> str:
    """The result of comparing the tables, in words. Raises SystemExit if they differ."""
    command = (sys.executable, "-m", "tests.bench.table_agreement", folder)
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout

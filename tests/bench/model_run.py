"""Benchmark of the forecasts against lifetimes and pymc-marketing."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from .findings import at_least, at_most, cost_table, markdown, ratio, target_table, wall
from .jobs import HERE, WIEDER, Job, can_import
from .machine import machine, versions
from .model_world import AS_OF
from .processes import run
from .running import rounds, say

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from .findings import Measurements, Target

    Fits = Mapping[str, Mapping[str, Any]]

FROM_FILE, FROM_STORE = "wieder clv-customers, from Parquet", "wieder clv-customers, from the store"
PEERS = {"lifetimes": "bg_nbd", "pymc-marketing": "bg_nbd", "lifetimes-pareto": "pareto_nbd"}
"""Peer -> the model of wieder that it is compared with."""
SLACK = 1e-3
"""Tolerance for the log-likelihood over all customers."""


def measure_models(given: argparse.Namespace) -> str:
    """The results in Markdown. Raises SystemExit if a program fails."""
    folder = given.folder
    about = f"{given.customers:,} customers, simulated from BG/NBD. {machine()}. {_versions(given)}"
    _simulated(folder, given.customers)
    peers = _found_peers(given)
    measured = rounds(_our_jobs(folder), folder, given.runs)
    measured |= rounds([_peer_job(peer, python, folder) for peer, python in peers.items()], folder, 1)
    fits = _fits(folder, peers)
    tables = (target_table(model_targets(measured, fits)), fit_table(fits), cost_table(measured))
    return "\n".join([f"{about}\n{given.runs} runs, peers once.\n", *tables])


def model_targets(measured: Measurements, fits: Fits) -> Iterator[Target]:
    """Every target; those against a peer only if it was measured."""
    for name in (FROM_FILE, FROM_STORE):
        yield at_most(f"{name}, wall time", wall(measured, name), 4, " s")
        peak = max(cost.peak_bytes for cost in measured[name]) / 1e9
        yield at_most(f"{name}, peak memory", peak, 1, " GB")
    yield at_most("BG/NBD, the fit alone", fits["bg_nbd"]["fit_seconds"], 0.5, " s")
    yield at_most("Pareto/NBD, the fit alone", fits["pareto_nbd"]["fit_seconds"], 3, " s")
    for peer, model in PEERS.items():
        if peer in fits:
            yield from _targets_over(peer, model, measured, fits)


def _targets_over(peer: str, model: str, measured: Measurements, fits: Fits) -> Iterator[Target]:
    ours, theirs = fits[model], fits[peer]
    if peer in measured:
        for name in (FROM_FILE, FROM_STORE):
            times = ratio({peer: measured[peer], name: measured[name][-1:]}, peer, name)
            yield at_least(f"{name}, faster than {peer}", times, 5, " x")
    yield at_least(f"fit faster than {peer}", theirs["fit_seconds"] / ours["fit_seconds"], 10, " x")
    if theirs["log_likelihood"] is not None:
        behind = theirs["log_likelihood"] - ours["log_likelihood"]
        yield at_most(f"log-likelihood of {peer} above ours", behind, SLACK, "")


def fit_table(fits: Fits) -> str:
    """One row per fit: seconds, log-likelihood by wieder, parameters in days."""
    rows = [
        (
            name,
            f"{fit['fit_seconds']:.2f}",
            "aborted" if fit["log_likelihood"] is None else f"{fit['log_likelihood']:.4f}",
            ", ".join(f"{key} {value:.6g}" for key, value in fit["parameters"].items()),
        )
        for name, fit in fits.items()
    ]
    return markdown(("fit", "seconds", "log-likelihood", "parameters"), rows)


def _simulated(folder: Path, customers: int) -> None:
    size = ("--customers", str(customers))
    run((sys.executable, "-m", "tests.bench.model_world", folder, *size), folder / "errors.txt")


def _our_jobs(folder: Path) -> Sequence[Job]:
    orders, store, out = (
        folder / f"model_{name}" for name in ("orders.parquet", "store.duckdb", "values.csv")
    )
    options = ("--as-of", str(AS_OF), "-o", out)
    return [
        Job(name=FROM_FILE, command=(WIEDER, "clv-customers", orders, *options), creates=out),
        Job(name="wieder load, Parquet", command=(WIEDER, "load", orders, "--db", store), creates=store),
        Job(name=FROM_STORE, command=(WIEDER, "clv-customers", "--db", store, *options), creates=out),
    ]


def _found_peers(given: argparse.Namespace) -> dict[str, str]:
    """The peers that are installed, with their interpreters."""
    pythons = {
        "lifetimes": given.lifetimes,
        "pymc-marketing": given.peers,
        "lifetimes-pareto": given.lifetimes,
    }
    found = {}
    for peer, python in pythons.items():
        module = peer.removesuffix("-pareto").replace("-", "_")
        if can_import(python, module) and can_import(python, "pyarrow"):
            found[peer] = python
        else:
            say(f"{module} or pyarrow is missing: comparison with {peer} skipped")
    return found


def _peer_job(peer: str, python: str, folder: Path) -> Job:
    out = folder / f"{peer}.csv"
    command = (python, HERE / "model_peers.py", peer, folder / "model_orders.parquet", str(AS_OF), out)
    return Job(name=peer, command=command, creates=out)


def _fits(folder: Path, peers: Mapping[str, str]) -> Fits:
    """Time and result of every fit, by name."""
    out = folder / "fits.json"
    orders = folder / "model_orders.parquet"
    theirs = [folder / f"{peer}.json" for peer in peers]
    run(
        (sys.executable, "-m", "tests.bench.model_fits", orders, str(AS_OF), out, *theirs),
        folder / "errors.txt",
    )
    return {fit["name"]: fit for fit in json.loads(out.read_text())}


def _versions(given: argparse.Namespace) -> str:
    programs = {
        "wieder": versions(sys.executable, "duckdb", "polars", "numpy", "scipy"),
        "lifetimes": versions(given.lifetimes, "lifetimes", "pandas"),
        "peers": versions(given.peers, "pymc-marketing", "pandas"),
    }
    return "; ".join(f"{name} on {found}" for name, found in programs.items()) + "."

"""How long wieder takes, measured as whole processes: `python -m tests.bench`. See README.md."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from . import findings, jobs
from .agreement import refuse_differences
from .machine import surroundings
from .processes import run

README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- begin results -->\n", "<!-- end results -->\n"
START_UP_RUNS = 9


def main() -> None:
    """Simulate, measure, compare, print."""
    given = _arguments()
    folder = given.folder
    about = f"{given.customers:,} customers, {given.orders:,} orders. {surroundings(given.pandas)}"
    _simulate(folder, given)
    theirs = jobs.pandas_jobs(folder, given.pandas)
    if not theirs:
        _say(f"{given.pandas} has no pandas, which is no dependency of wieder: not compared with it")
    measured = _measure([*jobs.wieder_jobs(folder), *theirs], folder, given.runs, compared=bool(theirs))
    start_up = _rounds(jobs.start_up_jobs(), folder, START_UP_RUNS)
    results = _results(about, measured, start_up, given.runs)
    sys.stdout.write(results)
    if given.write:
        write_results(README, results)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000, metavar="N")
    parser.add_argument("--orders", type=int, default=5_000_000, metavar="M")
    parser.add_argument("--runs", type=int, default=5, metavar="R", help="after one run to warm up")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "wieder-bench")
    parser.add_argument("--pandas", default=sys.executable, metavar="PYTHON", help="a Python with pandas")
    parser.add_argument("--write", action="store_true", help="write the results into README.md")
    return parser.parse_args()


def _simulate(folder: Path, given: argparse.Namespace) -> None:
    """In a process of its own: what the bench itself weighs would count in the peak of every job."""
    size = ("--customers", str(given.customers), "--orders", str(given.orders))
    folder.mkdir(parents=True, exist_ok=True)
    cost = run((sys.executable, "-m", "tests.bench.simulate", folder, *size), folder / "errors.txt")
    _say(f"simulated in {cost.wall_seconds:.1f} s")


def _measure(todo: list[jobs.Job], folder: Path, runs: int, *, compared: bool) -> findings.Measurements:
    """The costs after one round to warm up, in which it is also seen whether the numbers are the same."""
    _rounds(todo, folder, 1)
    if compared:
        n_values = refuse_differences(folder / "kpis.csv", folder / "pandas.csv")
        _say(f"wieder and pandas agree on {n_values} values")
    return _rounds(todo, folder, runs)


def _rounds(todo: list[jobs.Job], folder: Path, runs: int) -> findings.Measurements:
    """Every job in turn, again and again, so that all of them see the same machine."""
    measured: findings.Measurements = {job.name: [] for job in todo}
    for number in range(1, runs + 1):
        for job in todo:
            cost = job.run(folder)
            measured[job.name].append(cost)
            _say(f"{number}/{runs} {job.name}: {cost.wall_seconds:.2f} s")
    return measured


def _results(about: str, measured: findings.Measurements, start_up: findings.Measurements, runs: int) -> str:
    tables = [
        findings.bar_table(findings.bars(measured, start_up)),
        findings.cost_table(measured),
        findings.start_up_table(start_up),
    ]
    return "\n".join([f"{about}{runs} runs after one to warm up.\n", *tables])


def write_results(readme: Path, results: str) -> None:
    """Put the results between the marks of the README."""
    before, _, rest = readme.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    readme.write_text(f"{before}{BEGIN}\n{results}\n{END}{after}", "utf-8")


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    main()

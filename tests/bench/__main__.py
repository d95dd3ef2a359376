"""Benchmark of wieder in whole processes: `python -m tests.bench`. See README.md."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from .kpi_run import measure_kpis
from .model_run import measure_models
from .table_run import measure_tables

if TYPE_CHECKING:
    from collections.abc import Callable

README = Path(__file__).with_name("README.md")


def main() -> None:
    """Simulate a shop, measure the jobs, compare the values and print the results."""
    given = _arguments()
    group, measure = _chosen_group(given)
    results = measure(given)
    sys.stdout.write(results)
    if given.write:
        write_results(README, results, group)


def _chosen_group(given: argparse.Namespace) -> tuple[str, Callable[[argparse.Namespace], str]]:
    """The group of results, as marked in the README, and the function that measures it."""
    if given.models:
        return "models", measure_models
    return ("tables", measure_tables) if given.tables else ("results", measure_kpis)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--tables", action="store_true", help="measure the tables instead of load and KPIs")
    parser.add_argument("--models", action="store_true", help="measure the forecasts instead")
    parser.add_argument("--customers", type=int, default=1_000_000, metavar="N")
    parser.add_argument("--orders", type=int, default=5_000_000, metavar="M")
    parser.add_argument("--runs", type=int, default=5, metavar="R", help="after one warm-up run")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "wieder-bench")
    parser.add_argument("--pandas", default=sys.executable, metavar="PYTHON", help="interpreter with pandas")
    parser.add_argument(
        "--peers",
        default=sys.executable,
        metavar="PYTHON",
        help="interpreter with repeatradar and pymc-marketing",
    )
    parser.add_argument(
        "--lifetimes", default=sys.executable, metavar="PYTHON", help="interpreter with lifetimes and pyarrow"
    )
    parser.add_argument("--write", action="store_true", help="write the results to README.md")
    return parser.parse_args()


def write_results(readme: Path, results: str, group: str) -> None:
    """Replace the results between the marks of the group in the README."""
    begin, end = f"<!-- begin {group} -->\n", f"<!-- end {group} -->\n"
    before, _, rest = readme.read_text("utf-8").partition(begin)
    _, _, after = rest.partition(end)
    readme.write_text(f"{before}{begin}\n{results}\n{end}{after}", "utf-8")


if __name__ == "__main__":
    main()

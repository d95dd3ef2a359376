"""The jobs that are measured: commands as a user types them."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .processes import run

if TYPE_CHECKING:
    from .processes import Cost

HERE = Path(__file__).parent
FIRST_MONTH, LAST_MONTH, AS_OF = "2024-01", "2025-12", "2026-01-01"
"""The last two years of the simulation; without a report date, its last day would count as incomplete."""

WIEDER = Path(sys.executable).with_name("wieder")


@dataclass(frozen=True, kw_only=True)
class Job:
    """One command."""

    name: str
    command: tuple[str | Path, ...]
    creates: Path | None = None
    """Removed before each run, so that the run starts without it."""

    def run(self, folder: Path) -> Cost:
        """Run the command and return its cost."""
        if self.creates:
            self.creates.unlink(missing_ok=True)
        return run(self.command, folder / "errors.txt")


PLAIN = "DuckDB alone: create table as from read_csv"
LOAD = "wieder load, CSV"
LOAD_PARQUET = "wieder load, Parquet"
KPIS = "wieder kpis, 24 months"
PANDAS = "pandas, the same KPIs from CSV"
PANDAS_PARQUET = "pandas, the same KPIs from Parquet"
REPORT = "wieder report"


def load_job(folder: Path) -> Job:
    """The job that loads the CSV exports into a new store."""
    store = folder / "store.duckdb"
    exports = (folder / "orders.csv", folder / "customers.csv")
    return Job(name=LOAD, command=(WIEDER, "load", *exports, "--db", store), creates=store)


def wieder_jobs(folder: Path) -> list[Job]:
    """The commands of wieder, preceded by DuckDB alone."""
    orders, parquet, customers = (folder / name for name in ("orders.csv", "orders.parquet", "customers.csv"))
    plain, store, parquet_store = (folder / f"{name}.duckdb" for name in ("plain", "store", "parquet"))
    kpis, report = folder / "kpis.csv", folder / "report.html"
    program = HERE / "plain_duckdb.py"
    span = ("--period", "month", "--from", FIRST_MONTH, "--to", LAST_MONTH, "--as-of", AS_OF)
    return [
        Job(name=PLAIN, command=(sys.executable, program, plain, orders, customers), creates=plain),
        load_job(folder),
        Job(
            name=LOAD_PARQUET,
            command=(WIEDER, "load", parquet, customers, "--db", parquet_store),
            creates=parquet_store,
        ),
        Job(
            name=KPIS,
            command=(WIEDER, "kpis", *span, "--db", store, "--format", "csv", "-o", kpis),
            creates=kpis,
        ),
        Job(name=REPORT, command=(WIEDER, "report", "--db", store, "-o", report), creates=report),
    ]


def pandas_jobs(folder: Path, python: str) -> list[Job]:
    """The KPIs by pandas: empty if `python` has no pandas, only from CSV if it has no pyarrow."""
    from_csv = _pandas_job(PANDAS, python, folder / "orders.csv", folder / "pandas.csv")
    from_parquet = _pandas_job(
        PANDAS_PARQUET, python, folder / "orders.parquet", folder / "pandas_parquet.csv"
    )
    if not can_import(python, "pandas"):
        return []
    return [from_csv, from_parquet] if can_import(python, "pyarrow") else [from_csv]


def _pandas_job(name: str, python: str, orders: Path, table: Path) -> Job:
    program = HERE / "pandas_kpis.py"
    return Job(
        name=name, command=(python, program, orders, FIRST_MONTH, LAST_MONTH, AS_OF, table), creates=table
    )


def can_import(python: str, module: str) -> bool:
    """Whether the interpreter has the module."""
    return not subprocess.run([python, "-c", f"import {module}"], check=False, capture_output=True).returncode


BARE, VERSION, HELP = "python -c pass", "wieder --version", "wieder --help"


def start_up_jobs() -> list[Job]:
    """The shortest commands, and Python without a program."""
    return [
        Job(name=BARE, command=(sys.executable, "-c", "pass")),
        Job(name=VERSION, command=(WIEDER, "--version")),
        Job(name=HELP, command=(WIEDER, "--help")),
    ]

"""The commands that produce tables, each with the programs that answer the same question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .jobs import AS_OF, HERE, WIEDER, Job, can_import

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


TABLES = "tables"
"""Folder of the results, within the folder of the shop."""


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command of wieder, as typed."""

    words: str

    def job(self, folder: Path, *, from_file: bool = False) -> Job:
        """The job that writes its table as CSV, from the loaded store or directly from the Parquet export."""
        source = (folder / "orders.parquet",) if from_file else ("--db", folder / "store.duckdb")
        out = self.table(folder, from_file=from_file)
        options = ("--as-of", AS_OF, "--format", "csv", "-o", out)
        name = self.name_from_file if from_file else self.name
        return Job(name=name, command=(WIEDER, *self.words.split(), *source, *options), creates=out)

    def table(self, folder: Path, *, from_file: bool = False) -> Path:
        """Where the job leaves the table."""
        name = self.words.replace("--", "").replace(" ", "_")
        return folder / TABLES / f"{name}{'_from_file' if from_file else ''}.csv"

    @property
    def name(self) -> str:
        """The name of the job that reads the store."""
        return f"wieder {self.words}"

    @property
    def name_from_file(self) -> str:
        """The name of the job that reads the Parquet export."""
        return f"wieder {self.words}, from Parquet"


COHORTS = Command(words="cohorts --period month")
ELAPSED_COHORTS = Command(words="cohorts --period month --age elapsed")
SEGMENTS = Command(words="segments")
CUSTOMERS = Command(words="customers")
COMMANDS = (
    COHORTS,
    ELAPSED_COHORTS,
    Command(words="gaps"),
    Command(words="sequence"),
    Command(words="flow --period month"),
    Command(words="concentration"),
    SEGMENTS,
    Command(words="moves"),
    CUSTOMERS,
    Command(words="kpis --period month --dialect shopify"),
)


@dataclass(frozen=True, kw_only=True)
class Peer:
    """A program that answers the question of a command."""

    name: str
    question: str
    """The question of `peers.py`."""
    module: str
    """The module that its interpreter must have."""
    command: Command
    keys: tuple[str, ...]
    """Columns that identify a row in both tables."""
    values: tuple[str, ...]
    """Columns that must agree."""
    fills_with_zero: bool = False
    """Whether it writes 0 for incomplete ages and omits ages without orders."""

    def job(self, folder: Path, python: str, ending: str) -> Job:
        """The job that writes its table as CSV, from the export as .csv or .parquet."""
        out = self.table(folder, ending)
        orders = folder / f"orders.{ending}"
        command = (python, HERE / "peers.py", self.question, orders, AS_OF, out)
        return Job(name=self.name_from(ending), command=command, creates=out)

    def table(self, folder: Path, ending: str) -> Path:
        """Where the job leaves the table."""
        return folder / TABLES / f"peer_{self.question}_from_{ending}.csv"

    def name_from(self, ending: str) -> str:
        """The name of the job that reads this format of the export."""
        return f"{self.name}, from {FORMATS[ending]}"


FORMATS = {"csv": "CSV", "parquet": "Parquet"}
CELL = ("cohort_start", "age")
PANDAS_PEERS = (
    Peer(
        name="pandas cohorts",
        question="cohorts",
        module="pandas",
        command=COHORTS,
        keys=CELL,
        values=("customers", "active", "retention"),
    ),
    Peer(
        name="pandas segments",
        question="segments",
        module="pandas",
        command=SEGMENTS,
        keys=("customer_segment",),
        values=("customers", "orders", "revenue"),
    ),
)
LIBRARY_PEERS = (
    Peer(
        name="repeatradar cohorts",
        question="repeatradar",
        module="repeatradar",
        command=ELAPSED_COHORTS,
        keys=CELL,
        values=("active",),
        fills_with_zero=True,
    ),
    Peer(
        name="pymc-marketing customers",
        question="pymc-marketing",
        module="pymc_marketing",
        command=CUSTOMERS,
        keys=("customer_key",),
        values=("days_since_last_order", "revenue"),
    ),
)
PEERS = (*PANDAS_PEERS, *LIBRARY_PEERS)


def found_peers(pandas_python: str, peers_python: str) -> dict[Peer, str]:
    """The peers that are installed together with pyarrow, each with its interpreter."""
    wanted = {
        **dict.fromkeys(PANDAS_PEERS, pandas_python),
        **dict.fromkeys(LIBRARY_PEERS, peers_python),
    }
    return {
        peer: python
        for peer, python in wanted.items()
        if can_import(python, "pyarrow") and can_import(python, peer.module)
    }


def table_jobs(folder: Path, peers: dict[Peer, str]) -> Sequence[Job]:
    """Every command from the store, followed by the jobs it is compared with."""
    return [job for command in COMMANDS for job in _beside(command, folder, peers)]


def _beside(command: Command, folder: Path, peers: dict[Peer, str]) -> Iterator[Job]:
    yield command.job(folder)
    for peer, python in peers.items():
        if peer.command == command:
            yield command.job(folder, from_file=True)
            yield from (peer.job(folder, python, ending) for ending in FORMATS)

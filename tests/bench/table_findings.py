"""The cost of the tables, compared with the targets and the peers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .findings import Target, at_most, markdown, ratio, wall
from .table_jobs import COMMANDS, PEERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .findings import Measurements
    from .table_jobs import Peer

SECONDS, GIGABYTES, TIMES = 5, 2.5, 10


def table_targets(measured: Measurements) -> Iterator[Target]:
    """The targets of every command, from the store."""
    for command in COMMANDS:
        yield at_most(command.name, wall(measured, command.name), SECONDS, " s")
    peak = max(cost.peak_bytes for command in COMMANDS for cost in measured[command.name]) / 1e9
    yield at_most("the largest peak memory of these", peak, GIGABYTES, " GB")


SPEED_HEADER = (
    f"faster than, at least {TIMES} x",
    "store against CSV",
    "store against Parquet",
    "both from Parquet",
)


def speed_table(measured: Measurements) -> str:
    """One row per measured peer: its time as a multiple of wieder's, and whether the target is met."""
    rows = [_speeds(measured, peer) for peer in PEERS if peer.name_from("csv") in measured]
    return markdown(SPEED_HEADER, rows) if rows else "No peer was found.\n"


def _speeds(measured: Measurements, peer: Peer) -> tuple[str, ...]:
    store, file = peer.command.name, peer.command.name_from_file
    csv, parquet = peer.name_from("csv"), peer.name_from("parquet")
    found = (ratio(measured, *pair) for pair in ((csv, store), (parquet, store), (parquet, file)))
    return (peer.name, *(f"{times:.3g} x, {'met' if times >= TIMES else 'NOT met'}" for times in found))

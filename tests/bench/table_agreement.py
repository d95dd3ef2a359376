"""Whether wieder and its peers made the same tables: `python -m tests.bench.table_agreement FOLDER`.

In a process of its own: what a million customers weigh would count in the peak of every job.
"""

from __future__ import annotations

import filecmp
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from .agreement import TOLERANCE
from .table_jobs import FORMATS, PEERS, Peer

if TYPE_CHECKING:
    from collections.abc import Sequence


def refuse_different_tables(folder: Path) -> int:
    """The number of values compared: of every peer that has left its tables in `folder`.

    Raises SystemExit naming the first differences if there are any.
    """
    return sum(
        _refuse_different_table(peer, folder, peer.table(folder, ending))
        for peer in PEERS
        for ending in FORMATS
        if peer.table(folder, ending).exists()
    )


def _refuse_different_table(peer: Peer, folder: Path, path: Path) -> int:
    ours = known_rows(_read(peer.command.table(folder), peer), peer)
    theirs = _read(path, peer)
    if peer.fills_with_zero:
        theirs = on_rows_of(ours, theirs, peer)
    found = differences(ours, theirs, peer)
    if found or ours.is_empty():
        header = f"{path} differs from {peer.command.name} in {len(found)} of {ours.height} rows"
        raise SystemExit("\n".join([header, *found[:10]]))
    return ours.height * len(peer.values)


def _read(path: Path, peer: Peer) -> pl.DataFrame:
    """The values as numbers, and everything else as text."""
    types = dict.fromkeys(peer.values, pl.Float64)
    return pl.read_csv(path, infer_schema=False, schema_overrides=types)


def known_rows(ours: pl.DataFrame, peer: Peer) -> pl.DataFrame:
    """Our rows that peers have, too: of cohorts the cells that are final, and not the average."""
    if "state" in ours.columns:
        ours = ours.filter(pl.col("state") == "final", pl.col("cohort_start").is_not_null())
    return ours.select(*peer.keys, *peer.values)


def on_rows_of(ours: pl.DataFrame, theirs: pl.DataFrame, peer: Peer) -> pl.DataFrame:
    """Their table on our rows, with 0 on those that it has not."""
    return (
        ours.select(peer.keys)
        .join(theirs, on=peer.keys, how="left")
        .with_columns(pl.col(peer.values).fill_null(0))
    )


def differences(ours: pl.DataFrame, theirs: pl.DataFrame, peer: Peer) -> Sequence[str]:
    """One line for each row that only one side has or that the sides see differently."""
    both = ours.join(theirs, on=peer.keys, how="full", coalesce=True, suffix="_theirs")
    equal = [_is_equal(pl.col(name), pl.col(f"{name}_theirs")) for name in peer.values]
    return [str(row) for row in both.filter(~pl.all_horizontal(equal)).sort(peer.keys).iter_rows(named=True)]


def _is_equal(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    """Relative, and never true of what only one side has."""
    return ((one - other).abs() <= TOLERANCE * pl.max_horizontal(one.abs(), 1.0)).fill_null(value=False)


def refuse_other_bytes(folder: Path) -> None:
    """Raises SystemExit if a command made another table of the export than of the store."""
    for command in {peer.command for peer in PEERS}:
        store, file = command.table(folder), command.table(folder, from_file=True)
        if file.exists() and not filecmp.cmp(store, file, shallow=False):
            raise SystemExit(f"{file} is not {store}")


def main() -> None:
    """Compare, and say how many values are the same."""
    folder = Path(sys.argv[1])
    n_values = refuse_different_tables(folder)
    refuse_other_bytes(folder)
    sys.stdout.write(f"{n_values:,} values of peers are those of wieder\n")


if __name__ == "__main__":
    main()

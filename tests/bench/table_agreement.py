"""Check that wieder and its peers wrote the same tables: `python -m tests.bench.table_agreement FOLDER`.

Runs in a separate process, because the memory for a million customers would count towards the peak
of every job.
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
    """Return the number of values compared, over all peers with tables in `folder`.

    Raises SystemExit with the first differences if there are any.
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
    """The table at `path`, with the values as numbers and everything else as text."""
    types = dict.fromkeys(peer.values, pl.Float64)
    return pl.read_csv(path, infer_schema=False, schema_overrides=types)


def known_rows(ours: pl.DataFrame, peer: Peer) -> pl.DataFrame:
    """The rows of wieder that peers also have: of cohorts, the final cells without the average."""
    if "state" in ours.columns:
        ours = ours.filter(pl.col("state") == "final", pl.col("cohort_start").is_not_null())
    return ours.select(*peer.keys, *peer.values)


def on_rows_of(ours: pl.DataFrame, theirs: pl.DataFrame, peer: Peer) -> pl.DataFrame:
    """Their table on the rows of wieder, with 0 for missing rows."""
    return (
        ours.select(peer.keys)
        .join(theirs, on=peer.keys, how="left")
        .with_columns(pl.col(peer.values).fill_null(0))
    )


def differences(ours: pl.DataFrame, theirs: pl.DataFrame, peer: Peer) -> Sequence[str]:
    """One line per row that differs or that only one side has."""
    both = ours.join(theirs, on=peer.keys, how="full", coalesce=True, suffix="_theirs")
    equal = [_is_equal(pl.col(name), pl.col(f"{name}_theirs")) for name in peer.values]
    return [str(row) for row in both.filter(~pl.all_horizontal(equal)).sort(peer.keys).iter_rows(named=True)]


def _is_equal(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    """Equality within the relative tolerance; false if one side is missing."""
    return ((one - other).abs() <= TOLERANCE * pl.max_horizontal(one.abs(), 1.0)).fill_null(value=False)


def refuse_other_bytes(folder: Path) -> None:
    """Raise SystemExit if the table from the export differs from that from the store for any command."""
    for command in {peer.command for peer in PEERS}:
        store, file = command.table(folder), command.table(folder, from_file=True)
        if file.exists() and not filecmp.cmp(store, file, shallow=False):
            raise SystemExit(f"{file} is not {store}")


def main() -> None:
    """Compare the tables, and print the number of equal values."""
    folder = Path(sys.argv[1])
    n_values = refuse_different_tables(folder)
    refuse_other_bytes(folder)
    sys.stdout.write(f"{n_values:,} values agree with the peers\n")


if __name__ == "__main__":
    main()

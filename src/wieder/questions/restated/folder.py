"""The folder of kept results: one small Parquet file per state of the data that was reported."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from wieder.errors import DataError
from wieder.questions.restated.kept import KEPT

if TYPE_CHECKING:
    from wieder.questions.restated.kept import Kept


def file_name(kept: Kept) -> str:
    """`month_2024-03-01_000017_3f2a9c1b7d4e.parquet`: names of one kind sort like the reports.

    It holds everything that the results depend on, so that the same report writes the same file,
    and reports that run at once do not disturb each other.
    """
    return f"{kept.kind}_{kept.as_of}_{kept.load:06d}_{kept.identity}.parquet"


def last_before(kept: Kept, folder: str) -> pl.DataFrame | None:
    """The results (`KEPT`) that were kept last before these, for the same kind of periods, if any.

    The last ones are those of the latest as-of day, then of the latest load, then
    those whose file was written last: reports from files differ in no more than that.
    Raises DataError for a file that is not one of ours.
    """
    own = file_name(kept)
    order_length = len(f"{kept.kind}_{kept.as_of}_{kept.load:06d}")
    earlier = [
        path
        for path in Path(folder).glob(f"{kept.kind}_*.parquet")
        if path.name != own and path.name[:order_length] <= own[:order_length]
    ]
    if not earlier:
        return None
    return _read(
        max(earlier, key=lambda path: (path.name[:order_length], path.lstat().st_mtime_ns, path.name))
    )


def _read(path: Path) -> pl.DataFrame:
    try:
        return pl.read_parquet(path).select(*KEPT).cast(pl.Schema(KEPT))
    except (OSError, pl.exceptions.PolarsError) as error:
        reason = str(error).splitlines()[0]
        raise DataError(
            f"{path}: these kept results cannot be read ({reason})",
            "remove the file: what it says of earlier reports is then not compared",
        ) from error

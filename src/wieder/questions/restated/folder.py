"""The folder of kept results: one small Parquet file per reported state of the data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from wieder.errors import DataError
from wieder.questions.restated.kept import KEPT

if TYPE_CHECKING:
    from wieder.questions.restated.kept import Kept


def file_name(kept: Kept) -> str:
    """A name such as `month_2024-03-01_000017_3f2a9c1b7d4e.parquet`; names of one kind sort like the reports.

    The name identifies everything that the results depend on, so the same report
    writes the same file, and concurrent reports do not conflict.
    """
    return f"{kept.kind}_{kept.as_of}_{kept.load:06d}_{kept.identity}.parquet"


def last_before(kept: Kept, folder: str) -> pl.DataFrame | None:
    """The last results (`KEPT`) kept before these for the same kind of period; None if there are none.

    The last results are those with the latest report date, then the latest load,
    then the latest modification time, which alone distinguishes reports from
    files. Raises DataError for a file that cannot be read as kept results.
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
            f"remove it (`rm {path}`); results are then compared with an earlier report",
        ) from error

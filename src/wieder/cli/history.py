"""The folder of kept results: one small Parquet file per state of the data that was reported."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from wieder import messages
from wieder.analyses.restatement import Kept, kept_results
from wieder.analysis import analyse
from wieder.cli.session import opened
from wieder.errors import DataError, UsageError
from wieder.output import make_folder_of, write
from wieder.periods import PeriodKind
from wieder.report.tables import TableFormat, serialise
from wieder.restatement import KEPT, RESTATED, restated
from wieder.store import load_history

if TYPE_CHECKING:
    from wieder.analysis import Analysis, Question
    from wieder.cli.session import Session
    from wieder.database import Connection


@dataclass(frozen=True, kw_only=True)
class Restated:
    """What today's results say otherwise than those that were kept last."""

    frame: pl.DataFrame
    """`restatement.RESTATED`; empty if nothing differs."""
    kind: PeriodKind
    currency: str
    loads: pl.DataFrame
    """The loads since then: one row per load and file."""


def answer_restated(session: Session, question: Question) -> Restated:
    """What differs from the last report, whose as-of day is said. Keeps nothing itself.

    Raises UsageError without a folder, or if time is not cut; DataError if no
    earlier report kept anything there.
    """
    folder = session.settings.report.history
    if not folder:
        raise UsageError(
            "it is not known where reports keep their results",
            "name the folder with --history, or with history under [report] in wieder.toml",
        )
    if question.kind is PeriodKind.ALL:
        raise UsageError("only periods can be restated", "add --period month, or another one")
    with messages.working("computing"), opened(session) as con:
        analysis = analyse(con, question, session.settings, messages.show_notice)
        kept = kept_results(con, analysis, session.settings)
        loads = load_history(con)
    then = last_before(kept, folder)
    if then is None:
        raise DataError(
            f"{folder}: no earlier report by {question.kind} kept its results there",
            f"write one with `wieder report -o FILE --history {folder}`: later ones are compared with it",
        )
    return Restated(
        frame=restated(then, kept.frame),
        kind=question.kind,
        currency=analysis.currency,
        loads=loads.filter(pl.col("load") > then["load"].max()),
    )


def restated_since(con: Connection, analysis: Analysis, session: Session) -> tuple[Kept | None, pl.DataFrame]:
    """The results to keep, and what they say otherwise than the last ones (`RESTATED`).

    None and nothing where no folder is set, or time is not cut. `con` is the
    connection that the analysis was made with.
    """
    folder = session.settings.report.history
    if not folder or analysis.question.kind is PeriodKind.ALL:
        return None, pl.DataFrame(schema=RESTATED)
    kept = kept_results(con, analysis, session.settings)
    then = last_before(kept, folder)
    return kept, pl.DataFrame(schema=RESTATED) if then is None else restated(then, kept.frame)


def keep(kept: Kept, folder: str) -> None:
    """Write the results into `folder`, which is made if there is none.

    The name holds everything that they depend on, so that the same report writes
    the same file, and reports that run at once do not disturb each other. Raises
    OutputError.
    """
    path = Path(folder) / file_name(kept)
    if not path.exists():
        make_folder_of(str(path))
        write(serialise(kept.frame, TableFormat.PARQUET), str(path))


def file_name(kept: Kept) -> str:
    """`month_2024-03-01_000017_3f2a9c1b7d4e.parquet`: names of one kind sort like the reports."""
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

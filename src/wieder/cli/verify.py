"""The verify command: compares every number with an independent query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder.cli.options import Files, OutputOptions, SelectionOptions, SourceOptions
from wieder.cli.selection import selection_of
from wieder.cli.session import begin, opened_shop
from wieder.errors import WitnessError
from wieder.periods import PeriodKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl

    from wieder.asking.asked import Asked
    from wieder.asking.witness import Verification

REMEDY = "do not use these numbers, and please report the error"


def verify(
    files: Files = None, *, selection: SelectionOptions, output: OutputOptions, source: SourceOptions
) -> None:
    """Recompute every KPI and table by independent queries.

    The exit code is 1 if a number disagrees, which would be an error in wieder.
    """
    from wieder.asking.asked import ask
    from wieder.cli.writing import frame_view, write_view

    session = begin(files, source, output, selection)
    asked_for = selection_of(selection, PeriodKind.MONTH)
    with session.notifier.working("verifying"), opened_shop(session) as shop:
        asked = ask(shop, asked_for)
        asked.warn_of_truncated_history()
        verified = tuple(verifications(asked))
    write_view(frame_view(_frame(verified), session.lang), session)
    refuse_disagreement(verified)


def verifications(asked: Asked, tables_of: Asked | None = None) -> Iterator[Verification]:
    """Compare every KPI, then every table, with its witness, in all periods.

    Tables are taken from `tables_of` if it is given.
    """
    from wieder.asking.witness import kpi_verifications, table_verifications
    from wieder.questions import QUESTIONS
    from wieder.questions.kpis import kpis_of

    yield from kpi_verifications(asked, kpis_of(asked).behind.by_cut)
    for question in QUESTIONS.values():
        if not asked.has_exports_of(question.needs):
            continue
        for answer in question.witnessed((tables_of or asked).silent):
            yield from table_verifications(asked, answer)


def _frame(verified: Sequence[Verification]) -> pl.DataFrame:
    """One row per KPI or table: the number of compared results or rows, and of disagreements."""
    import polars as pl

    schema = {"kpi": pl.String, "compared": pl.Int64, "disagreements": pl.Int64}
    rows = [(one.kpi, one.compared, len(one.disagreements)) for one in verified]
    return pl.DataFrame(rows, schema=schema, orient="row")


def refuse_disagreement(verified: Sequence[Verification]) -> None:
    """Raise WitnessError if a witness contradicts its KPI or table."""
    disagreeing = [one.disagreements[0] for one in verified if one.disagreements]
    if not disagreeing:
        return
    first = disagreeing[0]
    place = f"{first.period_start} {first.segment!r}" if first.period_start else first.segment
    raise WitnessError(
        f"{len(disagreeing)} of {len(verified)} KPIs and tables disagree with their independent query: "
        f"{first.kpi} of {place} is {first.computed}, queried {first.witnessed}",
        REMEDY,
    )

"""The disputed KPIs of a shop, by the rules of a vendor, beside our own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from wieder import marts
from wieder.analysis import analyse
from wieder.database import script
from wieder.errors import UsageError
from wieder.tables.dialects import DialectRule, Vendor, dialect, dialect_frame

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wieder.analysis import Analysis, Question
    from wieder.config import Settings
    from wieder.database import Connection
    from wieder.notices import Notify
    from wieder.periods import Period

FIGURES = {
    "kpi": pl.String, "period_start": pl.Date, "numerator": pl.Float64, "denominator": pl.Float64
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class DialectAnalysis:
    """Our results, and what the vendor would say."""

    analysis: Analysis
    rules: tuple[DialectRule, ...]
    frame: pl.DataFrame
    """`tables.dialects.SCHEMA`."""


def analyse_dialect(
    con: Connection, question: Question, settings: Settings, notify: Notify, *, vendor: Vendor, latest: bool
) -> DialectAnalysis:
    """Every disputed KPI twice, in all periods shown or only in the `latest` one.

    Raises UsageError for a question that cuts, and what `analyse` raises.
    """
    if question.by:
        raise UsageError("a dialect is compared for the whole shop only", "leave out --by or --dialect")
    analysis = analyse(con, question, settings, notify)
    rules = dialect(vendor)
    periods = analysis.shown[-1:] if latest else analysis.shown
    marts.set_periods(con, periods)
    con.execute(script("moments"))
    rows = [row for rule in rules for row in _figures(con, rule, periods)]
    figures = pl.DataFrame(rows, schema=FIGURES, orient="row")
    ours = analysis.results.filter(pl.col("period_start").is_in([period.start for period in periods]))
    return DialectAnalysis(analysis=analysis, rules=rules, frame=dialect_frame(ours, figures, vendor))


def _figures(con: Connection, rule: DialectRule, periods: Sequence[Period]) -> Iterator[tuple[object, ...]]:
    if rule.figure is None:
        return
    for period, numerator, denominator in con.execute(rule.figure).fetchall():
        yield rule.kpi, periods[period].start, numerator, denominator

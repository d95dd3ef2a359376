"""The disputed KPIs of a shop, by the rules of a vendor, beside our own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from wieder.analysis import find_currency, prepare, warn_of_unknown_past
from wieder.asking import building
from wieder.asking.compute import compute
from wieder.database import script
from wieder.errors import UsageError
from wieder.kpis import REGISTRY
from wieder.tables.dialects import DISPUTED, DialectRule, Vendor, dialect, dialect_frame

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wieder.analysis import Question
    from wieder.config import Settings
    from wieder.database import Connection
    from wieder.kpis.base import Scope
    from wieder.notices import Notify
    from wieder.periods import Period, PeriodKind

FIGURES = {
    "kpi": pl.String, "period_start": pl.Date, "numerator": pl.Float64, "denominator": pl.Float64
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class DialectAnalysis:
    """Our results, and what the vendor would say."""

    kind: PeriodKind
    rules: tuple[DialectRule, ...]
    frame: pl.DataFrame
    """`tables.dialects.COLUMNS`, of the periods that were asked for."""
    currency: str
    """ISO code, or empty where the export names none."""


def analyse_dialect(
    con: Connection, question: Question, settings: Settings, notify: Notify, *, vendor: Vendor, latest: bool
) -> DialectAnalysis:
    """Every disputed KPI twice, in all periods shown or only in the `latest` one.

    Raises UsageError for a question that cuts, and what `analysis.prepare` raises.
    """
    if question.by:
        raise UsageError("a dialect is compared for the whole shop only", "leave out --by or --dialect")
    prepared = prepare(con, question, settings, notify)
    warn_of_unknown_past(con, prepared, settings, notify)
    rules = dialect(vendor)
    periods = prepared.shown[-1:] if latest else prepared.shown
    ours = _ours(con, replace(prepared.scope, periods=periods))
    con.execute(script("moments"))
    rows = [row for rule in rules for row in _figures(con, rule, periods)]
    figures = pl.DataFrame(rows, schema=FIGURES, orient="row")
    return DialectAnalysis(
        kind=question.kind,
        rules=rules,
        frame=dialect_frame(ours, figures, vendor),
        currency=settings.report.currency or find_currency(con),
    )


def _ours(con: Connection, scope: Scope) -> pl.DataFrame:
    """The disputed KPIs by our rules, from the marts that they need; leaves `periods` behind."""
    disputed = [REGISTRY[kpi] for kpi in DISPUTED]
    factors = [REGISTRY[factor] for kpi in disputed for factor in kpi.factors]
    marts = dict.fromkeys(kpi.mart for kpi in [*disputed, *factors] if kpi.mart is not None)
    return compute(building.build(con, scope.periods, marts), scope, disputed)


def _figures(con: Connection, rule: DialectRule, periods: Sequence[Period]) -> Iterator[tuple[object, ...]]:
    if rule.figure is None:
        return
    for period, numerator, denominator in con.execute(rule.figure).fetchall():
        yield rule.kpi, periods[period].start, numerator, denominator

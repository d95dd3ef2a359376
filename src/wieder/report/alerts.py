"""Limits that were crossed, as sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder.kpis import REGISTRY
from wieder.report.numbers import numbers_for

if TYPE_CHECKING:
    from wieder.alerts import Alert
    from wieder.kpis.base import Lang
    from wieder.periods import PeriodKind


def alert_sentence(alert: Alert, kind: PeriodKind, lang: Lang, currency: str) -> str:
    """`Orders was 812 in March 2024, below the limit of 900`, without a full stop."""
    kpi, writer = REGISTRY[alert.kpi], numbers_for(lang, currency)
    write = writer.value if alert.rule.measure == "value" else writer.change
    low, high = (writer.value(end, kpi.unit) for end in alert.band or (None, None))
    return writer.text(
        f"alert.{alert.rule}",
        kpi=kpi.label[lang],
        period=writer.period(alert.period, kind),
        value=writer.value(alert.value, kpi.unit),
        change=write(alert.measured, kpi.unit),
        limit=write(alert.limit, kpi.unit),
        low=low,
        high=high,
        n=writer.count(alert.usual_n),
    )

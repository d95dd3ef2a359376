"""Alerts: the user's limits for KPIs, checked against the latest final values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from wieder.errors import UsageError
from wieder.kpis import REGISTRY, likely_kpis
from wieder.kpis.base import State
from wieder.locale.text import Unit
from wieder.marts.frames import pl
from wieder.notices import Notice
from wieder.periods import Period

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from wieder.asking.answer import Answer
    from wieder.config import AlertRules, Settings
    from wieder.locale.text import Lang
    from wieder.notices import Notify
    from wieder.periods import PeriodKind
    from wieder.questions.kpis import Computed

    Row = Mapping[str, Any]


class Rule(StrEnum):
    """Kinds of limits, named like their settings."""

    BELOW = "below"
    ABOVE = "above"
    CHANGE_BELOW = "change_below"
    CHANGE_ABOVE = "change_above"
    YEAR_CHANGE_BELOW = "year_change_below"
    YEAR_CHANGE_ABOVE = "year_change_above"
    BAND = "band"

    @property
    def measure(self) -> str:
        """The column of the results that the limit applies to."""
        if self in {Rule.YEAR_CHANGE_BELOW, Rule.YEAR_CHANGE_ABOVE}:
            return "year_before_change"
        return "previous_change" if self in {Rule.CHANGE_BELOW, Rule.CHANGE_ABOVE} else "value"

    @property
    def is_lower_limit(self) -> bool:
        """Whether values below the limit cross it."""
        return self in {Rule.BELOW, Rule.CHANGE_BELOW, Rule.YEAR_CHANGE_BELOW}


@dataclass(frozen=True, kw_only=True)
class Alert:
    """One crossed limit."""

    kpi: str
    period: Period
    """The last period with a final value."""
    rule: Rule
    measured: float
    """The value, or its change for rules about changes: a difference for shares, else relative."""
    value: float
    limit: float | None = None
    """The limit in the settings; None for a band."""
    band: tuple[float, float] | None = None
    """The usual range; None except for a band."""
    usual_n: int | None = None
    """Number of earlier prediction errors behind the usual range; None except for a band."""


def refuse_unknown_alerts(rules: Mapping[str, AlertRules]) -> None:
    """Raise UsageError for an unknown KPI, a rule without a limit, and a limit such as 20 for a share.

    Call it before any computation.
    """
    for name, alert_rules in rules.items():
        if name not in REGISTRY:
            raise UsageError(f"[alerts.{name}]: there is no such KPI", likely_kpis(name))
        limits = dict(_limits(alert_rules))
        if not limits and not alert_rules.band:
            names = ", ".join(Rule)
            raise UsageError(f"[alerts.{name}] sets no limit", f"set one of {names}, such as below = 0.2")
        outside = [f"{rule} = {limit:g}" for rule, limit in limits.items() if abs(limit) > 1]
        if REGISTRY[name].unit is Unit.RATE and outside:
            raise UsageError(
                f"[alerts.{name}] {outside[0]}: the KPI is a share, from 0 to 1", "write 0.2 for 20 %"
            )


def _limits(rules: AlertRules) -> Iterator[tuple[Rule, float]]:
    for rule in Rule:
        limit = getattr(rules, rule.value)
        if rule is not Rule.BAND and limit is not None:
            yield rule, limit


def crossed_alerts(results: pl.DataFrame, rules: Mapping[str, AlertRules]) -> tuple[Alert, ...]:
    """Return every limit that the latest final value of its KPI crosses, in the order of the settings.

    `results` is the frame of `kpis_of`, with comparisons and usual range; only the whole
    shop is checked. Without a value no limit is crossed; see `unchecked_alerts`.
    """
    latest = _latest(results)
    return tuple(
        alert for kpi, rule in rules.items() if kpi in latest for alert in _crossed(latest[kpi], rule)
    )


def unchecked_alerts(results: pl.DataFrame, rules: Mapping[str, AlertRules]) -> tuple[Notice, ...]:
    """Return one notice per rule that could not be checked without a value, change or usual range."""
    latest = _latest(results)
    return tuple(notice for kpi, rule in rules.items() for notice in _unchecked(kpi, latest.get(kpi), rule))


def _latest(results: pl.DataFrame) -> dict[str, Row]:
    """Return the last final row of the whole shop for each KPI."""
    is_final = (pl.col("state") == State.FINAL.value) & (pl.col("dimension") == "")
    rows = results.filter(is_final).sort("period_start").iter_rows(named=True)
    return {row["kpi"]: row for row in rows}


def _crossed(row: Row, rules: AlertRules) -> Iterator[Alert]:
    for rule, limit in _limits(rules):
        measured = row[rule.measure]
        if measured is not None and (measured < limit if rule.is_lower_limit else measured > limit):
            yield Alert(**_about(row), rule=rule, measured=measured, limit=limit)
    value, low, high = row["value"], row["usual_low"], row["usual_high"]
    if rules.band and low is not None and not low <= value <= high:
        yield Alert(**_about(row), rule=Rule.BAND, measured=value, band=(low, high), usual_n=row["usual_n"])


def _about(row: Row) -> dict[str, Any]:
    period = Period(row["period_start"], row["period_end"])
    return {"kpi": row["kpi"], "period": period, "value": row["value"]}


def _unchecked(kpi: str, row: Row | None, rules: AlertRules) -> Iterator[Notice]:
    if row is None:
        yield Notice("alert-not-checked", f"{kpi} has no final value, so its alert was not checked")
        return
    for rule, _ in _limits(rules):
        if row[rule.measure] is None:
            yield _not_checked(kpi, rule, "there is no final value to compare with")
    if rules.band and row["usual_low"] is None:
        yield _not_checked(kpi, Rule.BAND, "the history is too short for a usual range")


def _not_checked(kpi: str, rule: Rule, reason: str) -> Notice:
    return Notice("alert-not-checked", f"{rule} of {kpi} was not checked: {reason}")


def report_alerts(
    kpis: Answer[Computed], settings: Settings, notify: Notify, write: Callable[[str], None]
) -> tuple[str, ...]:
    """Pass crossed limits to `write`, one English line each, and unchecked ones to `notify`.

    Returns the sentences on crossed limits in the language of the settings. If there are any,
    the caller writes the result and exits with `ExitCode.THRESHOLD`.
    """
    for notice in unchecked_alerts(kpis.frame, settings.alerts):
        notify(notice)
    alerts = crossed_alerts(kpis.frame, settings.alerts)
    for alert in alerts:
        write(alert_sentence(alert, kpis.kind, "en", kpis.currency))
    return tuple(alert_sentence(alert, kpis.kind, settings.report.lang, kpis.currency) for alert in alerts)


def alert_sentence(alert: Alert, kind: PeriodKind, lang: Lang, currency: str) -> str:
    """Return a sentence such as `Orders was 812 in March 2024, below the limit of 900`, without a full stop."""
    from wieder.writing.numbers import numbers_for

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

"""The limits that a user sets for KPIs, and which of them the latest values have crossed."""

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
    """What is asked of a value; the names are those of the settings."""

    BELOW = "below"
    ABOVE = "above"
    CHANGE_BELOW = "change_below"
    CHANGE_ABOVE = "change_above"
    YEAR_CHANGE_BELOW = "year_change_below"
    YEAR_CHANGE_ABOVE = "year_change_above"
    BAND = "band"

    @property
    def measure(self) -> str:
        """The column of the results that is looked at."""
        if self in {Rule.YEAR_CHANGE_BELOW, Rule.YEAR_CHANGE_ABOVE}:
            return "year_before_change"
        return "previous_change" if self in {Rule.CHANGE_BELOW, Rule.CHANGE_ABOVE} else "value"

    @property
    def is_lower_limit(self) -> bool:
        """Whether what is below the limit crosses it."""
        return self in {Rule.BELOW, Rule.CHANGE_BELOW, Rule.YEAR_CHANGE_BELOW}


@dataclass(frozen=True, kw_only=True)
class Alert:
    """One limit that was crossed."""

    kpi: str
    period: Period
    """The last one in which the KPI is final."""
    rule: Rule
    measured: float
    """The value, or its change where the rule is about that: points for shares, else relative."""
    value: float
    limit: float | None = None
    """What was set; None for a band."""
    band: tuple[float, float] | None = None
    """The usual range, for a band."""
    usual_n: int | None = None
    """How many errors of earlier predictions the usual range is made from."""


def refuse_unknown_alerts(rules: Mapping[str, AlertRules]) -> None:
    """Raise UsageError for a KPI that there is not, a rule without a limit, and 20 where 20 % is meant.

    Call it before anything is computed.
    """
    for name, rule in rules.items():
        if name not in REGISTRY:
            raise UsageError(f"[alerts.{name}]: there is no such KPI", likely_kpis(name))
        limits = dict(_limits(rule))
        if not limits and not rule.band:
            names = ", ".join(Rule)
            raise UsageError(f"[alerts.{name}] sets no limit", f"give one of {names}, such as below = 0.2")
        if REGISTRY[name].unit is Unit.RATE and any(abs(limit) > 1 for limit in limits.values()):
            raise UsageError(f"[alerts.{name}]: the KPI is a share, from 0 to 1", "write 0.2 for 20 %")


def _limits(rules: AlertRules) -> Iterator[tuple[Rule, float]]:
    for rule in Rule:
        limit = getattr(rules, rule.value)
        if rule is not Rule.BAND and limit is not None:
            yield rule, limit


def crossed_alerts(results: pl.DataFrame, rules: Mapping[str, AlertRules]) -> tuple[Alert, ...]:
    """Every limit that is crossed by the latest final value of its KPI, in the order of the settings.

    `results` are the answer to the question of KPIs: with comparisons and the usual range.
    Only the whole shop is looked at. What has no value crosses nothing:
    `unchecked_alerts` names it.
    """
    latest = _latest(results)
    return tuple(
        alert for kpi, rule in rules.items() if kpi in latest for alert in _crossed(latest[kpi], rule)
    )


def unchecked_alerts(results: pl.DataFrame, rules: Mapping[str, AlertRules]) -> tuple[Notice, ...]:
    """One notice per rule that could not be checked, because there is no value, change or usual range."""
    latest = _latest(results)
    return tuple(notice for kpi, rule in rules.items() for notice in _unchecked(kpi, latest.get(kpi), rule))


def _latest(results: pl.DataFrame) -> dict[str, Row]:
    """KPI -> its last row that is final, of the whole shop."""
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


def told_alerts(
    kpis: Answer[Computed], settings: Settings, show: Notify, tell: Callable[[str], None]
) -> tuple[str, ...]:
    """Let `tell` say which limits were crossed, one line each, and `show` which could not be checked.

    Gives the sentences in the language of the settings. Whoever calls this ends
    with `ExitCode.THRESHOLD` if there are any, after the result was written.
    """
    for notice in unchecked_alerts(kpis.frame, settings.alerts):
        show(notice)
    alerts = crossed_alerts(kpis.frame, settings.alerts)
    for alert in alerts:
        tell(alert_sentence(alert, kpis.kind, "en", kpis.currency))
    return tuple(alert_sentence(alert, kpis.kind, settings.report.lang, kpis.currency) for alert in alerts)


def alert_sentence(alert: Alert, kind: PeriodKind, lang: Lang, currency: str) -> str:
    """`Orders was 812 in March 2024, below the limit of 900`, without a full stop."""
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

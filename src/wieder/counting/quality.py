"""The quality gate: named rules about the data themselves, each with a threshold, an example and a remedy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import polars as pl

from wieder.database import script
from wieder.errors import QualityError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from wieder.config import Check, Settings
    from wieder.counting.classify import Classified


class RuleState(StrEnum):
    """Result of a rule."""

    OK = "ok"
    CROSSED = "crossed"
    UNKNOWN = "unknown"
    """There is no threshold, or too little data for a value."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule. Its query, `counting/QUERY.sql`, returns one row: value, n, example."""

    slug: str
    query: str
    setting: str
    """The setting under `[check]` with its threshold."""
    remedy: str


RULES = (
    Rule(
        slug="duplicates",
        query="check_duplicates",
        setting="duplicates",
        remedy="compare the orders of the example: if they are the same order, correct the export",
    ),
    Rule(
        slug="freshness",
        query="check_freshness",
        setting="freshness_days",
        remedy="load a newer export",
    ),
    Rule(
        slug="gaps",
        query="check_gaps",
        setting="gap_days",
        remedy="export these days again: an export between two loads may be missing",
    ),
    Rule(
        slug="order-jumps",
        query="check_order_jumps",
        setting="order_jump",
        remedy="check that day: a campaign, an incomplete export, or repeated orders",
    ),
    Rule(
        slug="value-jumps",
        query="check_value_jumps",
        setting="value_jump",
        remedy="check that day: another currency, cents, or net instead of gross amounts",
    ),
    Rule(
        slug="anonymous",
        query="check_anonymous",
        setting="anonymous",
        remedy="map the column that identifies the customer: --map customer_id=COLUMN",
    ),
    Rule(
        slug="rejected",
        query="check_rejected",
        setting="rejected",
        remedy="`wieder rejects` lists them, `wieder rejects --mend FILE` writes them to be mended",
    ),
    Rule(
        slug="future-orders",
        query="check_future",
        setting="future_orders",
        remedy="check whether day and month are mixed up, and set --dates dmy or --dates mdy",
    ),
    Rule(
        slug="left-truncation",
        query="check_left_truncation",
        setting="left_truncation",
        remedy="load the older orders as well, or show only later periods with --from",
    ),
    Rule(
        slug="largest-customer",
        query="check_largest_customer",
        setting="largest_customer",
        remedy="if many customers share this key, such as guests, filter out its orders with [orders] where",
    ),
    Rule(
        slug="excessive-refunds",
        query="check_refunds",
        setting="excessive_refunds",
        remedy="check whether refunds have the currency and the unit of the amounts",
    ),
)
"""All rules, in the order in which they are shown."""

SCHEMA: Mapping[str, Any] = {
    "rule": pl.String,
    "state": pl.String,
    "value": pl.Float64,  # null where it is unknown
    "threshold": pl.Float64,  # the largest value that passes; null if none is set
    "count": pl.Int64,  # orders, rows or days behind the value
    "example": pl.String,
    "remedy": pl.String,
}
"""One row per rule."""


def check(con: Classified, settings: Settings, today: date) -> pl.DataFrame:
    """One row per rule that is not skipped: `SCHEMA`, in the order of `RULES`.

    Raises UsageError if the settings skip a rule that does not exist.
    """
    rules = _wanted(settings.check)
    _prepare(con, settings, today)
    return pl.DataFrame(
        [_result(con, rule, settings.check) for rule in rules], schema=dict(SCHEMA), orient="row"
    )


def refuse_crossed(rules: pl.DataFrame) -> None:
    """Raises QualityError if the threshold of a rule is crossed; `rules` is the result of `check`."""
    crossed = rules.filter(pl.col("state") == RuleState.CROSSED)
    if crossed.is_empty():
        return
    first = crossed.row(0, named=True)
    names = ", ".join(crossed["rule"])
    raise QualityError(
        f"the quality gate failed: {names}; {first['rule']} is {first['value']:.4g}, at most"
        f" {first['threshold']:.4g} is allowed ({first['example']})",
        f"{first['remedy']}; thresholds are set under [check] in wieder.toml",
    )


def _wanted(settings: Check) -> list[Rule]:
    known = [rule.slug for rule in RULES]
    if unknown := sorted(set(settings.skip) - set(known)):
        raise UsageError(f"[check] skip: there is no rule {unknown[0]!r}", f"use one of {', '.join(known)}")
    return [rule for rule in RULES if rule.slug not in settings.skip]


def _prepare(con: Classified, settings: Settings, today: date) -> None:
    terms = {
        "today": today,
        "duplicate_minutes": settings.check.duplicate_minutes,
        "order_jump": settings.check.order_jump,
        "value_jump": settings.check.value_jump,
        "complete_history": settings.orders.complete_history,
    }
    con.execute(script("counting/check_terms"), terms)
    con.execute(script("counting/check_days"))


def _result(con: Classified, rule: Rule, settings: Check) -> tuple[Any, ...]:
    """The row of one rule."""
    found = con.execute(script(f"counting/{rule.query}")).fetchall()
    value, count, example = found[0] if found else (None, None, None)
    threshold = getattr(settings, rule.setting)
    value = None if value is None else float(value)
    return (rule.slug, _state(value, threshold), value, threshold, count, example, rule.remedy)


def _state(value: float | None, threshold: float | None) -> RuleState:
    if value is None or threshold is None:
        return RuleState.UNKNOWN
    return RuleState.CROSSED if value > threshold else RuleState.OK

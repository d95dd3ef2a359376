"""A made-up shop over 36 months, as the frames behind a report."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from math import sin, sqrt
from typing import TYPE_CHECKING, Any

import polars as pl

from made_up_findings import findings_of
from made_up_parts import customer_segments, flow, waits
from wieder.asking.results import SCHEMA
from wieder.asking.usual_range import with_usual_range
from wieder.kpis import REGISTRY
from wieder.kpis.base import Interval
from wieder.locale.text import Unit
from wieder.notices import Notice
from wieder.periods import Period, PeriodKind, add_months, periods_between
from wieder.questions.changes.latest import latest_changes
from wieder.questions.changes.parts import split_changes
from wieder.report.document import build
from wieder.report.sections.changes import ChangesFound

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wieder.report.document import Document
    from wieder.report.findings import Findings

START = date(2022, 4, 1)
AS_OF = date(2025, 4, 1)
MONTHS = periods_between(PeriodKind.MONTH, START, AS_OF)
COMPARISONS = ("previous_value", "previous_change", "year_before_value", "year_before_change")
WINDOWS = (30, 60, 90, 180, 365)


SIZES = {"orders": 420, "new": 170, "anonymous": 30, "customers": 350}
YEARLY = {
    "average_order_value_year": (58.0, 0.2, 6_210.0),
    "purchase_frequency_per_year": (1.05, 0.004, 3_480.5),
    "customer_lifetime_years": (1.62, 0.01, 1_210.0),
}
"""Value at the start, increase per month, denominator."""
LEVELS = {
    "base_retention_rate": 0.83,
    "churn_rate": 0.11,
    "top_20_revenue_share": 0.41,
    "period_retention_rate": 0.17,
}


def wilson(successes: float, trials: float) -> tuple[float, float]:
    share, z = successes / trials, 1.96
    middle = share + z * z / (2 * trials)
    spread = z * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    return (middle - spread) / (1 + z * z / trials), (middle + spread) / (1 + z * z / trials)


def parts(kpi: str, index: int, scale: float) -> tuple[float, float | None]:
    """Return a plausible numerator and denominator of `kpi` in month `index`."""
    season = 1 + 0.25 * sin(index / 12 * 6.283 - 1.9) + 0.012 * index
    counts = {name: round(size * season * scale) for name, size in SIZES.items()}
    counts["returning"] = counts["orders"] - counts["new"] - counts["anonymous"]
    value = 58.4 + 0.21 * index + 2.2 * sin(index * 2.4)
    part = kpi.removesuffix("_orders").removesuffix("_revenue").replace("revenue", "orders")
    if part in counts:
        return (counts[part] if REGISTRY[kpi].unit is Unit.COUNT else counts[part] * round(value, 2)), None
    if kpi in YEARLY:
        base, slope, denominator = YEARLY[kpi]
        return (base + slope * index) * denominator, denominator
    if days := window_of(kpi):
        return round(counts["new"] * (0.08 + 0.02 * sqrt(days) + 0.0012 * index)), counts["new"]
    return ratio(kpi, counts, value, index)


def ratio(kpi: str, counts: dict[str, int], value: float, index: int) -> tuple[float, float | None]:
    customers = counts["customers"]
    match REGISTRY[kpi].unit:
        case Unit.RATE:
            level = LEVELS.get(kpi, 0.46) + 0.002 * index + 0.014 * sin(index * 1.7)
            return round(customers * level), customers
        case Unit.MONEY:
            return round(counts["orders"] * value, 2), counts["orders"]
        case Unit.DAYS:
            return 61.0 + index % 5, None
    return round(customers * 0.7, 1), customers


def window_of(kpi: str) -> int:
    """Return the days in the id of a repeat purchase rate, else 0."""
    match = re.fullmatch(r"repeat_purchase_rate_(\d+)d", kpi)
    return int(match[1]) if match else 0


def known_from(kpi: str) -> int:
    """Return the first month in which a KPI with a long look-back is known."""
    return {
        "customer_lifetime_years": 24,
        "customer_lifetime_value": 24,
        "base_retention_rate": 6,
        "churn_rate": 6,
    }.get(kpi, 0)


def state_of(kpi: str, index: int, period: Period) -> str:
    if index < known_from(kpi):
        return "none"
    days = window_of(kpi)
    if period.start + timedelta(days=days) > AS_OF:
        return "none"
    return "partial" if period.end + timedelta(days=days) > AS_OF else "final"


def row(
    kpi: str, index: int, period: Period, scale: float = 1.0, *, dimension: str = "", segment: str = ""
) -> dict[str, Any]:
    state = state_of(kpi, index, period)
    numerator, denominator = parts(kpi, index, scale)
    value = numerator / denominator if denominator else numerator
    known = state != "none"
    low, high = (
        wilson(numerator, denominator)
        if known and denominator and REGISTRY[kpi].interval is Interval.WILSON
        else (None, None)
    )
    return {
        "kpi": kpi, "version": 1, "period_start": period.start, "period_end": period.end,
        "dimension": dimension, "segment": segment, "numerator": numerator if known else None,
        "denominator": denominator if known else None, "value": value if known else None,
        "ci_low": low, "ci_high": high, "n": int(denominator or numerator) if known else 0,
        "state": state, "as_of": AS_OF,
    }  # fmt: skip


def compared(rows: list[dict[str, Any]]) -> pl.DataFrame:
    values = {(one["kpi"], one["segment"], one["period_start"]): one["value"] for one in rows}
    for one in rows:
        for name, months in (("previous", -1), ("year_before", -12)):
            before = values.get((one["kpi"], one["segment"], add_months(one["period_start"], months)))
            one[f"{name}_value"] = before
            one[f"{name}_change"] = change(one["value"], before, REGISTRY[one["kpi"]].unit)
    return pl.DataFrame(rows, schema={**SCHEMA, **dict.fromkeys(COMPARISONS, pl.Float64)})


def change(now: float | None, before: float | None, unit: Unit) -> float | None:
    if now is None or before is None:
        return None
    return now - before if unit is Unit.RATE else now / before - 1


@cache
def monthly() -> pl.DataFrame:
    rows = [row(kpi, index, period) for kpi in REGISTRY for index, period in enumerate(MONTHS)]
    values = {(one["kpi"], one["period_start"]): one["value"] for one in rows}
    for one in rows:
        if one["kpi"] == "customer_lifetime_value" and one["value"] is not None:
            value, frequency, lifetime = (values[factor, one["period_start"]] for factor in YEARLY)
            one |= {
                "numerator": value * frequency,
                "denominator": 1 / lifetime,
                "value": value * frequency * lifetime,
            }
    return with_usual_range(compared(rows), PeriodKind.MONTH)


@cache
def whole() -> pl.DataFrame:
    rows = [row(kpi, 34, Period(START, AS_OF), 20.0) for kpi in REGISTRY]
    for one in rows:
        one["state"] = "partial" if "_365d" in one["kpi"] else "final"
    return pl.DataFrame(rows, schema=SCHEMA)


@cache
def by_channel() -> pl.DataFrame:
    scales = {"Newsletter": 0.31, "Organische Suche": 0.42, "Bezahlte Suche & Shopping": 0.2, "": 0.02}
    return compared(
        [
            row(kpi, index, MONTHS[index], scale, dimension="channel", segment=name)
            for kpi in REGISTRY
            for name, scale in scales.items()
            for index in range(22, 36)
        ]
    )


def cohort_rows() -> Iterator[dict[str, Any]]:
    for index, month in enumerate(MONTHS):
        customers = int(parts("new_orders", index, 1.0)[0])
        for age in range(len(MONTHS)):
            last = index + age == len(MONTHS) - 1
            state = "none" if index + age > len(MONTHS) - 1 else "partial" if last and index > 30 else "final"
            share = 1.0 if age == 0 else (0.23 + 0.0015 * index) * 0.93**age + 0.02 * sin(index * 7 + age * 3)
            active = None if state == "none" else round(customers * max(share, 0))
            yield {
                "cohort_start": month.start,
                "age": age,
                "customers": customers,
                "active": active,
                "state": state,
            }


STEPS = {
    "rows_read": (21_507, "1312077.40"),
    "rows_rejected": (-14, "-690.25"),
    "rows_left_out": (0, "0"),
    "rows_merged": (-812, "0"),
    "orders_replaced": (0, "0"),
    "orders_cancelled": (-655, "-39120.10"),
    "orders_zero": (-41, "0"),
    "orders_negative": (-18, "1204.55"),
    "orders_after_as_of": (-97, "-5993.20"),
    "orders_before_from": (0, "0"),
    "orders_after_to": (0, "0"),
    "kpi_orders": (19_870, "1267478.40"),
    "of_which_identified": (18_480, "1179475.30"),
    "of_which_anonymous": (1_390, "88003.10"),
}


def bridge() -> pl.DataFrame:
    rows = [{"step": step, "rows": rows, "amount": Decimal(amount)} for step, (rows, amount) in STEPS.items()]
    return pl.DataFrame(rows, schema={"step": pl.String, "rows": pl.Int64, "amount": pl.Decimal(38, 4)})


@cache
def changes() -> ChangesFound:
    found = latest_changes(monthly(), PeriodKind.MONTH)
    return ChangesFound(changes=found, parts=split_changes(found, by_channel()))


def report_inputs(**changed: Any) -> Findings:
    """Return the report of the made-up shop, with some inputs replaced."""
    return findings_of(**_usual() | changed)


@cache
def report_document() -> Document:
    """Return the report of the made-up shop in English, with no input replaced."""
    return build(report_inputs(), REGISTRY)


@cache
def _usual() -> dict[str, Any]:
    return {
        "as_of": AS_OF, "history_start": START, "kind": PeriodKind.MONTH,
        "results": monthly(), "whole": whole(), "segments": by_channel(),
        "cohorts": pl.DataFrame(list(cohort_rows())),
        "changes": changes(), "flow": flow(MONTHS, AS_OF), "waits": waits(),
        "customer_segments": customer_segments(MONTHS[-1]),
        "bridge": bridge(), "sources": ("orders.csv", "customers.csv"), "occasion": "order",
        "witnesses": 31,
        "notices": (
            Notice(
                "order-lines-summed", "812 rows share an order with another row and were added up",
                values={"variant": "added", "files": ("orders.csv",), "rows": 20_682, "orders": 19_870},
            ),
            Notice(
                "as-of", "97 orders of the last day were left out", "--as-of 2025-04-02 counts them",
                values={"day": AS_OF, "n": 97, "next_day": "2025-04-02"},
            ),
        ),
    }  # fmt: skip

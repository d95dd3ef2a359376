"""All values that break table writers in one frame, and a small report with such values."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from made_up_findings import findings_of
from wieder.asking.results import SCHEMA
from wieder.kpis import REGISTRY
from wieder.kpis.base import Better, Interval, Kpi
from wieder.locale.text import Lang, Text, Unit
from wieder.marts.purchases import PURCHASES
from wieder.notices import Notice
from wieder.periods import Period, PeriodKind, periods_between

if TYPE_CHECKING:
    from wieder.report.findings import Findings

FRAME = pl.DataFrame(
    {
        "name": [
            'a "quoted" one', "two\nlines", "Größe;ß,\tü", "", "|pipe| <script>&amp; *_",
            "[/oops]\x1b[31m\u202e", "=1+1", None,
        ],
        "value": [0.0, 1.0, 1e-05, 1e22, -1234567.891, None, 0.1 + 0.2, float("nan")],
        "count": [0, -1, 2**53 + 1, None, 5, 6, 7, 8],
        "money": [
            Decimal("0.0000"), Decimal("12345678901234.5678"), None, Decimal("-0.0100"),
            *[Decimal("19.9000")] * 4,
        ],
        "day": [date(2024, 2, 29), None, date(1, 1, 1), date(9999, 12, 31), *[None] * 4],
        "at": [datetime(2024, 3, 31, 2, 30, 0, 123000), datetime(2024, 12, 31), *[None] * 6],  # noqa: DTZ001
        "yes": [True, False, None, True, False, None, True, False],
    },
    schema_overrides={"money": pl.Decimal(38, 4)},
)  # fmt: skip


def kpi(
    id_: str, family: str, unit: Unit, *, de: str, en: str, better: Better = Better.UP, **more: Any
) -> Kpi:
    return Kpi(
        id=id_, family=family, mart=PURCHASES, shown=REGISTRY[id_].shown, unit=unit, better=better,
        label=Text(de=de, en=en),
        meaning=Text(de=f"{de}: <b>was</b> & wie.", en=f"{en}: <b>what</b> & how."),
        formula=Text(de="Zähler / Nenner", en="numerator / denominator"),
        witness="select 1 as [/one]", **more,
    )  # fmt: skip


NASTY_REGISTRY = {
    one.id: one
    for one in (
        kpi("revenue", "orders", Unit.MONEY, de="Umsatz", en="Revenue"),
        kpi("orders", "orders", Unit.COUNT, de="Bestellungen", en="Orders"),
        kpi("new_revenue", "orders", Unit.MONEY, de="Neuumsatz", en="New revenue"),
        kpi("returning_revenue", "orders", Unit.MONEY, de="Stammumsatz", en="Returning revenue"),
        kpi(
            "repeat_purchase_rate_90d", "loyalty", Unit.RATE, de="Wiederkaufrate", en="Repeat rate",
            interval=Interval.WILSON, minimum_n=30, maturity=Text(de="nach 90 Tagen", en="after 90 days"),
        ),
        kpi(
            "churn_rate", "retention", Unit.RATE, de="Abwanderungsrate", en="Churn rate",
            better=Better.DOWN, interval=Interval.WILSON,
        ),
    )
}  # fmt: skip
QUARTERS = periods_between(PeriodKind.QUARTER, date(2023, 1, 1), date(2024, 1, 1))
AS_OF = date(2024, 1, 1)
ROWS: dict[str, list[tuple[float | None, float | None, str]]] = {
    "revenue": [
        (0.0, None, "final"),
        (99_999_999_999.99, None, "final"),
        (1234.5, None, "final"),
        (-5.0, None, "final"),
    ],
    "orders": [(0, None, "final"), (1, None, "final"), (1_234_567, None, "final"), (3, None, "final")],
    "new_revenue": [
        (0.0, None, "final"),
        (1.0, None, "final"),
        (1000.0, None, "final"),
        (0.0, None, "final"),
    ],
    "returning_revenue": [
        (0.0, None, "final"),
        (2.0, None, "final"),
        (234.5, None, "final"),
        (0.0, None, "final"),
    ],
    "repeat_purchase_rate_90d": [
        (0, 40, "final"),
        (40, 40, "final"),
        (7, 12, "partial"),
        (None, None, "none"),
    ],
    "churn_rate": [
        (1, 100_000, "final"),
        (99_999, 100_000, "final"),
        (50, 100, "final"),
        (None, None, "none"),
    ],
}
"""Return numerator, denominator and state of each quarter."""


def nasty_results(dimension: str = "", segment: str = "") -> pl.DataFrame:
    rows = [
        result(id_, period, *row, dimension=dimension, segment=segment)
        for id_, series in ROWS.items()
        for period, row in zip(QUARTERS, series, strict=True)
    ]
    comparisons = {
        "previous_value": pl.Float64, "previous_change": pl.Float64,
        "year_before_value": pl.Float64, "year_before_change": pl.Float64,
    }  # fmt: skip
    changes = {"previous_change": 0.00001, "previous_value": 1.0}
    return pl.DataFrame([row | changes for row in rows], schema={**SCHEMA, **comparisons})


def result(
    id_: str, period: Period, numerator: float | None, denominator: float | None, state: str, **place: str
) -> dict[str, object]:
    share = None if numerator is None else numerator / (denominator or 1)
    is_rate = denominator is not None
    return {
        "kpi": id_, "version": 1, "period_start": period.start, "period_end": period.end, **place,
        "numerator": numerator, "denominator": denominator, "value": share,
        "ci_low": max(0.0, share - 0.05) if is_rate and share is not None else None,
        "ci_high": min(1.0, share + 0.05) if is_rate and share is not None else None,
        "n": None if numerator is None else int(denominator or numerator), "state": state, "as_of": AS_OF,
    }  # fmt: skip


def nasty_inputs(lang: Lang, **changed: Any) -> Findings:
    span = Period(QUARTERS[0].start, AS_OF)
    whole = pl.DataFrame(
        [result(id_, span, *series[1], dimension="", segment="") for id_, series in ROWS.items()],
        schema=SCHEMA,
    )
    bridge = pl.DataFrame(
        {
            "step": ["rows_read", "rows_rejected", "orders_zero", "kpi_orders", "of_which_identified"],
            "rows": [5, -1, -1, 3, 3],
            "amount": [
                Decimal("10.0000"),
                Decimal("-0.0050"),
                Decimal(0),
                Decimal("9.9950"),
                Decimal("9.9950"),
            ],
        },
        schema_overrides={"amount": pl.Decimal(38, 4)},
    )
    cohorts = pl.DataFrame(
        {
            "cohort_start": [QUARTERS[0].start] * 4 + [QUARTERS[1].start] * 4,
            "age": [0, 1, 2, 3] * 2,
            "customers": [1000] * 8,
            "active": [1000, 1, 0, 999, 1000, 500, 250, None],
            "state": ["final", "final", "final", "final", "final", "final", "partial", "none"],
        }
    )
    usual: dict[str, Any] = {
        "title": '<b>Größe</b> & "Söhne"', "lang": lang, "as_of": AS_OF,
        "history_start": QUARTERS[0].start, "kind": PeriodKind.QUARTER,
        "results": nasty_results(), "whole": whole,
        "segments": pl.concat(
            [nasty_results("<i>channel", "'\"><script>alert(1)</script>"),
             nasty_results("<i>channel")]
        ),
        "cohorts": cohorts, "bridge": bridge, "notices": (Notice("odd", "<u>odd</u>", "--x 'y'"),),
        "sources": ("<script>alert(2).csv",), "occasion": "day", "witnesses": 0,
    }  # fmt: skip
    return findings_of(**usual | changed)

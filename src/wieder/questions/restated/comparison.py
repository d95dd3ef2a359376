"""Comparison of today's results with those of an earlier report, with the causes of differences."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from wieder.kpis import REGISTRY
from wieder.kpis.base import State
from wieder.marts.frames import pl
from wieder.marts.refund_days import REFUND_DAYS
from wieder.marts.refunds import REFUNDS
from wieder.questions.restated.table import FACTS, ORDER_FACTS, RESTATED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wieder.marts.base import Mart

CAUSES = (
    "definition",
    "late-orders",
    "missing-orders",
    "excluded-orders",
    "readmitted-orders",
    "corrected-amounts",
    "refunds",
    "merged-customers",
    "settings",
    "matured",
    "other-periods",
    "unknown",
)
"""Possible causes of a changed value. `refunds` applies only to KPIs of refunds; `matured`: the value was partial
then; `other-periods`: no other cause, but orders or customers of other periods changed, on which the KPI may
depend; `unknown`: no cause at all."""

TOLERANCE = 1e-9
"""Relative; smaller differences result from the order of addition."""


def restated(then: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """The rows of `RESTATED`, from two frames with columns `kept.KEPT`: an earlier one and today's.

    Periods and KPIs that only one of the frames contains are left out.
    """
    keys = ["kpi", "period_start", "period_end"]
    earlier = then.select(
        *keys,
        then="value",
        then_state="state",
        then_as_of="as_of",
        then_version="version",
        then_load="load",
    )
    changed_settings = _changed_settings(then, now)
    compared = (
        now.join(earlier, on=keys, maintain_order="left")
        .filter(_is_other_value())
        .join(_differences(then, now), on="period_start", how="left", maintain_order="left")
        .with_columns(difference=pl.col("value") - pl.col("then"), changed_settings=pl.lit(changed_settings))
    )
    return compared.with_columns(causes=_causes()).select(*RESTATED.schema).cast(RESTATED.schema)


def _is_other_value() -> pl.Expr:
    value, then = pl.col("value"), pl.col("then")
    size = pl.max_horizontal(value.abs(), then.abs(), pl.lit(1.0))
    is_far = (value - then).abs() > TOLERANCE * size
    return is_far.fill_null(value.is_null() != then.is_null())


def _differences(then: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """`period_start` and the columns of `DIFFERENCES`, for periods in both frames."""
    facts_now, facts_then = (frame.select("period_start", *FACTS).unique() for frame in (now, then))
    both = facts_now.join(facts_then, on="period_start", suffix="_then")
    differences = both.select(
        "period_start", *((pl.col(fact) - pl.col(f"{fact}_then")).alias(f"more_{fact}") for fact in FACTS)
    )
    has_changed = pl.any_horizontal(pl.col(f"more_{fact}") != 0 for fact in ORDER_FACTS).cast(pl.Int64)
    return differences.with_columns(changed_periods=has_changed.sum() - has_changed)


def _causes() -> pl.Expr:
    more = {fact: pl.col(f"more_{fact}") for fact in FACTS}
    applies = {
        "definition": pl.col("version") != pl.col("then_version"),
        "settings": pl.col("changed_settings") != "",
        "late-orders": more["known_orders"] > 0,
        "missing-orders": more["known_orders"] < 0,
        "excluded-orders": more["excluded_orders"] > 0,
        "readmitted-orders": more["excluded_orders"] < 0,
        "corrected-amounts": (more["known_orders"] == 0) & (more["known_amount"] != 0),
        "refunds": _is_of(REFUND_DAYS) | (_is_of(REFUNDS) & (more["refunded_amount"] != 0)),
        "merged-customers": more["merged_customers"] != 0,
        "matured": pl.col("then_state") == State.PARTIAL.value,
    }
    own = pl.any_horizontal(applies.values())
    applies |= {
        "other-periods": ~own & (pl.col("changed_periods") > 0),
        "unknown": ~own & (pl.col("changed_periods") == 0),
    }
    return pl.concat_str(
        (pl.when(applies[cause]).then(pl.lit(cause)) for cause in CAUSES), separator=" ", ignore_nulls=True
    )


def _is_of(mart: Mart) -> pl.Expr:
    return pl.col("kpi").is_in([kpi.id for kpi in REGISTRY.values() if kpi.mart is mart])


def _changed_settings(then: pl.DataFrame, now: pl.DataFrame) -> str:
    """The names of the settings that differ, separated by spaces."""
    before, after = (_settings_of(frame) for frame in (then, now))
    names = sorted({*before, *after})
    return " ".join(name for name in names if before.get(name) != after.get(name))


def _settings_of(kept: pl.DataFrame) -> Mapping[str, object]:
    found: Mapping[str, object] = json.loads(kept["settings"][0]) if kept.height else {}
    return found

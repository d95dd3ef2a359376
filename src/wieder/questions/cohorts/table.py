"""Cohorts by age: retention, orders, revenue and cumulative revenue per customer.

A customer is eligible at an age that is over for that customer. Numerators and
denominators contain eligible customers only. A cell is therefore final if all members
of the cohort are eligible, partial if some are, and null if none is.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import timedelta
from typing import TYPE_CHECKING

from wieder.asking.table import Table, TableColumn
from wieder.kpis.base import State
from wieder.locale.text import Text, Unit
from wieder.marts.base import Type
from wieder.marts.frames import pl
from wieder.models.wilson import wilson_interval
from wieder.questions.cohorts.rules import Mode
from wieder.questions.cohorts.witness import cohort_witness

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from wieder.asking.compute import Cut
    from wieder.kpis.base import Scope
    from wieder.periods import Period
    from wieder.questions.cohorts.rules import CohortRules, Measure

COHORT = ["segment", "cohort"]
COUNTS = ("eligible", "finished", "active", "orders", "repeat_orders", "revenue")
KEYS = ["dimension", "segment", "cohort_start"]
ALL_PERIODS = -1
"""The cohort of all customers, if periods do not define cohorts."""


def cohort_cells(
    mart: pl.DataFrame, scope: Scope, shown: Sequence[Period], rules: CohortRules, cut: Cut
) -> pl.DataFrame:
    """Return one row per cohort and age, for customers whose first order is in `shown`.

    `mart` is the result of cohort_mart.sql for the same rules and scope. With
    `rules.by_period` a cohort is a period of first orders, and the average of all
    cohorts follows; otherwise a cohort is a segment of the cut.
    """
    segment = pl.lit(0, pl.Int32) if cut.is_whole else pl.col("segment")
    rows = mart.with_columns(segment=segment).join(_first_days(mart, scope, shown, rules), on="first_day")
    cells = _named(_cells(rows, rules.mode), scope, cut)
    if rules.by_period:
        cells = pl.concat([cells, _average(cells)])
    return _with_measures(cells)


def _first_days(
    mart: pl.DataFrame, scope: Scope, shown: Sequence[Period], rules: CohortRules
) -> pl.DataFrame:
    """Return one row per day with first orders in `shown`, with its cohort.

    `counted` is the number of ages that count for the customers of that day, and
    `finished` the number of ages with results that can no longer change.
    """
    starts = [period.start for period in scope.periods]
    is_shown = {period.start for period in shown}
    settled = scope.as_of - timedelta(days=scope.window_days if rules.mode is Mode.ROLLING else 0)
    rows = []
    for day in mart["first_day"].unique().sort():
        cohort = bisect_right(starts, day) - 1
        if starts[cohort] <= day < scope.periods[cohort].end and starts[cohort] in is_shown:
            known = _ages(day, cohort, scope, rules, scope.as_of, begun=rules.incomplete)
            finished = _ages(day, cohort, scope, rules, settled, begun=False)
            rows.append((day, cohort if rules.by_period else ALL_PERIODS, known, finished))
    schema = {"first_day": pl.Date, "cohort": pl.Int32, "counted": pl.Int64, "finished": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _ages(day: date, cohort: int, scope: Scope, rules: CohortRules, until: date, *, begun: bool) -> int:
    """Return the number of ages that are over before `until`, or have begun, after a first order on `day`."""
    if rules.step_days is None:
        ends = [period.start + timedelta(days=1) if begun else period.end for period in scope.periods]
        return max(0, bisect_right(ends, until) - cohort)
    days = (until - day).days + (rules.step_days - 1 if begun else 0)
    return max(0, days // rules.step_days)


def _cells(rows: pl.DataFrame, mode: Mode) -> pl.DataFrame:
    """Return the counts of every cohort at every age; zero, not null, without orders."""
    members = rows.filter(pl.col("age") == 0)
    changes = [
        members.select(*COHORT, age="counted", eligible=-pl.col("n_active")),
        members.select(*COHORT, age="finished", finished=-pl.col("n_active")),
        rows.filter(pl.col("age") < pl.col("counted")).select(
            *COHORT, "age", orders="n_orders", repeat_orders="n_repeat_orders", revenue="revenue"
        ),
        *_retained(rows, mode),
    ]
    sums = pl.concat(changes, how="diagonal_relaxed").group_by(*COHORT, "age").agg(pl.col(*COUNTS).sum())
    ages = members.select(age=pl.int_ranges(pl.max_horizontal(pl.col("counted").max(), 1))).explode("age")
    cohorts = members.group_by(COHORT).agg(customers=pl.col("n_active").sum())
    grid = cohorts.join(ages, how="cross").join(sums, on=[*COHORT, "age"], how="left").sort(*COHORT, "age")
    running = ["eligible", "finished"] if mode is Mode.CLASSIC else ["eligible", "finished", "active"]
    return (
        grid.with_columns(pl.col(*COUNTS).fill_null(0))
        .with_columns(pl.col(*running).cum_sum().over(COHORT))
        .with_columns(pl.col("eligible", "finished") + pl.col("customers"))
    )


def _retained(rows: pl.DataFrame, mode: Mode) -> list[pl.DataFrame]:
    """Return `active` by age; in rolling and cumulative mode as changes from one age to the next.

    A customer counts only at the ages below `counted`.
    """
    counting = rows.filter(pl.col("age") < pl.col("counted"))
    if mode is Mode.CLASSIC:
        return [counting.select(*COHORT, "age", active="n_active")]
    if mode is Mode.CUMULATIVE:
        return [
            counting.select(*COHORT, "age", active="n_second"),
            counting.select(*COHORT, age="counted", active=-pl.col("n_second")),
        ]
    after_last = pl.min_horizontal(pl.col("age") + 1, "counted")
    return [
        rows.select(*COHORT, age=pl.lit(0, pl.Int64), active="n_last"),
        rows.select(*COHORT, age=after_last, active=-pl.col("n_last")),
    ]


def _named(cells: pl.DataFrame, scope: Scope, cut: Cut) -> pl.DataFrame:
    """Return the cells with dimension, segment, cohort and state; unknown counts are null."""
    starts = {index: period.start for index, period in enumerate(scope.periods)}
    state = (
        pl.when(pl.col("eligible") == 0)
        .then(pl.lit(State.NONE.value))
        .when(pl.col("finished") == pl.col("customers"))
        .then(pl.lit(State.FINAL.value))
        .otherwise(pl.lit(State.PARTIAL.value))
    )
    known = pl.when(pl.col("eligible") > 0).then(pl.col("active", "orders", "repeat_orders", "revenue"))
    return (
        cells.with_columns(
            known,
            dimension=pl.lit(cut.of_customers),
            segment=pl.col("segment").replace_strict(dict(cut.labels), return_dtype=pl.String),
            cohort_start=pl.col("cohort").replace_strict(starts, default=None, return_dtype=pl.Date),
            state=state,
        )
        .select(*KEYS, "age", "customers", *COUNTS, "state")
        .drop("finished")
    )


def _average(cells: pl.DataFrame) -> pl.DataFrame:
    """Return the sums of final cells over all cohorts, by age; each customer is in one cohort only."""
    is_final = pl.col("state") == State.FINAL
    sums = cells.group_by("dimension", "segment", "age").agg(
        pl.col("customers").sum(),
        pl.col("eligible").filter(is_final).sum(),
        *(pl.col(name).filter(is_final).sum() for name in ("active", "orders", "repeat_orders", "revenue")),
        state=pl.when(is_final.any()).then(pl.lit(State.FINAL.value)).otherwise(pl.lit(State.NONE.value)),
    )
    known = pl.when(pl.col("eligible") > 0).then(pl.col("active", "orders", "repeat_orders", "revenue"))
    return sums.with_columns(known, cohort_start=pl.lit(None, pl.Date)).select(cells.columns)


def _with_measures(cells: pl.DataFrame) -> pl.DataFrame:
    """Add the ratios; `ltv` is the running sum over ages of revenue per eligible customer."""
    divisible = cells.with_columns(
        amount=pl.col("revenue").cast(pl.Float64),
        base=pl.when(pl.col("eligible") > 0).then(pl.col("eligible").cast(pl.Float64)),
    ).sort(*KEYS, "age", nulls_last=True)
    return (
        divisible.with_columns(
            retention=pl.col("active") / pl.col("base"),
            average_order_value=pl.when(pl.col("orders") > 0).then(pl.col("amount") / pl.col("orders")),
            ltv=(pl.col("amount") / pl.col("base")).cum_sum().over(KEYS),
        )
        .with_columns(*wilson_interval(pl.col("retention"), pl.col("base")))
        .select(*(column.name for column in COLUMNS))
    )


def wide_cohorts(cells: pl.DataFrame, measure: Measure) -> pl.DataFrame:
    """Return one row per cohort, with `measure` at each age as `age_0`, `age_1` ...; null if unknown.

    `repeat_orders` are those at age 0. The first `final_ages` ages are final,
    later ones are partial.
    """
    is_final = pl.col("state") == State.FINAL
    cohorts = cells.group_by(KEYS, maintain_order=True).agg(
        pl.col("customers").first(), pl.col("repeat_orders").first(), final_ages=is_final.sum().cast(pl.Int64)
    )
    for (age,), column in cells.group_by("age", maintain_order=True):
        values = column.select(*KEYS, pl.col(measure.column).alias(f"age_{age}"))
        cohorts = cohorts.join(values, on=KEYS, how="left", nulls_equal=True, maintain_order="left")
    return cohorts


COLUMNS = (
    TableColumn(name="dimension", type=Type.TEXT, label=Text(de="Merkmal", en="Dimension")),
    TableColumn(name="segment", type=Type.TEXT, label=Text(de="Segment", en="Segment")),
    TableColumn(name="cohort_start", type=Type.DATE, label=Text(de="Erste Bestellung", en="First order")),
    TableColumn(name="age", type=Type.INTEGER, label=Text(de="Alter", en="Age")),
    TableColumn(
        name="customers", type=Type.INTEGER, label=Text(de="Kunden", en="Customers"), unit=Unit.COUNT
    ),
    TableColumn(
        name="eligible", type=Type.INTEGER, label=Text(de="davon so alt", en="Of that age"), unit=Unit.COUNT
    ),
    TableColumn(name="active", type=Type.INTEGER, label=Text(de="Aktiv", en="Active"), unit=Unit.COUNT),
    TableColumn(
        name="orders", type=Type.INTEGER, label=Text(de="Bestellungen", en="Orders"), unit=Unit.COUNT
    ),
    TableColumn(
        name="repeat_orders",
        type=Type.INTEGER,
        label=Text(de="Folgebestellungen", en="Repeat orders"),
        unit=Unit.COUNT,
    ),
    TableColumn(name="revenue", type=Type.MONEY, label=Text(de="Umsatz", en="Revenue"), unit=Unit.MONEY),
    TableColumn(name="retention", type=Type.FLOAT, label=Text(de="Bindung", en="Retention"), unit=Unit.RATE),
    TableColumn(name="ci_low", type=Type.FLOAT, label=Text(de="von", en="from"), unit=Unit.RATE),
    TableColumn(name="ci_high", type=Type.FLOAT, label=Text(de="bis", en="to"), unit=Unit.RATE),
    TableColumn(
        name="average_order_value",
        type=Type.FLOAT,
        label=Text(de="Bestellwert", en="Average order value"),
        unit=Unit.MONEY,
    ),
    TableColumn(
        name="ltv",
        type=Type.FLOAT,
        label=Text(de="Umsatz je Kunde bisher", en="Revenue per customer so far"),
        unit=Unit.MONEY,
    ),
    TableColumn(name="state", type=Type.TEXT, label=Text(de="Stand", en="State")),
)

MEANING = Text(
    de="Je Kohorte und Alter: die Kunden mit gültiger erster Bestellung im Zeitraum (oder Segment) und was sie im Alter 0 (dem der ersten Bestellung), 1, 2 ... kauften. Gezählt sind nur Kunden, für die das Alter vorüber ist; ist es das für keinen, bleibt die Zelle leer. Die Zeile ohne Zeitraum fasst die endgültigen Zellen aller Kohorten zusammen.",
    en="Per cohort and age: the customers whose first valid order lies in the period (or segment), and what they bought at age 0 (that of the first order), 1, 2 ... Only customers for whom the age is over are counted; where it is for nobody, the cell is empty. The row without a period pools the final cells of all cohorts.",
)


EMPTY = {
    "cohort_start": "the row pools all cohorts",
    "active": "no customer of the cohort has completed the age",
    "orders": "as active",
    "repeat_orders": "as active",
    "revenue": "as active",
    "retention": "as active",
    "ci_low": "as active",
    "ci_high": "as active",
    "ltv": "as active",
    "average_order_value": "as active, or there are no orders",
}


def cohort_table(rules: CohortRules) -> Table:
    """Return the table of cohorts for `rules`."""
    return Table(
        id=f"cohorts_{rules.age}_{rules.mode}",
        label=Text(de="Kohorten", en="Cohorts"),
        meaning=MEANING,
        columns=COLUMNS,
        keys=(*KEYS, "age"),
        empty=EMPTY,
        witness=cohort_witness(rules),
    )

"""The table of customer lifetime value: rule of thumb, realised value and prediction."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from wieder.asking.table import SEGMENT_COLUMNS, NoWitness, Table, TableColumn, money_column
from wieder.kpis.base import State
from wieder.locale.text import Text, Unit
from wieder.marts.base import Type
from wieder.marts.frames import pl

if TYPE_CHECKING:
    from collections.abc import Mapping


class Measure(StrEnum):
    """The measure of a row, in the order in which rows are shown."""

    AVERAGE_ORDER_VALUE_YEAR = "average_order_value_year"
    PURCHASE_FREQUENCY_PER_YEAR = "purchase_frequency_per_year"
    CUSTOMER_LIFETIME_YEARS = "customer_lifetime_years"
    MARGIN = "margin"
    """Only if a margin is set."""
    FORMULA = "customer_lifetime_value"
    """The product of those above. All but the margin are KPIs of the same name."""
    REALISED = "realised_value"
    """Actual spend per customer in the first `horizon_days` days."""
    EXPECTED_OF_NEW = "expected_value_of_new"
    """Expected spend of a new customer in as many days, including the first purchase; not discounted."""
    EXPECTED = "expected_value"
    """Expected spend of a current customer within the horizon; discounted."""
    EXPECTED_LIFETIME = "expected_lifetime_value"
    """Expected spend of a current customer without a horizon; discounted."""


LABELS: Mapping[Measure, Text] = {
    Measure.AVERAGE_ORDER_VALUE_YEAR: Text(
        de="Ø Bestellwert, 12 Monate", en="Average order value, 12 months"
    ),
    Measure.PURCHASE_FREQUENCY_PER_YEAR: Text(de="× Käufe pro Jahr", en="× purchases per year"),
    Measure.CUSTOMER_LIFETIME_YEARS: Text(de="× Lebensdauer in Jahren", en="× lifetime in years"),
    Measure.MARGIN: Text(de="× Marge", en="× margin"),
    Measure.FORMULA: Text(de="= Kundenwert nach Formel", en="= value by formula"),
    Measure.REALISED: Text(de="Bisher erreicht", en="Realised"),
    Measure.EXPECTED_OF_NEW: Text(de="Erwartet von Neukunden", en="Expected of a new customer"),
    Measure.EXPECTED: Text(de="Erwartet von heutigen Kunden", en="Expected of today's customers"),
    Measure.EXPECTED_LIFETIME: Text(de="Erwartet ohne Ende", en="Expected without an end"),
}
UNITS: Mapping[str, Unit] = {
    Measure.PURCHASE_FREQUENCY_PER_YEAR: Unit.RATIO,
    Measure.CUSTOMER_LIFETIME_YEARS: Unit.YEARS,
    Measure.MARGIN: Unit.RATE,
}
"""The units of measures that are not money."""


LIFETIME_VALUE = Table(
    id="lifetime_value",
    label=Text(de="Kundenwert", en="Customer lifetime value"),
    meaning=Text(
        de="Eine Zeile je Maß und Horizont: die Formel der Shops mit ihren Faktoren; was Kunden in ihren ersten Tagen wirklich ausgaben; was von neuen und heutigen Kunden zu erwarten ist. Neben der Prognose des ganzen Shops steht, um wie viel ihr Verfahren an früheren Zeitpunkten danebenlag (erwarteter / eingetretener Umsatz - 1), zusammen und am wenigsten und meisten an einem davon, in so vielen Tagen; für Teile, für Neukunden und ohne Ende wurde nichts erprobt. Intervalle setzen voraus, dass das Modell stimmt.",
        en="One row per measure and horizon: the shops' formula with its factors; what customers did spend in their first days; what to expect of new customers and those of today. Beside the forecast of the whole shop stands how far its method was off at earlier moments (revenue expected / that came - 1), in all and at least and at most at one of them, in so many days; for parts, for new customers and without an end nothing was tried. Intervals suppose that the model is right.",
    ),
    columns=(
        *SEGMENT_COLUMNS,
        TableColumn(
            name="measure",
            type=Type.TEXT,
            categories=tuple(map(str, Measure)),
            label=Text(de="Maß", en="Measure"),
        ),
        TableColumn(
            name="horizon_days", type=Type.SHORT, label=Text(de="Horizont", en="Horizon"), unit=Unit.DAYS
        ),
        TableColumn(
            name="customers", type=Type.INTEGER, label=Text(de="Kunden", en="Customers"), unit=Unit.COUNT
        ),
        money_column("value", "je Kunde", "per customer"),
        money_column("value_low", "von", "from"),
        money_column("value_high", "bis", "to"),
        money_column("total", de="zusammen", en="in all"),
        TableColumn(name="method", type=Type.TEXT, label=Text(de="Verfahren", en="Method")),
        TableColumn(
            name="backtest_bias",
            type=Type.FLOAT,
            label=Text(de="Abweichung im Rücktest", en="Bias in the back-test"),
            unit=Unit.RATE,
        ),
        TableColumn(
            name="backtest_bias_low",
            type=Type.FLOAT,
            label=Text(de="kleinste", en="least"),
            unit=Unit.RATE,
        ),
        TableColumn(
            name="backtest_bias_high",
            type=Type.FLOAT,
            label=Text(de="größte", en="largest"),
            unit=Unit.RATE,
        ),
        TableColumn(
            name="backtest_days",
            type=Type.SHORT,
            label=Text(de="Horizont des Rücktests", en="Horizon of the back-test"),
            unit=Unit.DAYS,
        ),
        TableColumn(name="state", type=Type.TEXT, label=Text(de="Stand", en="State")),
    ),
    keys=("dimension", "segment", "measure", "horizon_days"),
    empty={
        "horizon_days": "the measure has no horizon",
        "customers": "the measure is not an average over customers",
        "value": "it is not known",
        "value_low": "the measure has no interval, or its value is empty",
        "value_high": "as value_low",
        "total": "the measure has no sum, or its value is empty",
        "method": "the measure is neither a formula nor a forecast",
        "backtest_bias": "the row is not the forecast of the whole shop, or no back-test was possible",
        "backtest_bias_low": "as backtest_bias",
        "backtest_bias_high": "as backtest_bias",
        "backtest_days": "as backtest_bias",
    },
    witness=NoWitness(
        "the formula is verified as KPIs, realised values in their own table, and a forecast has its back-test; tests compare its models with published parameters and simulated shops"
    ),
)


def as_lifetime_values(rows: pl.DataFrame) -> pl.DataFrame:
    """Complete `rows` to `LIFETIME_VALUE.schema`, sorted by its keys, with the shop as a whole first.

    Missing columns are null; a missing `state` is final if there is a value, and none otherwise.
    """
    missing = {
        column.name: pl.lit(None, column.polars)
        for column in LIFETIME_VALUE.columns
        if column.name not in rows.columns
    }
    known = (
        pl.when(pl.col("value").is_null()).then(pl.lit(State.NONE.value)).otherwise(pl.lit(State.FINAL.value))
    )
    return (
        rows.with_columns(**missing)
        .with_columns(state=pl.coalesce("state", known))
        .select(*LIFETIME_VALUE.schema)
        .cast(LIFETIME_VALUE.schema)
        .sort(LIFETIME_VALUE.keys, nulls_last=True)
    )

"""Our results beside the figures of a vendor, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder.asking.table import PERIOD_COLUMNS, STATE_COLUMNS, NoWitness, Table, TableColumn
from wieder.locale.text import Text
from wieder.marts.base import Type
from wieder.marts.frames import pl
from wieder.questions.dialects.rules import DISPUTED

if TYPE_CHECKING:
    from wieder.questions.dialects.rules import Vendor


def _number(name: str, de: str, en: str) -> TableColumn:
    return TableColumn(name=name, type=Type.FLOAT, label=Text(de=de, en=en))


DIALECTS = Table(
    id="dialects",
    label=Text(de="Umstrittene Kennzahlen", en="Disputed KPIs"),
    meaning=Text(
        de="Eine Zeile je umstrittener Kennzahl und Zeitraum, für den ganzen Shop: unser Wert neben dem, den die Regel des Anbieters ergibt; leer, wo er keine solche Kennzahl hat. Die Differenz ist sein Wert abzüglich unseres.",
        en="One row per disputed KPI and period, of the whole shop: our value beside the one that the vendor's rule gives; null where the vendor has no such figure. The difference is theirs less ours.",
    ),
    columns=(
        TableColumn(name="dialect", type=Type.TEXT, label=Text(de="Anbieter", en="Vendor")),
        TableColumn(name="kpi", type=Type.TEXT, label=Text(de="Kennzahl", en="KPI")),
        *PERIOD_COLUMNS,
        _number("value", "Unsere", "Ours"),
        _number("dialect_numerator", "Zähler des Anbieters", "Vendor's numerator"),
        _number("dialect_denominator", "Nenner des Anbieters", "Vendor's denominator"),
        _number("dialect_value", "Wert des Anbieters", "Vendor's value"),
        _number("difference", "Unterschied", "Difference"),
        *STATE_COLUMNS,
    ),
    keys=("dialect", "kpi", "period_start"),
    empty={
        "value": "the KPI is not known in the period",
        "dialect_numerator": "the vendor has no such figure, or it is not known",
        "dialect_denominator": "as dialect_numerator, or the numerator is the value",
        "dialect_value": "as dialect_numerator, or the denominator is 0",
        "difference": "one of the two values is empty",
    },
    witness=NoWitness("tests compare every rule of a vendor with a shop counted by hand"),
)
"""Sorted by period, then in the order of `DISPUTED`; `state` is the state of our value."""


def dialect_frame(results: pl.DataFrame, figures: pl.DataFrame, vendor: Vendor) -> pl.DataFrame:
    """The rows of `DIALECTS`: our results of the whole shop beside the figures of the vendor.

    `figures` has `kpi, period_start, numerator, denominator`.
    """
    theirs = figures.rename({name: f"dialect_{name}" for name in ("numerator", "denominator")})
    numerator, denominator = pl.col("dialect_numerator"), pl.col("dialect_denominator")
    value = (
        pl.when(denominator.is_null()).then(numerator).when(denominator != 0).then(numerator / denominator)
    )
    ours = results.filter((pl.col("dimension") == "") & pl.col("kpi").is_in(DISPUTED))
    return (
        ours.join(theirs, on=["kpi", "period_start"], how="left")
        .with_columns(dialect=pl.lit(vendor.value), dialect_value=value)
        .with_columns(difference=pl.col("dialect_value") - pl.col("value"))
        .sort("period_start", pl.col("kpi").cast(pl.Enum(DISPUTED)))
        .select(*DIALECTS.schema)
    )

"""The scores of every method in a back-test, by cut-off date and overall."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder.asking.table import NoWitness, Table, TableColumn
from wieder.locale.text import Text, Unit
from wieder.marts.base import Type
from wieder.marts.frames import pl

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from wieder.models.holdout import Score

PURCHASES, SPEND, NONE = "purchases", "spend", "none"
TARGETS = (PURCHASES, SPEND, NONE)
"""The quantities forecast for each customer: days with a purchase, spend, and whether there is no purchase."""

MEASURES = (
    "mae", "relative_error", "gini", "spearman", "top_decile",
    "auc", "brier", "skill", "log_loss", "calibration_error",
)  # fmt: skip
"""The measures that are means or shares, which can be averaged over cut-off dates."""

_LABELS = {
    "moment": Text(de="Zeitpunkt", en="Moment"),
    "horizon_days": Text(de="Horizont", en="Horizon"),
    "target": Text(de="Ziel", en="Target"),
    "method": Text(de="Verfahren", en="Method"),
    "is_used": Text(de="verwendet", en="Used"),
    "customers": Text(de="Kunden", en="Customers"),
    "expected": Text(de="Erwartet", en="Expected"),
    "actual": Text(de="Eingetreten", en="Actual"),
    "bias": Text(de="Abweichung", en="Bias"),
    "mae": Text(de="Fehler je Kunde", en="MAE"),
    "relative_error": Text(de="Fehler / Mittel", en="MAE / mean"),
    "gini": Text(de="Gini (normiert)", en="Gini (normalised)"),
    "spearman": Text(de="Spearman", en="Spearman"),
    "top_decile": Text(de="Beste 10 %", en="Top 10%"),
    "auc": Text(de="AUC", en="AUC"),
    "brier": Text(de="Brier", en="Brier"),
    "skill": Text(de="Gewinn", en="Skill"),
    "log_loss": Text(de="Log-Verlust", en="Log loss"),
    "calibration_error": Text(de="Kalibrierfehler", en="Calibration error"),
}


def key(name: str, kind: Type = Type.TEXT) -> TableColumn:
    """A key column, with the label shared by the tables of a back-test."""
    return TableColumn(name=name, type=kind, label=_LABELS[name])


def number(name: str, unit: Unit = Unit.RATIO, kind: Type = Type.FLOAT) -> TableColumn:
    """A numeric column, with the label shared by the tables of a back-test."""
    return TableColumn(name=name, type=kind, label=_LABELS[name], unit=unit)


KEYS = (
    key("moment", Type.DATE),
    number("horizon_days", Unit.DAYS, Type.INTEGER),
    key("target"),
    key("method"),
    key("is_used", Type.BOOLEAN),
)

ORACLE = NoWitness(
    "tests compare the scores of CDNOW with independently computed figures, and every measure with a naive definition"
)

SCORES = Table(
    id="backtest_scores",
    label=Text(de="Treffsicherheit der Prognosen", en="How good forecasts would have been"),
    meaning=Text(
        de="Eine Zeile je Zeitpunkt, Ziel und Verfahren: die Prognose aus den Bestellungen vor dem Zeitpunkt gegen das, was im Horizont danach geschah. Ohne Zeitpunkt: alle zusammen, Abweichung aus den Summen, andere Maße nach Kunden gemittelt. Nur Kunden, die am Zeitpunkt schon gekauft hatten. Abweichung: erwartet / eingetreten - 1. Fehler je Kunde: mittlerer Betrag der Abweichung; geteilt durch das Mittel erreicht 1, wer für alle nichts vorhersagt. Gini (normiert): wie gut die Reihenfolge ist, 1 ist vollkommen, 0 Zufall. Beste 10 %: deren Anteil an allem, was eintrat. AUC: wie oft ein Kunde, der nicht kauft, vor einem steht, der kauft. Brier: mittleres Quadrat des Fehlers der Wahrscheinlichkeit; Gewinn: um wie viel es kleiner ist als mit der Grundrate für alle. Kalibrierfehler: mittlerer Abstand von Wahrscheinlichkeit und Anteil über Zehntel. Verwendet wird das Modell mit dem kleinsten Log-Verlust (unter fast gleichen das mit der kleinsten Summe aus Fehler je Kunde und Fehler der Summe, geteilt durch die Kunden), wenn diese Summe kleiner ist als die jeder naiven Prognose.",
        en="One row per moment, target and method: the forecast from orders before the moment against what happened in the horizon after it. Without a moment: all together, the bias from the sums, other measures averaged over customers. Only customers who had bought by then. Bias: expected / actual - 1. MAE: the mean size of the error per customer; divided by the mean, 1 is reached by forecasting nothing for everybody. Gini (normalised): how good the order is, 1 is perfect, 0 is chance. Top 10%: their share of all that came. AUC: how often a customer who will not buy ranks before one who will. Brier: the mean square of the error of the probability; skill: by how much it is less than with the base rate for everybody. Calibration error: the mean distance of probability and share over tenths. The model with the least log loss is used (among nearly equal ones that with the least sum of MAE and the error of the total per customer), if that sum is less than that of every naive forecast.",
    ),
    columns=(
        *KEYS,
        number("customers", Unit.COUNT, Type.INTEGER),
        number("expected"),
        number("actual"),
        number("bias", Unit.RATE),
        number("mae"),
        number("relative_error"),
        number("gini"),
        number("spearman"),
        number("top_decile", Unit.RATE),
        number("auc"),
        number("brier"),
        number("skill", Unit.RATE),
        number("log_loss"),
        number("calibration_error", Unit.RATE),
    ),
    keys=("moment", "target", "method"),
    empty={
        "moment": "the row covers all cut-off dates together",
        "bias": "nothing was bought after the cut-off date",
        "mae": "the target has no such measure, or it is not defined",
        "relative_error": "as mae",
        "gini": "as mae",
        "spearman": "as mae",
        "top_decile": "as mae",
        "auc": "as mae",
        "brier": "as mae",
        "skill": "as mae",
        "log_loss": "as mae",
        "calibration_error": "as mae",
    },
    witness=ORACLE,
)

BACKTEST = Table(
    id="backtest",
    label=SCORES.label,
    meaning=Text(
        de="Eine Zeile je Zeitpunkt, Ziel, Verfahren und Maß. " + SCORES.meaning.de,
        en="One row per moment, target, method and measure. " + SCORES.meaning.en,
    ),
    columns=(
        *KEYS,
        TableColumn(name="measure", type=Type.TEXT, label=Text(de="Maß", en="Measure")),
        TableColumn(name="value", type=Type.FLOAT, label=Text(de="Wert", en="Value"), unit=Unit.RATIO),
    ),
    keys=("moment", "target", "method", "measure"),
    empty={
        "moment": "the row covers all cut-off dates together",
    },
    witness=ORACLE,
)


def score_frame(
    scored: Mapping[date, Mapping[tuple[str, str], Score]],
    horizon_days: int,
    used: Mapping[str, str | None],
    compared: Sequence[date],
) -> pl.DataFrame:
    """Return `SCORES.schema`: one row per cut-off date, and one over the `compared` ones with `moment` null.

    `scored` is by cut-off date, then by target and method; `used` is the method
    used for each target. A method that is missing at a compared cut-off date has
    no overall score.
    """
    rows = [
        {"moment": cutoff, "target": target, "method": method}
        | {"customers": score.customers, "expected": score.expected, "actual": score.actual}
        | score.measures
        for cutoff, scores in scored.items()
        for (target, method), score in scores.items()
    ]
    single = pl.DataFrame(rows, schema_overrides=SCORES.schema)
    missing = [pl.lit(None, pl.Float64).alias(name) for name in MEASURES if name not in single.columns]
    single = single.with_columns(missing).with_columns(pl.col(MEASURES).fill_nan(None))
    pooled = _pooled(single.filter(pl.col("moment").is_in(compared)), len(compared))
    both = pl.concat([single, pooled], how="diagonal")
    return finished(both, horizon_days, used, SCORES)


def _pooled(single: pl.DataFrame, n_cutoffs: int) -> pl.DataFrame:
    """The scores over all cut-off dates; a measure that is null at any of them is null."""
    customers = pl.col("customers")
    means = {
        name: pl.when(pl.col(name).is_not_null().all()).then(
            (pl.col(name) * customers).sum() / customers.sum()
        )
        for name in MEASURES
    }
    sums = pl.col("customers", "expected", "actual").sum()
    pooled = single.group_by("target", "method").agg(sums, n=pl.len(), **means)
    return pooled.filter(n=n_cutoffs).drop("n")


def finished(
    rows: pl.DataFrame, horizon_days: int, used: Mapping[str, str | None], table: Table
) -> pl.DataFrame:
    """Complete rows of expected and actual values by `moment`, target and method to `table.schema`."""
    bias = pl.when(pl.col("actual") != 0).then(pl.col("expected") / pl.col("actual") - 1)
    return (
        rows.with_columns(
            bias=bias,
            horizon_days=pl.lit(horizon_days, pl.Int64),
            is_used=pl.col("method") == pl.col("target").replace_strict(used, return_dtype=pl.String),
        )
        .select(*table.schema)
        .cast(table.schema)
        .sort(table.keys, nulls_last=True)
    )


def long_scores(scores: pl.DataFrame) -> pl.DataFrame:
    """Return `BACKTEST.schema`: one row per measure, without the measures that a target does not have."""
    keys = [column.name for column in KEYS]
    return (
        scores.with_columns(pl.exclude(keys).cast(pl.Float64))
        .unpivot(index=keys, variable_name="measure", value_name="value")
        .drop_nulls("value")
        .sort(BACKTEST.keys, nulls_last=True)
    )

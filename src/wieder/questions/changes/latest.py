"""Changes of each KPI in its last final period, against the period before and the year before."""

from __future__ import annotations

from enum import StrEnum

from wieder.asking.table import NoWitness, Table, TableColumn
from wieder.kpis import REGISTRY
from wieder.kpis.base import State
from wieder.locale.text import Text
from wieder.marts.base import Type
from wieder.marts.frames import pl
from wieder.periods import PeriodKind, previous, year_before


class Against(StrEnum):
    """The earlier period that the last one is compared with."""

    PREVIOUS = "previous"
    YEAR_BEFORE = "year_before"


EARLIER = {Against.PREVIOUS: previous, Against.YEAR_BEFORE: year_before}


def _column(name: str, kind: Type, de: str, en: str) -> TableColumn:
    return TableColumn(name=name, type=kind, label=Text(de=de, en=en))


CHANGES = Table(
    id="changes",
    label=Text(de="Veränderungen", en="Changes"),
    meaning=Text(
        de="Eine Zeile je Kennzahl und Vergleich: der letzte gezeigte Zeitraum, in dem die Kennzahl endgültig ist, sonst der letzte. Die Veränderung ist bei Anteilen eine Differenz, sonst relativ; leer, wo nicht beide Werte endgültig sind.",
        en="One row per KPI and comparison: the last period shown in which the KPI is final, else the last one. The change is a difference for shares, else relative; null unless both values are final.",
    ),
    columns=(
        _column("kpi", Type.TEXT, "Kennzahl", "KPI"),
        _column("version", Type.INTEGER, "Fassung", "Version"),
        _column("against", Type.TEXT, "Verglichen mit", "Against"),
        _column("period_start", Type.DATE, "Von", "From"),
        _column("period_end", Type.DATE, "Bis ausschließlich", "Until (exclusive)"),
        _column("before_start", Type.DATE, "Zuvor von", "Before from"),
        _column("before", Type.FLOAT, "Zuvor", "Before"),
        _column("value", Type.FLOAT, "Wert", "Value"),
        _column("change", Type.FLOAT, "Änderung", "Change"),
        _column("n", Type.INTEGER, "n", "n"),
        _column("state", Type.TEXT, "Stand", "State"),
        _column("usual_low", Type.FLOAT, "Üblich von", "Usually from"),
        _column("usual_high", Type.FLOAT, "Üblich bis", "Usually to"),
        _column("usual_n", Type.INTEGER, "Frühere Abweichungen", "Earlier errors"),
        _column("usual_basis", Type.TEXT, "Üblich gemessen an", "Usual by"),
        _column("outside", Type.BOOLEAN, "Außerhalb des Üblichen", "Outside the usual range"),
        _column("as_of", Type.DATE, "Stichtag", "As of"),
    ),
    keys=("kpi", "against"),
    empty={
        "before_start": "the data contain no such period",
        "before": "the KPI is not known in that period",
        "value": "the KPI is not known in the period",
        "change": "one of the values is empty or not final, or a relative change would start from 0",
        "usual_low": "there are fewer than 11 final periods, or all of them are equal",
        "usual_high": "as usual_low",
        "usual_n": "as usual_low",
        "usual_basis": "as usual_low",
        "outside": "there is no usual range, or no value",
    },
    witness=NoWitness("its values are KPIs, each of which has a witness"),
)
"""One row per KPI and comparison, in the order of the registry. `before_start` is null if there is no such period,
`outside` if there is no usual range."""


def latest_changes(results: pl.DataFrame, kind: PeriodKind) -> pl.DataFrame:
    """The rows of `CHANGES` for the whole shop.

    `results` has the columns of comparisons and of the usual range.
    """
    from wieder.asking.usual_range import is_outside

    latest = _latest(results.filter(pl.col("dimension") == ""))
    return (
        pl.concat(
            latest.join(_named_starts(results, kind, against), on="period_start", how="left")
            .with_columns(
                against=pl.lit(against.value),
                before=f"{against}_value",
                change=f"{against}_change",
                outside=is_outside(),
            )
            .select(*CHANGES.schema)
            for against in Against
        )
        .sort(_place(), pl.col("against").cast(pl.Enum([one.value for one in Against])))
        .cast(CHANGES.schema)
    )


def _latest(results: pl.DataFrame) -> pl.DataFrame:
    """The last final row of each KPI, or its last row if none is final."""
    is_final = pl.col("state") == State.FINAL.value
    return results.sort(is_final, "period_start").unique("kpi", keep="last", maintain_order=True)


def _named_starts(results: pl.DataFrame, kind: PeriodKind, against: Against) -> pl.DataFrame:
    from wieder.asking.comparisons import earlier_starts

    starts = earlier_starts(results, kind, EARLIER[against])
    return starts.rename({"earlier_start": "before_start"})


def _place() -> pl.Expr:
    return pl.col("kpi").replace_strict({kpi: place for place, kpi in enumerate(REGISTRY)})

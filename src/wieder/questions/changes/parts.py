"""The effects of segments on a KPI: by their share (mix), and by their own change (rate)."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from wieder.asking.table import SEGMENT_COLUMNS, NoWitness, Table, TableColumn
from wieder.kpis import REGISTRY
from wieder.locale.text import Text
from wieder.marts.base import CutBy, Type
from wieder.marts.frames import pl
from wieder.models.change_split import Part, split_ratio

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wieder.kpis.base import Kpi

    Row = Mapping[str, object]


def _number(name: str, de: str, en: str) -> TableColumn:
    return TableColumn(name=name, type=Type.FLOAT, label=Text(de=de, en=en))


PARTS = Table(
    id="change_parts",
    label=Text(de="Veränderung nach Segmenten", en="Change by segments"),
    meaning=Text(
        de="Eine Zeile je Kennzahl, Vergleich und Segment. Die Wirkungen aller Segmente ergeben die Veränderung des Ganzen. Wo der Zähler der Wert ist, gibt es keinen Mix, und seine Wirkungen sind leer.",
        en="One row per KPI, comparison and segment. The effects of all segments add up to the change of the whole. Where the numerator is the value there is no mix, and its effects are empty.",
    ),
    columns=(
        TableColumn(name="kpi", type=Type.TEXT, label=Text(de="Kennzahl", en="KPI")),
        TableColumn(name="against", type=Type.TEXT, label=Text(de="Verglichen mit", en="Against")),
        TableColumn(name="period_start", type=Type.DATE, label=Text(de="Von", en="From")),
        TableColumn(name="before_start", type=Type.DATE, label=Text(de="Davor von", en="Before from")),
        *SEGMENT_COLUMNS,
        _number("before_numerator", "Zähler davor", "Numerator before"),
        _number("before_denominator", "Nenner davor", "Denominator before"),
        _number("before", "Davor", "Before"),
        _number("numerator", "Zähler", "Numerator"),
        _number("denominator", "Nenner", "Denominator"),
        _number("value", "Wert", "Value"),
        _number("mix_effect", "Durch den Anteil (Mix)", "By its share (mix)"),
        _number("rate_effect", "Durch sich selbst", "By itself (rate)"),
        _number("effect", "Zusammen", "Together"),
    ),
    keys=("kpi", "against", "dimension", "segment"),
    empty={
        "before_numerator": "the KPI is not known for the segment in that period",
        "before_denominator": "the numerator is the value, or as before_numerator",
        "before": "as before_numerator, or the denominator is 0",
        "numerator": "the KPI is not known for the segment",
        "denominator": "the numerator is the value, or as numerator",
        "value": "as numerator, or the denominator is 0",
        "mix_effect": "the numerator is the value: there is no mix",
        "rate_effect": "as mix_effect",
    },
    witness=NoWitness("a test compares every effect with a second query over the witness of its KPI"),
)
"""One row per KPI, comparison and segment, in the order of the registry."""
PART_KEYS = ["kpi", "against", "period_start", "before_start", "dimension", "segment"]


def split_changes(changes: pl.DataFrame, segments: pl.DataFrame) -> pl.DataFrame:
    """The rows of `PARTS`, for every known change of a KPI that can be split.

    `changes` has `CHANGES.schema`; `segments` is the result frame of one dimension
    in all periods. Ratios are split by `models.change_split`; the effect of a
    segment on any other KPI is its difference.
    """
    rows = [
        part
        for change in changes.filter(pl.col("change").is_not_null()).iter_rows(named=True)
        if can_be_split(REGISTRY[change["kpi"]])
        for part in _parts(change, segments)
    ]
    return pl.DataFrame(rows, schema=PARTS.schema, orient="row")


def can_be_split(kpi: Kpi) -> bool:
    """Whether the segments' numerators and denominators add up, unlike those of a median or a shop-level KPI."""
    return kpi.additive and kpi.cut_by is not CutBy.SHOP


def _parts(change: Row, segments: pl.DataFrame) -> Iterator[dict[str, object]]:
    of_kpi = segments.filter(pl.col("kpi") == change["kpi"])
    before, after = (
        of_kpi.filter(pl.col("period_start") == change[start]).sort("segment")
        for start in ("before_start", "period_start")
    )
    paired = before.select(
        "dimension", "segment", before_numerator="numerator", before_denominator="denominator", before="value"
    ).join(
        after.select("segment", "numerator", "denominator", "value"),
        on="segment",
        maintain_order="left",
    )
    effects = _effects(paired)
    keys = {name: change[name] for name in PART_KEYS[:4]}
    for row, (mix, rate, total) in zip(paired.iter_rows(named=True), effects, strict=True):
        yield keys | row | {"mix_effect": mix, "rate_effect": rate, "effect": total}


def _effects(paired: pl.DataFrame) -> Iterator[tuple[float | None, float | None, float]]:
    """The mix effect, the rate effect and their sum, for each row."""
    befores, afters = (
        [_part(*row) for row in paired.select(f"{when}numerator", f"{when}denominator").iter_rows()]
        for when in ("before_", "")
    )
    if paired["denominator"].null_count() == paired.height:
        for before, after in zip(befores, afters, strict=True):
            yield None, None, float(after.numerator - before.numerator)
        return
    for effect in split_ratio(befores, afters) or ():
        yield float(effect.mix), float(effect.rate), float(effect.total)


def _part(numerator: float | None, denominator: float | None) -> Part:
    """A part from its numerator and denominator; null counts as 0. Decimals are exact: 0.1 is a tenth."""
    return Part(numerator=Fraction(str(numerator or 0)), denominator=Fraction(str(denominator or 0)))

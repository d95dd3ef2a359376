"""Every KPI, by period and by any column: the result frame, compared with earlier periods."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wieder.asking.options import Completes, Option, option
from wieder.asking.question import Chapter, Instead, Question
from wieder.asking.table import PERIOD_COLUMNS, SEGMENT_COLUMNS, STATE_COLUMNS, NoWitness, Table, TableColumn
from wieder.asking.view import View
from wieder.errors import UsageError
from wieder.kpis import REGISTRY, kpi_called, likely_kpis
from wieder.locale.text import Text
from wieder.marts.base import Type
from wieder.marts.frames import pl

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.asking.selection import Selection
    from wieder.config import Settings
    from wieder.kpis.base import Kpi
    from wieder.locale.text import Lang


@dataclass(frozen=True, kw_only=True)
class KpiOptions:
    """The KPIs to show, and further columns of the result frame."""

    kpi: str | None = option(
        "--kpi", metavar="KPI,...", help="KPIs to show, by id or name. [all]", completes=Completes.KPIS
    )
    compare: bool | None = option(
        "--compare", help="Add the period before, the year before and the usual range."
    )


def _number(name: str, de: str, en: str, kind: Type = Type.FLOAT) -> TableColumn:
    return TableColumn(name=name, type=kind, label=Text(de=de, en=en))


RESULTS = Table(
    id="kpis",
    label=Text(de="Kennzahlen", en="KPIs"),
    meaning=Text(
        de="Eine Zeile je Kennzahl, Zeitraum und Segment. Zähler und Nenner ergeben den Wert; ohne Nenner ist der Zähler der Wert.",
        en="One row per KPI, period and segment. Numerator and denominator make the value; without a denominator the numerator is the value.",
    ),
    columns=(
        TableColumn(name="kpi", type=Type.TEXT, label=Text(de="Kennzahl", en="KPI")),
        _number("version", "Fassung", "Version", Type.INTEGER),
        *PERIOD_COLUMNS,
        *SEGMENT_COLUMNS,
        _number("numerator", "Zähler", "Numerator"),
        _number("denominator", "Nenner", "Denominator"),
        _number("value", "Wert", "Value"),
        _number("ci_low", "95 % von", "95% from"),
        _number("ci_high", "95 % bis", "95% to"),
        _number("n", "n", "n", Type.INTEGER),
        *STATE_COLUMNS,
    ),
    keys=("kpi", "period_start", "dimension", "segment"),
    empty={
        "numerator": "the KPI is not known in the period",
        "denominator": "the numerator is the value, or the KPI is not known",
        "value": "the KPI is not known in the period, or the denominator is 0",
        "ci_low": "the KPI is not a share of customers or orders, or its value is empty",
        "ci_high": "as ci_low",
    },
    witness=NoWitness("every KPI has a witness of its own, which `wieder verify` runs"),
)
"""The columns of `asking.results.SCHEMA`, in its order."""


@dataclass(frozen=True, kw_only=True)
class Computed:
    """The results of all periods, without comparisons."""

    by_cut: tuple[pl.DataFrame, ...]
    """`asking.results.SCHEMA` for all periods, one frame per cut."""


def wanted_kpis(text: str | None) -> tuple[str, ...]:
    """The ids of the KPIs that were typed, as ids or labels; none for all. Raises UsageError for an unknown one."""
    if text and (whole := kpi_called(text)):
        return (whole.id,)  # some labels have a comma
    names = [name for part in (text or "").split(",") if (name := part.strip())]
    found = [(name, kpi_called(name)) for name in names]
    for name, kpi in found:
        if kpi is None:
            raise UsageError(f"--kpi {name}: there is no such KPI", likely_kpis(name))
    return tuple(kpi.id for _, kpi in found if kpi)


def known_kpis(asked: Asked, names: Sequence[str]) -> tuple[str, ...]:
    """These KPIs, or all that the exports allow. Raises DataError for a KPI whose export is missing."""
    asked.require(mart for name in names if (mart := REGISTRY[name].mart))
    return tuple(names) or tuple(kpi.id for kpi in asked.kpis)


def kpis_of(asked: Asked, kpis: Iterable[Kpi] | None = None) -> Answer[Computed]:
    """Return the results of the periods shown, with comparisons and usual range; the whole shop first.

    `kpis`: by default all KPIs whose exports the shop has.
    """
    from wieder.asking.comparisons import with_comparisons
    from wieder.asking.compute import compute, marts_of
    from wieder.asking.usual_range import with_usual_range

    wanted = asked.kpis if kpis is None else tuple(kpis)
    made = asked.marts(marts_of(wanted))
    computed = tuple(compute(made, asked.scope, wanted, cut) for cut in asked.cuts)
    kind = asked.selection.kind
    compared = with_usual_range(with_comparisons(pl.concat(computed), kind), kind)
    is_shown = pl.col("period_start").is_in([period.start for period in asked.shown])
    return asked.answer(RESULTS, compared.filter(is_shown), behind=Computed(by_cut=computed))


def kpis_with_warning(asked: Asked, options: KpiOptions) -> Answer[Computed]:
    """Return the KPIs of `options`, with a notice if the history begins shortly before the first period shown.

    Raises DataError for a KPI whose export is missing.
    """
    ids = known_kpis(asked, wanted_kpis(options.kpi))
    asked.warn_of_truncated_history()
    answer = kpis_of(asked)
    return replace(answer, frame=answer.frame.filter(pl.col("kpi").is_in(ids))) if options.kpi else answer


def refuse(options: KpiOptions, selection: Selection, settings: Settings) -> None:
    """Raise UsageError for an unknown KPI."""
    del selection, settings
    wanted_kpis(options.kpi)


def kpi_view(answer: Answer[Computed], options: KpiOptions, lang: Lang) -> View:
    """Return the view of the results; the frame has the columns of comparison only with `--compare`."""
    from wieder.asking.results import SCHEMA
    from wieder.writing.kpi_grids import kpi_grids

    results = answer.frame
    return View(
        frame=results if options.compare else results.select(*SCHEMA),
        grids=lambda: kpi_grids(results, REGISTRY, lang, answer.currency, answer.kind),
    )


QUESTION = Question(
    id="kpis",
    place=1,
    chapter=Chapter.KPIS,
    help="Compute every KPI, by period and by any column.",
    examples=("kpis orders.csv --period month -o kpis.csv", "kpis orders.csv --by channel --kpi revenue"),
    options=KpiOptions,
    refuse=refuse,
    answer=kpis_with_warning,
    view=kpi_view,
    tables=lambda: (RESULTS,),
    instead=(
        Instead(
            option=Option(flags=("--dialect",), metavar="VENDOR", help="Use `wieder dialects` instead."),
            kind=str,
            question="dialects",
            field="vendor",
        ),
    ),
)

"""All KPIs, in the last period and over the whole span."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from wieder.kpis import family_label, kpis_shown
from wieder.kpis.base import Shown
from wieder.locale.text import Unit
from wieder.periods import PeriodKind
from wieder.report.section import Section, Sheet
from wieder.report.sections.revenue import REVENUE_PARTS
from wieder.report.table_sheets import column_names, sheet_title
from wieder.writing.figures import Figure, figure
from wieder.writing.sheets import OF_UNIT, Cell, Style, add_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsxwriter.chart import Chart  # type: ignore[import-untyped]
    from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

    from wieder.kpis.base import Kpi
    from wieder.report.section import Material
    from wieder.writing.figures import History, RenderContext
    from wieder.writing.readings import Reading
    from wieder.writing.sheets import Book

COLOURS = {"returning": "#1F5A8A", "new": "#CF7118", "anonymous": "#8A929C"}
"""The colours of charts.svg.j2."""
CHART_SIZE = {"width": 620, "height": 320}
CHART_COLUMNS = 6
"""Width of a chart in columns of the sheet."""


@dataclass(frozen=True, kw_only=True)
class OverviewRow:
    """One KPI in the last period and over the whole span."""

    last: Figure
    whole: Figure


@dataclass(frozen=True, kw_only=True)
class OverviewFamily:
    """The KPIs of one family."""

    name: str
    rows: tuple[OverviewRow, ...]


@dataclass(frozen=True, kw_only=True)
class Overview:
    """All KPIs."""

    last_period: str
    whole_span: str
    families: tuple[OverviewFamily, ...]


def overview(history: History, whole: History, context: RenderContext) -> Overview:
    """Every KPI of the registry, including those without a value."""
    last, span = history.periods[-1], whole.periods[-1]
    return Overview(
        last_period=context.numbers.period(last, context.kind),
        whole_span=context.numbers.span(span),
        families=tuple(
            OverviewFamily(
                name=family_label(family)[context.lang],
                rows=tuple(
                    OverviewRow(
                        last=figure(history.at(kpi.id, last), context),
                        whole=figure(whole.at(kpi.id, span), context, PeriodKind.ALL),
                    )
                    for kpi in kpis
                ),
            )
            for family, kpis in groupby(context.registry.values(), key=lambda kpi: kpi.family)
        ),
    )


KPI_COLUMNS = ("value", "low", "high", "numerator", "denominator", "n", "state")


def _kpis(material: Material, book: Book) -> None:
    """Add every KPI: the last period with its changes, and the whole span."""
    context = material.context
    last, span = material.by_period.periods[-1], material.whole.periods[-1]
    names = [context.numbers.period(last, context.kind), context.numbers.span(span)]
    parts = column_names(KPI_COLUMNS, material.context)
    changes = (
        [] if context.kind is PeriodKind.ALL else column_names(("previous", "year_before"), material.context)
    )
    headings = [
        context.text("column.kpi"),
        *(f"{names[0]}: {part}" for part in parts[:1] + changes + parts[1:]),
        *(f"{names[1]}: {part}" for part in parts),
    ]
    rows = []
    for kpi in context.registry.values():
        value, *others = _reading_cells(material.by_period.at(kpi.id, last), kpi, context)
        moved = _change_cells(material.by_period.at(kpi.id, last), kpi) if changes else []
        whole = _reading_cells(material.whole.at(kpi.id, span), kpi, context)
        rows.append([Cell(kpi.label[context.lang]), value, *moved, *others, *whole])
    add_table(book, sheet_title("kpis", material.context), headings, rows)


def _reading_cells(reading: Reading, kpi: Kpi, context: RenderContext) -> list[Cell]:
    part = Style.MONEY if kpi.unit is Unit.MONEY else Style.PLAIN
    return [
        Cell(reading.value, OF_UNIT[kpi.unit]),
        Cell(reading.ci_low, Style.RATE),
        Cell(reading.ci_high, Style.RATE),
        Cell(reading.numerator, part),
        Cell(reading.denominator, Style.PLAIN),
        Cell(reading.n, Style.COUNT),
        Cell(context.text(f"state.{reading.state}")),
    ]


def _change_cells(reading: Reading, kpi: Kpi) -> list[Cell]:
    """Changes of shares in percentage points, all others relative."""
    changes = (reading.previous_change, reading.year_before_change)
    if kpi.unit is Unit.RATE:
        return [Cell(None if change is None else change * 100, Style.POINTS) for change in changes]
    return [Cell(change, Style.CHANGE) for change in changes]


def _periods(material: Material, book: Book) -> None:
    """Add a row per period and a column per KPI, with charts side by side below."""
    context, by_period = material.context, material.by_period
    kpis = list(context.registry.values())
    rows = [
        [
            Cell(context.numbers.period(period, context.kind)),
            Cell(period.start, Style.DATE),
            *(Cell(by_period.at(kpi.id, period).value, OF_UNIT[kpi.unit]) for kpi in kpis),
        ]
        for period in by_period.periods
    ]
    headings = [context.text(f"period_kind.{context.kind}"), context.text("column.from")]
    name = sheet_title("periods", material.context)
    sheet = add_table(book, name, [*headings, *(kpi.label[context.lang] for kpi in kpis)], rows)
    if len(rows) > 1:
        places = {kpi.id: column for column, kpi in enumerate(kpis, len(headings))}
        _insert_charts(material, book, sheet, len(rows), places)


def _insert_charts(
    material: Material, book: Book, sheet: Worksheet, n_rows: int, places: Mapping[str, int]
) -> None:
    chart = book.workbook.add_chart({"type": "column", "subtype": "stacked"})
    for slug, kpi in REVENUE_PARTS.items():
        if kpi in places:
            _add_series(chart, sheet, n_rows, places[kpi], {"fill": {"color": COLOURS[slug]}, "gap": 40})
    title = material.context.text(
        "chart.revenue.title", per=material.context.text(f"per.{material.context.kind}")
    )
    _place(chart, sheet, n_rows + 2, 0, title)
    for place, kpi in enumerate(kpis_shown(Shown.LINE, material.context.registry), 1):
        line = book.workbook.add_chart({"type": "line"})
        _add_series(line, sheet, n_rows, places[kpi], {"line": {"color": COLOURS["returning"]}})
        label = material.context.registry[kpi].label[material.context.lang]
        _place(line, sheet, n_rows + 2, place * CHART_COLUMNS, label)


def _add_series(chart: Chart, sheet: Worksheet, n_rows: int, column: int, look: Mapping[str, object]) -> None:
    chart.add_series(
        {
            "name": [sheet.get_name(), 0, column],
            "categories": [sheet.get_name(), 1, 0, n_rows, 0],
            "values": [sheet.get_name(), 1, column, n_rows, column],
            **look,
        }
    )


def _place(chart: Chart, sheet: Worksheet, row: int, column: int, title: str) -> None:
    chart.set_title({"name": title, "name_font": {"size": 12}, "overlay": False})
    chart.set_legend({"position": "bottom"})
    chart.set_size(CHART_SIZE)
    sheet.insert_chart(row, column, chart)


SECTION = Section(
    name="kpis",
    place=110,
    draws={"overview": lambda material: overview(material.by_period, material.whole, material.context)},
    sheets=(Sheet(place=1, add=_kpis), Sheet(place=2, add=_periods)),
)

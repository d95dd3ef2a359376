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
    from wieder.writing.figures import Desk, History
    from wieder.writing.readings import Reading
    from wieder.writing.sheets import Book

COLOURS = {"returning": "#1F5A8A", "new": "#CF7118", "anonymous": "#8A929C"}
"""Those of charts.svg.j2."""
CHART_SIZE = {"width": 620, "height": 320}
CHART_COLUMNS = 6
"""So many columns are as wide as a chart."""


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


def overview(history: History, whole: History, desk: Desk) -> Overview:
    """Every KPI of the registry, also those of which nothing is known."""
    last, span = history.periods[-1], whole.periods[-1]
    return Overview(
        last_period=desk.numbers.period(last, desk.kind),
        whole_span=desk.numbers.span(span),
        families=tuple(
            OverviewFamily(
                name=family_label(family)[desk.lang],
                rows=tuple(
                    OverviewRow(
                        last=figure(history.at(kpi.id, last), desk),
                        whole=figure(whole.at(kpi.id, span), desk, PeriodKind.ALL),
                    )
                    for kpi in kpis
                ),
            )
            for family, kpis in groupby(desk.registry.values(), key=lambda kpi: kpi.family)
        ),
    )


KPI_COLUMNS = ("value", "low", "high", "numerator", "denominator", "n", "state")


def _kpis(material: Material, book: Book) -> None:
    """Every KPI, in the last period with its changes and over the whole span."""
    desk = material.desk
    last, span = material.by_period.periods[-1], material.whole.periods[-1]
    names = [desk.numbers.period(last, desk.kind), desk.numbers.span(span)]
    parts = column_names(KPI_COLUMNS, material.desk)
    changes = [] if desk.kind is PeriodKind.ALL else column_names(("previous", "year_before"), material.desk)
    headings = [
        desk.text("column.kpi"),
        *(f"{names[0]}: {part}" for part in parts[:1] + changes + parts[1:]),
        *(f"{names[1]}: {part}" for part in parts),
    ]
    rows = []
    for kpi in desk.registry.values():
        value, *others = _reading_cells(material.by_period.at(kpi.id, last), kpi, desk)
        moved = _change_cells(material.by_period.at(kpi.id, last), kpi) if changes else []
        whole = _reading_cells(material.whole.at(kpi.id, span), kpi, desk)
        rows.append([Cell(kpi.label[desk.lang]), value, *moved, *others, *whole])
    add_table(book, sheet_title("kpis", material.desk), headings, rows)


def _reading_cells(reading: Reading, kpi: Kpi, desk: Desk) -> list[Cell]:
    part = Style.MONEY if kpi.unit is Unit.MONEY else Style.PLAIN
    return [
        Cell(reading.value, OF_UNIT[kpi.unit]),
        Cell(reading.ci_low, Style.RATE),
        Cell(reading.ci_high, Style.RATE),
        Cell(reading.numerator, part),
        Cell(reading.denominator, Style.PLAIN),
        Cell(reading.n, Style.COUNT),
        Cell(desk.text(f"state.{reading.state}")),
    ]


def _change_cells(reading: Reading, kpi: Kpi) -> list[Cell]:
    """Changes of shares are in points, all others relative."""
    changes = (reading.previous_change, reading.year_before_change)
    if kpi.unit is Unit.RATE:
        return [Cell(None if change is None else change * 100, Style.POINTS) for change in changes]
    return [Cell(change, Style.CHANGE) for change in changes]


def _periods(material: Material, book: Book) -> None:
    """A row per period, a column per KPI, and the two charts beside each other below."""
    desk, by_period = material.desk, material.by_period
    kpis = list(desk.registry.values())
    rows = [
        [
            Cell(desk.numbers.period(period, desk.kind)),
            Cell(period.start, Style.DATE),
            *(Cell(by_period.at(kpi.id, period).value, OF_UNIT[kpi.unit]) for kpi in kpis),
        ]
        for period in by_period.periods
    ]
    headings = [desk.text(f"period_kind.{desk.kind}"), desk.text("column.from")]
    name = sheet_title("periods", material.desk)
    sheet = add_table(book, name, [*headings, *(kpi.label[desk.lang] for kpi in kpis)], rows)
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
    title = material.desk.text("chart.revenue.title", per=material.desk.text(f"per.{material.desk.kind}"))
    _place(chart, sheet, n_rows + 2, 0, title)
    for place, kpi in enumerate(kpis_shown(Shown.LINE, material.desk.registry), 1):
        line = book.workbook.add_chart({"type": "line"})
        _add_series(line, sheet, n_rows, places[kpi], {"line": {"color": COLOURS["returning"]}})
        label = material.desk.registry[kpi].label[material.desk.lang]
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
    draws={"overview": lambda material: overview(material.by_period, material.whole, material.desk)},
    sheets=(Sheet(place=1, add=_kpis), Sheet(place=2, add=_periods)),
)

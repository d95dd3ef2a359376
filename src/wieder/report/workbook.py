"""The report as an Excel workbook: a sheet per section, real numbers, and charts that Excel draws."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from wieder.kpis import kpis_shown
from wieder.kpis.base import Shown, Unit
from wieder.periods import PeriodKind, period_at
from wieder.report.cohorts import Cohort, cohorts_of
from wieder.report.figures import History, desk_for, history
from wieder.report.glossary import glossary
from wieder.report.grids import dimension_name, segment_name, step_name
from wieder.report.readings import Reading, readings
from wieder.report.sheets import OF_UNIT, Book, Cell, Style, add_table, money_format, new_book, sheet_name
from wieder.report.table_sheets import add_table_sheets
from wieder.report.trends import REVENUE_PARTS
from wieder.report.trust import trust

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from xlsxwriter.chart import Chart  # type: ignore[import-untyped]
    from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

    from wieder.kpis.base import Kpi
    from wieder.report.figures import Desk
    from wieder.report.inputs import ReportInputs

COLOURS = {"returning": "#1F5A8A", "new": "#CF7118", "anonymous": "#8A929C"}
"""Those of charts.svg.j2."""
SHADES = {"min_color": "#F1F6FA", "max_color": "#33658D"}


@dataclass(frozen=True, kw_only=True)
class Material:
    """What the sheets are made of."""

    inputs: ReportInputs
    desk: Desk
    by_period: History
    whole: History
    book: Book


def report_workbook(inputs: ReportInputs, registry: Mapping[str, Kpi]) -> bytes:
    """The workbook of `inputs`; the same inputs give the same bytes.

    Raises UsageError without the extra `excel`.
    """
    target = BytesIO()
    desk = desk_for(registry, inputs.kind, inputs.lang, inputs.currency)
    writer = desk.numbers
    money = money_format(writer.money_pattern, writer.money_digits)
    with new_book(target, inputs.as_of, money) as book:
        material = Material(
            inputs=inputs,
            desk=desk,
            by_period=history(inputs.results),
            whole=history(inputs.whole),
            book=book,
        )
        for add in (_kpis, _periods, _cohorts, _tables, _segments, _effects, _bridge, _notes, _glossary):
            add(material)
    return target.getvalue()


def _name(key: str, material: Material) -> str:
    return sheet_name(material.desk.text(f"sheet.{key}"))


def _headings(names: Sequence[str], material: Material) -> list[str]:
    return [material.desk.text(f"column.{name}") for name in names]


KPI_COLUMNS = ("value", "low", "high", "numerator", "denominator", "n", "state")


def _kpis(material: Material) -> None:
    """Every KPI, in the last period with its changes and over the whole span."""
    desk = material.desk
    last, span = material.by_period.periods[-1], material.whole.periods[-1]
    names = [desk.numbers.period(last, desk.kind), desk.numbers.span(span)]
    parts = _headings(KPI_COLUMNS, material)
    changes = [] if desk.kind is PeriodKind.ALL else _headings(("previous", "year_before"), material)
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
    add_table(material.book, _name("kpis", material), headings, rows)


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


def _periods(material: Material) -> None:
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
    name = _name("periods", material)
    sheet = add_table(material.book, name, [*headings, *(kpi.label[desk.lang] for kpi in kpis)], rows)
    if len(rows) > 1:
        places = {kpi.id: column for column, kpi in enumerate(kpis, len(headings))}
        _insert_charts(material, sheet, len(rows), places)


def _insert_charts(material: Material, sheet: Worksheet, n_rows: int, places: Mapping[str, int]) -> None:
    chart = material.book.workbook.add_chart({"type": "column", "subtype": "stacked"})
    for slug, kpi in REVENUE_PARTS.items():
        if kpi in places:
            _add_series(chart, sheet, n_rows, places[kpi], {"fill": {"color": COLOURS[slug]}, "gap": 40})
    title = material.desk.text("chart.revenue.title", per=material.desk.text(f"per.{material.desk.kind}"))
    _place(chart, sheet, n_rows + 2, 0, title)
    for place, kpi in enumerate(kpis_shown(Shown.LINE, material.desk.registry), 1):
        line = material.book.workbook.add_chart({"type": "line"})
        _add_series(line, sheet, n_rows, places[kpi], {"line": {"color": COLOURS["returning"]}})
        label = material.desk.registry[kpi].label[material.desk.lang]
        _place(line, sheet, n_rows + 2, place * CHART_COLUMNS, label)


CHART_SIZE = {"width": 620, "height": 320}
CHART_COLUMNS = 6
"""So many columns are as wide as a chart."""


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


def _cohorts(material: Material) -> None:
    """A row per cohort, a column per age; cells that cannot be known yet are empty."""
    cohorts = cohorts_of(material.inputs.cohorts)
    ages = range(1, max((cell.age for cohort in cohorts for cell in cohort.cells), default=0) + 1)
    if not ages:
        return
    desk = material.desk
    headings = [desk.text("chart.cohorts.cohort"), desk.text("column.customers"), *map(str, ages)]
    rows = [list(_cohort_cells(cohort, ages, desk)) for cohort in cohorts]
    sheet = add_table(material.book, _name("cohorts", material), headings, rows)
    sheet.conditional_format(
        1,
        2,
        len(rows),
        len(headings) - 1,
        {"type": "2_color_scale", "min_type": "num", "min_value": 0} | SHADES,
    )


def _cohort_cells(cohort: Cohort, ages: Sequence[int], desk: Desk) -> Iterator[Cell]:
    yield Cell(desk.numbers.short_period(period_at(cohort.start, desk.kind), desk.kind))
    yield Cell(cohort.customers, Style.COUNT)
    shares = {cell.age: cell.share for cell in cohort.cells}
    yield from (Cell(shares.get(age), Style.RATE) for age in ages)


def _segments(material: Material) -> None:
    """A row per segment and period, for what a shop looks at first; no sheet where nothing is cut."""
    rows = [one for one in readings(material.inputs.segments) if one.dimension]
    if not rows:
        return
    desk = material.desk
    kpis = [desk.registry[kpi] for kpi in kpis_shown(Shown.TILE, desk.registry)]
    cells = {(one.dimension, one.segment, one.period, one.kpi): one.value for one in rows}
    places = sorted({place[:3] for place in cells})
    table = [
        [
            Cell(dimension_name(dimension, desk.text)),
            Cell(segment_name(segment, desk.text)),
            Cell(period.start, Style.DATE),
            *(Cell(cells.get((dimension, segment, period, kpi.id)), OF_UNIT[kpi.unit]) for kpi in kpis),
        ]
        for dimension, segment, period in places
    ]
    headings = _headings(("dimension", "segment", "from"), material)
    labels = (kpi.label[desk.lang] for kpi in kpis)
    add_table(material.book, _name("segments", material), [*headings, *labels], table)


def _effects(material: Material) -> None:
    """A row per KPI, comparison and segment: which one moved it, by its share and by itself."""
    changes = material.inputs.changes
    if changes is None or changes.parts.is_empty():
        return
    desk = material.desk
    headings = [
        desk.text("column.kpi"),
        *(desk.text(f"changes.{name}") for name in ("segment", "before", "value", "mix", "rate", "effect")),
        *(f"{desk.text(f'changes.{name}')} {desk.text('column.from')}" for name in ("before", "value")),
    ]
    rows = [_effect_cells(row, desk) for row in changes.parts.iter_rows(named=True)]
    add_table(material.book, _name("effects", material), headings, rows)


def _effect_cells(row: Mapping[str, Any], desk: Desk) -> list[Cell]:
    kpi = desk.registry[row["kpi"]]
    style, scale = (Style.POINTS, 100) if kpi.unit is Unit.RATE else (OF_UNIT[kpi.unit], 1)
    effects = (row[name] for name in ("mix_effect", "rate_effect", "effect"))
    return [
        Cell(kpi.label[desk.lang]),
        Cell(segment_name(row["segment"], desk.text)),
        *(Cell(row[name], OF_UNIT[kpi.unit]) for name in ("before", "value")),
        *(Cell(None if effect is None else effect * scale, style) for effect in effects),
        *(Cell(row[name], Style.DATE) for name in ("before_start", "period_start")),
    ]


def _bridge(material: Material) -> None:
    """The addition from the exports to the KPIs, signed, to the last digit."""
    headings = _headings(("step", "rows", "amount"), material)
    rows = [
        [
            Cell(step_name(str(row["step"]), material.desk.text)),
            Cell(row["rows"], Style.COUNT),
            Cell(row["amount"], Style.MONEY),
        ]
        for row in material.inputs.bridge.iter_rows(named=True)
    ]
    add_table(material.book, _name("bridge", material), headings, rows)


def _tables(material: Material) -> None:
    add_table_sheets(material.inputs, material.desk, material.book)


def _notes(material: Material) -> None:
    """How the data were read, and what was remarked about them."""
    known = trust(material.inputs, material.desk)
    rows = [[Cell(sentence, Style.WRAPPED)] for sentence in known.assumptions]
    rows += [
        [Cell(one.text, Style.WRAPPED), Cell(one.remedy, Style.WRAPPED), Cell(one.slug)]
        for one in known.remarks
    ]
    headings = [material.desk.text("sheet.notes"), material.desk.text("notice.remedy"), ""]
    filled = [[*row, *[Cell(None)] * (len(headings) - len(row))] for row in rows]
    add_table(material.book, _name("notes", material), headings, filled)


def _glossary(material: Material) -> None:
    """What each KPI means: one row per KPI."""
    desk = material.desk
    names = ("meaning", "formula", "maturity", "better")
    headings = [desk.text("column.kpi"), "id", *(desk.text(f"explain.{name}") for name in names)]
    rows = [
        [
            Cell(entry.label, Style.WRAPPED),
            Cell(entry.name),
            *(Cell(getattr(entry, name), Style.WRAPPED) for name in names),
        ]
        for entry in glossary(desk, ())
    ]
    add_table(material.book, _name("glossary", material), headings, rows)

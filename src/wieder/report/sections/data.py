"""Data quality: rows read, rows left out, and checks made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from wieder.report.remarks import Remark, remarks
from wieder.report.section import Section, Sheet
from wieder.report.table_sheets import column_names, sheet_title
from wieder.writing.basis import amount_basis
from wieder.writing.bridge_grids import bridge_grid, step_name
from wieder.writing.sheets import Cell, Style, add_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from decimal import Decimal

    import polars as pl

    from wieder.asking.grid import Grid
    from wieder.report.findings import Findings
    from wieder.report.section import Material
    from wieder.writing.figures import RenderContext
    from wieder.writing.numbers import Number
    from wieder.writing.sheets import Book


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One fact about the data."""

    name: str
    value: str
    note: str


@dataclass(frozen=True, kw_only=True)
class Trust:
    """The content of the section on the data."""

    facts: tuple[Fact, ...]
    bridge: Grid
    assumptions: tuple[str, ...]
    remarks: tuple[Remark, ...]


def trust(findings: Findings, context: RenderContext) -> Trust:
    """The facts, the bridge, the assumptions and the notices behind the numbers of the report."""
    return Trust(
        facts=tuple(_facts(findings, context)),
        bridge=bridge_grid(findings.reconciliation.bridge, findings.lang, findings.currency),
        assumptions=tuple(_assumptions(findings, context)),
        remarks=remarks(findings.notices, context),
    )


def _facts(findings: Findings, context: RenderContext) -> Iterator[Fact]:
    writer = context.numbers
    last_day = writer.day(findings.as_of - timedelta(days=1))
    yield _fact("freshness", last_day, context, first=writer.day(findings.history_start))
    bridge = findings.reconciliation.bridge
    rows, amounts = _steps(bridge)
    orders, known = rows["kpi_orders"], rows["of_which_identified"]
    rejected = -rows["rows_rejected"]
    rejected_share = writer.percent(_share(rejected, rows["rows_read"]))
    yield _fact(
        "rejected", rejected_share, context, n=writer.count(rejected), all=writer.count(rows["rows_read"])
    )
    yield _fact("counted", writer.count(orders), context, all=writer.count(_orders_read(bridge)))
    revenue_share = _share(amounts["of_which_identified"], amounts["kpi_orders"])
    yield _fact(
        "coverage", writer.percent(_share(known, orders)), context, revenue=writer.percent(revenue_share)
    )
    if findings.n_confirmed:
        yield _fact("verified", writer.count(findings.n_confirmed), context)
    else:
        yield Fact(
            name=context.text("fact.verified"),
            value=context.text("fact.not_verified"),
            note=context.text("fact.verify"),
        )


def _fact(slug: str, value: str, context: RenderContext, **values: object) -> Fact:
    return Fact(
        name=context.text(f"fact.{slug}"), value=value, note=context.text(f"fact.{slug}_note", **values)
    )


def _steps(bridge: pl.DataFrame) -> tuple[Mapping[str, int], Mapping[str, Decimal]]:
    """Rows by step, and amounts by step."""
    names = bridge["step"].to_list()
    return dict(zip(names, bridge["rows"], strict=True)), dict(zip(names, bridge["amount"], strict=True))


def _orders_read(bridge: pl.DataFrame) -> int:
    """The number of orders in the exports: the sum of the steps that count rows."""
    return int(bridge.filter(bridge["step"].str.starts_with("rows_"))["rows"].sum())


def _share(part: Number, whole: Number) -> float | None:
    return float(part) / float(whole) if whole else None


def _assumptions(findings: Findings, context: RenderContext) -> Iterator[str]:
    yield context.text("assumption.as_of", day=context.numbers.day(findings.as_of))
    yield context.text("assumption.window", days=findings.window_days)
    yield context.text(f"assumption.occasion_{findings.settings.orders.occasion}")
    yield amount_basis(
        findings.reconciliation.amount_includes, findings.settings.orders.amount_less, context.text
    )
    yield context.text("assumption.refunds")
    yield context.text("assumption.interval")
    if not findings.currency:
        yield context.text("assumption.no_currency")


def _bridge(material: Material, book: Book) -> None:
    """Add the steps from the exports to the KPIs, signed, to the last digit."""
    headings = column_names(("step", "rows", "amount"), material.context)
    rows = [
        [
            Cell(step_name(str(row["step"]), material.context.text)),
            Cell(row["rows"], Style.COUNT),
            Cell(row["amount"], Style.MONEY),
        ]
        for row in material.findings.reconciliation.bridge.iter_rows(named=True)
    ]
    add_table(book, sheet_title("bridge", material.context), headings, rows)


def _notes(material: Material, book: Book) -> None:
    """Add the assumptions and the notices about the data."""
    known = trust(material.findings, material.context)
    rows = [[Cell(sentence, Style.WRAPPED)] for sentence in known.assumptions]
    rows += [
        [Cell(one.text, Style.WRAPPED), Cell(one.remedy, Style.WRAPPED), Cell(one.slug)]
        for one in known.remarks
    ]
    headings = [material.context.text("sheet.notes"), material.context.text("notice.remedy"), ""]
    filled = [[*row, *[Cell(None)] * (len(headings) - len(row))] for row in rows]
    add_table(book, sheet_title("notes", material.context), headings, filled)


SECTION = Section(
    name="data",
    place=120,
    draws={"data": lambda material: trust(material.findings, material.context)},
    sheets=(Sheet(place=120, add=_bridge), Sheet(place=121, add=_notes)),
)

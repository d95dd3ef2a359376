"""Why the numbers can be trusted: what was read, what was left out, and what was checked."""

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
    from wieder.writing.figures import Desk
    from wieder.writing.numbers import Number
    from wieder.writing.sheets import Book


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One thing that is known about the data."""

    name: str
    value: str
    note: str


@dataclass(frozen=True, kw_only=True)
class Trust:
    """The section about the data."""

    facts: tuple[Fact, ...]
    bridge: Grid
    assumptions: tuple[str, ...]
    remarks: tuple[Remark, ...]


def trust(findings: Findings, desk: Desk) -> Trust:
    """What stands behind all numbers of the report."""
    return Trust(
        facts=tuple(_facts(findings, desk)),
        bridge=bridge_grid(findings.reconciliation.bridge, findings.lang, findings.currency),
        assumptions=tuple(_assumptions(findings, desk)),
        remarks=remarks(findings.notices, desk),
    )


def _facts(findings: Findings, desk: Desk) -> Iterator[Fact]:
    writer = desk.numbers
    last_day = writer.day(findings.as_of - timedelta(days=1))
    yield _fact("freshness", last_day, desk, first=writer.day(findings.history_start))
    bridge = findings.reconciliation.bridge
    rows, amounts = _steps(bridge)
    orders, known = rows["kpi_orders"], rows["of_which_identified"]
    rejected = -rows["rows_rejected"]
    rejected_share = writer.percent(_share(rejected, rows["rows_read"]))
    yield _fact(
        "rejected", rejected_share, desk, n=writer.count(rejected), all=writer.count(rows["rows_read"])
    )
    yield _fact("counted", writer.count(orders), desk, all=writer.count(_orders_read(bridge)))
    revenue_share = _share(amounts["of_which_identified"], amounts["kpi_orders"])
    yield _fact(
        "coverage", writer.percent(_share(known, orders)), desk, revenue=writer.percent(revenue_share)
    )
    if findings.n_confirmed:
        yield _fact("verified", writer.count(findings.n_confirmed), desk)
    else:
        yield Fact(
            name=desk.text("fact.verified"),
            value=desk.text("fact.not_verified"),
            note=desk.text("fact.verify"),
        )


def _fact(slug: str, value: str, desk: Desk, **values: object) -> Fact:
    return Fact(name=desk.text(f"fact.{slug}"), value=value, note=desk.text(f"fact.{slug}_note", **values))


def _steps(bridge: pl.DataFrame) -> tuple[Mapping[str, int], Mapping[str, Decimal]]:
    """Rows, and amounts, by step."""
    names = bridge["step"].to_list()
    return dict(zip(names, bridge["rows"], strict=True)), dict(zip(names, bridge["amount"], strict=True))


def _orders_read(bridge: pl.DataFrame) -> int:
    """The sum of the steps that count rows: the orders in the exports."""
    return int(bridge.filter(bridge["step"].str.starts_with("rows_"))["rows"].sum())


def _share(part: Number, whole: Number) -> float | None:
    return float(part) / float(whole) if whole else None


def _assumptions(findings: Findings, desk: Desk) -> Iterator[str]:
    yield desk.text("assumption.as_of", day=desk.numbers.day(findings.as_of))
    yield desk.text("assumption.window", days=findings.window_days)
    yield desk.text(f"assumption.occasion_{findings.settings.orders.occasion}")
    yield amount_basis(
        findings.reconciliation.amount_includes, findings.settings.orders.amount_less, desk.text
    )
    yield desk.text("assumption.refunds")
    yield desk.text("assumption.interval")
    if not findings.currency:
        yield desk.text("assumption.no_currency")


def _bridge(material: Material, book: Book) -> None:
    """The addition from the exports to the KPIs, signed, to the last digit."""
    headings = column_names(("step", "rows", "amount"), material.desk)
    rows = [
        [
            Cell(step_name(str(row["step"]), material.desk.text)),
            Cell(row["rows"], Style.COUNT),
            Cell(row["amount"], Style.MONEY),
        ]
        for row in material.findings.reconciliation.bridge.iter_rows(named=True)
    ]
    add_table(book, sheet_title("bridge", material.desk), headings, rows)


def _notes(material: Material, book: Book) -> None:
    """How the data were read, and what was remarked about them."""
    known = trust(material.findings, material.desk)
    rows = [[Cell(sentence, Style.WRAPPED)] for sentence in known.assumptions]
    rows += [
        [Cell(one.text, Style.WRAPPED), Cell(one.remedy, Style.WRAPPED), Cell(one.slug)]
        for one in known.remarks
    ]
    headings = [material.desk.text("sheet.notes"), material.desk.text("notice.remedy"), ""]
    filled = [[*row, *[Cell(None)] * (len(headings) - len(row))] for row in rows]
    add_table(book, sheet_title("notes", material.desk), headings, filled)


SECTION = Section(
    name="data",
    place=120,
    draws={"data": lambda material: trust(material.findings, material.desk)},
    sheets=(Sheet(place=120, add=_bridge), Sheet(place=121, add=_notes)),
)

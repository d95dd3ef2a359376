"""Why the numbers can be trusted: what was read, what was left out, and what was checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePath
from typing import TYPE_CHECKING

from wieder.report.basis import amount_basis
from wieder.report.grids import Grid, bridge_grid
from wieder.report.remarks import Remark, remarks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from decimal import Decimal

    import polars as pl

    from wieder.report.figures import Desk
    from wieder.report.inputs import ReportInputs
    from wieder.report.numbers import Number

MAXIMUM_SOURCES = 6


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


def trust(inputs: ReportInputs, desk: Desk) -> Trust:
    """What stands behind all numbers of the report."""
    return Trust(
        facts=tuple(_facts(inputs, desk)),
        bridge=bridge_grid(inputs.bridge, inputs.lang, inputs.currency),
        assumptions=tuple(_assumptions(inputs, desk)),
        remarks=remarks(inputs.notices, desk),
    )


def sources(names: Sequence[str], desk: Desk) -> tuple[str, ...]:
    """The names of a few files without their folders, or how many there are of many."""
    files = [PurePath(name).name for name in names]
    if len(files) <= MAXIMUM_SOURCES:
        return tuple(files)
    return (desk.text("head.files", n=desk.numbers.count(len(files)), first=min(files), last=max(files)),)


def _facts(inputs: ReportInputs, desk: Desk) -> Iterator[Fact]:
    writer = desk.numbers
    last_day = writer.day(inputs.as_of - timedelta(days=1))
    yield _fact("freshness", last_day, desk, first=writer.day(inputs.history_start))
    rows, amounts = _steps(inputs.bridge)
    orders, known = rows["kpi_orders"], rows["of_which_identified"]
    rejected = -rows["rows_rejected"]
    rejected_share = writer.percent(_share(rejected, rows["rows_read"]))
    yield _fact(
        "rejected", rejected_share, desk, n=writer.count(rejected), all=writer.count(rows["rows_read"])
    )
    yield _fact("counted", writer.count(orders), desk, all=writer.count(_orders_read(inputs.bridge)))
    revenue_share = _share(amounts["of_which_identified"], amounts["kpi_orders"])
    yield _fact(
        "coverage", writer.percent(_share(known, orders)), desk, revenue=writer.percent(revenue_share)
    )
    if inputs.witnesses:
        yield _fact("verified", writer.count(inputs.witnesses), desk)
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


def _assumptions(inputs: ReportInputs, desk: Desk) -> Iterator[str]:
    yield desk.text("assumption.as_of", day=desk.numbers.day(inputs.as_of))
    yield desk.text("assumption.window", days=inputs.window_days)
    yield desk.text(f"assumption.occasion_{inputs.occasion}")
    yield amount_basis(inputs.amount_includes, inputs.amount_less, desk.text)
    yield desk.text("assumption.refunds")
    yield desk.text("assumption.interval")
    if not inputs.currency:
        yield desk.text("assumption.no_currency")

"""Tables for readers, as text: the one source of the terminal, Markdown and plain HTML tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import partial
from itertools import groupby, takewhile
from typing import TYPE_CHECKING

from wieder.asking.results import COHORTS, OTHER
from wieder.kpis.base import Better, Kpi, Lang, State, Unit
from wieder.periods import Period, PeriodKind
from wieder.report.basis import amount_basis
from wieder.report.numbers import ABSENT, numbers_for
from wieder.report.readings import Reading, readings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import polars as pl

    from wieder.config import OrderRules
    from wieder.locale import Texts
    from wieder.report.numbers import Numbers
    from wieder.tables.base import Table, TableColumn

    Record = Mapping[str, object]


class Tone(StrEnum):
    """How a cell is coloured; colour never carries what the text does not say."""

    NORMAL = "normal"
    GOOD = "good"
    BAD = "bad"
    FAINT = "faint"


class Role(StrEnum):
    """What a row is among the others."""

    PLAIN = "plain"
    GROUP = "group"
    """A heading over the rows that follow."""
    SUBTOTAL = "subtotal"
    TOTAL = "total"
    PART = "part"
    """Part of a row above, and not to be added to it."""


@dataclass(frozen=True, kw_only=True)
class Heading:
    """The head of one column."""

    text: str
    numeric: bool = False
    """Numeric columns are aligned to the right."""
    can_stand_below: bool = False
    """Its cells may be put below those of the column before, where width is short."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One cell, already written for a reader."""

    text: str
    tone: Tone = Tone.NORMAL
    heat: int | None = None
    """The shade of a cell of a heatmap, from 0 (lightest) to `charts.LEVELS` - 1."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row; a group row has a single cell."""

    cells: tuple[Cell, ...]
    role: Role = Role.PLAIN


@dataclass(frozen=True, kw_only=True)
class Grid:
    """One table."""

    title: str
    headings: tuple[Heading, ...]
    rows: tuple[Row, ...]


def kpi_grids(
    results: pl.DataFrame, registry: Mapping[str, Kpi], lang: Lang, currency: str, kind: PeriodKind
) -> tuple[Grid, ...]:
    """One table per period and segment of `results`: a row per KPI, grouped by family.

    `results` carries the comparison columns; KPIs keep the order of the registry.
    """
    writer = numbers_for(lang, currency)
    places = sorted(readings(results), key=lambda one: (one.period, one.dimension, one.segment))
    return tuple(
        Grid(
            title=block_title(period, dimension, segment, kind, writer),
            headings=_kpi_headings(writer.text, kind),
            rows=tuple(_kpi_rows({one.kpi: one for one in block}, registry, writer, kind)),
        )
        for (period, dimension, segment), block in groupby(
            places, key=lambda one: (one.period, one.dimension, one.segment)
        )
    )


def block_title(period: Period, dimension: str, segment: str, kind: PeriodKind, writer: Numbers) -> str:
    """`March 2024`, and the segment if it is not the whole shop."""
    name = writer.period(period, kind)
    if not dimension:
        return name
    return f"{name} · {dimension_name(dimension, writer.text)}: {segment_name(segment, writer.text)}"


def segment_name(segment: str, text: Texts) -> str:
    """A segment in words: empty where the attribute is not known, and all others as one."""
    return {"": text("segment.unknown"), OTHER: text("segment.other")}.get(segment, segment)


def dimension_name(dimension: str, text: Texts) -> str:
    """What results are cut by, in words: `first_order.channel` is the channel of the first order."""
    return " × ".join(_attribute_name(attribute, text) for attribute in dimension.split(","))


def _attribute_name(attribute: str, text: Texts) -> str:
    if attribute in COHORTS:
        return text(f"dimension.{attribute}")
    owner, _, column = attribute.partition(".")
    return text(f"dimension.{owner}", column=column) if owner in {"first_order", "customer"} else attribute


def _kpi_headings(text: Texts, kind: PeriodKind) -> tuple[Heading, ...]:
    changes = () if kind is PeriodKind.ALL else ("previous", "year_before")
    names = ("value", "interval", *changes, "n")
    numeric = tuple(
        Heading(text=text(f"column.{name}"), numeric=True, can_stand_below=name == "interval")
        for name in names
    )
    return (Heading(text=text("column.kpi")), *numeric, Heading(text=text("column.state")))


def _kpi_rows(
    block: Mapping[str, Reading], registry: Mapping[str, Kpi], writer: Numbers, kind: PeriodKind
) -> Iterator[Row]:
    shown = [kpi for kpi in registry.values() if kpi.id in block]
    for family, kpis in groupby(shown, key=lambda kpi: kpi.family):
        yield Row(cells=(Cell(text=writer.text(f"family.{family}")),), role=Role.GROUP)
        for kpi in kpis:
            yield Row(cells=tuple(_kpi_cells(kpi, block[kpi.id], writer, kind)))


def _kpi_cells(kpi: Kpi, reading: Reading, writer: Numbers, kind: PeriodKind) -> Iterator[Cell]:
    tone = Tone.FAINT if is_uncertain(kpi, reading) else Tone.NORMAL
    yield Cell(text=kpi.label[writer.lang])
    yield Cell(text=writer.value(reading.value, kpi.unit), tone=tone)
    yield Cell(text=writer.interval(reading.ci_low, reading.ci_high), tone=tone)
    if kind is not PeriodKind.ALL:
        for change in (reading.previous_change, reading.year_before_change):
            yield Cell(text=writer.change(change, kpi.unit), tone=direction(change, kpi.better))
    yield Cell(text=writer.count(reading.n))
    yield Cell(
        text=writer.text(f"state.{reading.state}"), tone=Tone.FAINT if reading.state is State.FINAL else tone
    )


def is_uncertain(kpi: Kpi, reading: Reading) -> bool:
    """Whether there are too few units behind the value to act on it."""
    return reading.n is not None and reading.n < kpi.minimum_n


SMALLEST_CHANGE = 0.0005
"""Smaller ones are written as 0.0, which is neither good nor bad."""


def direction(change: float | None, better: Better) -> Tone:
    """Whether a change is one that the shop wants."""
    if change is None or abs(change) < SMALLEST_CHANGE or better is Better.NEITHER:
        return Tone.NORMAL
    return Tone.GOOD if (change > 0) == (better is Better.UP) else Tone.BAD


def bridge_grid(bridge: pl.DataFrame, lang: Lang, currency: str, rules: OrderRules | None = None) -> Grid:
    """The addition from the rows of the exports to the orders behind the KPIs, to the cent.

    Given the `rules`, the title says what the amounts include. Where the steps
    turn from rows to orders, their sum so far is shown in between.
    """
    writer = numbers_for(lang, currency)
    steps = list(_with_subtotal([Step(**row) for row in bridge.iter_rows(named=True)]))
    is_to_the_cent = all(_digits(step.amount) <= writer.money_digits for step in steps)
    digits = writer.money_digits if is_to_the_cent else ALL_DIGITS
    names = ("rows", "orders", "amount")
    numeric = tuple(Heading(text=writer.text(f"column.{name}"), numeric=True) for name in names)
    return Grid(
        title=writer.text("bridge.title") + (f" · {_basis(rules, writer.text)}" if rules else ""),
        headings=(Heading(text=writer.text("column.step")), *numeric),
        rows=tuple(_bridge_row(step, writer, digits) for step in steps),
    )


def _basis(rules: OrderRules, text: Texts) -> str:
    return amount_basis(rules.amount_includes, rules.amount_less, text)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One line of the bridge, signed."""

    step: str
    rows: int
    """Rows of the export up to `rows_merged`, orders from there on."""
    amount: Decimal

    @property
    def role(self) -> Role:
        """Whether the line is added, a sum, or a part of the sum."""
        if self.step.startswith("of_which"):
            return Role.PART
        if self.step == SUBTOTAL or self.step.startswith("net_revenue"):
            return Role.SUBTOTAL
        return Role.TOTAL if self.step == "kpi_orders" else Role.PLAIN

    @property
    def counts_rows(self) -> bool:
        """Whether `rows` are rows of the export rather than orders."""
        return self.step.startswith("rows_")


SUBTOTAL = "orders_read"
ALL_DIGITS = 4
"""Amounts are DECIMAL(18, 4); they are shown in full where cents would not add up."""


def _with_subtotal(steps: Sequence[Step]) -> Iterator[Step]:
    """`steps` with the sum of the row steps, which is the number of orders, before the order steps."""
    row_steps = list(takewhile(lambda step: step.counts_rows, steps))
    yield from row_steps
    amount = sum((step.amount for step in row_steps), Decimal(0))
    yield Step(step=SUBTOTAL, rows=sum(step.rows for step in row_steps), amount=amount)
    yield from steps[len(row_steps) :]


def _digits(amount: Decimal) -> int:
    """How many digits after the point an exact amount needs."""
    exponent = amount.normalize().as_tuple().exponent
    return max(0, -int(exponent))


def _bridge_row(step: Step, writer: Numbers, digits: int) -> Row:
    tone = Tone.NORMAL if step.rows or step.amount else Tone.FAINT
    count = writer.count(step.rows)
    rows = count if step.counts_rows or step.step == SUBTOTAL else ""
    orders = "" if step.counts_rows or step.step.startswith("less_") else count
    texts = (step_name(step.step, writer.text), rows, orders, writer.money(step.amount, digits))
    return Row(cells=tuple(Cell(text=text, tone=tone) for text in texts), role=step.role)


EXCLUDED = "orders_excluded."
"""Begins the steps of the user's own conditions; the name that they were given follows."""


def step_name(step: str, text: Texts) -> str:
    """A step of the bridge in words."""
    if step.startswith(EXCLUDED):
        return text("bridge.orders_excluded", name=step.removeprefix(EXCLUDED))
    return text(f"bridge.{step}")


LOAD_COLUMNS = (
    "rows_read", "rows_rejected", "rows_left_out", "rows_merged", "rows_kept",
    "orders_kept", "orders_replaced",
)  # fmt: skip


def load_grid(loads: pl.DataFrame, lang: Lang, currency: str) -> Grid:
    """What became of each file: one row per file of the `loads` table, and their sum."""
    writer = numbers_for(lang, currency)
    counts = [name for name in LOAD_COLUMNS if name in loads.columns]
    numeric = tuple(
        Heading(text=writer.text(f"load.{name}"), numeric=True) for name in (*counts, "amount_kept")
    )
    rows = [_load_row(row, counts, writer) for row in loads.iter_rows(named=True)]
    if len(rows) > 1:
        totals: dict[str, object] = {
            name: loads[name].sum() for name in loads.columns if loads[name].dtype.is_numeric()
        }
        label = writer.text.counted("load.total", len(rows), files=writer.count(len(rows)))
        rows.append(_load_row({**totals, "file": label}, counts, writer, Role.TOTAL))
    return Grid(
        title=writer.text("load.title"),
        headings=(Heading(text=writer.text("load.file")), *numeric),
        rows=tuple(rows),
    )


def _load_row(
    row: Mapping[str, object], counts: Sequence[str], writer: Numbers, role: Role = Role.PLAIN
) -> Row:
    numbers = [writer.count(_number(row[name])) for name in counts]
    numbers.append(writer.money(_kept(row)))
    return Row(cells=(Cell(text=str(row["file"])), *(Cell(text=number) for number in numbers)), role=role)


def _kept(row: Mapping[str, object]) -> Decimal | None:
    """The money of the rows that were kept: read, less rejected, less left out."""
    read, rejected, left_out = (row.get(f"amount_{name}") for name in ("read", "rejected", "left_out"))
    if not isinstance(read, Decimal):
        return None
    return read - sum((part for part in (rejected, left_out) if isinstance(part, Decimal)), Decimal(0))


def _number(value: object) -> int | float | Decimal | None:
    return value if isinstance(value, int | float | Decimal) else None


def table_grid(frame: pl.DataFrame, table: Table, lang: Lang, currency: str) -> Grid:
    """An analysis table for readers: the columns of `table` that `frame` has, in order.

    The two ends of an interval, `X_low` and `X_high`, are one column. The dimension is the
    heading of the segments, and both are left out where nothing is cut. Rows
    that are not final are faint.
    """
    writer = numbers_for(lang, currency)
    columns = list(_table_columns(frame, table, writer))
    return Grid(
        title=table.label[lang],
        headings=tuple(heading for heading, _ in columns),
        rows=tuple(
            Row(cells=tuple(Cell(text=write(row), tone=_record_tone(row)) for _, write in columns))
            for row in frame.iter_rows(named=True)
        ),
    )


def _table_columns(
    frame: pl.DataFrame, table: Table, writer: Numbers
) -> Iterator[tuple[Heading, Callable[[Record], str]]]:
    dimensions = {name for name in frame["dimension"] if name} if "dimension" in frame.columns else set()
    for column in table.columns:
        stem, _, bound = column.name.rpartition("_")
        is_interval = {f"{stem}_low", f"{stem}_high"} <= set(frame.columns)
        is_upper_end = is_interval and bound == "high"
        if column.name not in frame.columns or column.name == "dimension" or is_upper_end:
            continue
        if column.name == "segment" and "dimension" in frame.columns:
            for dimension in sorted(dimensions):
                yield Heading(text=dimension_name(dimension, writer.text)), partial(_segment, writer=writer)
        elif is_interval and bound == "low":
            heading = Heading(text=writer.text("column.interval"), numeric=True)
            yield heading, partial(_ends, stem=stem, unit=column.unit, writer=writer)
        else:
            heading = Heading(text=column.label[writer.lang], numeric=column.unit is not None)
            yield heading, partial(_table_cell, column=column, writer=writer)


def _segment(row: Record, writer: Numbers) -> str:
    if not row["dimension"]:
        return writer.text("segment.whole")
    return segment_name(str(row["segment"]), writer.text)


def _ends(row: Record, stem: str, unit: Unit | None, writer: Numbers) -> str:
    low, high = _number(row[f"{stem}_low"]), _number(row[f"{stem}_high"])
    if unit is Unit.RATE:
        return writer.interval(low, high)
    return "" if low is None and high is None else f"{writer.plain(low)}–{writer.plain(high)}"


def _table_cell(row: Record, column: TableColumn, writer: Numbers) -> str:
    value = row[column.name]
    if column.unit is not None:
        return writer.value(_number(value), column.unit)
    if column.name == "state":
        return writer.text(f"state.{value}")
    return writer.day(value) if isinstance(value, date) else _any(value, writer)


def _record_tone(row: Record) -> Tone:
    return Tone.NORMAL if row.get("state", State.FINAL) == State.FINAL else Tone.FAINT


def frame_grid(frame: pl.DataFrame, lang: Lang, title: str = "") -> Grid:
    """Any frame as it is: a column per column, numbers written for a reader."""
    writer = numbers_for(lang)
    return Grid(
        title=title,
        headings=tuple(
            Heading(text=name, numeric=dtype.is_numeric()) for name, dtype in frame.schema.items()
        ),
        rows=tuple(
            Row(cells=tuple(Cell(text=_any(value, writer)) for value in row)) for row in frame.iter_rows()
        ),
    )


def _any(value: object, writer: Numbers) -> str:
    if value is None:
        return ABSENT
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return writer.plain(value)
    return str(value)

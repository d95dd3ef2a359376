"""The bridge from rows to orders, and the account of each file, as tables for readers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import takewhile
from typing import TYPE_CHECKING

from wieder.asking.grid import Cell, Grid, Heading, Role, Row, Tone
from wieder.writing.basis import amount_basis
from wieder.writing.grids import number_in
from wieder.writing.numbers import numbers_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import polars as pl

    from wieder.config import OrderRules
    from wieder.locale import Texts
    from wieder.locale.text import Lang
    from wieder.writing.numbers import Numbers


def bridge_grid(bridge: pl.DataFrame, lang: Lang, currency: str, rules: OrderRules | None = None) -> Grid:
    """The steps from the rows of the exports to the orders behind the KPIs, to the cent.

    With `rules`, the title also states what the amounts include. A subtotal separates
    the steps that count rows from those that count orders.
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
        """Whether the line is an addend, a sum, or a part of the sum."""
        if self.step.startswith("of_which"):
            return Role.PART
        if self.step == SUBTOTAL or self.step.startswith("net_revenue"):
            return Role.SUBTOTAL
        return Role.TOTAL if self.step == "kpi_orders" else Role.PLAIN

    @property
    def counts_rows(self) -> bool:
        """Whether `rows` counts rows of the export rather than orders."""
        return self.step.startswith("rows_")


SUBTOTAL = "orders_read"

ALL_DIGITS = 4
"""Amounts are DECIMAL(18, 4); all four digits are shown if amounts rounded to cents would not add up."""


def _with_subtotal(steps: Sequence[Step]) -> Iterator[Step]:
    """`steps` with a subtotal after the row steps: the number of orders read."""
    row_steps = list(takewhile(lambda step: step.counts_rows, steps))
    yield from row_steps
    amount = sum((step.amount for step in row_steps), Decimal(0))
    yield Step(step=SUBTOTAL, rows=sum(step.rows for step in row_steps), amount=amount)
    yield from steps[len(row_steps) :]


def _digits(amount: Decimal) -> int:
    """Number of decimal places that an exact amount needs."""
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
"""Prefix of the steps for the user's own conditions, followed by the name of the condition."""


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
    """The account of each file: one row per file of the `loads` table, and their sum."""
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
    numbers = [writer.count(number_in(row[name])) for name in counts]
    numbers.append(writer.money(_kept(row)))
    return Row(cells=(Cell(text=str(row["file"])), *(Cell(text=number) for number in numbers)), role=role)


def _kept(row: Mapping[str, object]) -> Decimal | None:
    """The amount of the rows that were kept: read, less rejected, less left out; None if unknown."""
    read, rejected, left_out = (row.get(f"amount_{name}") for name in ("read", "rejected", "left_out"))
    if not isinstance(read, Decimal):
        return None
    return read - sum((part for part in (rejected, left_out) if isinstance(part, Decimal)), Decimal(0))

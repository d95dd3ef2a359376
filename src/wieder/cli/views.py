"""Views of the commands about data: a frame for programs, and tables for readers."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

import msgspec
import polars as pl

from wieder.asking.view import View
from wieder.store.merge import Counts
from wieder.writing import bridge_grids
from wieder.writing.histories import history_grid
from wieder.writing.rules import rules_grid

if TYPE_CHECKING:
    from wieder.asking.reconciliation import Reconciliation
    from wieder.cli.session import Session
    from wieder.store.merge import LoadReport

LOADED = {"file": pl.String, "table_name": pl.String, "sha256": pl.String, "bytes": pl.Int64} | {
    field.name: pl.Decimal(38, 4) if field.name.startswith("amount") else pl.Int64 for field in fields(Counts)
}
"""One row per file of a load."""


def load_view(report: LoadReport, session: Session) -> View:
    """The account of each file of a load: one row per file."""
    rows = [
        {"file": one.file, "table_name": one.table_name, "sha256": one.sha256, "bytes": one.bytes}
        | vars(one.counts)
        for one in report.files
    ]
    frame = pl.DataFrame(rows, schema=LOADED)
    currency = session.settings.report.currency
    return View(frame=frame, grids=lambda: [bridge_grids.load_grid(frame, session.lang, currency)])


def history_view(loads: pl.DataFrame, currency: str, session: Session) -> View:
    """The loads: one row per load and file."""
    return View(frame=loads, grids=lambda: [history_grid(loads, session.lang, currency)])


def rules_view(rules: pl.DataFrame, session: Session) -> View:
    """The rules of the quality gate: one row per rule."""
    return View(frame=rules, grids=lambda: [rules_grid(rules, session.lang)])


def with_rules(view: View, rules: View) -> View:
    """`view`, with the rules below it for readers."""
    return replace(view, grids=lambda: [*view.grids(), *rules.grids()])


def bridge_view(found: Reconciliation, loads: pl.DataFrame, session: Session) -> View:
    """The bridge, with the account of each file above it for readers."""
    rules = msgspec.structs.replace(session.settings.orders, amount_includes=found.amount_includes)
    return View(
        frame=found.bridge,
        grids=lambda: [
            bridge_grids.load_grid(loads, session.lang, found.currency),
            bridge_grids.bridge_grid(found.bridge, session.lang, found.currency, rules),
        ],
    )

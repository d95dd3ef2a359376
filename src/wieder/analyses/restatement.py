"""What of an analysis is kept, so that later ones can tell what they say otherwise."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import msgspec
import polars as pl

from wieder.asking import building
from wieder.database import frame, script
from wieder.restatement import FACTS, KEPT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from wieder.analysis import Analysis
    from wieder.config import Settings
    from wieder.database import Connection
    from wieder.periods import PeriodKind

DEFINING = ("columns", "orders", "identity", "input", "retention")
"""The sections of the settings that results depend on."""
IDENTITY_LENGTH = 12


@dataclass(frozen=True, kw_only=True)
class Kept:
    """The results of one analysis, to be kept."""

    kind: PeriodKind
    as_of: date
    load: int
    identity: str
    """Of the data and the settings: the same ones give the same results."""
    frame: pl.DataFrame
    """`restatement.KEPT`."""


def kept_results(con: Connection, analysis: Analysis, settings: Settings) -> Kept:
    """The results of the whole shop in every period of the history that is over, shown or not.

    `con` is the connection that the analysis was made with.
    """
    scope, kind = analysis.scope, analysis.question.kind
    building.set_periods(con, scope.periods)
    facts = frame(con, script("period_facts")).select("period_start", *FACTS)
    loads = con.execute("select load, sha256 from loads order by load, file, sha256").fetchall()
    load = max((number for number, _ in loads), default=0)
    values = json.dumps(dict(sorted(_defining(settings, scope.window_days))), ensure_ascii=False)
    results = analysis.computed[0].filter(pl.col("period_end") <= scope.as_of)
    kept = results.join(facts, on="period_start", how="left", maintain_order="left").with_columns(
        load=pl.lit(load), settings=pl.lit(values)
    )
    versions = results.select("kpi", "version").unique(maintain_order=True).rows()
    state = json.dumps([[sha for _, sha in loads], values, versions])
    return Kept(
        kind=kind,
        as_of=scope.as_of,
        load=load,
        identity=sha256(state.encode()).hexdigest()[:IDENTITY_LENGTH],
        frame=kept.select(*KEPT).cast(pl.Schema(KEPT)),
    )


def _defining(settings: Settings, window_days: int) -> Iterator[tuple[str, object]]:
    """Every setting that results depend on, by its dotted name; the window in days, however it was set."""
    for section in DEFINING:
        values: Mapping[str, Any] = msgspec.to_builtins(getattr(settings, section))
        yield from ((f"{section}.{name}", value) for name, value in values.items())
    yield "retention.window_days", window_days

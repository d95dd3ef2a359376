"""The results that a report keeps, so that later reports can show which values have changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import msgspec
import polars as pl

from wieder.asking.results import SCHEMA
from wieder.questions.restated.table import FACTS
from wieder.store.file import load_history

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.config import Settings
    from wieder.marts.base import DataType
    from wieder.periods import PeriodKind
    from wieder.questions.kpis import Computed

KEPT: Mapping[str, DataType] = {
    **SCHEMA,
    "load": pl.Int64,  # the last load in the results; 1 if they are from files
    "settings": pl.String,  # JSON: the settings that results depend on
    **{fact: kind.polars for fact, (kind, _) in FACTS.items()},
}
"""The columns kept of a report: results of the whole shop for every complete period, and facts about its orders."""
DEFINING = ("columns", "orders", "identity", "input", "retention")
"""The sections of the settings that results depend on."""
IDENTITY_LENGTH = 12


@dataclass(frozen=True, kw_only=True)
class Kept:
    """The results of one run, to be kept."""

    kind: PeriodKind
    as_of: date
    load: int
    identity: str
    """A hash of the data and the settings: an equal hash means equal results."""
    frame: pl.DataFrame
    """With columns `KEPT`."""


def kept_results(asked: Asked, kpis: Answer[Computed]) -> Kept:
    """The results of the whole shop in every complete period of the history, shown or not."""
    scope = kpis.scope
    facts = asked.query_by_period("questions/restated/period_facts").select("period_start", *FACTS)
    loads = load_history(asked.shop.connection).sort("load", "file", "sha256")
    load = max(loads["load"].to_list(), default=0)
    values = json.dumps(dict(sorted(_defining(asked.settings, scope.window_days))), ensure_ascii=False)
    results = kpis.behind.by_cut[0].filter(pl.col("period_end") <= scope.as_of)
    kept = results.join(facts, on="period_start", how="left", maintain_order="left").with_columns(
        load=pl.lit(load), settings=pl.lit(values)
    )
    versions = results.select("kpi", "version").unique(maintain_order=True).rows()
    state = json.dumps([loads["sha256"].to_list(), values, versions])
    return Kept(
        kind=kpis.kind,
        as_of=scope.as_of,
        load=load,
        identity=sha256(state.encode()).hexdigest()[:IDENTITY_LENGTH],
        frame=kept.select(*KEPT).cast(pl.Schema(KEPT)),
    )


def _defining(settings: Settings, window_days: int) -> Iterator[tuple[str, object]]:
    """Every setting that results depend on, by its dotted name; the activity window always in days."""
    for section in DEFINING:
        values: Mapping[str, Any] = msgspec.to_builtins(getattr(settings, section))
        yield from ((f"{section}.{name}", value) for name, value in values.items())
    yield "retention.window_days", window_days

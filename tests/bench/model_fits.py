"""Model fits of wieder, and the fits of other programs evaluated with its likelihood.

`python -m tests.bench.model_fits ORDERS AS_OF OUT [JSON...]` fits every model to the histories in a
.parquet file of orders and writes OUT: one object per model, and one per JSON written by `model_peers.py`.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import numpy as np

from wieder.models.bg_nbd import BG_NBD
from wieder.models.histories import Histories, distinct_histories
from wieder.models.mbg_nbd import MBG_NBD
from wieder.models.pareto_nbd import PARETO_NBD

if TYPE_CHECKING:
    from wieder.models.purchase_model import PurchaseModel

BG, PARETO = ("r", "alpha", "a", "b"), ("r", "alpha", "s", "beta")
QUERY = """
    select count(*) - 1 as repeats, max(day) - min(day) as recency, $last - min(day) as age
    from (select distinct customer_id, cast(ordered_at as date) as day from read_parquet($path))
    group by customer_id
"""


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """One fit."""

    name: str
    fit_seconds: float
    log_likelihood: float | None
    """Computed by wieder, also for the parameters of other programs; None if their fit was aborted."""
    parameters: dict[str, float]


def histories_of(path: str, as_of: date) -> Histories:
    """The histories of all customers; all orders must be before `as_of`."""
    with duckdb.connect() as con:
        last = date.fromordinal(as_of.toordinal() - 1)
        found = con.execute(QUERY, {"last": last, "path": path}).fetchnumpy()
    columns = (np.asarray(found[name], dtype=np.int64) for name in ("repeats", "recency", "age"))
    return distinct_histories(*columns)[0]


def fitted(model: PurchaseModel, histories: Histories) -> Fitted:
    """The fit of one model."""
    begin = time.perf_counter()
    fit = model.fit(histories)
    seconds = time.perf_counter() - begin
    return Fitted(
        name=model.name,
        fit_seconds=seconds,
        log_likelihood=fit.log_likelihood,
        parameters=dict(zip(fit.names, map(float, fit.parameters), strict=True)),
    )


def judged(path: Path, histories: Histories) -> Fitted:
    """The fit of another program, with the likelihood computed by wieder."""
    found = json.loads(path.read_text())
    return Fitted(
        name=path.stem,
        fit_seconds=found["fit_seconds"],
        log_likelihood=_likelihood(found["parameters"], histories),
        parameters=found["parameters"],
    )


def _likelihood(parameters: dict[str, float], histories: Histories) -> float | None:
    if not parameters:
        return None
    model, names = (PARETO_NBD, PARETO) if "s" in parameters else (BG_NBD, BG)
    values = np.array([parameters[name] for name in names])
    return float(histories.customers @ model.log_likelihood(values, histories))


def main() -> None:
    """Fit the models, evaluate the fits of other programs, and write the results."""
    orders, day, out, *others = sys.argv[1:]
    histories = histories_of(orders, date.fromisoformat(day))
    found = [fitted(model, histories) for model in (BG_NBD, MBG_NBD, PARETO_NBD)]
    found += [judged(Path(other), histories) for other in others]
    Path(out).write_text(json.dumps([vars(one) for one in found], indent=1))


if __name__ == "__main__":
    main()

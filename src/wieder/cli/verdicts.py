"""When numbers must not be used: a witness disagrees, or the bridge does not add up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder.errors import WitnessError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from wieder.verify import Verification

REMEDY = "do not use these numbers, and please report it"


def refuse_disagreement(verified: Sequence[Verification]) -> None:
    """Raise WitnessError if a witness contradicts its KPI or table."""
    disagreeing = [one.disagreements[0] for one in verified if one.disagreements]
    if not disagreeing:
        return
    first = disagreeing[0]
    place = f"{first.period_start} {first.segment!r}" if first.period_start else first.segment
    raise WitnessError(
        f"{len(disagreeing)} of {len(verified)} KPIs and tables disagree with their witness; first "
        f"{first.kpi} of {place}: computed {first.computed}, witnessed {first.witnessed}",
        REMEDY,
    )


def refuse_gap(bridge: pl.DataFrame) -> None:
    """Raise WitnessError if the steps of the bridge do not make its total, to the cent."""
    from wieder.bridge import adds_up

    if not adds_up(bridge):
        raise WitnessError("the bridge does not add up", REMEDY)

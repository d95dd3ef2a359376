"""Expected and actual values by decile of the customers, from the highest forecasts down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wieder.asking.table import Table, TableColumn
from wieder.locale.text import Text, Unit
from wieder.marts.base import Type
from wieder.marts.frames import pl
from wieder.questions.backtest.scores import KEYS, ORACLE, finished, number

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from wieder.models.holdout import Score

PARTS = Table(
    id="backtest_parts",
    label=Text(de="Erwartet und eingetreten nach Zehnteln", en="Expected and actual by tenths"),
    meaning=Text(
        de="Eine Zeile je Zeitpunkt, Ziel, Verfahren und Zehntel der Kunden, vom höchsten vorhergesagten Wert abwärts. Bei gleichen Prognosen hat jedes Zehntel seinen Anteil.",
        en="One row per moment, target, method and tenth of the customers, from the highest forecasts down. Where forecasts are equal, each tenth has its share.",
    ),
    columns=(
        *KEYS,
        TableColumn(name="part", type=Type.SHORT, label=Text(de="Zehntel", en="Tenth"), unit=Unit.COUNT),
        number("customers", Unit.COUNT, Type.INTEGER),
        number("expected"),
        number("actual"),
    ),
    keys=("moment", "target", "method", "part"),
    witness=ORACLE,
)


def part_frame(
    scored: Mapping[date, Mapping[tuple[str, str], Score]], horizon_days: int, used: Mapping[str, str | None]
) -> pl.DataFrame:
    """Return the deciles of every score, with `PARTS.schema`."""
    rows = [
        (cutoff, target, method, number, part.cases, part.forecast, part.actual)
        for cutoff, scores in scored.items()
        for (target, method), score in scores.items()
        for number, part in enumerate(score.parts, 1)
    ]
    names = ["moment", "target", "method", "part", "customers", "expected", "actual"]
    return finished(pl.DataFrame(rows, schema=names, orient="row"), horizon_days, used, PARTS)

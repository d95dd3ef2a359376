"""File names with placeholders, such as `reports/{iso_week}.html`, filled from the analysis."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING

from wieder.errors import UsageError
from wieder.periods import Period, PeriodKind, period_at, period_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from wieder.report.findings import Findings

KNOWN = ("period", "iso_week", "month", "quarter", "year", "as_of", "lang")


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """The facts about an analysis that a file name can contain."""

    period: Period
    """The last complete period."""
    kind: PeriodKind
    as_of: date
    lang: str


def occasion_of(findings: Findings) -> Occasion:
    """The facts about a report for file names and the run log."""
    return Occasion(
        period=findings.by_period.shown[-1], kind=findings.kind, as_of=findings.as_of, lang=findings.lang
    )


def has_placeholders(text: str, known: Sequence[str] = KNOWN) -> bool:
    """Whether `text` contains placeholders. Raises UsageError for one that is not in `known`."""
    remedy = f"use {', '.join(f'{{{name}}}' for name in known)}; write a literal brace twice"
    try:
        fields = [field for field in Formatter().parse(text) if field[1] is not None]
    except ValueError as error:
        raise UsageError(f"{text}: a brace is not closed or not opened", remedy) from error
    for _, name, spec, conversion in fields:
        if name not in known or spec or conversion:
            raise UsageError(f"{text}: there is no placeholder {{{name}}}", remedy)
    return bool(fields)


def fixed_folder(name: str) -> Path:
    """The innermost folder of the file `name` that does not depend on a placeholder."""
    return Path(f"{name.partition('{')[0]}x").parent


def fill(name: str, occasion: Occasion) -> str:
    """`name` with its placeholders filled. Raises UsageError for an unknown one.

    `{iso_week}`, `{month}`, `{quarter}` and `{year}` refer to the last day of the period.
    For a week, `{year}` is the ISO year: `2026-W53` and `2026`.
    """
    return name.format_map(_values(occasion)) if has_placeholders(name) else name.format()


def _values(occasion: Occasion) -> Mapping[str, str]:
    last_day = occasion.period.end - timedelta(days=1)
    kinds = {"iso_week": PeriodKind.WEEK, "month": PeriodKind.MONTH, "quarter": PeriodKind.QUARTER}
    parts = {name: period_name(period_at(last_day, kind), kind) for name, kind in kinds.items()}
    is_week = occasion.kind is PeriodKind.WEEK
    return parts | {
        "period": period_name(occasion.period, occasion.kind).replace("/", "_"),
        "year": str(last_day.isocalendar().year if is_week else last_day.year),
        "as_of": occasion.as_of.isoformat(),
        "lang": occasion.lang,
    }

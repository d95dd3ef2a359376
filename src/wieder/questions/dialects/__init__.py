"""Disputed KPIs by a vendor's definitions beside ours, with the reason for each difference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wieder.asking.options import option
from wieder.asking.question import CUTS, EVERYTHING, Chapter, Question
from wieder.asking.view import View
from wieder.errors import UsageError
from wieder.kpis import REGISTRY
from wieder.marts.frames import pl
from wieder.periods import PeriodKind
from wieder.questions.dialects.rules import DISPUTED, DialectRule, Vendor, dialect
from wieder.questions.dialects.table import DIALECTS, dialect_frame

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.asking.selection import Selection
    from wieder.config import Settings
    from wieder.locale.text import Lang

    Rules = tuple[DialectRule, ...]


@dataclass(frozen=True, kw_only=True)
class DialectOptions:
    """The vendor whose definitions are compared with ours."""

    vendor: str | None = option("--vendor", metavar="NAME", help=f"Vendor: {', '.join(Vendor)} (required).")


def vendor_of(options: DialectOptions) -> Vendor:
    """The vendor of --vendor. Raises UsageError if it is missing or unknown."""
    known = ", ".join(Vendor)
    if options.vendor is None:
        raise UsageError("option --vendor is missing", f"add --vendor {Vendor.SHOPIFY} (known: {known})")
    if options.vendor not in {*Vendor}:
        raise UsageError(f"--vendor {options.vendor}: unknown vendor", f"use one of {known}")
    return Vendor(options.vendor)


def refuse_unknown_vendor(options: DialectOptions, selection: Selection, settings: Settings) -> None:
    """Raise UsageError unless --vendor is a known vendor."""
    del selection, settings
    vendor_of(options)


def dialect_of(asked: Asked, options: DialectOptions) -> Answer[Rules]:
    """Every disputed KPI by both definitions, for the whole shop.

    Covers the last period, or all periods shown if the selection restricts time.
    Behind the rows are the rules of the vendor, one per disputed KPI.
    """
    vendor = vendor_of(options)
    asked.warn_of_truncated_history()
    periods = asked.shown if asked.selection.is_time_chosen else asked.shown[-1:]
    there, rules = asked.whole_shop.over(*periods), dialect(vendor)
    return there.answer(DIALECTS, dialect_frame(_ours(there), _figures(there, rules), vendor), behind=rules)


def _ours(asked: Asked) -> pl.DataFrame:
    """The disputed KPIs by our definitions, from the marts that they need."""
    from wieder.asking.compute import compute, marts_of

    disputed = [REGISTRY[kpi] for kpi in DISPUTED]
    return compute(asked.marts(marts_of(disputed)), asked.scope, disputed)


def _figures(asked: Asked, rules: Iterable[DialectRule]) -> pl.DataFrame:
    """The vendor's figures: `kpi, period_start, numerator, denominator`, one row per rule and period."""
    starts = dict(enumerate(period.start for period in asked.periods))
    figures = [
        asked.declared(rule.figure, after=["questions/dialects/spans"]).select(
            pl.lit(rule.kpi).alias("kpi"),
            pl.nth(0).replace_strict(starts, return_dtype=pl.Date).alias("period_start"),
            pl.nth(1).cast(pl.Float64).alias("numerator"),
            pl.nth(2).cast(pl.Float64).alias("denominator"),
        )
        for rule in rules
        if rule.figure is not None
    ]
    return pl.concat([_no_figures(), *figures])


def _no_figures() -> pl.DataFrame:
    number = pl.Float64()
    return pl.DataFrame(
        schema={"kpi": pl.String(), "period_start": pl.Date(), "numerator": number, "denominator": number}
    )


def dialect_view(answer: Answer[Rules], options: DialectOptions, lang: Lang) -> View:
    """The figures; readers also see the reason for each difference."""
    from wieder.questions.dialects.grids import dialect_grids

    del options
    return View(
        frame=answer.frame,
        grids=lambda: dialect_grids(
            answer.frame, answer.behind, REGISTRY, lang, currency=answer.currency, kind=answer.kind
        ),
    )


QUESTION = Question(
    id="dialects",
    place=4,
    chapter=Chapter.KPIS,
    help="Compare disputed KPIs with a vendor's definitions.\n\n"
    "Covers the last month unless --period, --from or --to is given.",
    examples=(
        "dialects orders.csv --vendor shopify --format table",
        "dialects orders.csv --vendor peel --period quarter -o peel.csv",
    ),
    options=DialectOptions,
    selectors=EVERYTHING - CUTS,
    usual=PeriodKind.MONTH,
    refuse=refuse_unknown_vendor,
    answer=dialect_of,
    view=dialect_view,
    tables=lambda: (DIALECTS,),
)

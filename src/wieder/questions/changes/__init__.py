"""Changes of KPIs against the period before and the year before, and the segments behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from wieder.asking.options import Completes, Option, option
from wieder.asking.question import Chapter, Instead, Question
from wieder.asking.view import View
from wieder.errors import UsageError
from wieder.kpis import REGISTRY
from wieder.marts.frames import pl
from wieder.notices import Notice
from wieder.periods import PeriodKind
from wieder.questions.changes.latest import CHANGES, Against, latest_changes
from wieder.questions.changes.parts import PARTS, can_be_split, split_changes
from wieder.questions.kpis import KpiOptions, known_kpis, kpis_with_warning, wanted_kpis

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.asking.selection import Selection
    from wieder.config import Settings
    from wieder.locale.text import Lang
    from wieder.questions.kpis import Computed


@dataclass(frozen=True, kw_only=True)
class ChangeOptions:
    """The KPIs shown, and the comparison that is split by segment."""

    kpi: str | None = option(
        "--kpi", metavar="KPI,...", help="KPIs to show, by id or name. [all]", completes=Completes.KPIS
    )
    against: Literal["previous", "year_before"] | None = option(
        "--against", help="With --by: period to compare with. [previous]"
    )


@dataclass(frozen=True, kw_only=True)
class Changes:
    """The changes of KPIs in their last final period."""

    changes: pl.DataFrame
    """With `CHANGES.schema`."""
    parts: pl.DataFrame
    """With `PARTS.schema`; empty without a dimension."""

    def of(self, kpis: Iterable[str], against: Iterable[str] = tuple(Against)) -> Changes:
        """The changes of these KPIs against these earlier periods."""
        is_wanted = pl.col("kpi").is_in([*kpis]) & pl.col("against").is_in([*against])
        return Changes(changes=self.changes.filter(is_wanted), parts=self.parts.filter(is_wanted))


def changes_of(kpis: Answer[Computed]) -> Changes:
    """Compare every KPI with both earlier periods, and split the changes by the dimension, if there is one."""
    changes = latest_changes(kpis.frame, kpis.kind)
    whole, *cuts = kpis.behind.by_cut
    return Changes(changes=changes, parts=split_changes(changes, pl.concat([whole.clear(), *cuts])))


def refuse(options: ChangeOptions, selection: Selection, settings: Settings) -> None:
    """Raise UsageError for an unknown KPI, --against without --by, or a selection without periods."""
    del settings
    wanted_kpis(options.kpi)
    if options.against and not selection.by:
        raise UsageError("--against has no effect without --by", "add --by channel, or another column")
    if selection.kind is PeriodKind.ALL:
        raise UsageError(
            "without periods there is nothing to compare with", "add --period month, or another period"
        )


def what_changed(asked: Asked, options: ChangeOptions) -> Answer[Changes]:
    """The changes of the requested KPIs; if the selection has a dimension, their split for one comparison.

    Raises a notice with the KPIs that cannot be split.
    """
    kpis = known_kpis(asked, wanted_kpis(options.kpi))
    found = changes_of(kpis_with_warning(asked, KpiOptions()))
    if not asked.selection.by:
        shown = found.of(kpis)
        return asked.answer(CHANGES, shown.changes, behind=shown)
    for notice in not_split(kpis):
        asked.notify(notice)
    shown = found.of(kpis, [options.against or Against.PREVIOUS])
    return asked.answer(PARTS, shown.parts, behind=shown)


def not_split(kpis: Iterable[str]) -> tuple[Notice, ...]:
    """The notice of the `kpis` that cannot be split; empty if all can."""
    names = ", ".join(kpi for kpi in kpis if not can_be_split(REGISTRY[kpi]))
    message = f"segments of these KPIs do not add up to the whole, so they are not split: {names}"
    return (Notice("not-split", message, values={"kpis": names}),) if names else ()


def change_view(answer: Answer[Changes], options: ChangeOptions, lang: Lang) -> View:
    """Each KPI against both earlier periods; or the effects of segments, by KPI."""
    from wieder.questions.changes.grids import changes_grid, split_grid

    del options
    shown, currency, kind = answer.behind, answer.currency, answer.kind
    if answer.table is CHANGES:
        return View(frame=answer.frame, grids=lambda: [changes_grid(shown.changes, lang, currency, kind)])
    return View(
        frame=answer.frame,
        grids=lambda: [split_grid(shown.changes, shown.parts, lang, currency, kind)],
    )


QUESTION = Question(
    id="diff",
    place=2,
    chapter=Chapter.KPIS,
    help="Show KPI changes, and the segments behind them.\n\n"
    "Each KPI is shown for the last period in which it is final.",
    examples=(
        "diff orders.csv --period quarter",
        "diff orders.csv --by channel --kpi revenue,average_order_value",
    ),
    options=ChangeOptions,
    usual=PeriodKind.MONTH,
    refuse=refuse,
    answer=what_changed,
    view=change_view,
    tables=lambda: (CHANGES, PARTS),
    instead=(
        Instead(
            option=Option(flags=("--restated",), help="Same as `wieder restated`."),
            kind=bool,
            question="restated",
        ),
    ),
)

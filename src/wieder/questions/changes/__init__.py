"""What changed since the period and the year before, and which segments moved it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from wieder.asking.options import Option, option
from wieder.asking.question import Chapter, Instead, Question
from wieder.asking.view import View
from wieder.errors import UsageError
from wieder.kpis import REGISTRY, kpi_called, likely_kpis
from wieder.marts.frames import pl
from wieder.notices import Notice
from wieder.periods import PeriodKind
from wieder.questions.changes.latest import CHANGES, Against, latest_changes
from wieder.questions.changes.parts import PARTS, can_be_split, split_changes
from wieder.questions.kpis import KpiOptions, kpis_with_warning

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.asking.selection import Selection
    from wieder.config import Settings
    from wieder.locale.text import Lang
    from wieder.questions.kpis import Computed


@dataclass(frozen=True, kw_only=True)
class ChangeOptions:
    """Which changes are shown."""

    kpi: str | None = option("--kpi", metavar="KPI,...", help="Only these KPIs, by their ids. [all]")
    against: Literal["previous", "year_before"] | None = option(
        "--against", help="With --by: which change is split. [previous]"
    )


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What changed in the last period."""

    changes: pl.DataFrame
    """`CHANGES`."""
    parts: pl.DataFrame
    """`PARTS`; empty if nothing is cut."""

    def of(self, kpis: Iterable[str], against: Iterable[str] = tuple(Against)) -> Changes:
        """Those of these KPIs, against these earlier periods."""
        is_wanted = pl.col("kpi").is_in([*kpis]) & pl.col("against").is_in([*against])
        return Changes(changes=self.changes.filter(is_wanted), parts=self.parts.filter(is_wanted))


def changes_of(kpis: Answer[Computed]) -> Changes:
    """Every KPI against both earlier periods, and split by the dimension, if there is one."""
    changes = latest_changes(kpis.frame, kpis.kind)
    whole, *cuts = kpis.behind.by_cut
    return Changes(changes=changes, parts=split_changes(changes, pl.concat([whole.clear(), *cuts])))


def wanted_kpis(text: str | None) -> tuple[str, ...]:
    """The ids of the KPIs that were typed, as ids or labels; none for all. Raises UsageError for an unknown one."""
    if text and (whole := kpi_called(text)):
        return (whole.id,)  # some labels have a comma
    names = [name for part in (text or "").split(",") if (name := part.strip())]
    found = [(name, kpi_called(name)) for name in names]
    for name, kpi in found:
        if kpi is None:
            raise UsageError(f"--kpi {name}: there is no such KPI", likely_kpis(name))
    return tuple(kpi.id for _, kpi in found if kpi)


def known_kpis(asked: Asked, names: Sequence[str]) -> tuple[str, ...]:
    """These KPIs, or all that the exports of the shop tell. Raises DataError for one that they do not tell."""
    asked.require(mart for name in names if (mart := REGISTRY[name].mart))
    return tuple(names) or tuple(kpi.id for kpi in asked.kpis)


def refuse(options: ChangeOptions, selection: Selection, settings: Settings) -> None:
    """Raise UsageError for an unknown KPI, a split of nothing, and time that is not cut."""
    del settings
    wanted_kpis(options.kpi)
    if options.against and not selection.by:
        raise UsageError("--against says which change is split, and nothing is", "add --by channel, say")
    if selection.kind is PeriodKind.ALL:
        raise UsageError(
            "without periods there is nothing to compare with", "add --period month, or another one"
        )


def what_changed(asked: Asked, options: ChangeOptions) -> Answer[Changes]:
    """The changes of the KPIs that are wanted; where the selection cuts, their parts against one period.

    Names the KPIs that cannot be split.
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
    """Names those of `kpis` that cannot be split; nothing if all can."""
    names = ", ".join(kpi for kpi in kpis if not can_be_split(REGISTRY[kpi]))
    message = f"segments of these KPIs do not add up to the whole, so they are not split: {names}"
    return (Notice("not-split", message, values={"kpis": names}),) if names else ()


def change_view(answer: Answer[Changes], options: ChangeOptions, lang: Lang) -> View:
    """Each KPI against both earlier periods; or what the segments did, KPI by KPI."""
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
    help="Show what changed, and which segments moved it.\n\n"
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
            option=Option(flags=("--restated",), help="The question `restated`."),
            kind=bool,
            question="restated",
        ),
    ),
)

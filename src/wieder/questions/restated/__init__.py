"""Restated results: values that differ from the last report, and the causes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wieder.asking.options import Completes, option
from wieder.asking.question import Chapter, Question, Selector
from wieder.asking.view import View
from wieder.errors import DataError, UsageError
from wieder.marts.frames import pl
from wieder.periods import PeriodKind
from wieder.questions.kpis import KpiOptions, known_kpis, kpis_with_warning, wanted_kpis
from wieder.questions.restated.comparison import restated
from wieder.questions.restated.table import RESTATED

if TYPE_CHECKING:
    from wieder.asking.answer import Answer
    from wieder.asking.asked import Asked
    from wieder.asking.selection import Selection
    from wieder.config import Settings
    from wieder.locale.text import Lang
    from wieder.questions.kpis import Computed
    from wieder.questions.restated.kept import Kept


@dataclass(frozen=True, kw_only=True)
class RestatedOptions:
    """The KPIs shown, and the folder of earlier results."""

    kpi: str | None = option(
        "--kpi", metavar="KPI,...", help="KPIs to show, by id or name. [all]", completes=Completes.KPIS
    )
    history: str | None = option(
        "--history",
        metavar="DIR",
        help="Folder with the results of earlier reports.",
        setting=("report", "history"),
    )


def refuse(options: RestatedOptions, selection: Selection, settings: Settings) -> None:
    """Raise UsageError for an unknown KPI, a missing folder, or a selection without periods."""
    wanted_kpis(options.kpi)
    if not settings.report.history:
        raise UsageError(
            "the folder with the results of earlier reports is not set",
            "add --history kept, or set history under [report] in wieder.toml",
        )
    if selection.kind is PeriodKind.ALL:
        raise UsageError("only results by period can be restated", "add --period month, or another period")


def restated_of(asked: Asked, options: RestatedOptions) -> Answer[pl.DataFrame]:
    """The differences from the last report; behind them the loads since then, one row per load and file.

    Writes nothing to the folder. Raises DataError if the folder has no results of an earlier report.
    """
    from wieder.questions.restated.folder import last_before
    from wieder.questions.restated.kept import kept_results
    from wieder.store.file import load_history

    kept = kept_results(asked, kpis_with_warning(asked, KpiOptions()))
    then = last_before(kept, asked.settings.report.history)
    if then is None:
        raise _nothing_kept(asked.settings.report.history, asked.selection.kind)
    loads = load_history(asked.shop.connection)
    found = restated(then, kept.frame).filter(
        pl.col("kpi").is_in(known_kpis(asked, wanted_kpis(options.kpi)))
    )
    return asked.answer(RESTATED, found, behind=loads.filter(pl.col("load") > then["load"].max()))


def _nothing_kept(folder: str, kind: PeriodKind) -> DataError:
    return DataError(
        f"{folder}: no results of an earlier report by {kind}",
        f"write one with `wieder report -o report.html --period {kind} --history {folder}`",
    )


def restated_since(asked: Asked, kpis: Answer[Computed]) -> tuple[Kept | None, pl.DataFrame]:
    """The results for a report to keep, and their differences from the last ones (`RESTATED`).

    None and an empty frame if no folder is set, or without periods.
    """
    from wieder.questions.restated.folder import last_before
    from wieder.questions.restated.kept import kept_results

    folder, nothing = asked.settings.report.history, pl.DataFrame(schema=RESTATED.schema)
    if not folder or kpis.kind is PeriodKind.ALL:
        return None, nothing
    kept = kept_results(asked, kpis)
    then = last_before(kept, folder)
    return kept, nothing if then is None else restated(then, kept.frame)


def restated_view(answer: Answer[pl.DataFrame], options: RestatedOptions, lang: Lang) -> View:
    """One row per KPI and period. Readers see values that were final then, and the loads since."""
    from wieder.questions.restated.grid import restated_grid
    from wieder.writing.histories import history_grid

    del options
    currency = answer.currency
    loads = [answer.behind] if answer.behind.height else []
    return View(
        frame=answer.frame,
        grids=lambda: [
            restated_grid(answer.frame, lang, currency, answer.kind),
            *(history_grid(since, lang, currency) for since in loads),
        ],
    )


QUESTION = Question(
    id="restated",
    place=3,
    chapter=Chapter.KPIS,
    help="Show results that differ from the last report, and why.\n\n"
    "Compares today's results with those that reports stored in the folder of --history.",
    examples=(
        "restated orders.csv --history kept",
        "restated orders.csv --history kept --kpi revenue --format table",
    ),
    options=RestatedOptions,
    selectors=frozenset({Selector.PERIOD, Selector.AS_OF, Selector.WINDOW, Selector.OCCASION}),
    usual=PeriodKind.MONTH,
    refuse=refuse,
    answer=restated_of,
    view=restated_view,
    tables=lambda: (RESTATED,),
)

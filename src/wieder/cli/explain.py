"""The command that says what a KPI means."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument

from wieder.asking.view import View
from wieder.cli.options import Files, OutputOptions, SelectionOptions, SourceOptions
from wieder.cli.selection import selection_of
from wieder.cli.session import begin, opened_shop
from wieder.delivery.targets import Format
from wieder.errors import UsageError
from wieder.notices import Notice
from wieder.periods import PeriodKind

if TYPE_CHECKING:
    import polars as pl

    from wieder.asking.answer import Answer
    from wieder.asking.selection import Selection
    from wieder.cli.session import Session
    from wieder.kpis.base import Kpi
    from wieder.locale.text import Lang
    from wieder.questions.kpis import Computed

    KpiAnswer = Answer[Computed]

KpiId = Annotated[str, Argument(metavar="KPI", help="The id of a KPI, such as repeat_purchase_rate.")]


def explain(
    kpi: KpiId,
    files: Files = None,
    *,
    selection: SelectionOptions,
    output: OutputOptions,
    source: SourceOptions,
) -> None:
    """Say what a KPI means and how it is made.

    With the numbers behind it where there are data, and with its witness: the same KPI again in SQL.
    """
    from wieder.cli.writing import write_view

    session = begin(files, source, output, selection, usual_format=Format.TABLE)
    found = find_kpi(kpi)
    has_data = session.files or Path(session.settings.db).exists()
    answer = _answer(found, selection_of(selection, PeriodKind.ALL), session) if has_data else None
    write_view(explanation_view(found, answer, session.lang), session)


def find_kpi(name: str) -> Kpi:
    """The KPI whose id or label is `name`. Raises UsageError with those that it may have meant."""
    from wieder.kpis import kpi_called, likely_kpis

    found = kpi_called(name)
    if found is None:
        raise UsageError(f"there is no KPI called {name!r}", likely_kpis(name))
    return found


def _answer(kpi: Kpi, selection: Selection, session: Session) -> KpiAnswer | None:
    """The results of all KPIs; None, with a notice, where the shop lacks an export that this one needs."""
    from wieder.asking.asked import ask
    from wieder.questions.kpis import QUESTION, KpiOptions

    with session.notifier.working("computing"), opened_shop(session) as shop:
        asked = ask(shop, selection)
        if kpi in asked.kpis:
            return QUESTION.answer(asked, KpiOptions())
    exports = " and ".join(kpi.mart.exports) if kpi.mart else ""
    message = f"there are no numbers: they need an export of {exports}, and none was loaded"
    session.notifier(Notice("no-numbers", message, values={"exports": exports}))
    return None


def explanation_view(kpi: Kpi, answer: KpiAnswer | None, lang: Lang) -> View:
    """What a KPI means and how it is made, with the numbers behind it if there are data."""
    import polars as pl

    from wieder.writing.grids import frame_grid

    facts = _facts(kpi, lang)
    numbers = _numbers_of(kpi, answer)
    definition = pl.DataFrame({"": list(facts), kpi.label[lang]: list(facts.values())})
    return View(
        frame=pl.DataFrame([facts]).join(numbers, on="kpi", how="left", maintain_order="left_right"),
        grids=lambda: [frame_grid(definition, lang), frame_grid(numbers, lang)],
        page=lambda: _page(kpi, answer, lang),
    )


def _facts(kpi: Kpi, lang: Lang) -> dict[str, str]:
    return {
        "kpi": kpi.id,
        "label": kpi.label[lang],
        "meaning": kpi.meaning[lang],
        "formula": kpi.formula[lang],
        "maturity": kpi.maturity[lang] if kpi.maturity else "",
        "unit": kpi.unit.value,
        "better": kpi.better.value,
        "witness": kpi.witness,
    }


def _numbers_of(kpi: Kpi, answer: KpiAnswer | None) -> pl.DataFrame:
    import polars as pl

    from wieder.asking.results import SCHEMA

    results = pl.DataFrame(schema=SCHEMA) if answer is None else answer.frame.select(*SCHEMA)
    return results.filter(pl.col("kpi") == kpi.id)


def _page(kpi: Kpi, answer: KpiAnswer | None, lang: Lang) -> object:
    from wieder.writing.readings import readings
    from wieder.writing.terminal import explain_page

    if answer is None:
        return explain_page(kpi, None, lang, "", PeriodKind.ALL)
    of_the_shop = answer.frame.filter(kpi=kpi.id, dimension="")
    return explain_page(kpi, readings(of_the_shop)[-1], lang, answer.currency, answer.kind)

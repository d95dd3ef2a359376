"""The command that explains KPIs, tables and columns."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

from typer import Argument

from wieder.asking.table import NoWitness
from wieder.asking.view import View
from wieder.cli.completion import completion, explained_names
from wieder.cli.options import Files, OutputOptions, SelectionOptions, SourceOptions
from wieder.cli.selection import selection_of
from wieder.cli.session import begin, opened_shop
from wieder.delivery.targets import Format
from wieder.errors import UsageError, likely
from wieder.marts.frames import pl
from wieder.notices import Notice
from wieder.periods import PeriodKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from wieder.asking.answer import Answer
    from wieder.asking.question import Question
    from wieder.asking.selection import Selection
    from wieder.asking.table import Table
    from wieder.cli.session import Session
    from wieder.kpis.base import Kpi
    from wieder.locale.text import Lang
    from wieder.questions.kpis import Computed

    KpiAnswer = Answer[Computed]

Name = Annotated[
    str,
    Argument(
        metavar="NAME",
        help="KPI, table or column, such as ci_low.",
        autocompletion=completion(explained_names),
    ),
]


def explain(
    name: Name,
    files: Files = None,
    *,
    selection: SelectionOptions,
    output: OutputOptions,
    source: SourceOptions,
) -> None:
    """Explain a KPI, a table or a column.

    A KPI with the numbers behind it, if there are data, and with its independent check: the same KPI in SQL.
    A table with its columns. A column with every table and export that has it.
    """
    from wieder.cli.writing import write_view

    session = begin(files, source, output, selection, usual_format=Format.TABLE)
    described = descriptions(name, session.lang)
    kpi = find_kpi(name, described)
    if kpi is None:
        write_view(_joined(described), session)
        return
    has_data = session.files or Path(session.settings.db).exists()
    answer = _answer(kpi, selection_of(selection, PeriodKind.ALL), session) if has_data else None
    write_view(_beside(explanation_view(kpi, answer, session.lang), described), session)


def find_kpi(name: str, described: Sequence[View] = ()) -> Kpi | None:
    """The KPI whose id or label is `name`, or None if only the descriptions have this name.

    Raises UsageError with similar names if nothing has it.
    """
    from wieder.kpis import kpi_called

    found = kpi_called(name)
    if found is None and not described:
        raise UsageError(f"there is no KPI, table or column {name!r}", _likely(name))
    return found


def _likely(name: str) -> str:
    from wieder.cli.described import described_columns
    from wieder.kpis import REGISTRY, kpi_labels
    from wieder.questions import QUESTIONS

    names = dict.fromkeys([*REGISTRY, *QUESTIONS, *(one.column for one in described_columns("en"))])
    topics = "`wieder help kpis`, `wieder help tables` and `wieder help columns` list them"
    return likely(name, names, kpi_labels(), otherwise=topics)


def descriptions(name: str, lang: Lang) -> list[View]:
    """The tables of the question called `name`, then the columns of that name."""
    from wieder.cli.described import column_grid, described_columns, described_frame, tables_of
    from wieder.questions import QUESTIONS

    views = [
        _table_view(QUESTIONS[name], table, lang)
        for table in (tables_of(QUESTIONS[name]) if name in QUESTIONS else ())
    ]
    columns = described_frame(one for one in described_columns(lang) if one.column == name)
    if not columns.is_empty():
        views.append(View(frame=columns, grids=lambda: [column_grid(columns, f"Column {name}")]))
    return views


def _table_view(question: Question[Any], table: Table, lang: Lang) -> View:
    from wieder.cli.described import column_grid, described_frame, described_table
    from wieder.writing.grids import frame_grid

    frame = described_frame(described_table(question, table, lang))
    facts = {
        "Meaning": table.meaning[lang],
        "Key": ", ".join(table.keys),
        "Independent check": table.witness.reason
        if isinstance(table.witness, NoWitness)
        else "`wieder verify`",
    }
    head = pl.DataFrame({"Table": list(facts), f"{table.label[lang]} ({table.id})": list(facts.values())})
    return View(frame=frame, grids=lambda: [frame_grid(head, lang), column_grid(frame, "")])


def _joined(views: Sequence[View]) -> View:
    """All descriptions, one below the other."""
    return View(
        frame=pl.concat(view.frame for view in views),
        grids=lambda: [grid for view in views for grid in view.grids()],
    )


def _beside(explained: View, described: Sequence[View]) -> View:
    """A KPI with everything else of its name below; programs get the KPI alone."""
    from rich.console import Group

    from wieder.writing.terminal import grid_table

    below = _joined(described) if described else None
    if below is None or explained.page is None:
        return explained
    page = explained.page
    return View(
        frame=explained.frame,
        grids=lambda: [*explained.grids(), *below.grids()],
        page=lambda: Group(cast("RenderableType", page()), "", *map(grid_table, below.grids())),
    )


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
    """The definition of a KPI, with the numbers behind it if there are data."""
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

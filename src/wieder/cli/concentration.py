"""The command for how unequally revenue is spread over customers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from typer import Option

from wieder import messages
from wieder.cli.options import Files, OutputOptions, QuestionOptions, SourceOptions, with_options
from wieder.cli.session import begin, opened
from wieder.periods import PeriodKind

if TYPE_CHECKING:
    import polars as pl

    from wieder.cli.session import Session

Lorenz = Annotated[
    bool, Option("--lorenz", help="The Lorenz curve instead: 101 points, from the smallest customers on.")
]


@with_options
def concentration(
    files: Files = None,
    *,
    source: SourceOptions,
    question: QuestionOptions,
    output: OutputOptions,
    lorenz: Lorenz = False,
) -> None:
    """Show how few customers bring how much revenue.

    The best 1 to 50 percent, the ABC classes and the Gini coefficient.
    """
    from wieder.analyses.by_period import analyse_concentration, analyse_lorenz_curve
    from wieder.cli.questions import question_of, refuse_without_effect
    from wieder.cli.views import table_view
    from wieder.cli.writing import write_view

    refuse_without_effect(question, "window", "occasion")
    session = begin(files, source, output, question)
    asked = question_of(question, PeriodKind.ALL)
    analyse = analyse_lorenz_curve if lorenz else analyse_concentration
    with messages.working("computing"), opened(session) as con:
        found = analyse(con, asked, session.settings, messages.show_notice)
    shown = found.frame.drop("as_of")
    write_view(table_view(found, session, shown if lorenz else _with_names(shown, session)), session)


def _with_names(frame: pl.DataFrame, session: Session) -> pl.DataFrame:
    """`frame` with the parts of customers in words."""
    import polars as pl

    from wieder.locale import texts
    from wieder.tables.concentration import PARTS

    text = texts(session.lang)
    names = [text(f"concentration.{part}") for part in PARTS]
    part = pl.col("part").cast(pl.String).replace_strict(list(PARTS), names, return_dtype=pl.String)
    return frame.with_columns(part)

"""Commands about the data themselves: load them, and see what became of every row."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Argument

from wieder import messages
from wieder.cli.options import Files, OutputOptions, SourceOptions, with_options
from wieder.cli.session import now, opened, read_settings, refuse_overwriting, standard_input
from wieder.targets import choose_target


@with_options
def load(
    files: Annotated[
        list[str], Argument(metavar="FILE...", help="Exports: files, folders, or - for standard input.")
    ],
    *,
    source: SourceOptions,
    output: OutputOptions,
) -> None:
    """Load exports into the store. The same file twice changes nothing."""
    from wieder import store  # duckdb
    from wieder.cli.views import load_view, write_view  # polars

    target = choose_target(output.output, output.format)
    settings = read_settings(source, output)
    refuse_overwriting(output.output, files, settings)
    with messages.working("loading"):
        loaded = store.load(
            Path(settings.db), files, settings, standard_input(files), now(), messages.show_notice
        )
    write_view(
        load_view(loaded, settings.report.lang, settings.report.currency), target, settings.report.lang
    )


@with_options
def rejects(files: Files = None, *, source: SourceOptions, output: OutputOptions) -> None:
    """List the rows that were rejected, each with its reason."""
    from wieder.cli.views import frame_view, write_view  # polars
    from wieder.store import rejected_rows  # duckdb

    target = choose_target(output.output, output.format)
    settings = read_settings(source, output)
    refuse_overwriting(output.output, files, settings)
    with opened(files, settings) as con:
        rejected = rejected_rows(con)
    write_view(frame_view(rejected, settings.report.lang), target, settings.report.lang, private=True)

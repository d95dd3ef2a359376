"""Values that the shell proposes on the Tab key. A proposal that cannot be made is none, never an error."""

from __future__ import annotations

from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING

from wieder.asking.options import Completes
from wieder.errors import WiederError
from wieder.notices import discard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from typer import Context

    from wieder.config import Settings

    Proposed = Iterable[tuple[str, str]]
    """Values, each with a word of explanation or none."""
    Completion = Callable[[Context, str], list[tuple[str, str]]]

BEGINNING = 65_536
"""Bytes of a file that are read for its header."""


def completion(propose: Callable[[Mapping[str, object]], Proposed]) -> Completion:
    """A completion for Typer: `propose` gets what was typed so far, by the names of parameters.

    In a list such as `channel,coun` the last item is completed.
    """

    @wraps(propose)
    def complete(ctx: Context, incomplete: str) -> list[tuple[str, str]]:
        before, comma, _ = incomplete.rpartition(",")
        # Before an option without its value, Typer leaves the arguments unparsed.
        typed = ctx.params | ({"files": ctx.args} if ctx.args else {})
        try:
            proposed = {
                f"{before}{comma}{value}": text
                for value, text in propose(typed)
                if value not in before.split(",")
            }
        except (WiederError, OSError):
            return []
        return list(proposed.items())

    # Typer looks at the names and types of parameters; those of `propose` are not its business.
    del complete.__wrapped__
    complete.__annotations__ = {}
    return complete


def kpi_ids(_typed: Mapping[str, object]) -> Proposed:
    """Every KPI, with its name."""
    from wieder.kpis import REGISTRY

    return [(kpi.id, kpi.label.en) for kpi in REGISTRY.values()]


def explained_names(typed: Mapping[str, object]) -> Proposed:
    """Every KPI, question and column, with its label where it has one of its own."""
    from wieder.cli.described import described_columns
    from wieder.questions import QUESTIONS

    yield from kpi_ids(typed)
    yield from ((question.id, "table") for question in QUESTIONS.values())
    yield from ((one.column, "column") for one in described_columns("en"))


def topic_names(_typed: Mapping[str, object]) -> Proposed:
    """Every topic of the documentation, with its title."""
    from wieder.writing.topics import topics

    return [(topic.name, topic.title) for topic in topics().values()]


def export_formats(typed: Mapping[str, object]) -> Proposed:
    """Every export and format, with its title."""
    from wieder.exports import EXPORTS
    from wieder.ingest.export_format import formats_of

    yield from ((export.name, export.grain.en) for export in EXPORTS.values())
    yield from ((name, form.title) for name, form in formats_of(_settings(typed)).items())


def segments(typed: Mapping[str, object]) -> Proposed:
    """The segments of the scheme in use, in English and in German."""
    from wieder.questions.segments.schemes import scheme_of

    settings = _settings(typed)
    found = scheme_of(settings.segments, 1).segments
    yield from ((segment.en, "") for segment in found)
    yield from ((segment.de, segment.en) for segment in found if segment.de != segment.en)


def cuts(typed: Mapping[str, object]) -> Proposed:
    """Columns of orders and customers by which results can be cut, of the files or of the store."""
    from wieder.asking.results import COHORTS

    columns = _columns_of_files(typed) if typed.get("files") else _columns_of_store(typed)
    yield from ((name, export) for export, name in columns)
    yield from ((name, "first order") for name in COHORTS)


def customer_columns(typed: Mapping[str, object]) -> Proposed:
    """Columns of the customer export."""
    columns = _columns_of_files(typed) if typed.get("files") else _columns_of_store(typed)
    return [(name, "") for export, name in columns if export == "customers"]


PROPOSED: Mapping[Completes, Callable[[Mapping[str, object]], Proposed]] = {
    Completes.KPIS: kpi_ids,
    Completes.CUTS: cuts,
    Completes.CUSTOMER_COLUMNS: customer_columns,
    Completes.SEGMENTS: segments,
}


def _settings(typed: Mapping[str, object]) -> Settings:
    from wieder.cli.session import read_settings

    given: dict[tuple[str, ...], object] = {}
    if typed.get("scheme"):
        given["segments", "scheme"] = typed["scheme"]
    config = typed.get("config")
    return read_settings(str(config) if config else None, given)


def _columns_of_store(typed: Mapping[str, object]) -> list[tuple[str, str]]:
    """Export and name of each column of the store; none if another program holds it."""
    from contextlib import closing

    from wieder.asking.dimensions import attributes
    from wieder.store.file import open_store

    db = typed.get("db") or _settings(typed).db
    with closing(open_store(Path(str(db)))) as con:
        return [(table, name) for table in ("orders", "customers") for name in attributes(con, table)]


def _columns_of_files(typed: Mapping[str, object]) -> list[tuple[str, str]]:
    """Export and name of each column, as far as the header shows; of large files the beginning is read."""
    from wieder.database import connect
    from wieder.ingest.sources import find_sources
    from wieder.ingest.staging import opened_files, recognised_files, workspace

    settings, files = _settings(typed), typed.get("files")
    assert isinstance(files, list | tuple)  # noqa: S101 - the argument FILE
    with workspace() as folder, connect() as con:
        names = [_beginning(Path(str(name)), folder / str(n)) for n, name in enumerate(files)]
        opened = opened_files(find_sources(names, None, folder, discard), folder, settings, discard)
        return [
            (file.layout.export.name, place.name)
            for file in recognised_files(con, opened, settings)
            for place in (*file.layout.canonical, *file.layout.further)
            if not file.layout.export.has(place.name) or file.layout.export.column(place.name).is_cut
        ]


def _beginning(path: Path, folder: Path) -> str:
    """A copy of whole lines from the beginning of a text file; other files as they are."""
    if path.suffix not in {".csv", ".tsv", ".txt"} or path.stat().st_size <= BEGINNING:
        return str(path)
    folder.mkdir()
    copy = folder / path.name
    with path.open("rb") as whole:
        copy.write_bytes(whole.read(BEGINNING).rpartition(b"\n")[0] + b"\n")
    return str(copy)

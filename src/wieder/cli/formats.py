"""The formats command: lists export formats, and describes one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from typer import Argument

from wieder.asking.options import option
from wieder.cli.completion import completion, export_formats
from wieder.cli.options import OutputOptions, SourceOptions
from wieder.cli.session import begin
from wieder.errors import UsageError, likely
from wieder.exports import EXPORTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import polars as pl

    from wieder.exports.base import Export
    from wieder.ingest.export_format import ExportFormat
    from wieder.locale.text import Lang

Name = Annotated[
    str | None,
    Argument(
        metavar="[NAME]",
        help="Format or export, such as shopify_orders.",
        show_default=False,
        autocompletion=completion(export_formats),
    ),
]


@dataclass(frozen=True, kw_only=True)
class SettingsOptions:
    """Settings with formats of one's own."""

    config: str | None = option(
        "--config", metavar="FILE", help="Settings file. [wieder.toml in the working directory]"
    )


def formats(name: Name = None, *, options: SettingsOptions, output: OutputOptions) -> None:
    """List export formats, or describe one.

    Exports are recognised by their header, never by the name of the file. Formats of your own are defined in
    wieder.toml, under [formats.NAME].
    """
    from wieder.cli.writing import frame_view, write_view
    from wieder.ingest.export_format import formats_of

    session = begin(None, SourceOptions(config=options.config), output)
    known = formats_of(session.settings)
    if name is None:
        frame = _list(known)
    elif name in known:
        frame = _described([*_facts(known[name]), *_columns(known[name]), *_states(known[name])])
    elif name in EXPORTS:
        frame = _described([*_export_facts(EXPORTS[name], session.lang)])
    else:
        raise UsageError(f"there is no export format {name!r}", likely(name, [*EXPORTS, *known]))
    write_view(frame_view(frame, session.lang), session)


def _list(known: Mapping[str, ExportFormat]) -> pl.DataFrame:
    """One row per format."""
    import polars as pl

    columns = ("name", "system", "export", "table", "row", "customer_key", "time_zone", "refused")
    rows = [
        (
            name, form.system, form.title, form.table,
            form.row if form.export.has_lines else form.export.grain.en, _customer_key(form),
            form.zone if form.export.day else "", form.refuse,
        )
        for name, form in sorted(known.items())
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")


def _export_facts(export: Export, lang: Lang) -> Iterator[tuple[str, str, str]]:
    """Facts about an export and the names of its columns, for files from no known shop system."""
    yield "recognised_by", ", ".join(export.identified_by), ""
    yield "row", "", export.grain[lang]
    if export.key:
        yield "key", ", ".join(export.key), ""
    if export.replaces:
        yield "replaces", ", ".join(export.replaces), ""
    for column in export.columns:
        yield column.name, ", ".join(column.synonyms), column.meaning[lang]


def _customer_key(form: ExportFormat) -> str:
    return " or ".join(form.source("customer_id").names) if "customer_id" in form.columns else ""


def _described(rows: Sequence[tuple[str, str, str]]) -> pl.DataFrame:
    """One row per fact: what it is about, the columns of the file, and the fact."""
    import polars as pl

    schema = dict.fromkeys(("about", "export_column", "meaning"), pl.String)
    return pl.DataFrame(rows, schema=schema, orient="row")


def _facts(form: ExportFormat) -> Iterator[tuple[str, str, str]]:
    facts = {
        "export": f"{form.system}, {form.title}",
        "refused": f"{form.refuse}: {form.instead}" if form.refuse else "",
        "lacks": " ".join(form.lacks.split()),
        "table": form.table,
    }
    if form.export.day:
        facts |= {
            "row": form.row if form.export.has_lines else "",
            "time_zone": {"cell": "named in each cell"}.get(form.zone, form.zone),
            "dates": ", ".join(form.dates),
            "decimal": form.decimal,
            "amount_includes": _includes(form.amount_includes),
        }
    yield "recognised_by", ", ".join(form.header), ""
    yield from ((about, "", fact) for about, fact in facts.items() if fact)


def _includes(parts: Sequence[str] | None) -> str:
    return "" if parts is None else ", ".join(parts) or "neither tax nor shipping"


def _columns(form: ExportFormat) -> Iterator[tuple[str, str, str]]:
    for name in form.columns:
        source = form.source(name)
        parts = [
            f"with {source.time}" if source.time else "",
            f"else {source.or_else}" if source.or_else else "",
            f"matching {source.pattern}" if source.pattern else "",
            "and " + ", ".join(form.plus) if name == "amount" and form.plus else "",
        ]
        if name in {form.export.amount, *form.export.added} and form.row == "line":
            parts.append("added over the lines" if name in form.per_line else "holds for the order")
        yield name, " or ".join(source.names), ", ".join(part for part in parts if part)


def _states(form: ExportFormat) -> Iterator[tuple[str, str, str]]:
    for state, columns in form.states.items():
        for column, words in columns.items():
            yield f"status {state}", column, ", ".join(word or "(empty)" for word in words)

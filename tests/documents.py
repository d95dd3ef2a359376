"""Generated parts of the README and of the topics: `python tests/documents.py --write` renews them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

import msgspec

from wieder.asking.table import NoWitness
from wieder.cli.app import EXIT_CODES
from wieder.cli.described import described_table, tables_of
from wieder.config import Settings
from wieder.config.names import all_settings
from wieder.exports import EXPORTS
from wieder.exports.orders import ORDERS
from wieder.ingest.export_format import formats_of
from wieder.kpis import REGISTRY
from wieder.questions import QUESTIONS
from wieder.report.sections import SECTIONS
from wieder.writing.topics import topics

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wieder.asking.question import Question
    from wieder.asking.table import Table
    from wieder.exports.base import Column, Export

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
DOCUMENTS = {path.stem: path for path in (README, *sorted((ROOT / "src/wieder/docs").glob("*.md")))}
WIDTH = "100"
PROSE_WIDTH = 120
SYNONYMS_SHOWN = 6


def block(text: str, name: str) -> str:
    """The text between the markers of `name`."""
    found = re.search(f"<!-- begin {name} -->\n(.*?)<!-- end {name} -->", text, re.DOTALL)
    assert found, f"there is no block {name!r}"
    return found[1]


def command_in(text: str, name: str) -> str:
    """The one command line of the block `name`."""
    return block(text, name).strip().removeprefix("```sh\n").removesuffix("\n```")


def wieder(*arguments: str) -> str:
    """Output of `wieder ARGUMENTS` on a screen of 100 columns, in an empty folder."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WIEDER_")}
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "wieder", *arguments],
            cwd=folder,
            env=environment | {"COLUMNS": WIDTH, "PYTHONPATH": str(ROOT / "src")},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            check=True,
        )
    return done.stdout


def fenced(text: str) -> str:
    """`text` as a block of code."""
    return f"```text\n{text.rstrip()}\n```\n"


def table(headings: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = (headings, ("---",) * len(headings), *rows)
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def demo() -> str:
    """Output of the demo."""
    return fenced(wieder("demo"))


def commands() -> str:
    """The help of the program."""
    return fenced(wieder("--help"))


def options() -> str:
    """The help of an analysis, for the options that all of them share."""
    return fenced(wieder("kpis", "--help"))


def kpis() -> str:
    """One row per KPI."""
    rows = ((f"`{kpi.id}`", kpi.label.en, kpi.label.de, kpi.formula.en) for kpi in REGISTRY.values())
    return table(("KPI", "English", "Deutsch", "formula"), rows)


def columns() -> str:
    """One row per column that is looked for in exports."""
    rows = (
        (f"`{_setting(export, column)}`", column.meaning.en, ", ".join(column.synonyms[:SYNONYMS_SHOWN]))
        for export in EXPORTS.values()
        for column in export.columns
    )
    return table(("column", "meaning", "other recognised names, a selection"), rows)


def _setting(export: Export, column: Column) -> str:
    """Name of a column in `--map`."""
    return column.name if export is ORDERS else f"{export.name}.{column.name}"


def settings() -> str:
    """One row per setting."""
    rows = (
        (f"`{one.name}`", f"`{msgspec.json.encode(one.default).decode()}`", one.meaning)
        for one in all_settings()
    )
    return table(("setting", "default", "meaning"), rows)


def sections() -> str:
    """The sections of the report, in their usual order."""
    usual = [f"`{section.name}`" for section in SECTIONS.values() if section.is_usual]
    named = [f"`{section.name}`" for section in SECTIONS.values() if not section.is_usual]
    listed = (
        f"The usual sections, in this order: {', '.join(usual)}. "
        f"Shown only if `sections` lists it: {', '.join(named)}."
    )
    return f"{fill(listed, PROSE_WIDTH, break_on_hyphens=False)}\n"


def tables() -> str:
    """Every table of every question, with its columns; a table of several questions only once."""
    owners: dict[str, str] = {}
    for question in QUESTIONS.values():
        for one in tables_of(question):
            owners.setdefault(one.id, question.id)
    return "".join(
        f"\n## `wieder {question.id}`\n"
        + "".join(_table(question, one, owners[one.id]) for one in tables_of(question))
        for question in QUESTIONS.values()
    )


def _table(question: Question[Any], described: Table, owner: str) -> str:
    if owner != question.id:
        return f"\nThe same table as that of `wieder {owner}` (`{described.id}`), with other rows.\n"
    rows = (
        (f"`{one.column}`", one.label, one.type, one.unit, one.empty)
        for one in described_table(question, described, "en")
    )
    check = (
        f"none; {described.witness.reason}" if isinstance(described.witness, NoWitness) else "`wieder verify`"
    )
    return (
        f"\n**{described.label.en}** (`{described.id}`). {described.meaning.en}\n\n"
        f"Key: {', '.join(f'`{key}`' for key in described.keys)}. Independent check: {check}.\n\n"
        + table(("column", "heading", "type", "unit", "empty when"), rows)
    )


def exports() -> str:
    """One row per export of a shop system."""
    rows = (
        (f"`{name}`", form.system, form.title, form.refuse or form.table)
        for name, form in sorted(formats_of(Settings()).items())
    )
    return table(("name", "system", "export", "read as"), rows)


def exit_codes() -> str:
    """One row per exit code."""
    return table(("code", "meaning"), iter(re.findall(r"^ +(\d+)  (.+)$", EXIT_CODES, re.MULTILINE)))


def list_of_topics() -> str:
    """One row per topic."""
    rows = (
        (f"[{one.name}](src/wieder/docs/{one.name}.md)", one.summary.removesuffix("."))
        for one in topics().values()
    )
    return table(("`wieder help ...`", "about"), rows)


GENERATED = {
    "demo output": demo,
    "help": commands,
    "options": options,
    "kpis": kpis,
    "columns": columns,
    "settings": settings,
    "sections": sections,
    "tables": tables,
    "exports": exports,
    "exit codes": exit_codes,
    "topics": list_of_topics,
}


def blocks(text: str) -> list[str]:
    """The names of the generated blocks in a document."""
    return [name for name in re.findall(r"<!-- begin ([a-z ]+) -->", text) if name in GENERATED]


def renewed(text: str) -> str:
    """`text` with every generated block as it must be."""
    for name in blocks(text):
        start = f"<!-- begin {name} -->\n"
        text = text.replace(start + block(text, name), start + GENERATED[name]())
    return text


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--test-command"]:
            sys.stdout.write(command_in(README.read_text("utf-8"), "test command") + "\n")
        case ["--write"]:
            for document in reversed(DOCUMENTS.values()):
                document.write_text(renewed(document.read_text("utf-8")), "utf-8")
        case _:
            sys.exit("usage: python tests/documents.py --write | --test-command")

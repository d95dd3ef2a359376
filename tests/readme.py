"""The parts of the README that programs know better: `python tests/readme.py --write` renews them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

import msgspec

from wieder.config.names import all_settings
from wieder.exports import EXPORTS
from wieder.exports.orders import ORDERS
from wieder.kpis import REGISTRY
from wieder.report.sections import SECTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wieder.exports.base import Column, Export

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
WIDTH = "100"
PROSE_WIDTH = 120
SYNONYMS_SHOWN = 6


def block(text: str, name: str) -> str:
    """What stands between the markers of `name`."""
    found = re.search(f"<!-- begin {name} -->\n(.*?)<!-- end {name} -->", text, re.DOTALL)
    assert found, f"the README has no block {name!r}"
    return found[1]


def command_in(text: str, name: str) -> str:
    """The one command line of the block `name`."""
    return block(text, name).strip().removeprefix("```sh\n").removesuffix("\n```")


def wieder(*arguments: str) -> str:
    """What `wieder ARGUMENTS` shows on a screen of 100 columns, in an empty folder."""
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
    """What the demo prints."""
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
    """One row per column that exports are searched for."""
    rows = (
        (f"`{_setting(export, column)}`", column.meaning.en, ", ".join(column.synonyms[:SYNONYMS_SHOWN]))
        for export in EXPORTS.values()
        for column in export.columns
    )
    return table(("column", "meaning", "also called, among others"), rows)


def _setting(export: Export, column: Column) -> str:
    """What a column is called in `--map`."""
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
    usual = [section.name for section in SECTIONS.values() if section.is_usual]
    named = [section.name for section in SECTIONS.values() if not section.is_usual]
    listed = (
        f"The sections are {', '.join(usual)}; and, where `[report] sections` names it, {', '.join(named)}."
    )
    return f"{fill(listed, PROSE_WIDTH, break_on_hyphens=False)}\n"


GENERATED = {
    "demo output": demo,
    "help": commands,
    "options": options,
    "kpis": kpis,
    "columns": columns,
    "settings": settings,
    "sections": sections,
}


def renewed(text: str) -> str:
    """`text` with every generated block as it must be."""
    for name, generate in GENERATED.items():
        text = text.replace(
            f"<!-- begin {name} -->\n{block(text, name)}", f"<!-- begin {name} -->\n{generate()}"
        )
    return text


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--test-command"]:
            sys.stdout.write(command_in(README.read_text("utf-8"), "test command") + "\n")
        case ["--write"]:
            README.write_text(renewed(README.read_text("utf-8")), "utf-8")
        case _:
            sys.exit("usage: python tests/readme.py --write | --test-command")

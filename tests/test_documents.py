"""The README and the topics: generated parts, and everything in them that can be tried."""

from __future__ import annotations

import re
import shlex
import sys
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

import pytest
from typer.main import get_command

from documented_shop import copy_of, prepare
from documents import DOCUMENTS, GENERATED, README, ROOT, block, blocks, command_in
from wieder.asking.results import SCHEMA
from wieder.cli.app import Program, app
from wieder.config import VARIABLES
from wieder.config.reading import load_settings
from wieder.delivery.targets import Format
from wieder.errors import ExitCode
from wieder.writing.topics import topics

if TYPE_CHECKING:
    from pathlib import Path

    from outcomes import Wieder

TEXTS = {name: path.read_text("utf-8") for name, path in DOCUMENTS.items()}
TEXT = README.read_text("utf-8")
PARTS = [(document, name) for document, text in TEXTS.items() for name in blocks(text)]
FENCED = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
"""A block of code: its language, the file that it is, and its lines."""
OTHER_PROGRAMS = ("python3", ".venv/bin/", "source", "openssl")


@pytest.mark.parametrize(("document", "name"), PARTS)
def test_a_generated_part_is_up_to_date(document: str, name: str) -> None:
    assert block(TEXTS[document], name) == GENERATED[name](), "renew it: `python tests/documents.py --write`"


def test_every_generated_part_is_in_one_document() -> None:
    assert sorted(name for _, name in PARTS) == sorted(GENERATED)


@pytest.mark.parametrize(("name", "end"), [("demo command", "wieder demo"), ("test command", "pytest")])
def test_one_line_does_all_the_set_up(name: str, end: str) -> None:
    command = command_in(TEXT, name)
    assert command.startswith("python3 -m venv .venv && .venv/bin/pip install -q -c .github/constraints.txt ")
    assert command.endswith(end)
    assert "\n" not in command


def test_the_first_screen_shows_what_it_is_and_does() -> None:
    first_screen = "\n".join(TEXT.splitlines()[:60])
    for part in ("begin demo command", "end demo output", "begin test command"):
        assert part in first_screen


def test_the_readme_is_short() -> None:
    assert len(TEXT.splitlines()) <= 200


@pytest.mark.parametrize("code", ExitCode)
def test_every_exit_code_is_written_down(code: ExitCode) -> None:
    assert re.search(rf"^\| {code.value} \| \w", TEXTS["exit-codes"], re.MULTILINE)


@pytest.mark.parametrize("name", [*SCHEMA, *VARIABLES, *Format])
def test_the_output_contract_is_written_down(name: str) -> None:
    assert any(f"`{name}`" in TEXTS[topic] for topic in ("tables", "settings", "output"))


@cache
def options() -> frozenset[str]:
    """Every option of the program and of every command."""
    program = get_command(app)
    every = chain(program.params, *(one.params for one in program.commands.values()))  # type: ignore[attr-defined]
    names = chain.from_iterable((*one.opts, *one.secondary_opts) for one in every)
    return frozenset({*names, "--help"})


@pytest.mark.parametrize("document", TEXTS)
def test_every_option_and_command_that_is_named_exists(document: str) -> None:
    text = FENCED.sub("", GENERATED_PART.sub("", TEXTS[document]))
    assert {*re.findall(r"`(--[a-z-]+)", text)} <= options()
    assert {*re.findall(r"`wieder ([a-z-]+)", text)} <= {*Program.declared, *options()}
    assert {*re.findall(r"`wieder help ([a-z-]+)`", text)} <= {*topics(), *Program.declared}


GENERATED_PART = re.compile(r"(?s)<!-- begin ([a-z ]+) -->.*?<!-- end \1 -->")


@pytest.mark.parametrize("document", TEXTS)
def test_links_lead_somewhere(document: str) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", TEXTS[document]):
        assert (DOCUMENTS[document].parent / target).exists(), target


def test_every_extra_that_is_installed_exists() -> None:
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    extras = {*re.findall(r"^(\w+) = \[", project.split("[project.optional-dependencies]")[1], re.MULTILINE)}
    named = ",".join(re.findall(r"\.\[([\w,]+)\]", "".join(TEXTS.values()))).split(",")
    assert "excel" in named
    assert {*named} <= extras


def fenced(document: str, language: str) -> list[str]:
    """The blocks of code in a language."""
    return [text for kind, _, text in FENCED.findall(TEXTS[document]) if kind == language]


@pytest.mark.parametrize("document", [name for name in TEXTS if fenced(name, "toml")])
def test_settings_can_be_used(document: str, tmp_path: Path) -> None:
    for example in fenced(document, "toml"):
        (tmp_path / "wieder.toml").write_text(example, "utf-8")
        load_settings(tmp_path / "wieder.toml", {}, {})


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The prepared shop."""
    return prepare(tmp_path_factory.mktemp("shop"))


def lines_of(document: str) -> list[str]:
    """Every command line in a document, without those that set up the project."""
    text = "\n".join(part for part in fenced(document, "sh") if "venv/bin/wieder demo" not in part)
    lines = text.replace("\\\n", " ").splitlines()
    return [line for line in lines if line and not line.startswith(OTHER_PROGRAMS)]


@pytest.mark.parametrize("document", [name for name in TEXTS if lines_of(name)])
def test_commands_of_a_document_work(
    document: str, shop: Path, wieder: Wieder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_of(shop, tmp_path)
    for name in ("wieder.duckdb", "shop.duckdb"):
        (tmp_path / name).unlink()
    for _, name, text in FENCED.findall(TEXTS[document]):
        if name:
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(text, "utf-8")
    for line in lines_of(document):
        source, _, command = line.rpartition(" | ")
        program, *arguments = shlex.split(command, comments=True)
        assert program == "wieder", line
        with (tmp_path / (source.removeprefix("cat ") or "orders.csv")).open("r") as stdin:
            monkeypatch.setattr(sys, "stdin", stdin)
            outcome = wieder(*arguments)
        assert outcome.code == ExitCode.OK, f"{line}\n{outcome.err}"

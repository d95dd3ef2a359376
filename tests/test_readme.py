from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from typer.main import get_command

from readme import GENERATED, README, ROOT, block, command_in
from wieder.asking.results import SCHEMA
from wieder.cli.app import app
from wieder.config import VARIABLES
from wieder.config.reading import load_settings
from wieder.delivery.targets import Format
from wieder.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

TEXT = README.read_text("utf-8")


@pytest.mark.parametrize("name", GENERATED)
def test_a_generated_part_is_as_the_program_says(name: str) -> None:
    assert block(TEXT, name) == GENERATED[name](), "renew it with `python tests/readme.py --write`"


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


@pytest.mark.parametrize("code", ExitCode)
def test_every_exit_code_is_in_the_help_and_so_in_the_readme(code: ExitCode) -> None:
    assert re.search(rf"^ +{code.value}  \w", block(TEXT, "help"), re.MULTILINE)


@pytest.mark.parametrize("name", [*SCHEMA, *VARIABLES, *Format])
def test_the_output_contract_is_written_down(name: str) -> None:
    assert f"`{name}`" in TEXT


def test_every_command_is_in_the_help() -> None:
    commands = get_command(app).commands  # type: ignore[attr-defined]
    assert commands
    for name, command in commands.items():
        assert re.search(rf"^  {name}  ", block(TEXT, "help"), re.MULTILINE)
        assert command.help


def test_the_examples_of_wieder_toml_can_be_used(tmp_path: Path) -> None:
    examples = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    settings = []
    for example in examples:
        (tmp_path / "wieder.toml").write_text(example, "utf-8")
        settings.append(load_settings(tmp_path / "wieder.toml", {}, {}))
    assert settings[0].formats["kasse"]["row"] == "line"
    assert settings[1].columns["amount"] == "Gesamtbetrag"
    assert settings[2].mail.attach == ("html", "xlsx")
    assert settings[3].orders.exclude["test"].startswith("email like")


def test_links_lead_somewhere() -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", TEXT)
    assert targets
    for target in targets:
        assert (ROOT / target).exists(), target

"""The examples in the help of every command."""

from __future__ import annotations

import os
import re
import shlex
import shutil
from typing import TYPE_CHECKING

import pytest

from documented_shop import copy_of, prepare
from wieder.cli.app import Program
from wieder.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from outcomes import Wieder


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The prepared shop."""
    return prepare(tmp_path_factory.mktemp("shop"))


EXAMPLES = {
    name: re.findall(r"^  wieder (.+)$", one.epilog or "", re.MULTILINE)
    for name, one in Program.declared.items()
}


@pytest.mark.parametrize("command", [name for name, examples in EXAMPLES.items() if examples])
def test_examples_of_a_command_work(command: str, shop: Path, wieder: Wieder, tmp_path: Path) -> None:
    for example in EXAMPLES[command]:
        shutil.rmtree(tmp_path)
        tmp_path.mkdir()
        (tmp_path / "orders.csv").touch()
        os.chdir(tmp_path)
        copy_of(shop, tmp_path)
        outcome = wieder(*shlex.split(example))
        assert outcome.code == ExitCode.OK, f"{example}\n{outcome.err}"

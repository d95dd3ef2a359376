"""The pinned packages of a development environment fit what pyproject.toml asks for."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PINNED = (ROOT / ".github" / "requirements-dev.txt").read_text("utf-8")
VERSIONS = dict(re.findall(r"^([a-z0-9-]+)==(\S+) \\$", PINNED, re.MULTILINE))


def asked() -> list[str]:
    tables = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    project = tables["project"]
    return [
        *project["dependencies"],
        *project["optional-dependencies"]["dev"],
        *tables["build-system"]["requires"],
    ]


@pytest.mark.parametrize("text", asked())
def test_every_package_that_is_asked_for_is_pinned_within_its_bounds(text: str) -> None:
    requirement = Requirement(text)
    assert requirement.specifier.contains(VERSIONS[canonicalize_name(requirement.name)])


def test_every_pin_has_hashes_and_no_line_names_an_index_or_a_path() -> None:
    blocks = re.split(r"^(?=[a-z0-9-]+==)", PINNED, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(VERSIONS)
    for block in blocks:
        _, *hashes = [line.strip(" \\") for line in block.strip().splitlines()]
        assert hashes
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", line) for line in hashes)

"""pyproject.toml, requirements-dev.txt and constraints.txt agree."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import pytest

from libraries import (
    BUILD_TOOLS,
    CONSTRAINTS,
    EXTRAS,
    HEAD,
    LOCK,
    constraints,
    differing_from_lock,
    locked,
    lowest,
    name_of,
    pinnable,
    pinned,
    required,
    required_for_development,
)

if TYPE_CHECKING:
    from packaging.requirements import Requirement

REQUIRED = [*required_for_development(), *BUILD_TOOLS]

as_locked = pytest.mark.skipif(
    bool(differing_from_lock()), reason="needs the versions of requirements-dev.txt"
)


@pytest.mark.parametrize("requirement", REQUIRED, ids=str)
def test_every_requirement_is_locked_within_its_bounds(requirement: Requirement) -> None:
    assert requirement.specifier.contains(locked()[name_of(requirement)])


@pytest.mark.parametrize("requirement", REQUIRED, ids=str)
def test_every_requirement_has_a_lower_and_an_upper_bound(requirement: Requirement) -> None:
    assert {bound.operator for bound in requirement.specifier} == {">=", "<"}


@pytest.mark.parametrize("extra", sorted(EXTRAS.keys() - {"dev"}))
def test_development_includes_every_extra_in_the_same_range(extra: str) -> None:
    assert {str(requirement) for requirement in required(extra)} <= {str(one) for one in required("dev")}


def test_pinned_versions_are_the_locked_ones() -> None:
    assert pinned().items() <= locked().items()


def test_libraries_that_write_for_readers_are_pinned_and_those_with_wheels_are_not() -> None:
    assert {"babel", "jinja2", "markdown-it-py", "rich", "typer", "xlsxwriter", "pytest"} <= pinned().keys()
    assert not {"polars", "duckdb", "numpy", "scipy", "msgspec", "markupsafe"} & pinned().keys()


@as_locked
def test_no_pinned_library_keeps_a_later_python_out() -> None:
    assert pinned().keys() <= pinnable().keys()


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="constraints.txt is written on Python 3.11")
@as_locked
def test_the_constraints_are_as_the_program_writes_them() -> None:
    assert CONSTRAINTS.read_text("utf-8") == HEAD + constraints(pinnable()), (
        "renew them with `python tests/libraries.py --write`"
    )


def test_the_lowest_versions_are_the_lower_bounds() -> None:
    assert lowest()["polars"] == "2.0"
    assert lowest().keys() == {name_of(requirement) for requirement in required_for_development()}


def test_every_lock_has_hashes_and_no_line_names_an_index_or_a_path() -> None:
    blocks = re.split(r"^(?=[a-z0-9-]+==)", LOCK.read_text("utf-8"), flags=re.MULTILINE)[1:]
    assert len(blocks) == len(locked())
    for block in blocks:
        _, *hashes = [line.strip(" \\") for line in block.strip().splitlines()]
        assert hashes
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", line) for line in hashes)


def test_no_constraint_names_anything_but_a_version() -> None:
    lines = [line for line in CONSTRAINTS.read_text("utf-8").splitlines() if not line.startswith("#")]
    assert len(lines) == len(pinned())

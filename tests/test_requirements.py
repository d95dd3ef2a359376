"""pyproject.toml, the versions that were tried and those that are held say the same."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import pytest
from packaging.utils import canonicalize_name

from libraries import (
    HEAD,
    HELD,
    TRIED,
    asked,
    build_tools,
    constraints,
    extra_names,
    held,
    lowest,
    newer_than_tried,
    to_hold,
    tried,
)

if TYPE_CHECKING:
    from packaging.requirements import Requirement

ASKED = [*asked(), *asked("dev"), *build_tools()]

as_tried = pytest.mark.skipif(bool(newer_than_tried()), reason="needs the versions of requirements-dev.txt")


@pytest.mark.parametrize("requirement", ASKED, ids=str)
def test_every_library_that_is_asked_for_was_tried_within_its_bounds(requirement: Requirement) -> None:
    assert requirement.specifier.contains(tried()[canonicalize_name(requirement.name)])


@pytest.mark.parametrize("requirement", ASKED, ids=str)
def test_every_library_has_a_lowest_version_and_a_major_that_it_stays_below(requirement: Requirement) -> None:
    assert {bound.operator for bound in requirement.specifier} == {">=", "<"}


@pytest.mark.parametrize("extra", extra_names())
def test_development_has_every_extra_in_the_same_range(extra: str) -> None:
    assert {str(requirement) for requirement in asked(extra)} <= {str(one) for one in asked("dev")}


def test_what_is_held_is_held_at_the_version_that_was_tried() -> None:
    assert held().items() <= tried().items()


def test_what_makes_the_promised_bytes_is_held_and_what_needs_wheels_is_not() -> None:
    assert {"babel", "jinja2", "markdown-it-py", "rich", "typer", "xlsxwriter", "pytest"} <= held().keys()
    assert not {"polars", "duckdb", "numpy", "scipy", "msgspec", "markupsafe"} & held().keys()


@as_tried
def test_what_is_held_needs_no_wheel_and_hinders_none() -> None:
    assert held().keys() <= to_hold().keys()


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="constraints.txt is made on Python 3.11")
@as_tried
def test_the_constraints_are_as_the_program_makes_them() -> None:
    assert HELD.read_text("utf-8") == HEAD + constraints(to_hold()), (
        "renew them with `python tests/libraries.py --write`"
    )


def test_the_lowest_versions_are_the_lower_bounds() -> None:
    assert lowest()["polars"] == "2.0"
    assert lowest().keys() == {canonicalize_name(one.name) for one in [*asked(), *asked("dev")]}


def test_every_pin_has_hashes_and_no_line_names_an_index_or_a_path() -> None:
    blocks = re.split(r"^(?=[a-z0-9-]+==)", TRIED.read_text("utf-8"), flags=re.MULTILINE)[1:]
    assert len(blocks) == len(tried())
    for block in blocks:
        _, *hashes = [line.strip(" \\") for line in block.strip().splitlines()]
        assert hashes
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", line) for line in hashes)


def test_no_constraint_names_anything_but_a_version() -> None:
    lines = [line for line in HELD.read_text("utf-8").splitlines() if not line.startswith("#")]
    assert len(lines) == len(held())

"""The demo and the core of the suite pass at both ends of the ranges in pyproject.toml."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from environments import check_demo, new_environment, printed_by
from libraries import ROOT, constraints, locked, lowest

if TYPE_CHECKING:
    from pathlib import Path

DEVELOPMENT = f"{ROOT}[dev]"

pytestmark = pytest.mark.slow


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="the lowest versions have wheels for Python 3.11")
def test_the_lowest_versions_pass(tmp_path: Path) -> None:
    bounds = tmp_path / "lowest.txt"
    bounds.write_text(constraints(lowest()))
    python = new_environment(tmp_path / "lowest", "--only-binary", ":all:", "-c", bounds, DEVELOPMENT)
    assert versions(python) == {name: Version(text) for name, text in lowest().items()}
    check_demo(python, tmp_path / "work")
    check_core(python)


def test_the_newest_versions_pass(tmp_path: Path) -> None:
    python = new_environment(tmp_path / "newest", DEVELOPMENT)
    assert all(version >= Version(locked()[name]) for name, version in versions(python).items())
    check_demo(python, tmp_path / "work")
    check_core(python)


def versions(python: Path) -> dict[str, Version]:
    """Installed versions of the libraries that pyproject.toml requires."""
    listed = printed_by(python, "-m", "pip", "list", "--format=json", inside=python.parent)
    found: dict[str, str] = {canonicalize_name(one["name"]): one["version"] for one in json.loads(listed)}
    return {name: Version(found[name]) for name in lowest()}


def check_core(python: Path) -> None:
    """Check laws, machine formats and references; files without such tests are not even imported."""
    files = [
        path for path in (ROOT / "tests").rglob("test_*.py") if "pytest.mark.core" in path.read_text("utf-8")
    ]
    printed = printed_by(
        python, "-m", "pytest", "-m", "core", "-q", "-p", "no:cacheprovider", *files, inside=ROOT
    )
    assert re.search(r"\d{3,} passed", printed)

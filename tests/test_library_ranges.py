"""The ranges of pyproject.toml are true: the demo and the core of the suite pass at both of their ends."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import venv
from typing import TYPE_CHECKING

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from libraries import ROOT, constraints, lowest, tried

if TYPE_CHECKING:
    from pathlib import Path

SCRIPTS = "Scripts" if sys.platform == "win32" else "bin"

pytestmark = pytest.mark.slow


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="the lowest versions have wheels for Python 3.11")
def test_the_lowest_versions_pass(tmp_path: Path) -> None:
    bounds = tmp_path / "lowest.txt"
    bounds.write_text(constraints(lowest()))
    python = environment(tmp_path / "lowest", "--only-binary", ":all:", "-c", str(bounds))
    assert versions(python) == {name: Version(text) for name, text in lowest().items()}
    check_demo(python, tmp_path)
    check_core(python)


def test_the_newest_versions_pass(tmp_path: Path) -> None:
    python = environment(tmp_path / "newest")
    assert all(version >= Version(tried()[name]) for name, version in versions(python).items())
    check_demo(python, tmp_path)
    check_core(python)


def environment(folder: Path, *how: str) -> Path:
    """The Python of a new environment with the project as its users have it, and what its tests need."""
    venv.create(folder, with_pip=True)
    python = folder / SCRIPTS / "python"
    run(python, "-m", "pip", "install", "--quiet", "--no-compile", *how, f"{ROOT}[dev]", inside=folder)
    return python


def versions(python: Path) -> dict[str, Version]:
    """What the environment has of the libraries that pyproject.toml asks for."""
    listed = run(python, "-m", "pip", "list", "--format=json", inside=python.parent)
    found: dict[str, str] = {canonicalize_name(one["name"]): one["version"] for one in json.loads(listed)}
    return {name: Version(found[name]) for name in lowest()}


def check_demo(python: Path, folder: Path) -> None:
    """The demo prints its summary and writes its page."""
    work = folder / "work"
    work.mkdir()
    assert "December 2025" in run(python, "-m", "wieder", "demo", inside=work)
    assert (work / "report.html").read_bytes().rstrip().endswith(b"</html>")


def check_core(python: Path) -> None:
    """Laws, machine formats and references hold; of other tests not even the imports are tried."""
    files = [
        path for path in (ROOT / "tests").rglob("test_*.py") if "pytest.mark.core" in path.read_text("utf-8")
    ]
    printed = run(python, "-m", "pytest", "-m", "core", "-q", "-p", "no:cacheprovider", *files, inside=ROOT)
    assert re.search(r"\d{3,} passed", printed)


def run(*command: str | Path, inside: Path) -> str:
    """What `command` prints to stdout; what it printed at all is shown where it fails."""
    done = subprocess.run(command, cwd=inside, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout

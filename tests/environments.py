"""New environments, and the demo run in them."""

from __future__ import annotations

import subprocess
import sys
import venv
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def new_environment(folder: Path, *packages: str | Path) -> Path:
    """Create an environment in `folder`, install `packages` (arguments of pip), and return its Python."""
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    printed_by(python, "-m", "pip", "install", "--quiet", "--no-compile", *packages, inside=folder)
    return python


def check_demo(python: Path, work: Path) -> None:
    """Check that the program `wieder` runs the demo in the new folder `work` and writes only its page."""
    work.mkdir()
    assert "December 2025" in printed_by(python.with_name("wieder"), "demo", inside=work)
    assert [path.name for path in work.iterdir()] == ["report.html"]
    assert (work / "report.html").read_bytes().rstrip().endswith(b"</html>")


def printed_by(*command: str | Path, inside: Path) -> str:
    """Return the standard output of `command`. A failure shows its output and its errors."""
    done = subprocess.run(command, cwd=inside, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout

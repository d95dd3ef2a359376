from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from wieder import __version__

HEAVY = {"polars", "duckdb", "jinja2", "babel", "msgspec", "numpy", "rich.table"}

PROGRAM = """
import json, sys
from wieder.__main__ import main
sys.argv = ["wieder", *sys.argv[1:]]
code = main()
print(json.dumps([code, sorted(sys.modules)]), file=sys.stderr)
"""


def start(*arguments: str) -> tuple[str, set[str]]:
    """Return the output of a fresh process, and the modules that it imports."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments], capture_output=True, text=True, check=True, timeout=60
    )
    code, modules = json.loads(done.stderr)
    assert code == 0
    return done.stdout, set(modules)


def test_the_version_is_told_without_typer() -> None:
    printed, modules = start("--version")
    assert printed == f"wieder {__version__}\n"
    assert not modules & (HEAVY | {"typer", "rich"})


def test_the_version_is_also_told_among_other_options() -> None:
    assert start("--version", "kpis")[0] == f"wieder {__version__}\n"


@pytest.mark.parametrize("arguments", [(), ("--help",), ("kpis", "--help"), ("load", "-h")])
def test_help_imports_nothing_heavy(arguments: tuple[str, ...]) -> None:
    printed, modules = start(*arguments)
    assert printed.startswith("Usage: wieder")
    assert not modules & HEAVY


@pytest.mark.parametrize(("given", "used"), [({}, "1"), ({"OPENBLAS_NUM_THREADS": "3"}, "3")])
def test_numpy_sums_with_one_thread_unless_told_otherwise(given: dict[str, str], used: str) -> None:
    program = (
        "import os, sys; from wieder.__main__ import main; sys.argv = ['wieder', '--help']; main();"
        "assert 'numpy' not in sys.modules; print(os.environ['OPENBLAS_NUM_THREADS'], file=sys.stderr)"
    )
    surroundings = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}

    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env=surroundings | given,
    )

    assert done.stderr.strip() == used

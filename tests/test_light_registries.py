"""Declaring KPIs, marts and questions imports no Polars, so that the command line can walk them."""

from __future__ import annotations

import subprocess
import sys
from pkgutil import iter_modules

from wieder import kpis, marts, questions

MODULES = [
    f"{package.__name__}.{module.name}"
    for package in (kpis, marts, questions)
    for module in iter_modules(package.__path__)
]
PROGRAM = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
    assert not {"polars", "duckdb", "numpy"} & set(sys.modules), name
from wieder.kpis import REGISTRY
assert len(REGISTRY) > 30
assert REGISTRY["orders"].numerator() is not None
assert "polars" in sys.modules
"""


def test_walking_the_registries_imports_no_polars() -> None:
    """A failure names the first module that imports Polars; only computations may import it."""
    assert {"wieder.kpis.value", "wieder.marts.customer_periods", "wieder.questions.flow"} <= set(MODULES)
    subprocess.run([sys.executable, "-c", PROGRAM, *MODULES], check=True, timeout=60)

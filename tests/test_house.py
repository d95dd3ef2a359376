"""Structure of the package: rooms, sizes, and no import cycles."""

from __future__ import annotations

import ast
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import wieder

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(wieder.__file__).parent
MOST_ROOMS, MOST_LOOSE_MODULES = 16, 7
MOST_LINES_OF_A_FILE, MOST_LINES_OF_A_FUNCTION, MEDIAN_FUNCTION = 420, 45, 6

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def modules() -> dict[str, ast.Module]:
    """Every module by its dotted name."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(("wieder", *path.relative_to(PACKAGE).with_suffix("").parts))
        found[name.removesuffix(".__init__")] = ast.parse(path.read_text("utf-8"))
    return found


def imported(tree: ast.Module) -> Iterator[str]:
    """Return the modules of the package that a module imports anywhere, for any purpose."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                submodule = f"{node.module}.{alias.name}"
                yield submodule if submodule in modules() else node.module


def lines_of(function: Function) -> int:
    """Return the lines from the first statement after the docstring to the last."""
    body = function.body
    if len(body) > 1 and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    return (function.end_lineno or 0) - body[0].lineno + 1


def test_no_module_imports_itself_in_a_circle() -> None:
    graph = {name: {*imported(tree)} & modules().keys() - {name} for name, tree in modules().items()}
    assert len(graph) > 200
    TopologicalSorter(graph).prepare()


def test_rooms_and_loose_modules_are_few() -> None:
    rooms = [path for path in PACKAGE.iterdir() if (path / "__init__.py").exists()]
    assert 10 < len(rooms) <= MOST_ROOMS
    assert len(list(PACKAGE.glob("*.py"))) <= MOST_LOOSE_MODULES


def test_files_and_functions_are_short() -> None:
    for path in PACKAGE.rglob("*.py"):
        assert len(path.read_text("utf-8").splitlines()) <= MOST_LINES_OF_A_FILE, path
    functions = [node for tree in modules().values() for node in ast.walk(tree) if isinstance(node, Function)]
    lengths = {function.name: lines_of(function) for function in functions}
    assert max(lengths.values()) <= MOST_LINES_OF_A_FUNCTION, max(lengths, key=lambda name: lengths[name])
    assert median(map(lines_of, functions)) <= MEDIAN_FUNCTION

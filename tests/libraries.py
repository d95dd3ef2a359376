"""Library versions that the project requires, has locked, and pins.

pyproject.toml requires ranges. requirements-dev.txt locks the exact versions of a development environment.
constraints.txt pins some of these for both commands of the README: libraries in pure Python, which install on
any later Python. Libraries with compiled code keep their ranges, because a new Python needs new wheels.

`python tests/libraries.py --write` rewrites constraints.txt, in an environment of the locked versions.
"""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import Distribution, PackageNotFoundError, distribution, version
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet

ROOT = Path(__file__).parents[1]
LOCK = ROOT / ".github" / "requirements-dev.txt"
CONSTRAINTS = ROOT / ".github" / "constraints.txt"
HEAD = """\
# Versions for both commands of the README, so that a fresh install writes the bytes that the tests expect.
# Written by tests/libraries.py from requirements-dev.txt; CONTRIBUTING.md explains how to renew them.
"""
UPPER_BOUNDS = {"<", "<=", "==", "===", "~="}

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
EXTRAS: Mapping[str, list[str]] = PYPROJECT["project"]["optional-dependencies"]
BUILD_TOOLS = [Requirement(text) for text in PYPROJECT["build-system"]["requires"]]


def required(extra: str) -> list[Requirement]:
    """Requirements of one extra in pyproject.toml."""
    return [Requirement(text) for text in EXTRAS[extra]]


def required_for_development() -> list[Requirement]:
    """Requirements of the program and of its extra `dev`."""
    return [Requirement(text) for text in PYPROJECT["project"]["dependencies"]] + required("dev")


def locked() -> dict[str, str]:
    """Exact versions in requirements-dev.txt, by name."""
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+) \\$", LOCK.read_text("utf-8"), re.MULTILINE))


def pinned() -> dict[str, str]:
    """Exact versions in constraints.txt, by name."""
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)$", CONSTRAINTS.read_text("utf-8"), re.MULTILINE))


def lowest() -> dict[str, str]:
    """Lower bounds of everything that a development environment requires by name."""
    return {
        name_of(requirement): bound.version
        for requirement in required_for_development()
        for bound in requirement.specifier
        if bound.operator == ">="
    }


def differing_from_lock() -> list[str]:
    """Names of installed libraries whose version is not the locked one."""
    return [name for name, expected in locked().items() if _installed(name) not in {None, expected}]


def pinnable() -> dict[str, str]:
    """Installed versions of the libraries that can be pinned without excluding a later Python.

    These are pure Python, no compiled library depends on them, and they accept newer versions of every
    library that is not pinned.
    """
    environment = _environment()
    free = {name for name, library in environment.items() if not _is_pure(library)}
    while more := _freed(environment, free) - free:
        free |= more
    return {name: library.version for name, library in environment.items() if name not in free}


def constraints(versions: Mapping[str, str]) -> str:
    """Lines of a constraints file, sorted by name."""
    return "".join(f"{name}=={version}\n" for name, version in sorted(versions.items()))


def name_of(requirement: Requirement) -> str:
    """Normalised name of the required library."""
    return canonicalize_name(requirement.name)


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _environment() -> dict[str, Distribution]:
    """Direct and indirect dependencies of a development environment by name, without the project itself."""
    found: dict[str, Distribution] = {}
    waiting = required_for_development()
    seen = set()
    while waiting:
        requirement = waiting.pop()
        if str(requirement) not in seen:
            seen.add(str(requirement))
            library = found[name_of(requirement)] = distribution(requirement.name)
            waiting += _needed(library, requirement.extras)
    return found


def _needed(library: Distribution, extras: AbstractSet[str] = frozenset()) -> Iterator[Requirement]:
    for requirement in _requirements(library):
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in {"", *extras}):
            yield requirement


def _requirements(library: Distribution) -> list[Requirement]:
    return [Requirement(text) for text in library.requires or ()]


def _is_pure(library: Distribution) -> bool:
    tags = re.findall(r"^Tag: (\S+)$", library.read_text("WHEEL") or "", re.MULTILINE)
    return bool(tags) and all(tag.endswith("-none-any") for tag in tags)


def _freed(environment: Mapping[str, Distribution], free: AbstractSet[str]) -> set[str]:
    """Names that must stay free where `free` are: dependencies of these, and libraries that cap them."""
    needed = {name_of(requirement) for name in free for requirement in _needed(environment[name])}
    capping = {
        name
        for name, library in environment.items()
        if any(name_of(needed) in free and _is_capped(needed) for needed in _requirements(library))
    }
    return (needed & environment.keys()) | capping


def _is_capped(requirement: Requirement) -> bool:
    return any(bound.operator in UPPER_BOUNDS for bound in requirement.specifier)


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit("usage: python tests/libraries.py --write")
    if other := differing_from_lock():
        sys.exit(f"install requirements-dev.txt first; these versions differ from it: {', '.join(other)}")
    CONSTRAINTS.write_text(HEAD + constraints(pinnable()), "utf-8")

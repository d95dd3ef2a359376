"""Which versions of libraries the project asks for, has tried and holds.

pyproject.toml asks for ranges. requirements-dev.txt has the exact versions that were tried. constraints.txt
holds some of these for both commands of the README: the libraries in pure Python, which any Python to come
can install. Libraries with compiled code are left to their ranges, because a new Python needs new wheels.

`python tests/libraries.py --write` makes constraints.txt anew, in an environment of the tried versions.
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
TRIED = ROOT / ".github" / "requirements-dev.txt"
HELD = ROOT / ".github" / "constraints.txt"
HEAD = """\
# What both commands of the README hold, so that a fresh install writes the bytes that the tests expect.
# Made from requirements-dev.txt by tests/libraries.py; CONTRIBUTING.md says how to renew it.
"""
UPPER_BOUNDS = {"<", "<=", "==", "===", "~="}


def asked(*groups: str) -> list[Requirement]:
    """What pyproject.toml asks for: of the given extras, or of the program itself if none is given."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    texts = project["dependencies"] if not groups else []
    for group in groups:
        texts += project["optional-dependencies"][group]
    return [Requirement(text) for text in texts]


def extra_names() -> list[str]:
    """The extras that users install: all but `dev`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return [name for name in project["optional-dependencies"] if name != "dev"]


def build_tools() -> list[Requirement]:
    """What pyproject.toml builds the wheel with."""
    tables = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return [Requirement(text) for text in tables["build-system"]["requires"]]


def tried() -> dict[str, str]:
    """The exact versions of requirements-dev.txt."""
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+) \\$", TRIED.read_text("utf-8"), re.MULTILINE))


def held() -> dict[str, str]:
    """The exact versions of constraints.txt."""
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)$", HELD.read_text("utf-8"), re.MULTILINE))


def lowest() -> dict[str, str]:
    """The lower bounds of pyproject.toml, of everything that it asks for by name."""
    return {
        _name(requirement): bound.version
        for requirement in [*asked(), *asked("dev")]
        for bound in requirement.specifier
        if bound.operator == ">="
    }


def newer_than_tried() -> list[str]:
    """The libraries that were tried in another version than the one that is installed here."""
    return [name for name, tried_version in tried().items() if _installed(name) not in {None, tried_version}]


def to_hold() -> dict[str, str]:
    """The installed libraries that can be held whatever wheels a new Python needs, and their versions.

    These are in pure Python, and stand in the way of no newer version of a library that is not.
    """
    environment = _environment()
    free = {name for name, found in environment.items() if not _is_pure(found)}
    while more := _freed(environment, free) - free:
        free |= more
    return {name: library.version for name, library in environment.items() if name not in free}


def constraints(versions: Mapping[str, str]) -> str:
    """The lines of a constraints file."""
    return "".join(f"{name}=={version}\n" for name, version in sorted(versions.items()))


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _environment() -> dict[str, Distribution]:
    """What a development environment needs, directly or not, by name; without the project itself."""
    found: dict[str, Distribution] = {}
    waiting = [*asked(), *asked("dev")]
    seen = set()
    while waiting:
        requirement = waiting.pop()
        if str(requirement) not in seen:
            seen.add(str(requirement))
            needed = distribution(requirement.name)
            found[_name(requirement)] = needed
            waiting += _needed(needed, requirement.extras)
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
    """What cannot be held if `free` is not: what these libraries need, and what refuses newer ones."""
    needed = {_name(requirement) for name in free for requirement in _needed(environment[name])}
    refusing = {
        name
        for name, library in environment.items()
        if any(_name(needed) in free and _is_bounded(needed) for needed in _requirements(library))
    }
    return (needed & environment.keys()) | refusing


def _is_bounded(requirement: Requirement) -> bool:
    return any(bound.operator in UPPER_BOUNDS for bound in requirement.specifier)


def _name(requirement: Requirement) -> str:
    return canonicalize_name(requirement.name)


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit("usage: python tests/libraries.py --write")
    if other := newer_than_tried():
        sys.exit(f"install requirements-dev.txt first; other versions are here of {', '.join(other)}")
    HELD.write_text(HEAD + constraints(to_hold()), "utf-8")

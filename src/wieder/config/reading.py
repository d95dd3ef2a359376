"""The settings of a run: wieder.toml, overridden by variables WIEDER_*, overridden by options."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from wieder.config import VARIABLES, Settings
from wieder.config.faults import find_fault
from wieder.config.lines import line_at, lines_of
from wieder.config.notation import SECRET, shortened, written
from wieder.config.origins import Origin, Source
from wieder.config.sentences import error_of
from wieder.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from wieder.config.lines import Line

    Setting = tuple[str, ...]
    """The path of a setting."""
    Tree = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class Origins:
    """The origins of all values that are not defaults."""

    file: Path | None
    lines: tuple[Line, ...]
    """Of the file."""
    tree: Tree
    """The content of the file."""
    given: Mapping[Setting, Origin]
    """The settings given by variables and options."""

    def of(self, path: Setting) -> Origin | None:
        """The origin of a setting; None for a default."""
        return self.given.get(path) or (self._in_file(path) if _is_in(self.tree, path) else None)

    def of_fault(self, path: Setting) -> Origin:
        """The origin of a value that was given: of its own, or as a part of another one."""
        inside = (one for given, one in self.given.items() if given[: len(path)] == path)
        return self.of(path) or next(inside, self._in_file(path))

    def _in_file(self, path: Setting) -> Origin:
        return Origin(source=Source.FILE, name=str(self.file), line=line_at(self.lines, path))


class Loaded(NamedTuple):
    """The settings of a run, with their origins."""

    settings: Settings
    origins: Origins


def load_settings(
    path: Path | None, environment: Mapping[str, str], flags: Mapping[Setting, object]
) -> Settings:
    """The settings of one run.

    `path` is a settings file or None; `flags` contains only options that were typed, by the
    path of their setting. Raises UsageError for names and values that are not accepted.
    """
    return load(path, environment, flags).settings


def load(
    path: Path | None,
    environment: Mapping[str, str],
    flags: Mapping[Setting, object],
    option_of: Callable[[Setting], str] = ".".join,
) -> Loaded:
    """Like `load_settings`, with the origins; `option_of` gives the option that sets a setting."""
    text = _text(path) if path else ""
    tree = _joined(_parsed(text, path))
    variables = {keys: name for name, keys in VARIABLES.items() if environment.get(name)}
    given = {keys: Origin(source=Source.VARIABLE, name=name) for keys, name in variables.items()}
    given |= {keys: Origin(source=Source.OPTION, name=option_of(keys)) for keys in flags}
    origins = Origins(file=path, lines=lines_of(text), tree=tree, given=given)
    merged = tree
    for keys, value in ({keys: environment[name] for keys, name in variables.items()} | dict(flags)).items():
        merged = _with(merged, keys, value)
    if fault := find_fault(merged, Settings):
        raise error_of(fault, origins.of_fault(fault.path))
    return Loaded(msgspec.convert(merged, Settings), origins)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 text", "save it again as UTF-8") from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(f"{path} cannot be read ({reason})", "check the path given with --config") from error


def _parsed(text: str, path: Path | None) -> Tree:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(text, path, str(error)) from error


BARE_TEXT = re.compile(r"\s*([\w.-]+)\s*=\s*([^\s\"'\[\]{}#=]+)\s*(?:#.*)?")
DECIMAL_COMMA = re.compile(r"\s*([\w.-]+)\s*=\s*([+-]?\d+),(\d+)\s*(?:#.*)?")
BACKSLASHES = re.compile(r"\s*([\w.-]+)\s*=\s*\"([^\"']*\\[^\"']*)\"\s*(?:#.*)?")
PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
BRACKETS = "texts need quotes, names of tables [brackets]"


def _not_toml(text: str, path: Path | None, reason: str) -> UsageError:
    """The error for a text that is not TOML, with a remedy for its line."""
    place = PLACE.search(reason)
    if not (place and place[1]):
        return UsageError(f"{path} is not valid TOML: something is missing at the end", BRACKETS)
    line = text.split("\n")[int(place[1]) - 1].strip()
    end = "" if SECRET in line else f": {shortened(line)}"
    if "twice" in reason or "overwrite" in reason:
        return UsageError(f"{path} line {place[1]} repeats a name{end}", "merge the two")
    return UsageError(f"{path} line {place[1]} is not valid TOML{end}", _mended(line) or BRACKETS)


def _mended(line: str) -> str:
    """The remedy for a line with a frequent mistake; empty for other lines."""
    if found := DECIMAL_COMMA.fullmatch(line):
        return f"write a decimal point: {found[1]} = {found[2]}.{found[3]}"
    if found := BACKSLASHES.fullmatch(line):
        return f"write a path in single quotes: {found[1]} = '{shortened(found[2])}'"
    if (found := BARE_TEXT.fullmatch(line)) and SECRET not in line:
        return f"write a text in quotes: {found[1]} = {written(shortened(found[2]))}"
    return ""


def _joined(tree: Tree) -> Tree:
    """The tree with `spend.amount` for the `amount` under `[columns.spend]`, as `--map` writes it."""
    columns = tree.get("columns")
    if not isinstance(columns, dict):
        return tree
    joined: Tree = {}
    for export, below in columns.items():
        if isinstance(below, dict):
            joined |= {f"{export}.{column}": name for column, name in below.items()}
        else:
            joined[export] = below
    return tree | {"columns": joined}


def _with(tree: Tree, keys: Setting, value: object) -> Tree:
    """The tree with one more value; where a table is something else, it stays and is refused later."""
    name, *below = keys
    if not below:
        return tree | {name: value}
    branch = tree.get(name, {})
    return tree | {name: _with(branch, tuple(below), value) if isinstance(branch, dict) else branch}


def _is_in(tree: object, path: Setting) -> bool:
    for name in path:
        if not isinstance(tree, dict) or name not in tree:
            return False
        tree = tree[name]
    return True

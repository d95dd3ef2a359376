"""Thresholds in a file, so that the same ones hold today, next month and for another shop."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import msgspec

from wieder.errors import UsageError
from wieder.tables.thresholds import Thresholds

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "# Thresholds of customer segments, found by wieder; `--thresholds FILE` uses them again.\n"
REMEDY = "write the file anew with --save-thresholds FILE"


def thresholds_text(thresholds: Thresholds) -> str:
    """The thresholds as TOML that `read_thresholds` reads back exactly."""
    tree = msgspec.structs.asdict(thresholds)
    return HEAD + "".join(f"{name} = {_toml(value)}\n" for name, value in tree.items())


def _toml(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return repr(value) if isinstance(value, float) else str(value)


def read_thresholds(path: Path) -> Thresholds:
    """The thresholds in the file `path`. Raises UsageError naming file, key and value."""
    try:
        found = msgspec.convert(tomllib.loads(path.read_text("utf-8")), Thresholds)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: the thresholds cannot be read ({error})", REMEDY) from error
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise UsageError(f"{path}: these are no thresholds: {error}", REMEDY) from error
    if not found.is_sound:
        raise UsageError(f"{path}: each score needs 4 thresholds in ascending order, abc needs 2", REMEDY)
    return found

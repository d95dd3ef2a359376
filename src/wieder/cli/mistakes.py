"""Messages for command lines that cannot be parsed, each with a value or a command to write instead."""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wieder.delivery.targets import ALSO_CALLED, Format
from wieder.errors import UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typer import TyperException

    from wieder.errors import DataError

VALUE = re.compile(r"(.+) is not (?:a valid .+|in the range .+|one of .+)", re.DOTALL)
"""Message of Typer about a wrong value; no other part of the error contains the value."""
NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
USUAL_NUMBER = 10
USUAL_SHARE = 0.5


def in_words(error: TyperException) -> UsageError:
    """The error of Typer as a message with a remedy."""
    parameter, message = getattr(error, "param", None), getattr(error, "message", "")
    kind = getattr(parameter, "type", None)
    value = VALUE.fullmatch(message)
    if value and hasattr(kind, "choices"):
        return _unknown_choice(_name(parameter), _typed(value[1]), _choices(parameter, kind))
    if value and getattr(kind, "name", "") in NUMBERS:
        return _wrong_number(_name(parameter), _typed(value[1]), kind)
    if parameter is not None and not message:
        return _missing(error, parameter)
    option = getattr(error, "option_name", "")
    if option and "requires an argument" in message:
        return UsageError(f"{option} needs a value", f"write {option} VALUE")
    if option and "does not take a value" in message:
        return UsageError(f"{option} takes no value", f"write {option} alone")
    return UsageError(error.format_message(), f"`{_command(error)} --help` lists what there is")


def _typed(shown: str) -> str:
    """A value as it was typed, from its Python representation."""
    try:
        value = ast.literal_eval(shown)
    except (ValueError, SyntaxError):
        return shown
    return f"{value:g}" if isinstance(value, float) else str(value)


def _command(error: TyperException) -> str:
    context = getattr(error, "ctx", None)
    return str(context.command_path) if context else "wieder"


def _name(parameter: Any) -> str:
    """Name of a parameter on the command line."""
    if parameter.param_type_name == "argument":
        return str(parameter.metavar or parameter.name).strip("[].")
    return str(max(parameter.opts, key=len))


def _missing(error: TyperException, parameter: Any) -> UsageError:
    name, command = _name(parameter), _command(error)
    example = str(parameter.metavar or name).strip("[]")
    written = f"{command} {example}" if parameter.param_type_name == "argument" else f"{command} {name} VALUE"
    return UsageError(f"{command}: {name} is missing", f"write `{written}`, or see `{command} --help`")


def _choices(parameter: Any, kind: Any) -> list[str]:
    """The values of an option; for formats those in its metavar, which the command can write."""
    known = [str(getattr(one, "value", one)) for one in kind.choices]
    shown = str(parameter.metavar or "").strip("<>").split("|")
    return shown if set(shown) <= set(known) else known


def _unknown_choice(name: str, value: str, choices: Sequence[str]) -> UsageError:
    *others, last = choices
    listed = f"{', '.join(others)} or {last}" if others else last
    is_format = set(choices) <= set(Format)
    also = {one: form for one, form in ALSO_CALLED.items() if form in choices} if is_format else {}
    best = nearest(value, choices, also)
    return UsageError(
        f"{name} must be {listed}, not {value!r}",
        f"did you mean {name} {' or '.join(best)}?" if best else f"write one of them: {name} {choices[0]}",
    )


NUMBERS = {
    "int": "a whole number",
    "int range": "a whole number",
    "float": "a number",
    "float range": "a number",
}
"""Name of a number type of Typer -> description."""


def _wrong_number(name: str, value: str, kind: Any) -> UsageError:
    is_whole, (least, most) = kind.name.startswith("int"), _bounds(kind)
    between = {
        (True, True): f" from {least} to {most}",
        (True, False): f", {least} or more",
        (False, True): f", {most} or less",
        (False, False): "",
    }[least is not None, most is not None]
    number = _meant(value, least, most, is_whole=is_whole)
    return UsageError(
        f"{name} must be {NUMBERS[kind.name]}{between}, not {value!r}", f"write {name} {number}"
    )


def _bounds(kind: Any) -> tuple[float | None, float | None]:
    return getattr(kind, "min", None), getattr(kind, "max", None)


def _meant(value: str, least: float | None, most: float | None, *, is_whole: bool) -> str:
    """The number within the bounds that a text may mean: 0.4 for 40% where it is a share."""
    found = NUMBER.search(value)
    is_share = not is_whole and most == 1
    if found is None:
        number: float = USUAL_SHARE if is_share else USUAL_NUMBER
    else:
        number = float(found[0].replace(",", "."))
    if is_share and ("%" in value or 1 < number <= 100):  # noqa: PLR2004 - per cent
        number /= 100
    number = number if least is None else max(number, least)
    number = number if most is None else min(number, most)
    return str(round(number)) if is_whole else f"{number:g}"


FEW = 6
"""Files that a remedy names one by one."""


def remedy_for(error: DataError, arguments: Sequence[str]) -> str:
    """The command with the files of the folder that can be read, where the file was found in a folder."""
    folder = Path(error.file).parent
    given = [place for place, text in enumerate(arguments) if Path(text) == folder and folder.is_dir()]
    readable = [name for name in error.readable if Path(name).parent == folder]
    if not given or not readable:
        return error.remedy
    if len(readable) > FEW:
        return f"move it out of {folder}, or name the {len(readable)} files in it that can be read"
    words = ["wieder", *arguments[: given[-1]], *readable, *arguments[given[-1] + 1 :]]
    return f"name the files that can be read: `{shlex.join(words)}`"

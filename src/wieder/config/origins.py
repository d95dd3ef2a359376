"""Sources of the values of settings: a file, a variable of the environment, or an option."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from wieder.config.notation import written


class Source(StrEnum):
    """Kind of a source; the later one takes precedence."""

    FILE = "file"
    VARIABLE = "variable"
    OPTION = "option"


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Place where a value was given."""

    source: Source
    name: str
    """Path of the file, or name of the variable or option."""
    line: int | None = None
    """Line of the file, if it is known."""

    def __str__(self) -> str:
        return self.name if self.line is None else f"{self.name} line {self.line}"

    def about(self, setting: str) -> str:
        """The beginning of a sentence about a setting that was given here."""
        return f"{self}: {setting}" if self.source is Source.FILE else self.name

    def assignment(self, name: str, value: object) -> str:
        """How to give another value here."""
        if self.source is Source.FILE:
            return f"{name} = {written(value)}"
        text = value if isinstance(value, str) else written(value)
        return f"{self.name}={text}" if self.source is Source.VARIABLE else f"{self.name} {text}"

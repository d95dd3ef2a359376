"""The run log: one line of JSON per run with its inputs, its outputs and its outcome."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from wieder.notices import Notice


@dataclass(frozen=True, kw_only=True)
class InputFile:
    """An export behind the results, read in this run or when the store was loaded."""

    file: str
    sha256: str
    bytes: int


@dataclass(frozen=True, kw_only=True)
class OutputFile:
    """A result that was written or sent: `name` is a file, `-`, or `mail`."""

    name: str
    bytes: int


@dataclass(kw_only=True)
class Run:
    """The record of a run, filled in as it proceeds."""

    version: str
    arguments: tuple[str, ...]
    started: datetime
    as_of: str = ""
    period: str = ""
    """The last complete period in a form that does not depend on the language: `2026-W47`."""
    inputs: tuple[InputFile, ...] = ()
    outputs: list[OutputFile] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    alerts: list[str] = field(default_factory=list)
    error: str = ""
    """The message of the error that ended the run; empty if it succeeded."""
    exit_code: int = 0


def log_line(run: Run, finished: datetime) -> bytes:
    """`run` as one line of JSON with a line feed; unknown values are null. Contains no password."""
    entry = {
        "started": run.started.isoformat(timespec="seconds"),
        "finished": finished.isoformat(timespec="seconds"),
        "version": run.version,
        "arguments": run.arguments,
        "inputs": [vars(one) for one in run.inputs],
        "as_of": run.as_of or None,
        "period": run.period or None,
        "outputs": [vars(one) for one in run.outputs],
        "notices": [{"slug": one.slug, "message": one.message, "remedy": one.remedy} for one in run.notices],
        "alerts": run.alerts,
        "error": run.error or None,
        "exit_code": run.exit_code,
    }
    return f"{json.dumps(entry, ensure_ascii=False)}\n".encode()

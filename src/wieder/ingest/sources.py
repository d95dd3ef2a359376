"""Resolution of the user's arguments (files, folders, standard input) to a list of local files."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from wieder.errors import DataError, UsageError
from wieder.notices import Notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wieder.notices import Notify

SUFFIXES = (
    ".csv", ".csv.gz", ".csv.zip", ".csv.zst", ".parquet", ".tsv", ".tsv.gz", ".tsv.zip", ".tsv.zst",
    ".txt", ".txt.gz", ".txt.zip", ".txt.zst", ".xlsx", ".zip",
)  # fmt: skip
"""Endings of the files to read from a folder; files given by name may have any ending."""

STANDARD_INPUT = "-"


@dataclass(frozen=True, kw_only=True)
class Source:
    """One file to read."""

    name: str
    """Name for messages: the path as given, or `-`."""
    path: Path
    """Path of its bytes; for standard input and pipes, a copy that is deleted after the run."""


def find_sources(
    names: Sequence[str], stdin: BinaryIO | None, workspace: Path, notify: Notify
) -> tuple[Source, ...]:
    """Finds the files given by `names`, in that order, and those of a folder in the order of their names.

    `-` is copied from `stdin` into `workspace`, and so are named pipes. A file given twice is read once,
    with a notice. Raises UsageError for a URL or a missing standard input,
    DataError for a path that does not exist or a folder without exports.
    """
    found: dict[Path, Source] = {}
    for name in names:
        for source in _expanded(name, stdin, workspace, notify):
            key = source.path.resolve()
            if key in found:
                message = f"{source.name} was given twice and is read once"
                notify(Notice("same-file-twice", message, values={"file": source.name}))
            found.setdefault(key, source)
    return tuple(found.values())


def _expanded(name: str, stdin: BinaryIO | None, workspace: Path, notify: Notify) -> Iterator[Source]:
    if name == STANDARD_INPUT:
        yield _spooled(stdin, workspace / "standard-input")
    elif Path(name).is_dir():
        yield from _folder(Path(name), notify)
    elif Path(name).is_fifo():
        yield _copied(name, workspace)
    else:
        yield _file(name)


def _spooled(stdin: BinaryIO | None, copy: Path) -> Source:
    if stdin is None:
        raise UsageError(
            "'-' means standard input, but nothing is piped in", "use `cat orders.csv | wieder load -`"
        )
    if not copy.exists():
        with copy.open("xb") as file:
            shutil.copyfileobj(stdin, file, 1 << 20)
    return Source(name=STANDARD_INPUT, path=copy)


def _copied(pipe: str, workspace: Path) -> Source:
    """A copy of the content of a named pipe or process substitution, which can be read only once."""
    status = Path(pipe).stat()
    copy = workspace / f"pipe-{status.st_dev}-{status.st_ino}"
    if copy.exists():
        return Source(name=pipe, path=copy)
    try:
        with Path(pipe).open("rb") as stream, copy.open("xb") as file:
            shutil.copyfileobj(stream, file, 1 << 20)
    except OSError as error:
        raise DataError(
            f"{pipe}: this pipe cannot be read ({error.strerror})", "write to a file first"
        ) from error
    return Source(name=pipe, path=copy)


def _folder(folder: Path, notify: Notify) -> Iterator[Source]:
    entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
    exports = [entry for entry in entries if entry.is_file() and entry.name.lower().endswith(SUFFIXES)]
    if not exports:
        raise DataError(
            f"{folder}: the folder contains no export", f"use files that end in {', '.join(SUFFIXES)}"
        )
    ignored = [entry.name for entry in entries if entry not in set(exports)]
    if ignored:
        message = f"{folder}: {len(ignored)} other entries are ignored, such as {ignored[0]}"
        values = {
            "folder": str(folder),
            "n": len(ignored),
            "first": ignored[0],
            "endings": ", ".join(SUFFIXES),
        }
        notify(Notice("not-an-export", message, f"exports end in {', '.join(SUFFIXES)}", values))
    for path in exports:
        yield Source(name=str(path), path=path)


def _file(name: str) -> Source:
    path = Path(name)
    if path.is_file():
        return Source(name=name, path=path)
    if "://" in name:
        raise UsageError(
            f"{name}: URLs cannot be read, only files on this computer", "download the export first"
        )
    if path.exists():
        raise DataError(f"{name}: this is not a regular file", f"pipe it in: `cat {name} | wieder load -`")
    remedy = "remove the quotes so that the shell expands it" if set(name) & set("*?[") else "check the path"
    raise DataError(f"{name}: there is no such file", remedy)

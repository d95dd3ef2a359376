"""The only writer of stdout and of files: all bytes or none."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

from wieder.errors import OutputError

STDOUT = "-"
"""The name that stands for standard output."""

STREAMS = ("/dev/std", "/dev/fd/", "/proc/")
"""Names with these prefixes are open descriptors, which a file must not replace."""

REMEDIES = {
    errno.ENOENT: "create the folder first, or choose another file with -o",
    errno.EACCES: "choose a writable folder with -o",
    errno.EPERM: "choose a writable folder with -o",
    errno.EROFS: "choose a writable folder with -o",
    errno.ENOSPC: "free some disk space; an existing file is unchanged",
    errno.EDQUOT: "free some disk space; an existing file is unchanged",
}


def stdout_is_terminal() -> bool:
    """Whether standard output is a terminal."""
    return sys.stdout is not None and sys.stdout.isatty()


def write(data: bytes, name: str, *, private: bool = False) -> None:
    """Write `data` to the file `name`, or to standard output for `-`.

    A file is replaced in one step: readers see either all of the old content or all
    of the new. A symlink is replaced, never followed. `private` files are readable
    by their owner only. Raises OutputError if writing fails.
    """
    try:
        if name == STDOUT:
            _write_stdout(data)
        elif is_stream(name):
            Path(name).write_bytes(data)
        else:
            _replace(Path(name), data, 0o600 if private else 0o666)
    except OSError as error:
        raise not_written("standard output" if name == STDOUT else name, error) from error


def make_folder_of(name: str) -> None:
    """Create the missing parent folders of the file `name`. Raises OutputError if that fails."""
    try:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise not_written(str(Path(name).parent), error) from error


def append(line: bytes, name: str) -> None:
    """Append `line` to the file `name` in one step, so that lines of concurrent runs never mix.

    A missing file is created, readable by its owner only. Raises OutputError if writing fails.
    """
    try:
        descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            if os.write(descriptor, line) != len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        finally:
            os.close(descriptor)
    except OSError as error:
        raise not_written(name, error) from error


def not_written(name: str, error: OSError) -> OutputError:
    """The error for the file `name`, with the system's reason and a remedy."""
    return OutputError(
        f"{name}: could not be written ({error.strerror or error})", REMEDIES.get(error.errno or 0, "")
    )


def _write_stdout(data: bytes) -> None:
    if sys.stdout is None:
        raise OSError(errno.EBADF, "it is closed")
    sys.stdout.flush()
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(1, rest) :]


def is_stream(name: str) -> bool:
    """Whether `name` is a pipe, a device or an open descriptor rather than a file path."""
    path = Path(name)
    return name.startswith(STREAMS) or (path.exists() and not path.is_file() and not path.is_dir())


def _replace(path: Path, data: bytes, mode: int) -> None:
    if path.is_dir():
        raise OSError(errno.EISDIR, "it is a folder")
    temporary = path.with_name(f".wieder-{os.urandom(8).hex()}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make the new name survive a power failure; does nothing on systems other than POSIX."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

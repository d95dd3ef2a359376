"""ZIP archives: what is in them, and the one export, read without a file being extracted by its name."""

from __future__ import annotations

import zipfile
import zlib
from collections import deque
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from wieder.errors import DataError
from wieder.ingest.names import listed
from wieder.ingest.unpack import CHUNK, refuse_bomb

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from wieder.ingest.sources import Source

ARCHIVE = b"PK\x03\x04"
"""First bytes of a ZIP archive, which an Excel workbook is as well."""

ENCRYPTED = 1
"""The bit of the flags of a member that says so."""

USUAL = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

ADDED_BY_MACS = "__MACOSX/"
"""The folder of an archive in which there is nothing that anybody packed."""


def from_zip(source: Source, packed: Iterable[bytes]) -> Iterator[bytes]:
    """The content of the only file in the archive `source`, its checksum proven.

    `packed` is read to its end for whoever counts its bytes. Raises DataError for
    an archive that holds more or less than one file, is encrypted or damaged, and
    beyond the limits of size and ratio.
    """
    deque(packed, maxlen=0)
    with _opened(source) as archive:
        members = [member for member in archive.infolist() if _is_meant(member)]
        if len(members) != 1:
            names = listed([member.filename for member in members], 5) or "nothing"
            raise DataError(
                f"{source.name}: an archive must hold one export, and this one holds {names}",
                "unpack it, and name the files or their folder",
            )
        yield from _content(source, archive, members[0])


def _is_meant(member: zipfile.ZipInfo) -> bool:
    """Whether a member is a file that is not hidden."""
    hidden = PurePosixPath(member.filename).name.startswith(".")
    return not (member.is_dir() or hidden or member.filename.startswith(ADDED_BY_MACS))


def is_workbook(source: Source) -> bool:
    """Whether `source` is an archive with the parts of an Excel workbook.

    Raises DataError for an archive that is damaged.
    """
    try:
        with source.path.open("rb") as file:
            start = file.read(len(ARCHIVE))
    except OSError:
        return False  # what is wrong with it is told where it is looked at
    if start != ARCHIVE:
        return False
    with _opened(source) as archive:
        return any(name.startswith("xl/") for name in archive.namelist())


def prove(source: Source) -> None:
    """Raises DataError if a member of an archive is damaged or beyond the limits of size and ratio."""
    with _opened(source) as archive:
        for member in archive.infolist():
            deque(_content(source, archive, member), maxlen=0)


@contextmanager
def _opened(source: Source) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(source.path) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        raise DataError(
            f"{source.name}: the archive cannot be unpacked ({error})", "unpack it, or export it again"
        ) from error


def _content(source: Source, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    if member.flag_bits & ENCRYPTED or member.compress_type not in USUAL:
        raise DataError(
            f"{source.name}: the archive is encrypted or packed in an unusual way", "unpack it first"
        )
    n_unpacked = 0
    with archive.open(member) as file:
        while chunk := file.read(CHUNK):
            n_unpacked += len(chunk)
            refuse_bomb(source, member.compress_size, n_unpacked)
            yield chunk

"""Conversion of packed files (archives, compressed texts, Excel workbooks) to plain ones, within limits."""

from __future__ import annotations

import os
import tempfile
import zipfile
import zlib
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, BinaryIO

from wieder.errors import DataError, UsageError
from wieder.exports.names import listed
from wieder.ingest.sources import Source
from wieder.notices import Notice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import polars as pl

    from wieder.notices import Notify

CHUNK = 1 << 20
"""Bytes held in memory at a time."""

GZIP = 31
"""Window setting of zlib for data with the header and checksum of gzip."""

ZSTD_STEP = 1 << 12
"""Bytes passed to zstd at a time, because four of them can unpack to 128 KB."""

ZSTD_WINDOW = 1 << 27
"""Largest window of a frame, in bytes; `zstd --long` needs no more."""

UNPACKED_LIMIT = 32 << 30
"""Bytes. No export of a shop is larger; a packed file that exceeds it was made to fill the disk."""

PACKED_RATIO_LIMIT = 100
"""Highest ratio of unpacked to packed bytes. Exports have 5 to 20; only repetitive data has 100."""

RATIO_GRACE = 64 << 20
"""Bytes unpacked before the ratio is checked, so that small uniform files pass."""


def read_chunks(path: Path) -> Iterator[bytes]:
    """Yields the bytes of the file, in order."""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def copied(chunks: Iterable[bytes], target: BinaryIO) -> Iterator[bytes]:
    """Yields `chunks` unchanged, after writing each to `target`."""
    for chunk in chunks:
        target.write(chunk)
        yield chunk


def from_gzip(source: Source, packed: Iterable[bytes]) -> Iterator[bytes]:
    """Yields the content of one or several gzip members, and verifies their checksums.

    Raises DataError for a damaged or truncated file, for bytes after its end, and
    beyond the limits of size and ratio.
    """

    def take(unpacker: Any, chunk: bytes) -> tuple[bytes, bytes]:
        content = unpacker.decompress(chunk, CHUNK)
        return content, unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail

    return _members(source, packed, lambda: zlib.decompressobj(GZIP), take, zlib.error)


def from_zstd(source: Source, packed: Iterable[bytes]) -> Iterator[bytes]:
    """Yields the content of one or several zstd frames, and verifies any checksums.

    Raises UsageError without the extra `zstd`, and DataError as `from_gzip` does.
    """
    try:
        import zstandard  # noqa: PLC0415  (an extra)
    except ImportError as error:
        raise UsageError(
            f"{source.name}: the extra that unpacks zstd is not installed",
            "pip install 'wieder[zstd]', or pack the file with gzip",
        ) from error

    def begin() -> Any:
        return zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW).decompressobj()

    def take(unpacker: Any, chunk: bytes) -> tuple[bytes, bytes]:
        return unpacker.decompress(chunk), unpacker.unused_data

    steps = (
        chunk[start : start + ZSTD_STEP] for chunk in packed for start in range(0, len(chunk), ZSTD_STEP)
    )
    return _members(source, steps, begin, take, zstandard.ZstdError)


def _members(
    source: Source,
    packed: Iterable[bytes],
    begin: Callable[[], Any],
    take: Callable[[Any, bytes], tuple[bytes, bytes]],
    failure: type[Exception],
) -> Iterator[bytes]:
    """Yields the content of consecutive packed members.

    `begin` returns an object that unpacks one member; `take` passes it a part, and
    returns the content of the part and its unread remainder.
    """
    n_packed = n_unpacked = 0
    unpacker = begin()
    for chunk in packed:
        n_packed += len(chunk)
        rest = chunk
        while rest:
            unpacker = begin() if unpacker.eof else unpacker
            try:
                content, rest = take(unpacker, rest)
            except failure as error:
                message = f"{source.name}: the packed file is damaged ({error})"
                raise DataError(message, "copy the file again, or export it again") from error
            n_unpacked += len(content)
            refuse_bomb(source, n_packed, n_unpacked)
            if content:
                yield content
    if not unpacker.eof:
        raise DataError(
            f"{source.name}: the packed file is truncated", "copy the file again, or export it again"
        )


def refuse_bomb(source: Source, n_packed: int, n_unpacked: int) -> None:
    """Raises DataError for a file that was probably made to fill the disk."""
    suspicious = n_unpacked > RATIO_GRACE and n_unpacked > PACKED_RATIO_LIMIT * n_packed
    if suspicious or n_unpacked > UNPACKED_LIMIT:
        raise DataError(
            f"{source.name}: {n_packed:,} packed bytes expand to more than {n_unpacked:,}",
            "unpack the file before loading if you trust it",
        )


def new_file(workspace: Path) -> Path:
    """Creates an empty file in `workspace` that only its owner can read."""
    handle, name = tempfile.mkstemp(dir=workspace)
    os.close(handle)
    return Path(name)


def with_line_feeds(path: Path, target: Path, line_end: bytes) -> Path:
    """Copies the text at `path` to `target`, with line feeds in place of `line_end`, and returns `target`."""
    held = b""
    with target.open("wb") as file:
        for chunk in read_chunks(path):
            text = (held + chunk).replace(line_end, b"\n")
            held = b"\r" if text.endswith(b"\r") else b""
            file.write(text.removesuffix(b"\r"))
        file.write(held)
    return target


ARCHIVE = b"PK\x03\x04"
"""First bytes of a ZIP archive, including Excel workbooks."""

ENCRYPTED = 1
"""Bit of a member's flags for encryption."""

USUAL = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

MACOS_FOLDER = "__MACOSX/"
"""Folder that macOS adds to archives, without any of the packed files."""


def from_zip(source: Source, packed: Iterable[bytes]) -> Iterator[bytes]:
    """Yields the content of the only file in the archive `source`, and verifies its checksum.

    `packed` is read to its end so that a wrapping iterator sees all bytes. Raises
    DataError for an archive that does not contain exactly one file, is encrypted or
    damaged, and beyond the limits of size and ratio.
    """
    deque(packed, maxlen=0)
    with _opened(source) as archive:
        members = [member for member in archive.infolist() if _is_meant(member)]
        if len(members) != 1:
            names = listed([member.filename for member in members], 5) or "no files"
            raise DataError(
                f"{source.name}: an archive must contain exactly one export, this one contains {names}",
                "unpack it, and load the files or their folder",
            )
        yield from _content(source, archive, members[0])


def _is_meant(member: zipfile.ZipInfo) -> bool:
    """Whether a member is a file and not hidden."""
    hidden = PurePosixPath(member.filename).name.startswith(".")
    return not (member.is_dir() or hidden or member.filename.startswith(MACOS_FOLDER))


def is_workbook(source: Source) -> bool:
    """Whether `source` is an archive with the parts of an Excel workbook.

    Raises DataError for a damaged archive.
    """
    try:
        with source.path.open("rb") as file:
            start = file.read(len(ARCHIVE))
    except OSError:
        return False  # preflight reports the error
    if start != ARCHIVE:
        return False
    with _opened(source) as archive:
        return any(name.startswith("xl/") for name in archive.namelist())


def verify_archive(source: Source) -> None:
    """Raises DataError if a member of an archive is damaged or beyond the limits of size and ratio."""
    with _opened(source) as archive:
        for member in archive.infolist():
            deque(_content(source, archive, member), maxlen=0)


@contextmanager
def _opened(source: Source) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(source.path) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as error:
        raise DataError(
            f"{source.name}: the archive cannot be unpacked ({error})",
            "unpack it with another program, or export it again",
        ) from error


def _content(source: Source, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    if member.flag_bits & ENCRYPTED or member.compress_type not in USUAL:
        raise DataError(
            f"{source.name}: the archive is encrypted or packed in an unusual way",
            "unpack it, and load the file in it",
        )
    n_unpacked = 0
    with archive.open(member) as file:
        while chunk := file.read(CHUNK):
            n_unpacked += len(chunk)
            refuse_bomb(source, member.compress_size, n_unpacked)
            yield chunk


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One sheet that is visible and not empty."""

    name: str
    cells: pl.DataFrame
    """Cells as text: dates in ISO form, numbers in their shortest form, at most 15 digits as in Excel."""

    @property
    def header(self) -> tuple[str | None, ...]:
        """The first row that is not blank."""
        return next((row for row in self.cells.iter_rows() if any(row)), ())


def sheets_of(source: Source, workspace: Path, wanted: str, notify: Notify) -> Sequence[Source]:
    """Converts the sheets of a workbook to CSV files in `workspace`; any other file is returned itself.

    Without a `wanted` sheet, these are the first sheet and all others with the same
    header; a notice names one of the rest. The checksum of a sheet is that of its
    cells. Raises UsageError without the extra `excel` or without the wanted sheet,
    DataError for a workbook that is damaged or empty.
    """
    if not is_workbook(source):
        return (source,)
    verify_archive(source)
    sheets = _read(source)
    if not sheets:
        raise DataError(f"{source.name}: the workbook is empty", "export it again")
    chosen = _chosen(source, sheets, wanted)
    left_out = [sheet.name for sheet in sheets if sheet not in chosen]
    if left_out and not wanted:
        message = (
            f"{source.name}: {chosen[0].name} is read; these sheets have other columns and are not:"
            f" {listed(left_out, 5)}"
        )
        values = {"file": source.name, "read": chosen[0].name, "n": len(left_out), "first": left_out[0]}
        notify(Notice("sheets-left-out", message, f"choose another with --sheet {left_out[0]!r}", values))
    return [_as_csv(source, sheet, workspace) for sheet in chosen]


def _read(source: Source) -> list[Sheet]:
    try:
        import fastexcel  # noqa: PLC0415  (an extra)
    except ImportError as error:
        raise UsageError(
            f"{source.name}: the extra that reads Excel workbooks is not installed",
            "pip install 'wieder[excel]', or save the sheet as CSV (UTF-8)",
        ) from error
    sheets = []
    try:
        workbook = fastexcel.read_excel(source.path)
        for name in workbook.sheet_names:
            sheet = workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
            if sheet.visible == "visible" and sheet.width:
                sheets.append(Sheet(name=name, cells=sheet.to_polars()))
    except fastexcel.FastExcelError as error:
        reason = str(error).splitlines()[0]
        raise DataError(
            f"{source.name}: the workbook cannot be read ({reason})", "save the sheet as CSV (UTF-8)"
        ) from error
    return sheets


def _chosen(source: Source, sheets: Sequence[Sheet], wanted: str) -> list[Sheet]:
    if not wanted:
        return [sheet for sheet in sheets if sheet.header == sheets[0].header]
    chosen = [sheet for sheet in sheets if sheet.name == wanted]
    if not chosen:
        names = listed([sheet.name for sheet in sheets])
        raise UsageError(f"{source.name} has no sheet {wanted!r}", f"use one of its sheets: {names}")
    return chosen


def _as_csv(source: Source, sheet: Sheet, workspace: Path) -> Source:
    path = new_file(workspace)
    sheet.cells.write_csv(path, include_header=False)
    modified = source.path.stat().st_mtime
    os.utime(path, (modified, modified))
    return Source(name=f"{source.name}[{sheet.name}]", path=path)

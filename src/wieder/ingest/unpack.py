"""Files as chunks of bytes: read, unpacked within limits, and copied."""

from __future__ import annotations

import os
import tempfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from wieder.errors import DataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from wieder.ingest.sources import Source

CHUNK = 1 << 20
"""Bytes that are held at a time."""

GZIP = 31
"""What tells zlib to expect the header and the checksum of gzip."""

ZSTD_STEP = 1 << 12
"""Bytes that zstd is given at a time: four of them can unpack to 128 KB."""

ZSTD_WINDOW = 1 << 27
"""Bytes that a frame may want to look back; `zstd --long` is within it."""

UNPACKED_LIMIT = 32 << 30
"""Bytes. No export of a shop is larger; a packed file that is more was made to fill the disk."""

PACKED_RATIO_LIMIT = 100
"""Times. Exports shrink 5 to 20 times; a file that shrank a hundred times holds one thing repeated."""

RATIO_GRACE = 64 << 20
"""Bytes that are unpacked before the ratio is judged, so that small uniform files pass."""


def read_chunks(path: Path) -> Iterator[bytes]:
    """The bytes of the file, in order."""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def copied(chunks: Iterable[bytes], target: BinaryIO) -> Iterator[bytes]:
    """`chunks`, each written to `target` on its way."""
    for chunk in chunks:
        target.write(chunk)
        yield chunk


def from_gzip(source: Source, packed: Iterable[bytes]) -> Iterator[bytes]:
    """The content of one or several gzip members, checksums proven.

    Raises DataError for a damaged or cut file, for bytes after its end, and
    beyond the limits of size and ratio.
    """

    def take(unpacker: Any, chunk: bytes) -> tuple[bytes, bytes]:
        content = unpacker.decompress(chunk, CHUNK)
        return content, unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail

    return _members(source, packed, lambda: zlib.decompressobj(GZIP), take, zlib.error)


def from_zstd(source: Source, packed: Iterable[bytes]) -> Iterator[bytes]:
    """The content of one or several zstd frames, checksums proven where there are any.

    Raises UsageError without the extra `zstd`, and DataError as `from_gzip` does.
    """
    try:
        import zstandard  # noqa: PLC0415  (an extra)
    except ImportError as error:
        raise UsageError(
            f"{source.name}: a package is missing that unpacks zstd",
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
    """The content of packed members that follow each other.

    `begin` gives what unpacks a member, `take` the content of a part of it and
    what is left of that part.
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
                raise DataError(message, "copy or export it again") from error
            n_unpacked += len(content)
            refuse_bomb(source, n_packed, n_unpacked)
            if content:
                yield content
    if not unpacker.eof:
        raise DataError(f"{source.name}: the packed file ends too early", "copy or export it again")


def refuse_bomb(source: Source, n_packed: int, n_unpacked: int) -> None:
    """Raises DataError for a file that was made to fill the disk."""
    suspicious = n_unpacked > RATIO_GRACE and n_unpacked > PACKED_RATIO_LIMIT * n_packed
    if suspicious or n_unpacked > UNPACKED_LIMIT:
        raise DataError(
            f"{source.name}: {n_packed:,} packed bytes give more than {n_unpacked:,}",
            "unpack it yourself if you trust it",
        )


def new_file(workspace: Path) -> Path:
    """A new, empty file in `workspace` that only its owner can read."""
    handle, name = tempfile.mkstemp(dir=workspace)
    os.close(handle)
    return Path(name)


def with_line_feeds(path: Path, target: Path, line_end: bytes) -> Path:
    """Copies the text at `path` to `target`, where each `line_end` is one line feed."""
    held = b""
    with target.open("wb") as file:
        for chunk in read_chunks(path):
            text = (held + chunk).replace(line_end, b"\n")
            held = b"\r" if text.endswith(b"\r") else b""
            file.write(text.removesuffix(b"\r"))
        file.write(held)
    return target

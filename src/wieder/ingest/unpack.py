"""Files as chunks of bytes: read, unpacked within limits, and copied."""

from __future__ import annotations

import os
import tempfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from wieder.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from wieder.ingest.sources import Source

CHUNK = 1 << 20
"""Bytes that are held at a time."""

GZIP = 31
"""What tells zlib to expect the header and the checksum of gzip."""

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


def unpacked(source: Source, packed: Iterable[bytes]) -> Iterator[bytes]:
    """The content of one or several gzip members, checksums proven.

    Raises DataError for a damaged or cut file, for bytes after its end, and
    beyond the limits of size and ratio.
    """
    n_packed = n_unpacked = 0
    unpacker = zlib.decompressobj(GZIP)
    for chunk in packed:
        n_packed += len(chunk)
        rest = chunk
        while rest:
            if unpacker.eof:
                unpacker = zlib.decompressobj(GZIP)
            content, rest = _unpack(source, unpacker, rest)
            n_unpacked += len(content)
            _refuse_bomb(source, n_packed, n_unpacked)
            if content:
                yield content
    if not unpacker.eof:
        raise DataError(f"{source.name}: the packed file ends too early", "copy or export it again")


def _unpack(source: Source, unpacker: zlib._Decompress, packed: bytes) -> tuple[bytes, bytes]:
    """What a part of `packed` unpacks to, at most one chunk of it, and the part that is left."""
    try:
        content = unpacker.decompress(packed, CHUNK)
    except zlib.error as error:
        raise DataError(
            f"{source.name}: the packed file is damaged ({error})", "copy or export it again"
        ) from error
    return content, unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail


def _refuse_bomb(source: Source, n_packed: int, n_unpacked: int) -> None:
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

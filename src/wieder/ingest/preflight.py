"""Inspection of the bytes of a file in one pass, before its contents are parsed.

Text files that pass are complete and well-formed for all later steps: every byte
decodes, no line exceeds the limit, and all lines end alike.
"""

from __future__ import annotations

import codecs
import hashlib
import re
import shutil
from collections import deque
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from wieder.errors import DataError
from wieder.ingest.packed import (
    ARCHIVE,
    CHUNK,
    copied,
    from_gzip,
    from_zip,
    from_zstd,
    new_file,
    read_chunks,
    with_line_feeds,
)
from wieder.notices import Notice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from wieder.ingest.sources import Source
    from wieder.notices import Notify

    Unpack = Callable[[Source, Iterable[bytes]], Iterator[bytes]]

BYTE_ORDER_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
"""First bytes of a text -> its encoding, which they prove."""

C1_CONTROLS = re.compile(rb"[\x80-\x9f]")
"""Letters and signs in cp1252, but control characters in Latin-1, which no text contains."""

BROKEN_UTF8 = re.compile(rb"[\xc0\xc1][\x80-\xbf]|\xed[\xa0-\xbf][\x80-\xbf]|[\xc2-\xf4]\Z")
"""Bytes that do not occur in cp1252 or Latin-1 texts: overlong, surrogate or truncated UTF-8."""

ENCODING_REMEDY = (
    "save it as UTF-8, or set --encoding cp1252 or --encoding latin-1 if that fits the whole file"
)


def utf8_copy(name: str, path: Path, target: Path, given: str, notify: Notify) -> Path:
    """Copies the text at `path` to `target` in UTF-8; every byte is decoded, none is replaced.

    `given` is its encoding if known; otherwise it is detected by a byte order mark,
    or by the bytes, with a notice `encoding`. Raises DataError with line and byte for
    a text that is in no encoding, or in several.
    """
    with path.open("rb") as file:
        start = file.read(2)
    mark = BYTE_ORDER_MARKS.get(start)
    encoding = mark or given or _eight_bits(name, path)
    if not mark and not given:
        message = f"{name}: the text is not UTF-8 and is read as {encoding}, which fits its bytes"
        values = {"file": name, "encoding": encoding}
        remedy = "if letters look wrong, set another encoding, such as --encoding cp850"
        notify(Notice("encoding", message, remedy, values))
    with target.open("w", encoding="utf-8", newline="") as copy:
        for text in _decoded(name, path, encoding):
            copy.write(text)
    return target


def _eight_bits(name: str, path: Path) -> str:
    """Detects cp1252 or latin-1. Raises DataError if parts of the text are UTF-8 or broken UTF-8."""
    encoding, utf8_line, other_line = "latin-1", 0, 0
    with path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(CHUNK), b""), 1):
            if line.isascii():
                continue
            if _is_utf8(line):
                utf8_line = utf8_line or number
                continue
            other_line = other_line or number
            _refuse_broken_utf8(name, number, line)
            if C1_CONTROLS.search(line):
                encoding = "cp1252"
    if utf8_line:
        raise DataError(
            f"{name}: the encodings are mixed: line {utf8_line} is UTF-8, and line {other_line} is not",
            ENCODING_REMEDY,
        )
    return encoding


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _refuse_broken_utf8(name: str, number: int, line: bytes) -> None:
    if broken := BROKEN_UTF8.search(line):
        wrong = broken.group()[:1].hex().upper()
        raise DataError(f"{name}, line {number}: byte {wrong} begins broken UTF-8", ENCODING_REMEDY)


def _decoded(name: str, path: Path, encoding: str) -> Iterator[str]:
    """Yields the text at `path` in parts. Raises DataError for bytes that are invalid in the encoding."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    line = 1
    with path.open("rb") as file:
        while True:
            chunk = file.read(CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                line += error.object[: error.start].decode(encoding).count("\n")
                wrong = error.object[error.start : error.start + 1].hex().upper()
                raise DataError(
                    f"{name}, line {line}: byte {wrong} is not valid {encoding}", ENCODING_REMEDY
                ) from error
            line += text.count("\n")
            yield text
            if not chunk:
                return


QUOTE_REMEDY = "close the quotation mark that is left open in this line or above"

LONGEST_LINE = CHUNK
"""Bytes. A longer line is a sign of an unclosed quotation mark, or of a file that is not text."""

PACKED = {b"\x1f\x8b": from_gzip, ARCHIVE: from_zip, b"\x28\xb5\x2f\xfd": from_zstd}
"""First bytes of packed files -> function that unpacks them."""

FOREIGN = {
    ARCHIVE: ("a ZIP archive or an Excel workbook", "unpack it, or save the sheet as CSV (UTF-8)"),
    b"\xd0\xcf\x11\xe0": ("an old Excel workbook, or one with a password", "save the sheet as CSV (UTF-8)"),
    b"%PDF": ("a PDF", "export the orders as CSV (UTF-8)"),
    b"\x1f\x8b": ("a file packed twice", "unpack it once"),
    b"\x28\xb5\x2f\xfd": ("a file packed twice", "unpack it once"),
    b"SQLite format 3": ("an SQLite database", "export its table as CSV (UTF-8)"),
    b"{": ("JSON", "export the orders as CSV (UTF-8)"),
    b"[": ("JSON", "export the orders as CSV (UTF-8)"),
    b"<": ("HTML or XML, perhaps a login page", "log in to the shop, and export the orders again as CSV"),
}
"""First bytes of files in other formats -> description and remedy."""

TWICE_ENCODED = b"\xc3\x83\xc2"
"""First bytes of an umlaut in UTF-8 that was decoded as Latin-1 and encoded as UTF-8 again."""


class _NotUtf8Error(DataError):
    """The text is not UTF-8, but may be in another encoding."""


class Kind(StrEnum):
    """Kind of file, judged by its bytes."""

    TEXT = "text"
    PARQUET = "parquet"


@dataclass(frozen=True, kw_only=True)
class OpenedFile:
    """Properties of one file that passed inspection."""

    name: str
    """Name for messages: the path as given, or `-`, with the sheet of a workbook in brackets."""
    path: Path
    """Absolute path of the file, or of an unpacked copy with uniform line ends."""
    kind: Kind
    sha256: str
    """Checksum of the file as given, packed or not."""
    size: int
    """Bytes of the file as given."""
    modified: datetime
    """Time of the last change, UTC; no order can be newer."""
    n_lines: int = 0
    """Physical lines of a text file, including a last line without a line end."""
    ends_with_newline: bool = True
    encoded_twice: bool = False
    """Whether umlauts were probably decoded wrongly before the export (`MÃ¼ller`)."""


@dataclass
class _Text:
    """Running counts over the chunks of a text file."""

    line_feeds: int = 0
    carriage_returns: int = 0
    both: int = 0
    encoded_twice: bool = False
    last: bytes = b""
    """The last byte."""
    open_line: int = 0
    """Bytes since the last line end."""

    @property
    def old_macintosh(self) -> bool:
        """Whether lines end in a carriage return alone."""
        return self.line_feeds == 0 and self.carriage_returns > 0

    @property
    def mixed(self) -> bool:
        """Whether some lines end in CR LF and others in LF, including line breaks inside quotation marks."""
        return 0 < self.both < self.line_feeds

    @property
    def ends_with_newline(self) -> bool:
        """Whether the last line has a line end."""
        return self.last in {b"\n", b"\r"}

    @property
    def n_lines(self) -> int:
        """Physical lines, including a last one without a line end."""
        ended = self.carriage_returns if self.old_macintosh else self.line_feeds
        return ended + (0 if self.ends_with_newline else 1)


def inspect(source: Source, workspace: Path, encoding: str, notify: Notify) -> OpenedFile:
    """Inspects the bytes of `source`, with any copies needed for reading in `workspace`.

    `encoding` applies to texts that are not UTF-8; empty: detected, with a notice.
    Raises DataError for a file that is empty, damaged, not text, in an unknown
    encoding, or that changes while it is read.
    """
    before = source.path.stat()
    start = _first_bytes(source)
    if start.startswith(b"PAR1"):
        export = _parquet(source)
    else:
        unpack = next((PACKED[mark] for mark in PACKED if start.startswith(mark)), None)
        export = _text(source, workspace, unpack, encoding, notify)
    after = source.path.stat()
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise DataError(
            f"{source.name}: the file changed while it was read", "run the command again after the export"
        )
    return export


def _first_bytes(source: Source) -> bytes:
    try:
        with source.path.open("rb") as file:
            start = file.read(4096)
    except OSError as error:
        raise DataError(
            f"{source.name}: the file cannot be read ({error.strerror})", "check its permissions"
        ) from error
    if not start.strip():
        raise DataError(f"{source.name}: the file is empty", "export it again")
    return start


def _parquet(source: Source) -> OpenedFile:
    digest = hashlib.sha256()
    for chunk in read_chunks(source.path):
        digest.update(chunk)
    return OpenedFile(
        name=source.name, path=source.path.resolve(), kind=Kind.PARQUET,
        sha256=digest.hexdigest(), size=source.path.stat().st_size,
        modified=_modified(source),
    )  # fmt: skip


def _text(
    source: Source, workspace: Path, unpack: Unpack | None, encoding: str, notify: Notify
) -> OpenedFile:
    digest = hashlib.sha256()
    path = source.path.resolve()
    with ExitStack() as stack:
        chunks: Iterator[bytes] = _hashed(read_chunks(path), digest)
        if unpack:
            path = new_file(workspace)
            chunks = copied(unpack(source, chunks), stack.enter_context(path.open("wb")))
        try:
            text = _examine(source.name, chunks)
        except _NotUtf8Error:
            if encoding == "utf-8":
                raise
            text = None
            deque(chunks, maxlen=0)
    if text is None:
        path = utf8_copy(source.name, path, new_file(workspace), encoding, notify)
        text = _examine(source.name, read_chunks(path))
    if text.mixed or text.old_macintosh:
        path = with_line_feeds(path, new_file(workspace), b"\r" if text.old_macintosh else b"\r\n")
    return OpenedFile(
        name=source.name, path=_plain_name(path, workspace), kind=Kind.TEXT,
        sha256=digest.hexdigest(), size=source.path.stat().st_size,
        modified=_modified(source),
        n_lines=text.n_lines, ends_with_newline=text.ends_with_newline, encoded_twice=text.encoded_twice,
    )  # fmt: skip


def _plain_name(path: Path, workspace: Path) -> Path:
    """A path without wildcards of DuckDB, of a copy if necessary."""
    if not set(str(path)) & set("*?[]{}~"):
        return path
    return Path(shutil.copyfile(path, new_file(workspace)))


def _modified(source: Source) -> datetime:
    return datetime.fromtimestamp(source.path.stat().st_mtime, UTC).replace(tzinfo=None)


def _hashed(chunks: Iterable[bytes], digest: hashlib._Hash) -> Iterator[bytes]:
    for chunk in chunks:
        digest.update(chunk)
        yield chunk


def _examine(name: str, chunks: Iterable[bytes]) -> _Text:
    text = _Text()
    decoder = codecs.getincrementaldecoder("utf-8")()
    for number, chunk in enumerate(chunks):
        if number == 0:
            _refuse_foreign(name, chunk)
        _decode(name, decoder, chunk, text)
        _count_lines(name, chunk, text)
        text.encoded_twice = text.encoded_twice or TWICE_ENCODED in chunk
    _decode(name, decoder, b"", text, final=True)
    if not text.last:
        raise DataError(f"{name}: the file is empty", "export it again")
    return text


def _refuse_foreign(name: str, chunk: bytes) -> None:
    if chunk.startswith(tuple(BYTE_ORDER_MARKS)):
        raise _NotUtf8Error(f"{name}: the text is encoded in UTF-16", "save it as UTF-8")
    for signature, (description, remedy) in FOREIGN.items():
        if chunk.removeprefix(codecs.BOM_UTF8).lstrip().startswith(signature):
            raise DataError(f"{name}: this is not a CSV file but {description}", remedy)


def _decode(
    name: str, decoder: codecs.IncrementalDecoder, chunk: bytes, text: _Text, *, final: bool = False
) -> None:
    line = text.line_feeds + 1
    if b"\0" in chunk:
        line += chunk.count(b"\n", 0, chunk.index(b"\0"))
        raise DataError(
            f"{name}, line {line}: the text contains NUL bytes", "export it again, the file is damaged"
        )
    if not final and chunk.isascii() and not decoder.getstate()[0]:
        return
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError as error:
        line += error.object.count(b"\n", 0, error.start)
        wrong = error.object[error.start : error.start + 1].hex().upper()
        raise _NotUtf8Error(
            f"{name}, line {line}: byte {wrong} is not valid UTF-8",
            "save it as UTF-8, or set another encoding, such as --encoding cp1252",
        ) from error


def _count_lines(name: str, chunk: bytes, text: _Text) -> None:
    first = chunk.find(b"\n")
    text.open_line += len(chunk) if first < 0 else first
    if text.open_line > LONGEST_LINE and b"\r" not in chunk:
        raise DataError(
            f"{name}, line {text.line_feeds + 1}: the line is longer than {LONGEST_LINE:,} bytes",
            QUOTE_REMEDY,
        )
    if first >= 0:
        text.open_line = len(chunk) - chunk.rfind(b"\n") - 1
    text.line_feeds += chunk.count(b"\n")
    if b"\r" in chunk:
        text.carriage_returns += chunk.count(b"\r")
        text.both += chunk.count(b"\r\n")
    if text.last == b"\r" and chunk.startswith(b"\n"):
        text.both += 1
    text.last = chunk[-1:] or text.last

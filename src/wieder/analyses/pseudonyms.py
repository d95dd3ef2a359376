"""Names that stand for customers, which only the owner of a key can make."""

from __future__ import annotations

import os
from hashlib import sha256
from typing import TYPE_CHECKING

import polars as pl

from wieder.errors import UsageError
from wieder.notices import Notice

if TYPE_CHECKING:
    from hashlib import _Hash as Hash
    from pathlib import Path

    from wieder.notices import Notify

LEAST_BYTES = 16
OF_OTHERS = 0o077
BLOCK_BYTES, INNER_PAD, OUTER_PAD = 64, 0x36, 0x5C
"""As RFC 2104 and FIPS 180 have them for SHA-256."""


def read_key(path: Path, notify: Notify) -> bytes:
    """The key in the file `path`, without a line end at its end.

    Raises UsageError for a file that is missing or too short to be a secret;
    says where others may read it.
    """
    try:
        key = path.read_bytes().rstrip(b"\r\n")
        mode = path.stat().st_mode
    except OSError as error:
        raise UsageError(
            f"{path}: the key cannot be read ({error.strerror})", f"make one: openssl rand -hex 32 > {path}"
        ) from error
    if len(key) < LEAST_BYTES:
        raise UsageError(
            f"{path}: the key has {len(key)} bytes, and {LEAST_BYTES} is the least",
            "make one: openssl rand -hex 32",
        )
    if os.name == "posix" and mode & OF_OTHERS:
        notify(Notice("key-readable", f"others may read the key in {path}", f"chmod 600 {path}"))
    return key


def pseudonyms(names: pl.Series, key: bytes) -> pl.Series:
    """HMAC-SHA256 of each name in UTF-8, in hexadecimal (RFC 2104).

    What the key alone decides is hashed once, which is three times as fast as
    `hmac.digest` for each of a million customers.
    """
    inner, outer = (sha256(bytes(byte ^ pad for byte in _block(key))) for pad in (INNER_PAD, OUTER_PAD))
    return pl.Series(names.name, [_digest(name, inner, outer) for name in names], dtype=pl.String)


def _block(key: bytes) -> bytes:
    """The key as long as a block of the hash."""
    short = sha256(key).digest() if len(key) > BLOCK_BYTES else key
    return short.ljust(BLOCK_BYTES, b"\0")


def _digest(name: str, inner: Hash, outer: Hash) -> str:
    message, result = inner.copy(), outer.copy()
    message.update(name.encode())
    result.update(message.digest())
    return result.hexdigest()

"""Names that stand for customers, which only the owner of a key can make."""

from __future__ import annotations

import hmac
import os
from typing import TYPE_CHECKING

import polars as pl

from wieder.errors import UsageError
from wieder.notices import Notice

if TYPE_CHECKING:
    from pathlib import Path

    from wieder.notices import Notify

LEAST_BYTES = 16
OF_OTHERS = 0o077


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
    """HMAC-SHA256 of each name in UTF-8, in hexadecimal (RFC 2104)."""
    made = [hmac.digest(key, name.encode(), "sha256").hex() for name in names]
    return pl.Series(names.name, made, dtype=pl.String)

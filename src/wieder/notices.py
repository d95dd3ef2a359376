"""Notices about the data and the settings: plain records, which `messages` writes to stderr."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Notice:
    """One remark about the data or about a choice that was made."""

    slug: str
    """A stable name, such as `order-lines-summed`, for scripts and documentation."""
    message: str
    """One sentence, without a full stop at its end."""
    remedy: str = ""
    """How to change it, such as `--as-of 2024-01-01 counts them`."""
    values: Mapping[str, object] = field(default_factory=dict)
    """Placeholder -> value, for the translations in `locale/notices.de.toml`.

    Values are whole numbers, shares (float), days, texts, lists of these, or names of files (a tuple).
    """


Notify = Callable[[Notice], None]
"""Receives each notice when it arises; the caller decides whether and how it is shown."""


def discard(notice: Notice) -> None:
    """Discards a notice."""

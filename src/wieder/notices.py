"""What the tool has to say beside its results: plain records, written by `messages`."""

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
    """What changes it, such as `--as-of 2024-01-01 counts them`."""
    values: Mapping[str, object] = field(default_factory=dict)
    """What the sentences name, for their translations in `locale/notices.de.toml`.

    Whole numbers, shares (float), days, texts, lists of these, and names of files (a tuple).
    """


Notify = Callable[[Notice], None]
"""Takes a notice at once; the caller decides whether and how it is shown."""


def unheard(notice: Notice) -> None:
    """Takes a notice that nobody is there to hear."""

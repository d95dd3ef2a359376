"""The terms of a load, from what was typed."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from wieder.errors import UsageError
from wieder.terms import Terms

if TYPE_CHECKING:
    from wieder.cli.data import LoadOptions


def terms_of(options: LoadOptions) -> Terms:
    """The terms. Raises UsageError for a text that is no amount or no time."""
    return Terms(
        expected_rows=options.expect_rows,
        expected_total=_amount(options.expect_total),
        exported_at=_time(options.exported_at),
    )


def _amount(text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise UsageError(
            f"--expect-total {text!r} is no amount", "write it like 12345.67, without thousands marks"
        )
    return amount


def _time(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        time = None
    if time is None or time.tzinfo is not None:
        raise UsageError(
            f"--exported-at {text!r} is no time",
            "write it like 2024-03-31 or 2024-03-31T18:00, in the shop's time",
        )
    return time

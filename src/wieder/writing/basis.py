"""The basis of the amounts in a report, in words: with or without tax and shipping."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wieder.locale import Texts

PARTS = ("tax", "shipping")
"""Parts that amounts may include; a report states for each whether they do."""


def amount_basis(includes: Sequence[str] | None, less: Sequence[str], text: Texts) -> str:
    """One or two sentences on what the amounts include, without a full stop at the end.

    `includes` are the parts that the exported amounts include, None if unknown;
    `less` are the columns that are subtracted from them.
    """
    if includes is None:
        basis = text("basis.unknown")
    elif not includes:
        basis = text("basis.neither")
    elif len(includes) == len(PARTS):
        basis = text("basis.both")
    else:
        (included,), (other,) = includes, [part for part in PARTS if part not in includes]
        basis = text("basis.one", included=text(f"basis.{included}"), other=text(f"basis.{other}"))
    if not less:
        return basis
    parts = f" {text('basis.and')} ".join(text(f"basis.{part}") for part in less)
    return f"{basis}. {text('basis.less', parts=parts)}"

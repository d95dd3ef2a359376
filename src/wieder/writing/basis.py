"""What the money of a report includes, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wieder.locale import Texts

PARTS = ("tax", "shipping")
"""What amounts may include, and what readers want to know of them."""


def amount_basis(includes: Sequence[str] | None, less: Sequence[str], text: Texts) -> str:
    """One or two sentences without a full stop at their end.

    `includes` are the parts that the amounts of the export include, None where
    that is not known; `less` are the columns that are taken off them.
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

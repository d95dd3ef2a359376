"""Polars for modules that declare: `pl` imports it when something is first taken from it, not before."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl
else:

    class _Polars:
        """What stands in for the module; a name once looked up is kept as an attribute."""

        def __getattr__(self, name: str) -> object:
            import polars  # noqa: ICN001, PLC0415 - this is where it may be imported

            value = getattr(polars, name)
            setattr(self, name, value)
            return value

    pl = _Polars()

__all__ = ["pl"]

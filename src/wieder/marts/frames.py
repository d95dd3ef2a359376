"""Lazy Polars for modules with declarations: `pl` imports it when an attribute is first used."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl
else:

    class _Polars:
        """Proxy for the module; caches each name as an attribute."""

        def __getattr__(self, name: str) -> object:
            import polars  # noqa: ICN001, PLC0415 - the purpose of the proxy

            value = getattr(polars, name)
            setattr(self, name, value)
            return value

    pl = _Polars()

__all__ = ["pl"]

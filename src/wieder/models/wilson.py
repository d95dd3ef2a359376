"""The interval of a share: Wilson (1927), which is valid for few cases and near 0 and 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

Z_95 = 1.959963984540054


def wilson_interval(share: pl.Expr, n: pl.Expr) -> Iterator[pl.Expr]:
    """The columns `ci_low` and `ci_high`: the 95 % interval of `share` with `n` cases, null if `share` is."""
    import polars as pl  # noqa: PLC0415 - tables that only declare columns must not import it

    scale = 1 + Z_95**2 / n
    centre = (share + Z_95**2 / (2 * n)) / scale
    half = Z_95 * (share * (1 - share) / n + Z_95**2 / (4 * n**2)).sqrt() / scale
    is_known = share.is_not_null()
    yield pl.when(is_known).then(pl.when(share == 0).then(0.0).otherwise(centre - half)).alias("ci_low")
    yield pl.when(is_known).then(pl.when(share == 1).then(1.0).otherwise(centre + half)).alias("ci_high")

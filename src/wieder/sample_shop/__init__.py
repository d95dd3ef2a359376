"""A fictitious German online shop with known effects: the data for `wieder demo`, examples and tests."""

from __future__ import annotations

from wieder.sample_shop.effects import Effects
from wieder.sample_shop.simulation import Sample, simulate
from wieder.sample_shop.writing import write_sample

__all__ = ["Effects", "Sample", "simulate", "write_sample"]

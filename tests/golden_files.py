"""Comparison with expected bytes.

`UPDATE_GOLDEN=1 pytest tests/report` rewrites them; review the diff afterwards.
"""

from __future__ import annotations

import os
from pathlib import Path

GOLDEN = Path(__file__).parent / "golden"


def check(name: str, actual: bytes) -> None:
    """Check that `actual` equals the golden file `name`, byte for byte."""
    path = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_bytes(actual)
    assert actual.decode() == path.read_bytes().decode(), f"{name} differs; see tests/report/golden_files.py"

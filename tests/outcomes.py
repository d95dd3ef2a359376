"""Outcomes of runs of the command, and checks of the contract on errors."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

SAMPLE = Path(__file__).parents[1] / "sample_data"

ORDERS = """\
order_id,customer_id,ordered_at,amount,status,channel
A1,anna,2024-01-05,20.00,paid,app
A2,anna,2024-02-10,30.00,paid,web
B1,ben,2024-01-20,50.00,paid,web
B2,ben,2024-02-21,5.00,cancelled,web
C1,,2024-02-15,12.50,paid,web
C2,carl,2024-03-01,10.00,paid,app
"""
"""February 2024: two valid orders with 42.50 in total, one anonymous, the other Anna's second order."""


@dataclass(frozen=True)
class Outcome:
    """Exit code and output of a run."""

    code: int
    out: bytes
    err: str

    def rows(self) -> list[dict[str, str]]:
        """Standard output, parsed as CSV."""
        return list(csv.DictReader(io.StringIO(self.out.decode())))


Wieder = Callable[..., Outcome]
"""Runs the command with the given arguments."""


def fails(outcome: Outcome, code: int) -> str:
    """Return the error of a run that must end with `code`: one sentence with a remedy, without data."""
    assert outcome.code == code
    assert outcome.out == b""
    assert "Traceback" not in outcome.err
    [error] = [line for line in outcome.err.splitlines() if line.startswith("wieder: error: ")]
    [remedy] = [line for line in outcome.err.splitlines() if line.startswith("        remedy: ")]
    return f"{error}\n{remedy}"

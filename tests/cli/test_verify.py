"""`wieder verify`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from wieder.asking.witness import Disagreement, Verification

if TYPE_CHECKING:
    import pytest

    from outcomes import Wieder


def test_the_witnesses_agree(wieder: Wieder) -> None:
    outcome = wieder("verify", "orders.csv", "--by", "channel")
    assert outcome.code == 0
    assert {row["disagreements"] for row in outcome.rows()} == {"0"}


def test_a_witness_that_disagrees_is_shown_and_ends_with_1(
    wieder: Wieder, monkeypatch: pytest.MonkeyPatch
) -> None:
    difference = Disagreement(
        kpi="orders",
        period_start=date(2024, 2, 1),
        segment="",
        computed=(2.0, None),
        witnessed=(3.0, None),
    )
    contradicted = Verification(kpi="orders", compared=1, disagreements=(difference,))
    monkeypatch.setattr("wieder.cli.verify.verifications", lambda *_: (contradicted,))
    outcome = wieder("verify", "orders.csv")
    assert outcome.code == 1
    assert outcome.rows() == [{"kpi": "orders", "compared": "1", "disagreements": "1"}]
    assert "1 of 1 KPIs and tables disagree with their independent query: orders of 2024-02-01" in outcome.err

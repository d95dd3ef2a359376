"""Values that the shell proposes, by the protocol of bash."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from wieder.__main__ import main
from wieder.asking.options import Completes
from wieder.cli.completion import BEGINNING, PROPOSED, cuts, kpi_ids, segments

if TYPE_CHECKING:
    from pathlib import Path

    from outcomes import Wieder


Proposals = Callable[[str], list[str]]


@pytest.fixture
def proposed(
    wieder: Wieder, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Proposals:
    """Returns the proposals for the last of some words."""
    del wieder
    return lambda words: _proposed(words, monkeypatch, capfdbinary)


def _proposed(
    words: str, monkeypatch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[bytes]
) -> list[str]:
    monkeypatch.setenv("_WIEDER_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(len(words.split(" ")) - 1))
    monkeypatch.setattr(sys, "argv", ["wieder"])
    with pytest.raises(SystemExit):
        main()
    monkeypatch.delenv("_WIEDER_COMPLETE")
    out, err = capture.readouterr()
    assert err == b""
    return out.decode().split()


def test_every_kind_of_value_is_proposed() -> None:
    assert set(PROPOSED) == set(Completes)


def test_columns_of_the_files_are_proposed(proposed: Proposals) -> None:
    assert proposed("wieder kpis orders.csv --by c") == [
        "channel", "cohort_year", "cohort_quarter", "cohort_month",
    ]  # fmt: skip
    assert proposed("wieder kpis orders.csv --by channel,c") == [
        "channel,cohort_year", "channel,cohort_quarter", "channel,cohort_month",
    ]  # fmt: skip


def test_columns_of_the_store_are_proposed(wieder: Wieder, proposed: Proposals) -> None:
    wieder("load", "orders.csv", "--quiet")
    assert "channel" in proposed("wieder kpis --by c")
    wieder("load", "orders.csv", "--quiet", "--db", "other.duckdb")
    assert "channel" in proposed("wieder kpis --db other.duckdb --by c")


@pytest.mark.parametrize(
    "words",
    ["wieder kpis missing.csv --by c", "wieder kpis --by c", "wieder kpis --config missing.toml --by c"],
)
def test_without_readable_data_no_columns_are_proposed(proposed: Proposals, words: str) -> None:
    assert proposed(words) == []


def test_formats_and_exports_are_proposed(proposed: Proposals) -> None:
    assert proposed("wieder formats shopi") == ["shopify_customers", "shopify_orders"]
    assert "spend" in proposed("wieder formats sp")


def test_of_a_large_file_the_beginning_is_read(tmp_path: Path) -> None:
    rows = "".join(f"A{n},anna,2024-01-05,20.00,web\n" for n in range(BEGINNING // 20))
    (tmp_path / "orders.csv").write_text(f"order_id,customer_id,ordered_at,amount,channel\n{rows}")
    assert ("channel", "orders") in cuts({"files": [str(tmp_path / "orders.csv")]})


def test_segments_are_proposed_in_both_languages() -> None:
    found = dict(segments({"scheme": "lifecycle"}))
    assert {"At risk", "Gefährdet"} <= found.keys()


def test_kpis_are_proposed_with_their_names() -> None:
    assert ("repeat_purchase_rate", "Repeat purchase rate") in kpi_ids({})

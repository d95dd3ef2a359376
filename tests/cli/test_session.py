from __future__ import annotations

from typing import TYPE_CHECKING

from outcomes import ORDERS, fails

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from outcomes import Wieder


def test_an_option_beats_the_environment_which_beats_the_file(
    wieder: Wieder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "wieder.toml").write_text('db = "from_file.duckdb"\n')
    assert "from_file.duckdb" in fails(wieder("kpis"), 3)
    monkeypatch.setenv("WIEDER_DB", "from_environment.duckdb")
    assert "from_environment.duckdb" in fails(wieder("kpis"), 3)
    assert "typed.duckdb" in fails(wieder("kpis", "--db", "typed.duckdb"), 3)


def test_an_option_that_was_not_typed_leaves_the_setting(wieder: Wieder, tmp_path: Path) -> None:
    (tmp_path / "wieder.toml").write_text('[report]\nlang = "de"\n[retention]\nwindow_days = 20\n')
    page = wieder("explain", "base_retention_rate").out.decode()
    assert "Bedeutung" in page


def test_columns_can_be_named_on_the_command_line(wieder: Wieder, tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_text(ORDERS.replace("amount", "Zaster"))
    assert wieder("kpis", "odd.csv", "--map", "amount=Zaster").out == wieder("kpis", "orders.csv").out

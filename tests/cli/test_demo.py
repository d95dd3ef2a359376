"""`wieder demo`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from outcomes import SAMPLE, fails

if TYPE_CHECKING:
    from pathlib import Path

    from outcomes import Wieder


def test_the_demo_is_html_only(wieder: Wieder) -> None:
    assert "the demo writes HTML, not csv" in fails(wieder("demo", "--format", "csv"), 2)


def test_the_demo_writes_the_sample_shop(wieder: Wieder, tmp_path: Path) -> None:
    outcome = wieder("demo", "--write", "shop")
    assert outcome.code == 0
    for name in ("orders.csv", "customers.csv", "README.md"):
        assert (tmp_path / "shop" / name).read_bytes() == (SAMPLE / name).read_bytes()


def test_the_demo_does_not_care_about_the_settings_of_other_data(wieder: Wieder, tmp_path: Path) -> None:
    (tmp_path / "wieder.toml").write_text('[columns]\namount = "Gesamt"\n')
    outcome = wieder("demo", "-o", "demo.html")
    assert outcome.code == 0
    assert b"December 2025" in outcome.out
    assert (tmp_path / "demo.html").exists()

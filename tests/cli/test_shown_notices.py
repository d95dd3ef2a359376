"""Notices about a store are shown in full once, and then by name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from outcomes import fails
from wieder.cli.shown_notices import KEPT, ShownNotices, cache_folder
from wieder.notices import Notice

if TYPE_CHECKING:
    import pytest

    from outcomes import Wieder

NOTICE = Notice("as-of", "data up to 31 December 2025")


def slugs(stderr: str) -> list[str]:
    """The slugs at the ends of lines."""
    return [line.rpartition("[")[2].rstrip("]") for line in stderr.splitlines()]


def test_a_store_repeats_its_notices_in_one_line(wieder: Wieder) -> None:
    wieder("load", "orders.csv")
    first, second = wieder("kpis"), wieder("kpis")
    assert slugs(first.err) == ["as-of", "history-start"]
    assert second.err == (
        "note: as in earlier runs: as-of, history-start; --notices full shows them again [repeated]\n"
    )
    assert second.out == first.out
    assert wieder("kpis", "--notices", "full").err == first.err


def test_a_notice_with_other_words_is_new(wieder: Wieder) -> None:
    wieder("load", "orders.csv")
    wieder("kpis")
    outcome = wieder("kpis", "--window", "auto")
    assert slugs(outcome.err) == ["window", "repeated"]


def test_files_always_show_their_notices(wieder: Wieder) -> None:
    assert wieder("kpis", "orders.csv").err == wieder("kpis", "orders.csv").err != ""


def test_two_stores_have_each_their_own_memory(wieder: Wieder) -> None:
    wieder("load", "orders.csv")
    wieder("load", "orders.csv", "--db", "other.duckdb")
    assert wieder("kpis").err == wieder("kpis", "--db", "other.duckdb").err


def test_quiet_and_verbose_are_options_of_every_command(wieder: Wieder) -> None:
    assert wieder("kpis", "orders.csv", "-q").err == ""
    assert wieder("check", "orders.csv", "--quiet").err == ""
    lines = wieder("kpis", "orders.csv", "-v").err.splitlines()
    assert lines[:3] == [
        "wieder: settings: none, all at their defaults",
        "wieder: input: orders.csv",
        "wieder: result: - as csv",
    ]
    assert lines[-1].startswith("wieder: computing took ")
    assert "--quiet and --verbose contradict each other" in fails(wieder("kpis", "orders.csv", "-qv"), 2)
    assert "--quiet and --notices" in fails(wieder("kpis", "orders.csv", "-q", "--notices", "full"), 2)


def test_errors_and_data_of_a_quiet_command_are_as_ever(wieder: Wieder) -> None:
    assert wieder("kpis", "orders.csv", "-q").out == wieder("kpis", "orders.csv").out
    assert "missing.csv" in fails(wieder("kpis", "missing.csv", "-q"), 3)


def test_the_memory_holds_digests_only_and_has_an_end(tmp_path: Path) -> None:
    shown = ShownNotices(tmp_path / "anna.duckdb", tmp_path)
    assert shown.is_new(NOTICE)
    assert not shown.is_new(NOTICE)
    for number in range(KEPT):
        shown.is_new(Notice("as-of", f"{number}"))
    assert shown.is_new(NOTICE)
    [kept] = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(kept.read_text().split()) == KEPT
    assert "anna" not in str(kept.relative_to(tmp_path))
    assert all(re.fullmatch("[0-9a-f]{64}", line) for line in kept.read_text().split())


def test_without_a_cache_every_notice_is_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    shown = ShownNotices(tmp_path / "wieder.duckdb", tmp_path / "file")
    assert shown.is_new(NOTICE)
    assert shown.is_new(NOTICE)
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.delenv("HOME", raising=False)
    assert cache_folder() is None
    monkeypatch.setenv("HOME", "/home/anna")
    assert cache_folder() == Path("/home/anna/.cache")


def test_a_corrupt_memory_is_replaced(tmp_path: Path) -> None:
    shown = ShownNotices(tmp_path / "wieder.duckdb", tmp_path)
    shown.is_new(NOTICE)
    [kept] = [path for path in tmp_path.rglob("*") if path.is_file()]
    kept.write_bytes(b"\xff\x00")
    assert shown.is_new(NOTICE)
    assert not shown.is_new(NOTICE)

"""Some damaged exports; `python -m tests.ingest.fuzz --seconds 600` tries more."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from fuzz import good_files, mutated, outcome

if TYPE_CHECKING:
    from pathlib import Path

FILES = good_files()


@pytest.mark.parametrize("name", FILES)
def test_the_files_load_before_they_are_damaged(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name])
    assert outcome(path) == ("rejected in part" if name == "german" else "loaded")


def test_no_damage_crashes_a_load_or_loses_a_row(tmp_path: Path) -> None:
    outcomes: Counter[str] = Counter()
    for number in range(22):
        name = list(FILES)[number % len(FILES)]
        path = tmp_path / f"{name}-{number}"
        path.write_bytes(mutated(FILES[name], str(number)))
        outcomes[outcome(path)] += 1
    assert set(outcomes) == {"loaded", "rejected in part", "refused"}


def test_a_damage_is_reproducible() -> None:
    first, again = (mutated(FILES["plain"], "1-7") for _ in range(2))
    assert first == again != FILES["plain"]

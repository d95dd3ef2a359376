from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

import pytest

from libraries import differing_from_lock
from outcomes import ORDERS, Outcome, Wieder
from wieder.__main__ import main

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DEPRECATIONS = ("DeprecationWarning", "PendingDeprecationWarning", "FutureWarning")


def pytest_configure(config: pytest.Config) -> None:
    """Show deprecations without failing a test where versions differ from requirements-dev.txt.

    With the locked versions they fail the test, like every warning.
    """
    if differing_from_lock():
        for category in DEPRECATIONS:
            config.addinivalue_line("filterwarnings", f"default::{category}")


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the memory of notices of every test to itself."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def wieder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Iterator[Wieder]:
    """Run the command in a folder that contains only orders.csv."""
    (tmp_path / "orders.csv").write_text(ORDERS)
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("WIEDER_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "160")

    def run(*arguments: str) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["wieder", *arguments])
        code = main()
        out, err = capfdbinary.readouterr()
        return Outcome(code, out, err.decode())

    before = signal.getsignal(signal.SIGPIPE)
    yield run
    signal.signal(signal.SIGPIPE, before)

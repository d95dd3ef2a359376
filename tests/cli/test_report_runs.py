"""Unattended reports: their targets, their messages, their locks and their log."""

from __future__ import annotations

import fcntl
import json
import os
import re
import struct
import subprocess
import sys
import termios
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from outcomes import ORDERS, fails
from wieder.delivery import targets
from wieder.notices import discard
from wieder.store.lock import folder_locked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from outcomes import Wieder

LATE = "D1,dora,2024-02-03,70.00,paid,web\n"


def entries(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_without_a_name_the_summary_goes_to_standard_output(wieder: Wieder, tmp_path: Path) -> None:
    outcome = wieder("report", "orders.csv")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith(b"Retention report \xc2\xb7 February 2024\n")
    assert b"\x1b" not in outcome.out
    assert [path.name for path in tmp_path.iterdir()] == ["orders.csv"]


def test_the_name_is_filled_and_its_folders_are_made(wieder: Wieder, tmp_path: Path) -> None:
    outcome = wieder(
        "report", "orders.csv", "-o", "reports/{year}/{iso_week}.{lang}.html", "--period", "week"
    )
    assert (outcome.code, outcome.out, outcome.err) == (0, b"", "")
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.html")) == [
        "reports/2024/2024-W08.en.html"
    ]


def test_an_unknown_placeholder_is_refused_before_anything_is_read(wieder: Wieder) -> None:
    assert "there is no placeholder {week}" in fails(wieder("report", "missing.csv", "-o", "{week}.html"), 2)


def test_a_filled_name_never_replaces_an_input(wieder: Wieder, tmp_path: Path) -> None:
    (tmp_path / "2024-02.html").write_text(ORDERS)
    outcome = wieder("report", "2024-02.html", "-o", "{month}.html")
    assert outcome.code in {2, 3}
    assert (tmp_path / "2024-02.html").read_text() == ORDERS


def test_a_rerun_for_the_same_day_gives_the_same_bytes_and_late_data_restate_it(
    wieder: Wieder, tmp_path: Path
) -> None:
    report = ("report", "--as-of", "2024-03-01", "-o", "{month}.html")
    wieder("load", "orders.csv")
    wieder(*report)
    first = (tmp_path / "2024-02.html").read_bytes()
    wieder(*report)
    assert (tmp_path / "2024-02.html").read_bytes() == first
    (tmp_path / "late.csv").write_text(ORDERS.splitlines()[0] + "\n" + LATE)
    assert wieder("load", "late.csv").code == 0
    assert wieder(*report).code == 0
    assert (tmp_path / "2024-02.html").read_bytes() != first
    assert b"112.50" in (tmp_path / "2024-02.html").read_bytes()


def test_notices_are_shown_on_request(wieder: Wieder) -> None:
    outcome = wieder("report", "orders.csv", "-o", "r.html", "--no-quiet")
    assert "[as-of]" in outcome.err
    assert "[report-written]" in outcome.err


def test_errors_are_always_shown(wieder: Wieder) -> None:
    assert "missing.csv" in fails(wieder("report", "missing.csv", "-o", "r.html", "--quiet"), 3)


def test_a_run_is_logged_with_its_inputs_and_outputs(wieder: Wieder, tmp_path: Path) -> None:
    for _ in range(2):
        assert wieder("report", "orders.csv", "-o", "{month}.html", "--log", "runs.jsonl").code == 0
    first, second = entries(tmp_path / "runs.jsonl")
    assert first["arguments"] == ["report", "orders.csv", "-o", "{month}.html", "--log", "runs.jsonl"]
    assert first["outputs"] == [{"name": "2024-02.html", "bytes": (tmp_path / "2024-02.html").stat().st_size}]
    assert [one["file"] for one in first["inputs"]] == ["orders.csv"]
    assert len(first["inputs"][0]["sha256"]) == 64
    assert (first["as_of"], first["period"], first["exit_code"]) == ("2024-03-01", "2024-02", 0)
    assert "as-of" in [notice["slug"] for notice in first["notices"]]
    assert second["outputs"] == first["outputs"]
    assert (tmp_path / "runs.jsonl").stat().st_mode & 0o777 == 0o600


def test_a_failed_run_is_logged_with_its_code(wieder: Wieder, tmp_path: Path) -> None:
    (tmp_path / "wieder.toml").write_text('[run]\nlog = "runs.jsonl"\n')
    wieder("report", "missing.csv", "-o", "r.html")
    [entry] = entries(tmp_path / "runs.jsonl")
    assert (entry["exit_code"], entry["outputs"]) == (3, [])
    assert "missing.csv" in entry["error"]


def test_of_our_own_mistakes_the_kind_alone_is_logged(
    wieder: Wieder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: object) -> None:
        raise KeyError("anna@example.com")

    monkeypatch.setattr("wieder.asking.asked.ask", break_down)
    assert wieder("report", "orders.csv", "--log", "runs.jsonl").code == 1
    [entry] = entries(tmp_path / "runs.jsonl")
    assert (entry["exit_code"], entry["error"]) == (1, "KeyError")


def test_a_log_that_cannot_be_written_is_refused_before_the_work(wieder: Wieder) -> None:
    outcome = wieder("report", "missing.csv", "--log", "missing/runs.jsonl")
    assert "missing/runs.jsonl: could not be written" in fails(outcome, 4)


def test_an_input_cannot_be_the_log(wieder: Wieder, tmp_path: Path) -> None:
    assert "orders.csv is read" in fails(wieder("report", "orders.csv", "--log", "orders.csv"), 2)
    assert (tmp_path / "orders.csv").read_text() == ORDERS


def test_a_folder_that_another_report_is_written_to_is_waited_for(wieder: Wieder, tmp_path: Path) -> None:
    with folder_locked(tmp_path, discard):
        outcome = wieder("report", "orders.csv", "-o", "r.html", "--wait", "0.1", "--no-quiet")
    assert "[waiting-for-lock]" in outcome.err
    assert "another report has held this lock for more than 0.1 seconds" in fails(outcome, 4)
    assert wieder("report", "orders.csv", "-o", "r.html", "--wait", "0").code == 0


def test_a_load_that_is_not_over_is_waited_for(wieder: Wieder, tmp_path: Path) -> None:
    wieder("load", "orders.csv")
    with (tmp_path / "wieder.duckdb.lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        outcome = wieder("report", "--wait", "0.1")
    assert "another load has held this lock" in fails(outcome, 3)
    assert wieder("report").code == 0


def on_a_terminal(folder: Path) -> tuple[str, str]:
    """The output of `wieder report` on a terminal of 80 columns and 24 lines, and its stderr."""
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    kept = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES", "NO_COLOR"}}
    with subprocess.Popen(
        [sys.executable, "-m", "wieder", "report", "orders.csv", "--lang", "de"],
        cwd=folder, env=kept | {"TERM": "xterm"},
        stdin=subprocess.DEVNULL, stdout=theirs, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        os.close(theirs)
        screen = b"".join(pieces(ours))
        assert process.stderr is not None
        error = process.stderr.read()
    os.close(ours)
    assert process.returncode == 0
    return screen.decode().replace("\r\n", "\n"), error.decode()


def pieces(terminal: int) -> Iterator[bytes]:
    """The output of a terminal until its other end is closed, which Linux reports as an error."""
    with suppress(OSError):
        while piece := os.read(terminal, 65536):
            yield piece


ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


def test_a_terminal_gets_the_summary_on_one_screen_and_in_colour(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(ORDERS)
    screen, error = on_a_terminal(tmp_path)
    assert error == ""
    lines = ESCAPES.sub("", screen).splitlines()
    assert lines[0] == "Bericht zur Kundenbindung · Februar 2024"
    assert len(lines) < 24
    assert max(map(len, lines)) <= 80
    assert ESCAPES.search(screen)
    assert "\x1b" not in "".join(lines)


@pytest.mark.parametrize("variable", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_colour_is_omitted_if_unwanted_or_unsupported(
    wieder: Wieder, monkeypatch: pytest.MonkeyPatch, variable: dict[str, str]
) -> None:
    monkeypatch.setattr(targets, "stdout_is_terminal", lambda: True)
    for name, value in variable.items():
        monkeypatch.setenv(name, value)
    assert b"\x1b" not in wieder("report", "orders.csv").out

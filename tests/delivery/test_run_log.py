from __future__ import annotations

import json
from datetime import UTC, datetime

from wieder.delivery.run_log import InputFile, OutputFile, Run, log_line
from wieder.notices import Notice

STARTED = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)


def test_a_run_is_one_line_that_reads_back() -> None:
    run = Run(version="1.2.3", arguments=("report", "-o", "ö\n.html"), started=STARTED)
    run.as_of, run.period = "2026-11-23", "2026-W47"
    run.inputs = (InputFile(file="orders.csv", sha256="ab", bytes=3),)
    run.outputs.append(OutputFile(name="ö\n.html", bytes=7))
    run.notices.append(Notice("as-of", "as of then", "--as-of"))
    line = log_line(run, STARTED.replace(minute=31))
    assert line.count(b"\n") == 1
    assert json.loads(line) == {
        "started": "2026-11-23T06:30:00+00:00",
        "finished": "2026-11-23T06:31:00+00:00",
        "version": "1.2.3",
        "arguments": ["report", "-o", "ö\n.html"],
        "inputs": [{"file": "orders.csv", "sha256": "ab", "bytes": 3}],
        "as_of": "2026-11-23",
        "period": "2026-W47",
        "outputs": [{"name": "ö\n.html", "bytes": 7}],
        "notices": [{"slug": "as-of", "message": "as of then", "remedy": "--as-of"}],
        "alerts": [],
        "error": None,
        "exit_code": 0,
    }


def test_steps_that_a_failed_run_did_not_reach_are_null() -> None:
    run = Run(version="1", arguments=(), started=STARTED, error="no such file", exit_code=3)
    entry = json.loads(log_line(run, STARTED))
    assert (entry["as_of"], entry["period"], entry["error"], entry["exit_code"]) == (
        None,
        None,
        "no such file",
        3,
    )

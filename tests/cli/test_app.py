from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import duckdb
import pytest
from typer.main import get_command

from outcomes import ORDERS, SAMPLE, fails
from wieder.cli.app import app

if TYPE_CHECKING:
    from pathlib import Path

    from outcomes import Wieder


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("kpis", "--period", "fortnight"), "quarter, year or all, not 'fortnight'"),
        (("kpis", "--perod", "day"), "`wieder kpis` has no option --perod"),
        (("kpi",), "there is no command 'kpi'"),
        (("kpis", "orders.csv", "--as-of", "yesterday"), "--as-of 'yesterday' is not a date"),
        (("kpis", "orders.csv", "--as-of", "2024-03"), "--as-of '2024-03' is not a day"),
        (("kpis", "orders.csv", "--from", "2024-13"), "--from '2024-13' is not a date"),
        (("kpis", "orders.csv", "--by", "colour"), "--by colour: there is no such column"),
        (("kpis", "orders.csv", "--from", "2030"), "there is no period"),
        (("kpis", "orders.csv", "-o", "result.dat"), "no format is known for this file name ending"),
        (("kpis", "orders.csv", "--map", "amount"), "--map 'amount' names no column"),
        (("kpis", "orders.csv", "--config", "missing.toml"), "missing.toml cannot be read"),
        (("kpis", "orders.csv", "-o", "orders.csv"), "orders.csv is read and cannot be written over"),
        (
            ("report", "orders.csv", "-o", "-", "--templates", "missing"),
            "missing: this folder does not exist",
        ),
        (("load",), "wieder load: FILE is missing"),
    ],
)
def test_invalid_arguments_are_refused_before_anything_is_written(
    wieder: Wieder, tmp_path: Path, arguments: tuple[str, ...], expected: str
) -> None:
    assert expected in fails(wieder(*arguments), 2)
    assert [path.name for path in tmp_path.iterdir()] == ["orders.csv"]
    assert (tmp_path / "orders.csv").read_text() == ORDERS


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("missing.csv", None),
        ("empty.csv", ""),
        ("no_amount.csv", "order_id,customer_id,ordered_at\n1,anna,2024-01-01\n"),
        ("text.csv", "order_id,customer_id,ordered_at,amount\n1,anna,2024-01-01,a lot\n"),
        ("picture.csv", "\x89PNG\r\n\x1a\n\0\0\0"),
    ],
)
@pytest.mark.parametrize("command", ["load", "kpis"])
def test_bad_exports_are_refused_in_one_sentence(
    wieder: Wieder, tmp_path: Path, command: str, name: str, content: str | None
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content.encode("latin-1"))
    before = sorted(tmp_path.iterdir())
    assert name in fails(wieder(command, name), 3)
    assert sorted(path for path in tmp_path.iterdir() if path.suffix != ".lock") == before


@pytest.mark.parametrize("command", ["check", "verify", "report", "rejects"])
def test_no_command_gets_past_a_file_that_is_missing(wieder: Wieder, command: str) -> None:
    assert "missing.csv" in fails(wieder(command, "missing.csv"), 3)


def test_a_folder_without_exports_is_refused(wieder: Wieder, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    assert "folder" in fails(wieder("kpis", "folder"), 3)


def test_a_file_that_is_not_a_store_is_refused(wieder: Wieder, tmp_path: Path) -> None:
    (tmp_path / "wieder.duckdb").write_text("not a database")
    assert "wieder.duckdb" in fails(wieder("kpis"), 3)
    assert "wieder.duckdb" in fails(wieder("load", "orders.csv"), 3)
    assert (tmp_path / "wieder.duckdb").read_text() == "not a database"


def test_a_store_of_a_newer_version_is_refused(wieder: Wieder, tmp_path: Path) -> None:
    wieder("load", "orders.csv")
    with duckdb.connect(str(tmp_path / "wieder.duckdb")) as con:
        con.execute("update meta set value = '999' where key = 'store_version'")
    assert "store version 999 is newer" in fails(wieder("kpis"), 3)


def test_an_output_that_cannot_be_written_has_its_own_code(wieder: Wieder, tmp_path: Path) -> None:
    outcome = wieder("kpis", "orders.csv", "-o", "missing/result.csv")
    assert "create the folder first" in fails(outcome, 4)
    assert not (tmp_path / "missing").exists()


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), RuntimeError("Query interrupted")])
def test_an_interrupt_ends_quietly_with_130(
    wieder: Wieder, monkeypatch: pytest.MonkeyPatch, stop: BaseException
) -> None:
    def interrupt(*_: object) -> None:
        raise stop

    monkeypatch.setattr("wieder.cli.questions.answered", interrupt)
    outcome = wieder("kpis", "orders.csv", "-o", "result.csv")
    assert (outcome.code, outcome.out, outcome.err) == (130, b"", "")


def test_our_own_mistake_is_called_one(wieder: Wieder, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("wieder.cli.questions.answered", break_down)
    outcome = wieder("kpis", "orders.csv")
    assert (outcome.code, outcome.out) == (1, b"")
    assert "in break_down" in outcome.err
    assert "please report it" in outcome.err


def test_a_closed_pipe_ends_quietly() -> None:
    command = [sys.executable, "-m", "wieder", "kpis", str(SAMPLE / "orders.csv"), "--period", "week"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        talk = process.stderr.read().decode()
    assert process.returncode == -signal.SIGPIPE
    assert "Traceback" not in talk
    assert "rror" not in talk


def test_all_analyses_share_their_options() -> None:
    shared = {"--by", "--period", "--as-of", "--from", "--to", "--format", "-o", "--lang", "--db", "--config"}
    commands = get_command(app).commands  # type: ignore[attr-defined]
    for name in ("kpis", "cohorts", "gaps", "sequence", "report", "explain", "verify", "check"):
        options = {option for parameter in commands[name].params for option in parameter.opts}
        assert shared <= options


def test_no_default_can_beat_a_setting() -> None:
    for command in get_command(app).commands.values():  # type: ignore[attr-defined]
        for parameter in command.params:
            assert not parameter.default or parameter.name == "help"

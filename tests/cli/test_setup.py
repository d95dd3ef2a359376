from __future__ import annotations

import io
import sys
import tomllib
from typing import TYPE_CHECKING

from outcomes import fails
from wieder.cli import setup
from wieder.errors import AmbiguousError, SettingChoice

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from outcomes import Wieder

OPEN = "Bestellnr;Kunde;Datum;Summe;Umsatz;Kanal\n1;A;01.02.2025;1.234;5;web\n2;B;02.02.2025;3.234;5;app\n"
"""Two columns could be the amount, and 1.234 could be more than a thousand."""


def test_settings_that_were_written_are_all_that_load_needs(wieder: Wieder, tmp_path: Path) -> None:
    (tmp_path / "open.csv").write_text(OPEN)
    options = ("--map", "amount=Summe", "--decimal", "comma", "--lang", "de")
    outcome = wieder("init", "open.csv", *options)
    assert outcome.code == 0
    shown = outcome.out.decode()
    assert "open.csv: orders, 2 rows, delimiter ;" in shown
    assert "2025-02-01" in shown
    written = tomllib.loads((tmp_path / "wieder.toml").read_text())
    assert (written["columns"], written["input"]) == ({"amount": "Summe"}, {"decimal": "comma"})
    assert written["report"] == {"lang": "de"}
    [row] = wieder("load", "open.csv").rows()
    assert (row["rows_kept"], row["amount_read"]) == ("2", "4468.0000")


def test_a_certain_reading_needs_no_answer(wieder: Wieder, tmp_path: Path) -> None:
    assert wieder("init", "orders.csv", "--yes").code == 0
    assert wieder("load", "orders.csv").code == 0
    assert not tomllib.loads((tmp_path / "wieder.toml").read_text())["columns"]


def test_without_a_terminal_open_questions_are_refused(wieder: Wieder, tmp_path: Path) -> None:
    (tmp_path / "open.csv").write_text(OPEN)
    assert "--map amount=Summe" in fails(wieder("init", "open.csv", "--yes"), 3)
    assert "--decimal comma" in fails(wieder("init", "open.csv", "--map", "amount=Summe"), 3)
    assert not (tmp_path / "wieder.toml").exists()


def test_existing_settings_are_kept(wieder: Wieder, tmp_path: Path) -> None:
    (tmp_path / "wieder.toml").write_text("# mine\n")
    assert "--force" in fails(wieder("init", "orders.csv"), 2)
    assert (tmp_path / "wieder.toml").read_text() == "# mine\n"
    assert wieder("init", "orders.csv", "-o", "other.toml").code == 0
    assert wieder("init", "orders.csv", "--force").code == 0
    assert (tmp_path / "wieder.toml").read_text() == (tmp_path / "other.toml").read_text()


def test_settings_can_go_through_a_pipe_but_are_not_a_table(wieder: Wieder) -> None:
    assert tomllib.loads(wieder("init", "orders.csv", "-o", "-").out.decode())["columns"] == {}
    assert "has no option --format" in fails(wieder("init", "orders.csv", "--format", "csv"), 2)


QUESTION = AmbiguousError(
    "a.csv: which?",
    "choose one",
    (SettingChoice(("input", "dates"), "dmy"), SettingChoice(("input", "dates"), "mdy")),
)


def test_on_a_terminal_the_number_of_an_answer_is_typed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("3\n2\n"))
    assert setup.ask_on_terminal(QUESTION) == SettingChoice(("input", "dates"), "mdy")
    out, err = capsys.readouterr()
    assert out == ""
    assert "a.csv: which?\n  1  input.dates = dmy\n  2  input.dates = mdy\n" in err


def test_on_a_terminal_no_answer_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    try:
        setup.ask_on_terminal(QUESTION)
    except AmbiguousError as error:
        assert error is QUESTION  # noqa: PT017  (that very question)
    else:
        raise AssertionError

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

from wieder.delivery import messages
from wieder.errors import DataError
from wieder.notices import Notice

if TYPE_CHECKING:
    import pytest


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_notice_is_one_line_with_its_remedy_and_slug(capsys: pytest.CaptureFixture[str]) -> None:
    messages.show_notice(Notice("incomplete-day", "the last day is left out", "--as-of 2024-03-06 counts it"))
    assert capsys.readouterr() == (
        "",
        "note: the last day is left out; --as-of 2024-03-06 counts it [incomplete-day]\n",
    )


def test_a_notice_without_remedy_is_only_its_message(capsys: pytest.CaptureFixture[str]) -> None:
    messages.show_notice(Notice("order-lines-summed", "12 rows are further lines of an order"))
    assert capsys.readouterr().err == "note: 12 rows are further lines of an order [order-lines-summed]\n"


def test_an_error_names_its_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    messages.show_error(DataError("orders.csv: no column holds the amount", "name it with --map amount=NAME"))
    assert capsys.readouterr().err.splitlines() == [
        "wieder: error: orders.csv: no column holds the amount",
        "        remedy: name it with --map amount=NAME",
    ]


def test_control_characters_are_shown_and_not_obeyed(capsys: pytest.CaptureFixture[str]) -> None:
    messages.show_error(DataError("value '\x1b[2J\r\n\x7f\x9b\u202e'"))
    assert capsys.readouterr().err == "wieder: error: value '␛[2J␍␊␡��'\n"


def test_a_bug_shows_its_calls_without_their_data(capsys: pytest.CaptureFixture[str]) -> None:
    def divide(customer: str) -> float:
        return len(customer) / 0

    try:
        divide("anna@example.com")
    except ZeroDivisionError as error:
        messages.show_bug(error)
    shown = capsys.readouterr().err
    assert "in divide" in shown
    assert "ZeroDivisionError: division by zero" in shown
    assert "anna@example.com" not in shown.replace('divide("anna@example.com")', "")
    assert shown.endswith(
        "wieder: this is a mistake in wieder itself; please report it with the lines above\n"
    )


def test_progress_is_for_terminals_only(capsys: pytest.CaptureFixture[str]) -> None:
    with messages.working("loading"):
        pass
    assert capsys.readouterr().err == ""


def test_a_terminal_shows_progress_and_then_clears_it(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with messages.working("[/loading]"):
        messages.show_notice(Notice("slug", "a notice"))
    assert "[/loading]" in terminal.getvalue()
    assert "note: a notice [slug]\n" in terminal.getvalue()
    assert terminal.getvalue().endswith("\x1b[1A\x1b[2K")


def test_a_dumb_terminal_gets_no_escape_sequences(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "dumb")
    with messages.working("loading"):
        messages.show_notice(Notice("slug", "a notice"))
    assert terminal.getvalue() == "note: a notice [slug]\n"


def test_output_on_stdout_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []

    class Recorder(io.StringIO):
        def flush(self) -> None:
            written.append(self.getvalue())

    monkeypatch.setattr(sys, "stdout", Recorder("data"))
    messages.show_notice(Notice("slug", "a notice"))
    assert written[0] == "data"


def test_a_closed_stderr_does_not_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    messages.show_notice(Notice("slug", "unread"))
    with messages.working("loading"):
        pass

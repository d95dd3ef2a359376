from __future__ import annotations

import io
import re
import sys

import pytest

from wieder.delivery import messages
from wieder.delivery.messages import Detail, Notifier
from wieder.errors import DataError
from wieder.notices import Notice


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
        "wieder: this is an error in wieder itself; please report it with the lines above\n"
    )


def test_progress_is_for_terminals_only(capsys: pytest.CaptureFixture[str]) -> None:
    with Notifier().working("loading"):
        pass
    assert capsys.readouterr().err == ""


def test_a_terminal_shows_progress_and_then_clears_it(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with Notifier().working("[/loading]"):
        messages.show_notice(Notice("slug", "a notice"))
    assert "[/loading]" in terminal.getvalue()
    assert "note: a notice [slug]\n" in terminal.getvalue()
    assert terminal.getvalue().endswith("\x1b[1A\x1b[2K")


def test_a_dumb_terminal_gets_no_escape_sequences(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "dumb")
    with Notifier().working("loading"):
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
    with Notifier().working("loading"):
        pass


def of_week(week: int) -> Notice:
    return Notice("as-of", f"as of week {week}", "--as-of")


def said_before(*notices: Notice) -> Notifier:
    return Notifier(is_new=lambda notice: notice not in notices)


def test_repeated_notices_are_named_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    notifier = said_before(of_week(1), Notice("history", "the export begins late"))
    for notice in (of_week(1), Notice("history", "the export begins late"), of_week(2), of_week(1)):
        notifier(notice)
    notifier.close()
    notifier.close()
    assert capsys.readouterr().err == (
        "note: as of week 2; --as-of [as-of]\n"
        "note: as in earlier runs: as-of, history; --notices full shows them again [repeated]\n"
    )


@pytest.mark.parametrize("detail", [Detail.FULL, Detail.VERBOSE])
def test_all_notices_are_shown_in_full_if_asked_for(
    detail: Detail, capsys: pytest.CaptureFixture[str]
) -> None:
    notifier = Notifier(detail, is_new=lambda _notice: False)
    notifier(of_week(1))
    notifier.close()
    assert capsys.readouterr().err == "note: as of week 1; --as-of [as-of]\n"


def test_a_quiet_run_shows_and_remembers_no_notices(capsys: pytest.CaptureFixture[str]) -> None:
    remembered: list[Notice] = []

    def remember(notice: Notice) -> bool:
        remembered.append(notice)
        return True

    notifier = Notifier(Detail.QUIET, is_new=remember)
    notifier(of_week(1))
    with notifier.working("loading"):
        notifier.explain("the settings are in wieder.toml")
    notifier.close()
    assert (capsys.readouterr().err, remembered) == ("", [])


def test_verbose_explains_the_run_and_times_its_steps(capsys: pytest.CaptureFixture[str]) -> None:
    notifier = Notifier(Detail.VERBOSE)
    with notifier.working("loading"):
        notifier.explain("settings: wieder.toml\x1b")
    assert re.fullmatch(
        r"wieder: settings: wieder.toml␛\nwieder: loading took \d+\.\d\d s\n", capsys.readouterr().err
    )

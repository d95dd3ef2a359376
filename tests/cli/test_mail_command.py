"""`wieder report --mail` with a server on the loopback interface."""

from __future__ import annotations

import email
import json
import os
from email.policy import default
from typing import TYPE_CHECKING

import pytest

from mail_server import PASSWORD, USER, certificate_for_localhost, mail_server
from outcomes import fails
from wieder.report import letter

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

    from outcomes import Wieder

ADDRESSES = 'sender = "Shop <shop@example.com>"\nrecipients = ["anna@example.com"]\n'
ALERT = "[alerts.orders]\nbelow = 100\n"


def configure(folder: Path, mail: str, more: str = "") -> None:
    (folder / "wieder.toml").write_text(f"[mail]\n{ADDRESSES}{mail}\n{more}")


def parsed(data: bytes) -> EmailMessage:
    return email.message_from_bytes(data, policy=default)


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_the_report_is_sent_silently(wieder: Wieder, tmp_path: Path) -> None:
    with mail_server() as inbox:
        configure(tmp_path, f'host = "127.0.0.1"\nport = {inbox.port}\nsecurity = "none"')
        outcome = wieder("report", "orders.csv", "--mail", "--lang", "de", "--log", "runs.jsonl")
    assert (outcome.code, outcome.out, outcome.err) == (0, b"", "")
    [message] = inbox.messages
    assert str(message["Subject"]) == "Bericht zur Kundenbindung, Februar 2024: Umsatz 42,50 (−39,3 %)"
    assert "Wiederkaufrate" in part(message, "plain")
    assert '<html lang="de">' in part(message, "html")
    [attachment] = message.iter_attachments()
    assert attachment.get_filename() == "wieder_2024-02.html"
    [entry] = [json.loads(line) for line in (tmp_path / "runs.jsonl").read_text().splitlines()]
    assert [one["name"] for one in entry["outputs"]] == ["mail"]


def test_the_html_has_its_style_in_its_elements_and_fetches_nothing(wieder: Wieder, tmp_path: Path) -> None:
    configure(tmp_path, "")
    message = parsed(wieder("report", "orders.csv", "--mail", "--dry-run").out)
    html = part(message, "html")
    assert 'style="' in html
    assert "<style" not in html
    assert "<svg" not in html
    assert "http" not in html
    assert "<a " not in html
    shown = [one["Content-ID"] for one in message.walk() if one.get_content_type() == "image/png"]
    assert bool(shown) == (letter.installed_family() is not None)
    assert all(f"cid:{name.strip('<>')}" in html for name in shown)


def test_without_fonts_a_table_replaces_a_picture(
    wieder: Wieder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letter, "SAMPLE_TEXT", "")
    configure(tmp_path, "")
    message = parsed(wieder("report", "orders.csv", "--mail", "--dry-run").out)
    assert "image/png" not in [one.get_content_type() for one in message.walk()]
    assert "cid:" not in part(message, "html")
    assert "January 2024" in part(message, "html")


def test_a_rehearsal_writes_the_message_and_needs_no_server(wieder: Wieder, tmp_path: Path) -> None:
    configure(tmp_path, 'attach = ["html", "xlsx", "csv"]')
    outcome = wieder("report", "orders.csv", "--mail", "--dry-run", "-o", "{month}.eml")
    assert (outcome.code, outcome.out, outcome.err) == (0, b"", "")
    message = parsed((tmp_path / "2024-02.eml").read_bytes())
    names = [one.get_filename() for one in message.iter_attachments()]
    assert names == ["wieder_2024-02.html", "wieder_2024-02.xlsx", "wieder_2024-02.csv"]
    assert not (tmp_path / "report.html").exists()


def test_a_file_is_written_as_well_if_it_is_named(wieder: Wieder, tmp_path: Path) -> None:
    with mail_server() as inbox:
        configure(tmp_path, f'host = "127.0.0.1"\nport = {inbox.port}\nsecurity = "none"\nattach = []')
        assert wieder("report", "orders.csv", "--mail", "-o", "r.html").code == 0
    assert (tmp_path / "r.html").exists()
    assert list(inbox.messages[0].iter_attachments()) == []


def test_alerts_come_first_and_are_counted_in_the_subject(wieder: Wieder, tmp_path: Path) -> None:
    configure(tmp_path, "", ALERT)
    outcome = wieder("report", "orders.csv", "--mail", "--dry-run", "--log", "runs.jsonl")
    assert outcome.code == 5
    message = parsed(outcome.out)
    assert str(message["Subject"]).startswith("[1 alert] Retention report")
    assert part(message, "plain").startswith("! Orders was 2 in February 2024")
    assert "Orders was 2 in February 2024" in part(message, "html")
    [entry] = [json.loads(line) for line in (tmp_path / "runs.jsonl").read_text().splitlines()]
    assert entry["exit_code"] == 5
    assert len(entry["alerts"]) == 1


def test_the_password_comes_from_the_environment_or_its_file_and_is_nowhere_else(
    wieder: Wieder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = certificate_for_localhost(tmp_path)
    secret = tmp_path / "password"
    secret.write_text(f"{PASSWORD}\n")
    secret.chmod(0o600)
    command = ("report", "orders.csv", "--mail", "--no-quiet", "--log", "runs.jsonl")
    with mail_server(certificate) as inbox:
        server = f'host = "localhost"\nport = {inbox.port}\nuser = "{USER}"\ncertificates = "{certificate}"\n'
        configure(tmp_path, f'{server}password_file = "password"')
        first = wieder(*command)
        monkeypatch.setenv("WIEDER_MAIL_PASSWORD", "of no use")
        refused = wieder(*command)
        monkeypatch.setenv("WIEDER_MAIL_PASSWORD", PASSWORD)
        configure(tmp_path, server)
        second = wieder(*command)
    assert (first.code, second.code) == (0, 0)
    assert "535" in fails(refused, 4)
    assert len(inbox.messages) == 2
    traces = first.err + refused.err + second.err + (tmp_path / "runs.jsonl").read_text()
    assert PASSWORD not in traces
    assert json.dumps(PASSWORD)[1:-1] not in traces
    assert "of no use" not in traces


def test_a_password_that_others_can_read_gives_a_notice(wieder: Wieder, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("x")
    (tmp_path / "password").chmod(0o644)
    configure(tmp_path, 'host = "localhost"\nport = 1\nuser = "u"\npassword_file = "password"')
    assert "[password-file-open]" in wieder("report", "orders.csv", "--mail", "--no-quiet").err


@pytest.mark.parametrize(
    ("mail", "expected"),
    [
        ("", "[mail] names no host"),
        ('host = "h"\nuser = "u"', "[mail] user has no password"),
        ('host = "h"\nuser = "u"\npassword_file = "missing"', "[mail] password_file: missing cannot be read"),
        ('host = "h"\nuser = "u"\nsecurity = "none"', "would send the password unencrypted"),
        ('host = "h"\ncertificates = "missing.pem"', "there is no file missing.pem"),
        ('host = "h"\nsubject = "{revenue}"', "{revenue}: there is no placeholder {revenue}"),
        ('host = "h"\nsubject = "{title.__class__.__mro__}"', "there is no placeholder"),
        ('host = "h"\nsubject = "a\\nBcc: all@example.com"', "could start a new header"),
        ('host = "h"\npassword = "x"', "there is no setting mail.password"),
    ],
)
def test_settings_that_make_no_sense_are_refused_before_anything_is_read(
    wieder: Wieder, tmp_path: Path, mail: str, expected: str
) -> None:
    configure(tmp_path, mail)
    assert expected in fails(wieder("report", "missing.csv", "--mail"), 2)


def test_a_title_cannot_begin_a_header(wieder: Wieder, tmp_path: Path) -> None:
    configure(tmp_path, "", '[report]\ntitle = "a\\r\\nBcc: all@example.com"')
    assert "could start a new header" in fails(wieder("report", "orders.csv", "--mail", "--dry-run"), 2)


def test_addresses_are_asked_for(wieder: Wieder) -> None:
    assert "[mail] names no sender or no recipients" in fails(wieder("report", "orders.csv", "--mail"), 2)
    assert "--dry-run has no effect without --mail" in fails(wieder("report", "orders.csv", "--dry-run"), 2)


def test_a_server_that_is_not_there_is_an_output_that_could_not_be_written(
    wieder: Wieder, tmp_path: Path
) -> None:
    configure(tmp_path, 'host = "127.0.0.1"\nport = 1\nsecurity = "none"\ntimeout_seconds = 2')
    outcome = wieder("report", "orders.csv", "--mail", "--log", "runs.jsonl")
    assert "the mail could not be sent through 127.0.0.1:1" in fails(outcome, 4)
    assert json.loads((tmp_path / "runs.jsonl").read_text())["exit_code"] == 4


def test_the_password_is_never_printed_with_the_settings(wieder: Wieder) -> None:
    assert "WIEDER_MAIL_PASSWORD" not in os.environ
    assert "--password" not in wieder("report", "--help").out.decode()

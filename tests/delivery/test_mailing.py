from __future__ import annotations

import socket
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from mail_server import PASSWORD, USER, certificate_for_localhost, mail_server
from wieder.delivery.mail import Attachment, Image, Letter, MailServer, compose, send, single_address
from wieder.errors import OutputError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from wieder.delivery.mail import Security

AT = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
LETTER = Letter(
    sender="Größe & Söhne <reports@example.com>",
    recipients=("anna@example.com", "Ben <ben@example.org>"),
    subject="Umsatz 12.345 € (−4,9 %)",
    text="Umsatz: 12.345 €\n" + "x" * 2000 + "\n",
    html='<p>12.345 €</p><img src="cid:chart">',
    images=(Image(name="chart", png=b"\x89PNG"),),
    attachments=(Attachment(name="report.html", media_type="text/html", data=b"<p>\xe2\x82\xac</p>"),),
)


def test_a_message_arrives_with_all_its_parts() -> None:
    with mail_server() as inbox:
        send(compose(LETTER, AT), MailServer(host="127.0.0.1", port=inbox.port, security="none"))
    [message] = inbox.messages
    assert inbox.recipients == ["anna@example.com", "ben@example.org"]
    assert message["Subject"] == LETTER.subject
    assert message["From"] == "Größe & Söhne <reports@example.com>"
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == LETTER.text
    assert html.get_content().strip() == LETTER.html
    [attachment] = message.iter_attachments()
    assert (attachment.get_filename(), attachment.get_content()) == ("report.html", "<p>€</p>")
    pictures = [part for part in message.walk() if part.get_content_type() == "image/png"]
    assert [part["Content-ID"] for part in pictures] == ["<chart>"]
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain",
        "multipart/related", "text/html", "image/png", "text/html",
    ]  # fmt: skip
    assert max(map(len, inbox.raw[0].splitlines())) < 998


def test_the_same_letter_at_the_same_time_gives_the_same_bytes() -> None:
    assert compose(LETTER, AT).as_bytes() == compose(LETTER, AT).as_bytes()
    assert compose(LETTER, AT)["Message-ID"] != compose(replace(LETTER, text="other"), AT)["Message-ID"]


@pytest.mark.parametrize("evil", ["Report\r\nBcc: all@example.com", "Report\nX: y", "a\x00b", "a\u2028b"])
def test_a_subject_or_an_address_cannot_begin_a_header(evil: str) -> None:
    with pytest.raises(UsageError, match="which could start a new header"):
        compose(replace(LETTER, subject=evil), AT)
    with pytest.raises(UsageError, match="which could start a new header"):
        compose(replace(LETTER, sender=f"{evil} <a@example.com>"), AT)
    with pytest.raises(UsageError, match="which could start a new header"):
        compose(replace(LETTER, recipients=(f"{evil}@example.com",)), AT)


@pytest.mark.parametrize(
    "text", ["", "anna", "anna@", "@example.com", "a@b.c, d@e.f", "Anna <anna>", "ü@example.com"]
)
def test_anything_but_a_single_address_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        single_address(text)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_password_goes_over_an_encrypted_connection(tmp_path: Path, security: Security) -> None:
    certificate = certificate_for_localhost(tmp_path)
    with mail_server(certificate, security) as inbox:
        server = MailServer(
            host="localhost",
            port=inbox.port,
            security=security,
            user=USER,
            password=PASSWORD,
            certificates=str(certificate),
        )
        send(compose(LETTER, AT), server)
        assert len(inbox.messages) == 1
        with pytest.raises(OutputError, match="535") as refusal:
            send(compose(LETTER, AT), replace(server, password="wrong"))  # noqa: S106
    assert "wrong" not in refusal.value.message + refusal.value.remedy
    assert "check user in [mail]" in refusal.value.remedy
    assert len(inbox.messages) == 1


def test_an_untrusted_certificate_is_refused(tmp_path: Path) -> None:
    with mail_server(certificate_for_localhost(tmp_path)) as inbox, pytest.raises(OutputError) as refusal:
        send(compose(LETTER, AT), MailServer(host="localhost", port=inbox.port))
    assert "certificate" in refusal.value.message
    assert 'set certificates = "server.pem" in [mail]' in refusal.value.remedy
    assert inbox.messages == []


def test_a_server_without_encryption_gets_nothing_if_it_is_wanted() -> None:
    with mail_server() as inbox, pytest.raises(OutputError, match="STARTTLS") as refusal:
        send(compose(LETTER, AT), MailServer(host="127.0.0.1", port=inbox.port))
    assert 'security = "starttls" (usually port 587)' in refusal.value.remedy
    assert inbox.messages == []


def test_a_refused_recipient_is_named_and_the_others_receive_the_mail() -> None:
    with mail_server() as inbox:
        inbox.refused = "ben@example.org"
        server = MailServer(host="127.0.0.1", port=inbox.port, security="none")
        with pytest.raises(OutputError, match=r"ben@example\.org: 550 no such user") as refusal:
            send(compose(LETTER, AT), server)
        assert "all others have received the mail" in refusal.value.remedy
        assert inbox.recipients == ["anna@example.com"]
        with pytest.raises(OutputError, match="550 no such user"):
            send(compose(replace(LETTER, recipients=(inbox.refused,)), AT), server)


def test_a_server_that_is_not_there_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        server = MailServer(host="127.0.0.1", port=port, security="none", timeout_seconds=5)
        with pytest.raises(OutputError, match=rf"127\.0\.0\.1:{port} \(Connection refused\)") as refusal:
            send(compose(LETTER, AT), server)
    assert "check host, port and security" in refusal.value.remedy


def test_an_unresponsive_server_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server = MailServer(
            host="127.0.0.1", port=silent.getsockname()[1], security="none", timeout_seconds=0.2
        )
        with pytest.raises(OutputError, match="timed out"):
            send(compose(LETTER, AT), server)


def test_a_password_that_cannot_be_sent_is_not_shown(tmp_path: Path) -> None:
    certificate = certificate_for_localhost(tmp_path)
    with mail_server(certificate) as inbox:
        server = MailServer(
            host="localhost",
            port=inbox.port,
            user=USER,
            password="geheim-ü",  # noqa: S106
            certificates=str(certificate),
        )
        with pytest.raises(OutputError) as refusal:
            send(compose(LETTER, AT), server)
    assert "geheim" not in str(refusal.value) + refusal.value.remedy + repr(server)

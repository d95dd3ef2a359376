"""E-mail: composing a message and sending it to the server."""

from __future__ import annotations

import re
import smtplib
import ssl
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, getaddresses
from hashlib import sha256
from typing import TYPE_CHECKING, Literal

from wieder.errors import OutputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

Security = Literal["starttls", "tls", "none"]
PORTS: dict[Security, int] = {"starttls": 587, "tls": 465, "none": 25}
OWN_MACHINE = {"localhost", "127.0.0.1", "::1"}
"""Hosts to which a password may be sent unencrypted, because it never leaves the machine."""
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""Characters that could start a new header."""

ADDRESS = re.compile(
    r"(?P<user>[\w.!#$%&'*+/=?^`{|}~-]+)@(?P<domain>[a-z0-9-]+(\.[a-z0-9-]+)*)", re.ASCII | re.IGNORECASE
)
"""A valid address as defined by HTML, which is stricter than RFC 5322."""


@dataclass(frozen=True, kw_only=True)
class Image:
    """A picture that the HTML part refers to as `cid:NAME`."""

    name: str
    png: bytes


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file attached to the message."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, kw_only=True)
class Letter:
    """The content of a message, with its sender and recipients."""

    sender: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    html: str
    images: tuple[Image, ...] = ()
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """The server that messages are sent through."""

    host: str
    port: int | None = None
    security: Security = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    certificates: str = ""
    """Path of a file with the certificates to trust instead of the system's."""
    timeout_seconds: float = 30


def compose(letter: Letter, written_at: datetime) -> EmailMessage:
    """The message: text and HTML as alternatives, pictures embedded in the HTML, and attachments.

    The same letter and time give the same bytes. Raises UsageError for an invalid
    address, and for a subject or address with a control character.
    """
    message = EmailMessage(policy=SMTP)
    sender = single_address(letter.sender)
    message["From"] = sender
    message["To"] = [single_address(recipient) for recipient in letter.recipients]
    message["Subject"] = without_control(letter.subject, "the subject")
    message["Date"] = format_datetime(written_at)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    _add_images(message, letter.images)
    for attachment in letter.attachments:
        kind, _, subtype = attachment.media_type.partition("/")
        params = {"charset": "utf-8"} if kind == "text" else {}
        message.add_attachment(attachment.data, kind, subtype, filename=attachment.name, params=params)
    _name(message, sender.domain, letter)
    return message


def single_address(text: str) -> Address:
    """The address in `Shop <reports@example.com>`. Raises UsageError unless it is one valid address."""
    plain = without_control(text, "an address")
    names = getaddresses([plain])
    match = ADDRESS.fullmatch(names[0][1]) if len(names) == 1 else None
    if match is None:
        raise UsageError(
            f"{plain!r} is not an e-mail address", "write it as reports@example.com in [mail] of wieder.toml"
        )
    return Address(display_name=names[0][0], username=match["user"], domain=match["domain"])


def without_control(text: str, what: str) -> str:
    """Return `text` unchanged. Raises UsageError if it contains a control character."""
    found = CONTROL.search(text)
    if found:
        raise UsageError(
            f"{what} has a control character at position {found.start() + 1}, which could start a new header",
            "remove it from [mail] or [report] in wieder.toml",
        )
    return text


def _add_images(message: EmailMessage, images: Sequence[Image]) -> None:
    html = message.get_body(("html",))
    assert isinstance(html, EmailMessage)  # noqa: S101
    for image in images:
        html.add_related(
            image.png,
            "image",
            "png",
            cid=f"<{image.name}>",
            filename=f"{image.name}.png",
            disposition="inline",
        )


def _name(message: EmailMessage, domain: str, letter: Letter) -> None:
    """Derive the message id and the part boundaries from the content, so that they are not random."""
    digest = sha256(repr((letter, message["Date"])).encode()).hexdigest()[:32]
    message["Message-ID"] = f"<{digest}@{domain}>"
    for index, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_{digest}_{index}")


def send(message: EmailMessage, server: MailServer) -> None:
    """Send `message` through the server.

    Raises OutputError if it was not accepted for every recipient; no error message
    contains the password.
    """
    try:
        with _connection(server) as connection:
            if server.user:
                connection.login(server.user, server.password)
            refused = connection.send_message(message)
    except UnicodeError:
        raise _failed(server, "the password contains characters that are not allowed", CHECK_LOGIN) from None
    except smtplib.SMTPAuthenticationError as error:
        raise _failed(server, _answer(error), CHECK_LOGIN) from None
    except smtplib.SMTPRecipientsRefused as error:
        raise _failed(
            server, _refusals(error.recipients), "check recipients in [mail] of wieder.toml"
        ) from None
    except (smtplib.SMTPException, OSError) as error:
        raise _failed(server, _reason(error), _remedy(error)) from error
    if refused:
        raise _failed(
            server, _refusals(refused), "check recipients in [mail]; all others have received the mail"
        )


CHECK_LOGIN = "check user in [mail], and the password in password_file or WIEDER_MAIL_PASSWORD"


@contextmanager
def _connection(server: MailServer) -> Iterator[smtplib.SMTP]:
    """A connection with the security that the settings ask for."""
    port, timeout = server.port or PORTS[server.security], server.timeout_seconds
    if server.security == "none":
        with smtplib.SMTP(server.host, port, timeout=timeout) as plain:
            yield plain
        return
    context = ssl.create_default_context(cafile=server.certificates or None)
    if server.security == "tls":
        with smtplib.SMTP_SSL(server.host, port, timeout=timeout, context=context) as secure:
            yield secure
        return
    with smtplib.SMTP(server.host, port, timeout=timeout) as connection:
        connection.starttls(context=context)
        yield connection


def _failed(server: MailServer, reason: str, remedy: str) -> OutputError:
    port = server.port or PORTS[server.security]
    return OutputError(f"the mail could not be sent through {server.host}:{port} ({reason})", remedy)


def _remedy(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return 'set certificates = "server.pem" in [mail] to trust the certificate of the server'
    if isinstance(error, ssl.SSLError | smtplib.SMTPNotSupportedError):
        return 'set security = "starttls" (usually port 587) or "tls" (usually port 465) in [mail]'
    return "check host, port and security in [mail], and that the server can be reached"


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _answer(error)
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__


def _answer(error: smtplib.SMTPResponseException) -> str:
    text = error.smtp_error
    return f"{error.smtp_code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"


def _refusals(recipients: dict[str, tuple[int, bytes]]) -> str:
    return "; ".join(
        f"{name}: {code} {text.decode(errors='replace')}" for name, (code, text) in recipients.items()
    )

"""`wieder report --mail`: the message, the server and the password."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from wieder.asking.results import SCHEMA
from wieder.cli.session import now
from wieder.cli.writing import screen_text
from wieder.delivery import output
from wieder.delivery.mail import (
    OWN_MACHINE,
    Attachment,
    Image,
    Letter,
    MailServer,
    compose,
    send,
    single_address,
    without_control,
)
from wieder.delivery.placeholders import has_placeholders, occasion_of
from wieder.delivery.run_log import OutputFile
from wieder.delivery.targets import Format, Target
from wieder.errors import UsageError
from wieder.kpis import REGISTRY
from wieder.locale import texts
from wieder.notices import Notice
from wieder.periods import period_name
from wieder.report import page
from wieder.report.document import build
from wieder.report.letter import headline, letter_html, pictures, refuse_without_extra
from wieder.report.summary import WIDTH, summarise, summary_page
from wieder.writing.formats import TableFormat, serialise
from wieder.writing.terminal import plain_spaces

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from wieder.cli.options import MailOptions
    from wieder.cli.session import Session
    from wieder.config import Mail
    from wieder.notices import Notify
    from wieder.report.document import Document
    from wieder.report.findings import Findings

PASSWORD = "WIEDER_MAIL_PASSWORD"  # noqa: S105  (the name of the variable)
PLACEHOLDERS = ("title", "period", "as_of", "headline")
OTHERS = 0o077
"""Permissions of a file beyond those of its owner."""
MEDIA_TYPES = {
    "html": "text/html",
    "csv": "text/csv",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, kw_only=True)
class Post:
    """How the report is sent."""

    server: MailServer
    is_dry_run: bool
    """Write the message instead of sending it."""


def prepare_post(session: Session, options: MailOptions, show: Notify) -> Post | None:
    """Check the settings for sending the report; None if it is not to be sent.

    Raises UsageError for missing or contradictory settings, before any data are read.
    """
    if not options.mail:
        return None
    mail = session.settings.mail
    refuse_without_extra()
    _check_addresses(mail)
    has_placeholders(without_control(mail.subject, "the subject"), PLACEHOLDERS)
    is_dry_run = bool(options.dry_run)
    server = MailServer(host="") if is_dry_run else _server(mail, os.environ, show)
    return Post(server=server, is_dry_run=is_dry_run)


def _check_addresses(mail: Mail) -> None:
    if not mail.sender or not mail.recipients:
        raise UsageError(
            "[mail] names no sender or no recipients",
            'write sender = "reports@example.com" and recipients = ["you@example.com"] in wieder.toml',
        )
    for address in (mail.sender, *mail.recipients):
        single_address(address)


def _server(mail: Mail, environment: Mapping[str, str], show: Notify) -> MailServer:
    if not mail.host:
        raise UsageError(
            "[mail] names no host", 'write host = "smtp.example.com" in wieder.toml, or add --dry-run'
        )
    if mail.user and mail.security == "none" and mail.host not in OWN_MACHINE:
        raise UsageError(
            "[mail] would send the password unencrypted",
            'set security to "starttls" or "tls", or remove user',
        )
    if mail.certificates and not Path(mail.certificates).is_file():
        raise UsageError(f"[mail] certificates: there is no file {mail.certificates}", "check its path")
    return MailServer(
        host=mail.host,
        port=mail.port,
        security=mail.security,
        user=mail.user,
        password=_password(mail, environment, show) if mail.user else "",
        certificates=mail.certificates,
        timeout_seconds=mail.timeout_seconds,
    )


def _password(mail: Mail, environment: Mapping[str, str], show: Notify) -> str:
    """The password from the environment or from its file; never an option, which other users could see."""
    found = environment.get(PASSWORD) or _password_in(mail.password_file, show)
    if not found:
        raise UsageError("[mail] user has no password", f"set {PASSWORD}, or password_file in [mail]")
    return found


def _password_in(name: str, show: Notify) -> str:
    if not name:
        return ""
    path = Path(name)
    try:
        text, mode = path.read_text("utf-8"), path.stat().st_mode
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"[mail] password_file: {name} cannot be read", "check its path and its permissions"
        ) from error
    if mode & OTHERS:
        show(Notice("password-file-open", f"others can read {name}", f"chmod 600 {name}"))
    return text.rstrip("\r\n")


def post_report(
    findings: Findings, session: Session, alerts: Sequence[str], post: Post, name: str
) -> OutputFile:
    """Send the report, or write the message of a dry run to the file `name`. Raises OutputError."""
    message = compose(_letter(findings, session, alerts), now())
    data = message.as_bytes()
    if not post.is_dry_run:
        send(message, post.server)
        return OutputFile(name="mail", bytes=len(data))
    output.write(data, name)
    return OutputFile(name=name, bytes=len(data))


def _letter(findings: Findings, session: Session, alerts: Sequence[str]) -> Letter:
    document, mail = build(findings, REGISTRY), session.settings.mail
    drawn, templates = pictures(document), session.settings.report.templates
    folder = Path(templates) if templates else None
    return Letter(
        sender=mail.sender,
        recipients=mail.recipients,
        subject=_subject_of(document, mail, alerts),
        text=_text(findings, document, alerts),
        html=letter_html(document, drawn, alerts, folder, attached=bool(mail.attach)),
        images=tuple(Image(name=one.name, png=one.png) for one in drawn if one.png),
        attachments=tuple(_attachments(findings, session)),
    )


def _subject_of(document: Document, mail: Mail, alerts: Sequence[str]) -> str:
    head = document.head
    values = (head.title, head.period, head.as_of, headline(document))
    subject = mail.subject.format_map(dict(zip(PLACEHOLDERS, values, strict=True)))
    if alerts:
        subject = texts(document.lang).counted("mail.alerts", len(alerts), n=len(alerts), subject=subject)
    return without_control(plain_spaces(subject), "the subject")


def _text(findings: Findings, document: Document, alerts: Sequence[str]) -> str:
    """The text for mail programs without HTML: alerts, headlines and the summary."""
    headlines = document["headlines"]
    findings_text = [item.sentence for item in headlines.items] if headlines else []
    parts = [*(f"! {alert}." for alert in alerts), *findings_text]
    target = Target(name="mail", format=Format.TABLE)
    screen = screen_text(summary_page(summarise(findings, REGISTRY, hint=False)), target, WIDTH).decode()
    return plain_spaces("\n".join([*parts, "", screen] if parts else [screen]))


def _attachments(findings: Findings, session: Session) -> Iterator[Attachment]:
    seen = occasion_of(findings)
    period = period_name(seen.period, seen.kind).replace("/", "_")
    for form in session.settings.mail.attach:
        data = (
            serialise(findings.by_period.frame.select(*SCHEMA), TableFormat.CSV)
            if form == "csv"
            else page.rendered(findings, form)
        )
        yield Attachment(name=f"wieder_{period}.{form}", media_type=MEDIA_TYPES[form], data=data)

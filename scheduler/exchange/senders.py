"""How notices leave the house: by SMTP, or to a webhook that takes what Slack's takes."""

from __future__ import annotations

import hashlib
import json
import smtplib
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from email.message import EmailMessage
from email.utils import formatdate
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import SplitResult, unquote, urlsplit

from scheduler.free_text import disarmed
from scheduler.publishing.notices import Channel, Letter, NotTaken

Send = Callable[[Letter], None]
_TIMEOUT_S = 20.0
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
# A gateway that gave up waiting does not know whether the message went through.
_UNSURE = (502, 504)


def senders(mail_server: str, mail_from: str) -> Mapping[Channel, Send]:
    """Return what can be sent by: webhooks always, mail where a server is named.

    Parameters
    ----------
    mail_server
        ``smtp://user:password@host:587`` (with STARTTLS) or ``smtps://…``; empty for none.
    mail_from
        Who sends.
    """
    found: dict[Channel, Send] = {"webhook": send_to_webhook}
    if mail_server:
        found["mail"] = mail_sender(mail_server, mail_from)
    return found


def mail_sender(server: str, sender: str) -> Send:
    """Return a function that hands a letter to a mail server.

    It raises ``NotTaken`` where the server certainly has not taken it; any other error leaves
    that open. A server on this machine is spoken to without TLS.
    """
    where = urlsplit(server)

    def send(letter: Letter) -> None:
        try:
            line = _connect(where)
        except (OSError, smtplib.SMTPException) as error:
            raise NotTaken(f"the mail server cannot be reached: {error}") from error
        try:
            line.send_message(mail_of(letter, sender))
        except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
            raise NotTaken(f"the mail server refused it: {error}") from error
        finally:
            with suppress(OSError, smtplib.SMTPException):
                line.quit()

    return send


def mail_of(letter: Letter, sender: str) -> EmailMessage:
    """Write a letter as a mail; its id is the same at every attempt."""
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = letter.subject, sender, letter.address
    mail["Date"] = formatdate()
    mail["Message-ID"] = f"<{_digest(letter.key)}@callboard>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.body)
    return mail


def send_to_webhook(letter: Letter) -> None:
    """Post a letter to a webhook, over TLS unless it is on this machine; redirects are refused.

    Raises
    ------
    NotTaken
        It certainly was not taken. Any other error leaves that open.
    """
    where = urlsplit(letter.address)
    try:
        line = _webhook_line(where)
        line.connect()
    except (OSError, ValueError) as error:
        raise NotTaken(f"the webhook cannot be reached: {error}") from error
    headers = {"Content-Type": "application/json", "Idempotency-Key": _digest(letter.key)}
    path = where.path + (f"?{where.query}" if where.query else "")
    try:
        line.request("POST", path or "/", webhook_body(letter), headers)
        status = line.getresponse().status
    finally:
        line.close()
    if status in _UNSURE:
        raise HTTPException(f"the webhook answered {status}")
    if not 200 <= status < 300:
        raise NotTaken(f"the webhook answered {status}")


def webhook_body(letter: Letter) -> str:
    """Write a letter as Slack's webhooks take it, with nothing in it that calls or loads."""
    text = disarmed(f"{letter.subject}\n{letter.body}")
    # These three signs are Slack's own markup.
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    quiet = dict.fromkeys(("mrkdwn", "link_names", "unfurl_links", "unfurl_media"), False)
    return json.dumps({"text": text} | quiet)


def _webhook_line(where: SplitResult) -> HTTPConnection:
    host = where.hostname or ""
    if where.scheme == "https" and host:
        context = ssl.create_default_context()
        return HTTPSConnection(host, where.port, timeout=_TIMEOUT_S, context=context)
    if where.scheme == "http" and host in _LOOPBACK:
        return HTTPConnection(host, where.port, timeout=_TIMEOUT_S)
    raise ValueError("its address does not begin with https://")


def _connect(where: SplitResult) -> smtplib.SMTP:
    host, context = where.hostname or "", ssl.create_default_context()
    line: smtplib.SMTP
    if where.scheme == "smtps":
        line = smtplib.SMTP_SSL(host, where.port or 465, timeout=_TIMEOUT_S, context=context)
    else:
        line = smtplib.SMTP(host, where.port or 587, timeout=_TIMEOUT_S)
        if host not in _LOOPBACK:
            line.starttls(context=context)
    if where.username:
        line.login(unquote(where.username), unquote(where.password or ""))
    return line


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]

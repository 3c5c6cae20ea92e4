"""The ways out: SMS through an HTTP gateway, e-mail through Django's backend. They tell how certain the outcome is."""

import json
import smtplib
import urllib.error
import urllib.request
from collections.abc import Callable
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from portal.core.models.notifications import Channel, OutboxMessage

TIMEOUT_SECONDS = 10
PRINTING_BACKENDS = ("console", "dummy", "filebased")


class NotConfigured(Exception):
    """There is no way out: no gateway, or a mail backend that only prints."""


class Refused(Exception):
    """The receiver will never take this message: a wrong address, a forbidden text, a wrong token."""


class NotSent(Exception):
    """Certainly not sent, but it may work later: no connection, gateway overloaded."""


class Doubtful(Exception):
    """The call broke off: it may have been sent or not."""


def send(message: OutboxMessage) -> str:
    """Send the message and return the receiver's receipt. Raises one of the four errors above."""
    return _senders[Channel(message.channel)](message)


def knows_keys(channel: str) -> bool:
    """Whether the receiver sends a key once, so that a doubtful message may be sent again."""
    return channel == Channel.SMS


# --- SMS ------------------------------------------------------------------------------------------------------------


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirected POST would lose its body or carry the token elsewhere."""

    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirect)
TRY_LATER = {408, 409, 425, 429}


def _send_sms(message: OutboxMessage) -> str:
    if not settings.SMS_GATEWAY_URL:
        raise NotConfigured
    if not settings.SMS_GATEWAY_URL.startswith(("https://", "http://")):
        raise Refused("SMS_GATEWAY_URL is not an http(s) address")
    body = json.dumps({"to": message.address, "text": message.body}, ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Authorization": f"Bearer {settings.SMS_GATEWAY_TOKEN}",
        "Idempotency-Key": message.key,
    }
    request = urllib.request.Request(settings.SMS_GATEWAY_URL, data=body, headers=headers, method="POST")  # noqa: S310
    try:
        with _opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
            return _receipt(answer.read(10_000))
    except urllib.error.HTTPError as error:
        error.close()
        if error.code >= 500 or error.code in TRY_LATER:
            raise Doubtful(f"HTTP {error.code}") from None
        raise Refused(f"HTTP {error.code}") from None
    except ConnectionRefusedError:
        raise NotSent("no connection") from None
    except urllib.error.URLError as error:
        raise NotSent(f"no connection: {type(error.reason).__name__}") from None
    except OSError as error:
        raise Doubtful(type(error).__name__) from None


def _receipt(answer: bytes) -> str:
    try:
        return str(json.loads(answer).get("id", ""))[:120]
    except (ValueError, AttributeError):
        return ""


# --- e-mail ---------------------------------------------------------------------------------------------------------


def _send_email(message: OutboxMessage) -> str:
    if settings.EMAIL_BACKEND.split(".")[-2] in PRINTING_BACKENDS:
        raise NotConfigured
    connection = get_connection(timeout=TIMEOUT_SECONDS)
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent(f"no connection: {type(error).__name__}") from None
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    message_id = f"<{message.pk}.{message.created_at:%Y%m%d%H%M%S}@{domain}>"
    email = EmailMessage(
        message.subject, message.body, to=[message.address], headers={"Message-ID": message_id}, connection=connection
    )
    try:
        email.send()
    except smtplib.SMTPRecipientsRefused:
        raise Refused("the address was refused") from None
    except smtplib.SMTPResponseException as error:
        raise (Refused if error.smtp_code >= 500 else NotSent)(f"SMTP {error.smtp_code}") from None
    except (OSError, smtplib.SMTPException) as error:
        raise Doubtful(type(error).__name__) from None
    finally:
        _close_quietly(connection)
    return message_id


def _close_quietly(connection: object) -> None:
    try:
        connection.close()  # type: ignore[attr-defined]
    except (OSError, smtplib.SMTPException):
        return  # the message has left or failed already; a rude goodbye changes nothing


_senders: dict[Channel, Callable[[OutboxMessage], str]] = {Channel.SMS: _send_sms, Channel.EMAIL: _send_email}

"""E-mail over SMTP: encrypted by STARTTLS, one letter a connection, one recipient a letter."""

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Final, Literal

import aiosmtplib

from notifications.application.ports import Clock, Message
from notifications.channels.content import sheet_of
from notifications.channels.letter import letter_of
from notifications.domain.delivery import Delivered, GiveUp, Outcome, Retry

OPEN_SECONDS: Final = 5.0
DATA_SECONDS: Final = 7.0
GOODBYE_SECONDS: Final = 1.0
"""Together below a lease: the conversation up to the recipient, then the letter itself, then an end."""

Tls = Literal["starttls", "implicit", "none"]


@dataclass(frozen=True, slots=True)
class MailServer:
    """The operator's server. `none` sends in the clear, which production refuses to start with.

    Its address is a setting: the policy on addresses is for those that others give us, and this one is commonly inside.
    """

    host: str
    port: int
    sender: str
    tls: Tls = "starttls"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    trusted: ssl.SSLContext | None = None


class _StepError(Exception):
    """A step of the conversation failed before the letter was handed over."""


class MailChannel:
    """Sends letters."""

    def __init__(
        self, server: MailServer, clock: Clock, open_seconds: float = OPEN_SECONDS, data_seconds: float = DATA_SECONDS
    ) -> None:
        self._server = server
        self._clock = clock
        self._open_seconds = open_seconds
        self._data_seconds = data_seconds
        self._tls = server.trusted or ssl.create_default_context()

    async def send(self, message: Message) -> Outcome:
        """Make one attempt. What concerns our server or our right to use it is never the recipient's failure."""
        letter = letter_of(sheet_of(message), self._server.sender, message.address, self._clock.wall())
        client = self._client()
        try:
            async with asyncio.timeout(self._open_seconds):
                await self._open(client)
                refusal = await _name_receiver(client, message.address)
            return refusal or await self._hand_over(client, letter)
        except _StepError as error:
            return Retry(str(error))
        except TimeoutError:
            return Retry(f"not sent: the server did not answer in {self._open_seconds:g} s")
        finally:
            client.close()

    def _client(self) -> aiosmtplib.SMTP:
        server = self._server
        return aiosmtplib.SMTP(
            hostname=server.host, port=server.port, timeout=None, use_tls=server.tls == "implicit",
            start_tls=False, tls_context=self._tls if server.tls != "none" else None, local_hostname="anze",
        )  # fmt: skip

    async def _open(self, client: aiosmtplib.SMTP) -> None:
        """Connect, encrypt, log in, name the sender; _StepError."""
        server = self._server
        step = "connect"
        try:
            await client.connect()
            if server.tls == "starttls":
                step = "STARTTLS"
                await client.starttls()
            if server.user is not None and server.password is not None:
                step = "log in"
                await client.login(server.user, server.password)
            step = "MAIL FROM"
            await client.mail(server.sender)
        except (aiosmtplib.SMTPException, OSError) as error:
            raise _StepError(f"not sent: {step}: {_words(error)}") from error

    async def _hand_over(self, client: aiosmtplib.SMTP, letter: EmailMessage) -> Outcome:
        try:
            async with asyncio.timeout(self._data_seconds):
                taken = await client.data(letter.as_bytes())
        except (aiosmtplib.SMTPException, OSError) as error:
            return _judge("DATA", error, ambiguous=True)
        await _say_goodbye(client)
        return Delivered(_said(taken.code, taken.message), taken.code)


async def _name_receiver(client: aiosmtplib.SMTP, receiver: str) -> Outcome | None:
    try:
        await client.rcpt(receiver)
    except (aiosmtplib.SMTPException, ConnectionError) as error:
        return _judge("RCPT TO", error, ambiguous=False)
    return None


async def _say_goodbye(client: aiosmtplib.SMTP) -> None:
    """End politely; the letter is taken, whatever comes of this."""
    with suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
        async with asyncio.timeout(GOODBYE_SECONDS):
            await client.quit()


def _judge(step: str, error: Exception, *, ambiguous: bool) -> Outcome:
    """A 5xx to the recipient or the letter is final, anything else may pass."""
    if isinstance(error, aiosmtplib.SMTPResponseException):
        detail = f"{step}: {_said(error.code, error.message)}"
        if 500 <= error.code < 600:
            return GiveUp(detail, error.code)
        return Retry(detail, error.code)
    if ambiguous:
        return Retry(f"{step}: {_words(error)}; it may have arrived", ambiguous=True)
    return Retry(f"{step}: {_words(error)}")


def _said(code: int, words: str) -> str:
    return f"{code} {' '.join(words.split())[:200]}"


def _words(error: Exception) -> str:
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _said(error.code, error.message)
    return f"{type(error).__name__} {str(error)[:200]}".strip()

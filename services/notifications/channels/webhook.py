"""Webhooks: a signed POST (Standard Webhooks) to the recipient's address."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

import httpx2
from standardwebhooks import Webhook

from notifications.application.ports import Clock, Message
from notifications.channels.address_policy import AddressRefusedError
from notifications.domain.delivery import Delivered, GiveUp, Outcome, Retry

SEND_SECONDS: Final = 10.0
"""An attempt is over after this long, whatever the receiver does: well before its lease ends."""

CONNECT_SECONDS: Final = 5.0

_LONGEST_WAIT: Final = timedelta(days=3)
_NEVER_ARRIVED: Final = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.UnsupportedProtocol)


class WebhookChannel:
    """Sends by a client that follows no redirect and takes no proxy or cookie from anywhere."""

    def __init__(self, transport: httpx2.AsyncBaseTransport, clock: Clock, send_seconds: float = SEND_SECONDS) -> None:
        self._clock = clock
        self._send_seconds = send_seconds
        self._client = httpx2.AsyncClient(
            transport=transport,
            follow_redirects=False,
            trust_env=False,
            timeout=httpx2.Timeout(send_seconds, connect=min(CONNECT_SECONDS, send_seconds)),
            headers={"user-agent": "anze-notifications/1", "accept": "*/*", "accept-encoding": "identity"},
        )

    async def send(self, message: Message) -> Outcome:
        """Make one attempt; what the receiver says in its body is not read."""
        headers = self._signed(message)
        try:
            async with (
                asyncio.timeout(self._send_seconds),
                self._client.stream("POST", message.address, content=message.body, headers=headers) as response,
            ):
                return self._judge(response)
        except AddressRefusedError as error:
            return GiveUp(f"the address {error}")
        except _NEVER_ARRIVED as error:
            return Retry(f"not reached: {_words(error)}")
        except (TimeoutError, httpx2.HTTPError, ssl.SSLError, OSError) as error:
            return Retry(f"sent, but no answer: {_words(error)}; it may have arrived", ambiguous=True)
        except (httpx2.InvalidURL, UnicodeError, ValueError) as error:
            return GiveUp(f"the address is not usable: {_words(error)}")

    async def aclose(self) -> None:
        """Close what is open."""
        await self._client.aclose()

    def _signed(self, message: Message) -> dict[str, str]:
        moment = self._clock.wall().astimezone(UTC)
        signature = Webhook(message.secret).sign(message.id, moment, message.body.decode())
        return {
            "content-type": "application/cloudevents+json; charset=utf-8",
            "webhook-id": message.id,
            "webhook-timestamp": str(int(moment.timestamp())),
            "webhook-signature": signature,
        }

    def _judge(self, response: httpx2.Response) -> Outcome:
        """Say what a status means: only 410 is final, for a receiver under repair must not lose a statutory notice."""
        status = response.status_code
        detail = f"HTTP {status}"
        if 200 <= status < 300:
            return Delivered(detail, status)
        if status == httpx2.codes.GONE:
            return GiveUp(f"{detail}: the receiver wants nothing more", status, gone=True)
        if 300 <= status < 400:
            return Retry(f"{detail}: redirects are not followed, give the final address", status)
        after = _wait_asked(response.headers.get("retry-after"), self._clock.wall())
        return Retry(detail, status, after)


def _wait_asked(value: str | None, now: datetime) -> timedelta | None:
    """Read a Retry-After header, seconds or a date; None when it is missing, past or unreadable."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return min(timedelta(seconds=min(int(value), 10**9)), _LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    wait = moment - now
    return min(wait, _LONGEST_WAIT) if wait > timedelta() else None


def _words(error: BaseException) -> str:
    return f"{type(error).__name__} {str(error)[:200]}".strip()

"""One HTTP request to a receiver, and what it means when no answer comes."""

import asyncio
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

import httpx2

from notifications.application.ports import Clock
from notifications.channels.address_policy import AddressRefusedError
from notifications.domain.delivery import Delivered, GiveUp, Outcome, Retry

SEND_SECONDS: Final = 10.0
"""An attempt is over after this long, whatever the receiver does: well before its lease ends."""

CONNECT_SECONDS: Final = 5.0
BODY_SECONDS: Final = 2.0
MOST_READ: Final = 4096

TOO_SOON: Final = timedelta(minutes=1)
"""How long to wait where a receiver says that it was asked too often, and not until when."""

_SHORTEST_WAIT: Final = timedelta(seconds=1)
_LONGEST_WAIT: Final = timedelta(days=3)
_EXCERPT: Final = 200
_NEVER_ARRIVED: Final = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.UnsupportedProtocol)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: of the body the first 4 KB at most, and less where it was slow."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    at: datetime

    @property
    def excerpt(self) -> str:
        """The beginning of the body as one line of text."""
        text = " ".join(self.body.decode(errors="replace").split())
        return "".join(character for character in text if character.isprintable())[:_EXCERPT]


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent; the body of a success is waited for only where it can be a refusal after all (`refuses_in_body`)"""

    address: str = field(repr=False)
    body: bytes | None
    headers: Mapping[str, str] = field(repr=False)
    method: str = "POST"
    refuses_in_body: bool = False


Judge = Callable[[Answer], Outcome]


class HttpClient:
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

    async def send(self, request: Request, judge: Judge) -> Outcome:
        """Make one request and let `judge` say what its answer means; whatever happens, the result is an outcome."""
        try:
            async with (
                asyncio.timeout(self._send_seconds),
                self._client.stream(
                    request.method, request.address, content=request.body, headers=request.headers
                ) as response,
            ):
                text = b"" if response.is_success and not request.refuses_in_body else await _first_of(response)
                return judge(Answer(response.status_code, response.headers, text, self._clock.wall()))
        except AddressRefusedError as error:
            return GiveUp(f"the address {error}")
        except _NEVER_ARRIVED as error:
            return Retry(f"not reached: {_words(error)}")
        except (TimeoutError, httpx2.HTTPError, ssl.SSLError, OSError) as error:
            return Retry(f"sent, but no answer: {_words(error)}; it may have arrived", ambiguous=True)
        except (httpx2.InvalidURL, UnicodeError, ValueError) as error:
            return GiveUp(f"the address is not usable: {type(error).__name__}")

    async def aclose(self) -> None:
        """Close what is open."""
        await self._client.aclose()


def by_status(answer: Answer) -> Outcome:
    """Say what a status means: only 410 is final, for a receiver under repair must not lose a statutory notice.

    A receiver that asks us to come later has not used up an attempt.
    """
    status = answer.status
    detail = f"HTTP {status}"
    if 200 <= status < 300:
        return Delivered(detail, status)
    if status == httpx2.codes.GONE:
        return GiveUp(f"{detail}: the receiver wants nothing more", status, gone=True)
    if 300 <= status < 400:
        return Retry(f"{detail}: redirects are not followed, give the final address", status)
    if answer.excerpt:
        detail = f"{detail}: {answer.excerpt}"
    after = wait_asked(answer.headers.get("retry-after"), answer.at)
    if after is not None:
        return Retry(detail, status, after, costs_attempt=False)
    if status == httpx2.codes.TOO_MANY_REQUESTS:
        return Retry(detail, status, TOO_SOON, costs_attempt=False)
    return Retry(detail, status)


def wait_asked(value: str | None, now: datetime) -> timedelta | None:
    """Read a Retry-After header, seconds or a date; None when it is missing, past or unreadable."""
    if value is None:
        return None
    if value.strip().isdecimal():
        asked = timedelta(seconds=min(int(value), 10**9))
        return min(max(asked, _SHORTEST_WAIT), _LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    wait = moment - now
    return min(max(wait, _SHORTEST_WAIT), _LONGEST_WAIT) if wait > timedelta() else None


async def _first_of(response: httpx2.Response) -> bytes:
    """The beginning of a body: the status has been said, and a body that does not come must not take it back."""
    read = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for piece in response.aiter_raw(MOST_READ):
                read += piece
                if len(read) >= MOST_READ:
                    break
    except (TimeoutError, httpx2.HTTPError, httpx2.StreamError, OSError):
        return bytes(read)
    return bytes(read[:MOST_READ])


def _words(error: BaseException) -> str:
    return f"{type(error).__name__} {str(error)[:200]}".strip()

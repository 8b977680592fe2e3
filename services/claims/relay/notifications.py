"""Notifications as the relay reaches it: alerts in, and in a sandbox the offset of its clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from http import HTTPStatus

import httpx2
import orjson

from claims.relay.alerts import Alert
from claims.relay.service_token import ServiceToken

AT_ONCE = 16
"""Alerts on their way at the same moment."""

_TIMEOUT = 10.0
_TOLD = 500
"""Characters of an answer that are kept."""

_REFUSED = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.CONFLICT,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    }
)
"""Answers to what an alert is. Any other (no right, no such address, too many) is about us or the receiver, would meet
every alert alike, and is waited out: the order and the alerts stand, and the lag shows it."""

_A_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Refused:
    """Notifications will not take this alert, however often it is sent."""

    status: int
    answer: str


@dataclass(frozen=True, slots=True)
class DayOfAlerts:
    """One day of notifications: alerts taken in, deliveries that arrived or were given up; and how many wait now."""

    alerts: int
    delivered: int
    dead: int
    waiting: int


class NotNowError(Exception):
    """Notifications was not reached, or cannot take anything now: try again."""


class Notifications:
    """Speaks to the notifications service at one address."""

    def __init__(self, url: str, token: ServiceToken, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        """`url` is its root, such as http://127.0.0.1:8401."""
        self._token = token
        self._client = httpx2.AsyncClient(
            base_url=url,
            transport=transport,
            follow_redirects=False,
            trust_env=False,
            timeout=_TIMEOUT,
            limits=httpx2.Limits(max_connections=AT_ONCE + 1),
        )

    async def tell(self, alert: Alert) -> Refused | None:
        """Send an alert; None: it was taken, now or before.

        Raises:
            NotNowError: it is to be sent again.
        """
        answer = await self._send("POST", "/v1/alerts", alert.document, alert.correlation_id)
        if answer.status_code in {HTTPStatus.OK, HTTPStatus.ACCEPTED}:
            return None
        if answer.status_code in _REFUSED:
            return Refused(answer.status_code, answer.text[:_TOLD])
        raise NotNowError(_words(answer))

    async def set_clock(self, offset: timedelta) -> None:
        """Let notifications live by this offset from the wall clock; one that is ahead already stays where it is.

        Raises:
            NotNowError: it is to be sent again.
        """
        answer = await self._send("PUT", "/v1/sandbox/clock", {"offset_us": offset // _A_MICROSECOND}, None)
        if not answer.is_success and answer.status_code != HTTPStatus.CONFLICT:
            raise NotNowError(_words(answer))

    async def unknown(self, source: str, ids: Sequence[str]) -> frozenset[str]:
        """Return those of a source's events that notifications was never told, or has lost.

        Raises:
            NotNowError: ask again.
        """
        answer = await self._send("POST", "/v1/alerts/lookups", {"source": source, "ids": list(ids)}, None)
        if not answer.is_success:
            raise NotNowError(_words(answer))
        return frozenset(answer.json()["unknown"])

    async def day(self, day: date) -> DayOfAlerts:
        """Return what came in and what arrived on a day in Shanghai.

        Raises:
            NotNowError: ask again.
        """
        answer = await self._send("GET", f"/v1/figures/{day.isoformat()}", None, None)
        if not answer.is_success:
            raise NotNowError(_words(answer))
        told = answer.json()
        return DayOfAlerts(told["alerts"], told["delivered"], told["dead"], told["waiting"])

    async def close(self) -> None:
        """Close what is open."""
        await self._client.aclose()

    async def _send(self, method: str, path: str, body: object, correlation_id: str | None) -> httpx2.Response:
        headers = {"authorization": f"Bearer {self._token.value()}", "content-type": "application/json"}
        if correlation_id is not None:
            headers["x-correlation-id"] = correlation_id
        try:
            content = None if body is None else orjson.dumps(body)
            answer = await self._client.request(method, path, content=content, headers=headers)
        except (httpx2.HTTPError, OSError) as error:
            raise NotNowError(f"{method} {path}: {type(error).__name__} {error}".rstrip()) from error
        if answer.status_code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            self._token.forget()
        return answer


def _words(answer: httpx2.Response) -> str:
    return f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text[:_TOLD]}"

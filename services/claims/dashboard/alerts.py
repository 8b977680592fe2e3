"""The notifications service as the board reaches it: read and changed as the visitor, or said to be away."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Final, TypeVar
from uuid import UUID

import httpx2
import orjson
from pydantic import TypeAdapter, ValidationError

from claims.application.calls import Caller
from claims.dashboard.alert_answers import (
    AlertAnswer,
    EndpointAnswer,
    Listed,
    Made,
    ProblemAnswer,
    RecipientAnswer,
)
from claims.dashboard.delegation import Delegation
from claims.dashboard.told import (
    Acknowledgement,
    Delivery,
    DeliveryFilters,
    DeliveryPage,
    Endpoint,
    Redelivered,
    Told,
    Unacknowledged,
)

AT_ONCE: Final = 200
"""Clocks in one request, and things on one page of an answer."""

_READ_SECONDS: Final = 2.0
"""A page is not held up longer than that by a service that does not answer."""
_CHANGE_SECONDS: Final = 10.0
_LIMITS: Final = httpx2.Limits(max_connections=32, keepalive_expiry=2.0)
"""The other side closes what is idle for five seconds: nothing is sent on a connection that it is about to close."""

T = TypeVar("T")
Query = Sequence[tuple[str, str]]


class Action(StrEnum):
    """What a visitor may want of notifications."""

    READ = "read"
    ENDPOINTS = "endpoints"
    ACKNOWLEDGE = "acknowledge"
    REDELIVER = "redeliver"


RIGHTS: Final[Mapping[Action, frozenset[str]]] = {
    Action.READ: frozenset({"admin", "operations", "insurer", "regulator"}),
    Action.ENDPOINTS: frozenset({"admin", "operations", "insurer"}),
    Action.ACKNOWLEDGE: frozenset({"operations", "regulator"}),
    Action.REDELIVER: frozenset({"admin", "operations"}),
}
"""As notifications holds it: a test compares."""


def may(caller: Caller, action: Action) -> bool:
    """Whether the visitor's role may do so at all: what it may not, a page does not offer."""
    return caller.role in RIGHTS[action]


class AlertsAwayError(Exception):
    """Notifications was not reached, failed, or answered what is no answer; the message says which."""


class AlertsRefusedError(Exception):
    """Notifications refused: `status`, `title` and `detail` as it said."""

    def __init__(self, status: int, title: str, detail: str) -> None:
        """Keep what was answered."""
        super().__init__(f"{status} {title}: {detail}")
        self.status = status
        self.title = title
        self.detail = detail


class NotForThisRoleError(AlertsRefusedError):
    """The visitor's role has no such right; notifications was not asked."""

    def __init__(self, caller: Caller, action: Action) -> None:
        """Take who wanted what."""
        super().__init__(HTTPStatus.FORBIDDEN, "Forbidden", f"{caller.role} may not {action} here")


class Alerts:
    """Asks notifications at one address. Every call raises AlertsAwayError or AlertsRefusedError."""

    def __init__(self, url: str, delegation: Delegation, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        """`url` is its root, such as http://127.0.0.1:8401."""
        self._delegation = delegation
        self._client = httpx2.AsyncClient(
            base_url=url, transport=transport, follow_redirects=False, trust_env=False, timeout=_READ_SECONDS,
            limits=_LIMITS,
        )  # fmt: skip

    async def close(self) -> None:
        """Close what is open."""
        await self._client.aclose()

    async def of_clocks(self, caller: Caller, clock_ids: Iterable[UUID]) -> Mapping[UUID, tuple[Told, ...]]:
        """Return everything that was told about each of the clocks, the oldest first, withdrawals too.

        One request for 200 clocks with 200 alerts, another for each 200 more of either.
        """
        _require(caller, Action.READ)
        wanted = list(dict.fromkeys(clock_ids))
        found: defaultdict[str | None, list[Told]] = defaultdict(list)
        for start in range(0, len(wanted), AT_ONCE):
            query = [("clock_id", str(each)) for each in wanted[start : start + AT_ONCE]]
            for alert in await self._all(caller, "/v1/alerts", query, _ALERTS):
                found[alert.told().clock_id].append(alert.told())
        return {each: tuple(reversed(found[str(each)])) for each in wanted}

    async def alert(self, caller: Caller, alert_id: UUID) -> Told:
        """Return one alert."""
        _require(caller, Action.READ)
        return _read(_ALERT, await self._get(caller, f"/v1/alerts/{alert_id}", ())).told()

    async def unacknowledged(self, caller: Caller, limit: int = AT_ONCE) -> Unacknowledged:
        """Return breaches that nobody acknowledged, the newest first; `limit` is 200 at most.

        Breaches that were withdrawn or met since are among them: how a clock stands now, the board knows itself.
        """
        _require(caller, Action.READ)
        query = (("kind", "clock.breached"), ("acknowledged", "false"), ("limit", str(limit)))
        page = _read(_ALERTS, await self._get(caller, "/v1/alerts", query))
        return Unacknowledged(tuple(each.told() for each in page.items), more=page.next_cursor is not None)

    async def deliveries(
        self, caller: Caller, filters: DeliveryFilters, cursor: str | None = None, limit: int = 50
    ) -> DeliveryPage:
        """Return one page of the log of deliveries, the newest first; `limit` is 200 at most."""
        _require(caller, Action.READ)
        query = [*filters.parameters(), ("limit", str(limit)), *([] if cursor is None else [("cursor", cursor)])]
        page = _read(_DELIVERIES, await self._get(caller, "/v1/deliveries", query))
        return DeliveryPage(page.items, page.next_cursor)

    async def delivery(self, caller: Caller, delivery_id: UUID) -> Delivery:
        """Return one delivery with every attempt."""
        _require(caller, Action.READ)
        return _read(_DELIVERY, await self._get(caller, f"/v1/deliveries/{delivery_id}", ()))

    async def endpoints(self, caller: Caller) -> tuple[Endpoint, ...]:
        """Return the endpoints of the visitor's directory, each with whose it is."""
        _require(caller, Action.ENDPOINTS)
        whose = {each.id: each for each in await self._all(caller, "/v1/recipients", (), _RECIPIENTS)}
        found = await self._all(caller, "/v1/endpoints", (), _ENDPOINTS)
        return tuple(
            Endpoint(
                each.id, each.recipient_id, whose[each.recipient_id].name, whose[each.recipient_id].role, each.channel,
                each.address, each.enabled, each.disabled_reason,
            )
            for each in found
            if each.recipient_id in whose
        )  # fmt: skip

    async def redeliver(self, caller: Caller, delivery_id: UUID) -> Delivery:
        """Send one delivery again; returns it as it stands then."""
        _require(caller, Action.REDELIVER)
        return _read(_DELIVERY, await self._post(caller, f"/v1/deliveries/{delivery_id}/redeliveries", {}))

    async def redeliver_range(
        self, caller: Caller, endpoint_id: UUID, begins: datetime, ends: datetime, statuses: Sequence[str] = ("dead",)
    ) -> Redelivered:
        """Send again what came in for an endpoint from `begins` until before `ends` and stands so, 1,000 at a time."""
        _require(caller, Action.REDELIVER)
        body = {"from": begins.isoformat(), "to": ends.isoformat(), "statuses": list(statuses)}
        return _read(_REDELIVERED, await self._post(caller, f"/v1/endpoints/{endpoint_id}/redeliveries", body))

    async def acknowledge(self, caller: Caller, alert_id: UUID, note: str | None = None) -> tuple[Acknowledgement, ...]:
        """Acknowledge an alert for all whom the visitor stands for; `note` holds no name of a victim."""
        _require(caller, Action.ACKNOWLEDGE)
        body = {} if note is None else {"note": note}
        return _read(_ACKNOWLEDGED, await self._post(caller, f"/v1/alerts/{alert_id}/acknowledgements", body)).items

    async def _all(self, caller: Caller, path: str, query: Query, form: "TypeAdapter[Listed[T]]") -> list[T]:
        """Every page of a list."""
        items: list[T] = []
        cursor: str | None = ""
        while cursor is not None:
            asked = [*query, ("limit", str(AT_ONCE)), *([("cursor", cursor)] if cursor else [])]
            page = _read(form, await self._get(caller, path, asked))
            items += page.items
            cursor = page.next_cursor
        return items

    async def _get(self, caller: Caller, path: str, query: Query) -> httpx2.Response:
        return await self._send(caller, self._client.build_request("GET", path, params=list(query)))

    async def _post(self, caller: Caller, path: str, body: object) -> httpx2.Response:
        headers = {"content-type": "application/json"}
        return await self._send(
            caller,
            self._client.build_request(
                "POST", path, content=orjson.dumps(body), headers=headers, timeout=_CHANGE_SECONDS
            ),
        )

    async def _send(self, caller: Caller, request: httpx2.Request) -> httpx2.Response:
        request.headers["authorization"] = f"Bearer {self._delegation.token(caller)}"
        what = f"{request.method} {request.url.path}"
        try:
            answer = await self._client.send(request)
        except (httpx2.HTTPError, OSError) as error:
            raise AlertsAwayError(f"{what}: {type(error).__name__} {error}".rstrip()) from error
        if answer.is_success:
            return answer
        if not answer.is_client_error:
            raise AlertsAwayError(f"{what}: {answer.status_code}")
        raise _refusal(answer)


def _require(caller: Caller, action: Action) -> None:
    if not may(caller, action):
        raise NotForThisRoleError(caller, action)


def _read(form: "TypeAdapter[T]", answer: httpx2.Response) -> T:
    try:
        return form.validate_json(answer.content)
    except ValidationError as error:
        where = f"{answer.request.method} {answer.request.url.path}"
        raise AlertsAwayError(f"{where}: an answer of another form ({error.error_count()} differences)") from error


def _refusal(answer: httpx2.Response) -> AlertsRefusedError:
    try:
        said = _PROBLEM.validate_json(answer.content)
    except ValidationError:
        said = ProblemAnswer(answer.reason_phrase)
    return AlertsRefusedError(answer.status_code, said.title, said.detail)


_ALERT: Final = TypeAdapter(AlertAnswer)
_ALERTS: Final = TypeAdapter(Listed[AlertAnswer])
_DELIVERY: Final = TypeAdapter(Delivery)
_DELIVERIES: Final = TypeAdapter(Listed[Delivery])
_ENDPOINTS: Final = TypeAdapter(Listed[EndpointAnswer])
_RECIPIENTS: Final = TypeAdapter(Listed[RecipientAnswer])
_REDELIVERED: Final = TypeAdapter(Redelivered)
_ACKNOWLEDGED: Final = TypeAdapter(Made[Acknowledgement])
_PROBLEM: Final = TypeAdapter(ProblemAnswer)

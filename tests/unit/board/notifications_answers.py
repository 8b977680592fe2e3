"""Notifications as the board's tests have it: answers as they are told, and what was asked."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import httpx2
from joserfc.jwk import ECKey

from claims.dashboard.alerts import Alerts
from claims.dashboard.delegation import Delegation

KEY = ECKey.generate_key("P-256", auto_kid=True)
CLOCK = UUID(int=1)
STAFF = UUID(int=11)


class Service:
    """Answers as it is told and keeps what it was asked."""

    def __init__(self, *answers: httpx2.Response | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


@asynccontextmanager
async def asking(service: Service) -> AsyncIterator[Alerts]:
    """The client under test."""
    delegation = Delegation(KEY, issuer="issuer", audience="anze", wall=lambda: 1_790_000_000.0)
    alerts = Alerts("http://127.0.0.1:1", delegation, httpx2.MockTransport(service))
    try:
        yield alerts
    finally:
        await alerts.close()


def page(*items: dict[str, Any], cursor: str | None = None) -> httpx2.Response:
    """One page of a list."""
    return httpx2.Response(200, json={"items": items, "next_cursor": cursor})


def delivery(number: int, recipient: UUID = STAFF, **more: Any) -> dict[str, Any]:
    """A delivery that arrived at the second attempt."""
    attempt = {
        "number": 1, "started_at": "2026-03-09T08:00:00+08:00", "outcome": "failed", "status_code": 503,
        "detail": "busy", "milliseconds": 12, "ambiguous": False, "worker": "w-1", "replay": False,
    }  # fmt: skip
    about = {
        "kind": "clock.breached", "severity": "breach", "time": "2026-03-09T08:00:00+08:00", "tenant": "picc-sz",
        "region": "440300", "rule": "SZ-20.6", "clock_id": str(CLOCK), "claim_id": "c", "claim_number": "C-1",
    }  # fmt: skip
    return {
        "id": str(UUID(int=100 + number)), "alert_id": str(UUID(int=7)), "endpoint_id": str(UUID(int=8)),
        "recipient_id": str(recipient), "role": "operations", "recipient_name": "理赔运营", "address": "https://x",
        "channel": "webhook", "status": "delivered", "created_at": "2026-03-09T08:00:00+08:00", "next_at": None,
        "delivered_at": f"2026-03-09T08:0{number}:00+08:00", "ended_at": None, "reason": None, "schedule": "steady",
        "handed_from": None, "replayed_at": None, "repeat": 0, "held_until": None, "digest_id": None, "about": about,
        "attempts": [attempt, attempt | {"number": 2, "outcome": "delivered", "status_code": 200}],
    } | more  # fmt: skip


def alert(number: int, clock: UUID | None = CLOCK, *deliveries: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An alert, as notifications answers it, with fields that the board does not know."""
    data = {} if clock is None else {"clock": {"id": str(clock), "rule": "SZ-20.6", "tier": "service"}}
    return {
        "id": str(UUID(int=number)), "kind": "clock.breached", "source": "/claims", "severity": "breach",
        "tenant": "picc-sz", "region": "440300", "received_at": "2026-03-09T08:00:01+08:00", "unheard": False,
        "event": {"time": "2026-03-09T08:00:00+08:00", "data": data | {"claim": {"id": "c", "number": "C-1"}}},
        "deliveries": list(deliveries), "acknowledgements": [], "some_day": 1,
    } | more  # fmt: skip


def acknowledgement(recipient: UUID) -> dict[str, Any]:
    """An acknowledgement for one recipient."""
    return {
        "id": str(UUID(int=50)), "recipient_id": str(recipient), "acknowledged_by": "li.wei", "note": None,
        "acknowledged_at": "2026-03-09T09:00:00+08:00", "expires_at": "2026-03-10T09:00:00+08:00",
    }  # fmt: skip

"""The notifications service in a test: its api over ASGI, its worker by hand, a clock that is set."""

import asyncio
import base64
import copy
import itertools
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import ECKey

from notifications.application.receive_alert import receive_alerts
from notifications.bootstrap import Parts, build_app, build_loop, build_rounds, new_id, open_parts
from notifications.intake.cloud_event import CloudEvent, to_alert
from notifications.settings import Settings
from notifications.store.inbox import PostgresInbox
from notifications.worker.delivery_loop import DeliveryLoop

ISSUER = "https://issuer.example"
_numbers = itertools.count(1)
_looked_through: list[FastAPI] = []


@dataclass(slots=True)
class SetClock:
    """Starts at the present moment and stands still until it is moved."""

    moment: datetime = field(default_factory=lambda: datetime.fromtimestamp(time.time(), UTC))

    def wall(self) -> datetime:
        """Return where it was set."""
        return self.moment

    def forward(self, **by: float) -> None:
        """Move it."""
        self.moment += timedelta(**by)


def event(**data: Any) -> dict[str, Any]:
    """A breach alert with an id of its own; what is given replaces fields of its data, `event_id` its id."""
    number = next(_numbers)
    event_id = data.pop("event_id", f"event-{number}")
    top: dict[str, Any] = {
        name: data.pop(name) for name in ("type", "source", "subject", "correlationid") if name in data
    }
    return {
        "specversion": "1.0",
        "id": event_id,
        "source": "/claims",
        "type": "clock.breached",
        "time": "2026-03-09T00:00:00+08:00",
        "subject": "claims/c-1",
        "datacontenttype": "application/json",
        **top,
        "data": {
            "clock": {
                "id": "k-1",
                "rule": "SZ-20.6",
                "title": {"zh": "抢险救援费用预付", "en": "Rescue advance"},
                "citation": "深圳规范第二十条（六）",
                "tier": "service",
                "responsible": "insurer",
                "due_at": "2026-03-09T00:00:00+08:00",
                "level": "breached",
            },
            "claim": {"id": "c-1", "number": "C-2026-1", "policy_number": "P-1"},
            "tenant": "picc-sz",
            "region": "440300",
            "roles": ["operations", "insurance_regulator"],
            "severity": "breach",
            "sequence": number,
            "sandbox": False,
        }
        | data,
    }


@dataclass(slots=True)
class Service:
    """One running service with everything a test reaches for."""

    parts: Parts
    clock: SetClock
    http: httpx2.AsyncClient
    key: ECKey

    def token(self, role: str, /, **claims: Any) -> str:
        """A token of this role; `claims` add to it or replace what it would say."""
        now = int(self.clock.wall().timestamp())
        scopes = {"insurer": {"tenant": "picc-sz"}, "operations": {"tenant": "picc-sz"}}
        scopes |= {"regulator": {"region": "440000"}, "broker": {"broker": "marsh-sz"}}
        body = {"iss": ISSUER, "aud": "anze", "sub": f"{role}-1", "iat": now, "exp": now + 300, "role": role}
        return jwt.encode({"alg": "ES256", "kid": "k1"}, body | scopes.get(role, {}) | claims, self.key)

    def as_role(self, role: str, /, **claims: Any) -> dict[str, str]:
        """The header that carries such a token."""
        return {"authorization": f"Bearer {self.token(role, **claims)}"}

    async def alert(self, alert: dict[str, Any] | None = None, expect: int = 202) -> dict[str, Any]:
        """Send an alert in; its answer."""
        answer = await self.http.post("/v1/alerts", json=alert or event(), headers=self.as_role("service"))
        assert answer.status_code == expect, answer.text
        body: dict[str, Any] = answer.json()
        return body

    async def take(self, alerts: list[dict[str, Any]]) -> None:
        """Take alerts in as the api does, without its HTTP side: for hundreds of them."""
        parts = self.parts
        read = [to_alert(CloudEvent.model_validate(e), e, correlation_id="c", sandbox=False) for e in alerts]
        await receive_alerts(read, PostgresInbox(parts.engine, self.clock), new_id, parts.metrics, parts.rules)

    async def add(self, path: str, **body: Any) -> dict[str, Any]:
        """Create something in the directory as an administrator; its answer."""
        answer = await self.http.post(path, json=body, headers=self.as_role("admin"))
        assert answer.status_code == 201, answer.text
        created: dict[str, Any] = answer.json()
        assert answer.headers["location"] == f"{path}/{created['id']}"
        return created

    async def listener(
        self, url: str, role: str = "insurance_regulator", *, digest: bool | None = False, **given: Any
    ) -> dict[str, Any]:
        """Register a recipient with one endpoint and a subscription to everything, each by itself; the endpoint."""
        who = {"name": "深圳监管局", "role": role, "region": "440300", "tenant": None} | given
        recipient = await self.add("/v1/recipients", **who)
        endpoint = await self.add("/v1/endpoints", recipient_id=recipient["id"], channel="webhook", address=url)
        subscribed = {"recipient_id": recipient["id"], "endpoint_ids": [endpoint["id"]], "digest": digest}
        await self.add("/v1/subscriptions", **subscribed)
        return endpoint

    async def get(self, path: str, role: str = "admin", **claims: Any) -> Any:
        """Read something."""
        answer = await self.http.get(path, headers=self.as_role(role, **claims))
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def deliveries(self) -> list[dict[str, Any]]:
        """All deliveries, oldest first."""
        return list(reversed((await self.get("/v1/deliveries?limit=200"))["items"]))

    def worker(self, name: str = "worker-1") -> DeliveryLoop:
        """A worker that does nothing by itself."""
        return build_loop(self.parts, name)

    async def round(self, *names: str) -> int:
        """Let a worker go these rounds once; how much there was to do."""
        return await build_rounds(self.parts).once(names)

    async def deliver(self) -> int:
        """Let a worker send what is due now, each once, and wait for it; how many there were."""
        worker = self.worker()
        async with asyncio.TaskGroup() as tasks:
            return await worker.start_due(tasks)


def _api(parts: Parts) -> FastAPI:
    """The api of these parts, on routes that are looked through once for all tests: what is behind them is its own."""
    made = build_app(parts)
    if not _looked_through:
        _looked_through.append(made)
    api = copy.copy(_looked_through[0])
    api.state = made.state
    return api


@asynccontextmanager
async def running(url: str, folder: Path, *, sandbox: bool = False, **settings: Any) -> AsyncIterator[Service]:
    """Start the service on a migrated database."""
    key = ECKey.generate_key("P-256", {"kid": "k1", "use": "sig", "alg": "ES256"})
    keys = folder / "keys.json"
    keys.write_text(json.dumps({"keys": [key.as_dict(private=False)]}), encoding="utf-8")
    given: dict[str, Any] = {
        "database_url": url,
        "token_issuer": ISSUER,
        "token_keys": keys,
        "secret_key": base64.b64encode(bytes(32)).decode(),
        "sandbox": sandbox,
        "allow_loopback": True,
    }
    clock = SetClock()
    async with open_parts(Settings(**given | settings), clock, jitter=lambda: 0.0) as parts:
        transport = httpx2.ASGITransport(_api(parts))
        async with httpx2.AsyncClient(transport=transport, base_url="http://notifications") as http:
            yield Service(parts, clock, http, key)

"""A bounded load over HTTP: clients that report claims and act on them, and give no command up before it is taken.

Everything happened in March, so that every clock is due as soon as it is recorded and the watch races with the
commands. Claims share policies, so that commands race with each other for the policies' streams.
"""

import asyncio
import itertools
import time
from dataclasses import dataclass, field
from http import HTTPStatus

import httpx2
from tests.support.machine import PATIENCE, Instance, Json
from tests.support.recipients import INSURER
from tests.support.reports import report

COMMANDS_A_CLAIM = 5
_POLICIES = 4
_PAUSE = 0.05
_IN_TIME, _LATE = "2026-03-02T20:00:00+08:00", "2026-03-03T16:10:00+08:00"


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A command that was answered with a success: the claim stands at this version since."""

    correlation_id: str
    claim_id: str
    version: int


@dataclass
class Load:
    """So many claims by so many clients at once; `name` keeps the keys and policies of several loads apart."""

    instance: Instance
    name: str
    claims: int = 40
    clients: int = 6
    acknowledged: list[Acknowledged] = field(default_factory=list)
    paid_late: list[str] = field(default_factory=list)
    paid_in_time: list[str] = field(default_factory=list)
    retries: int = 0
    seconds: float = 0.0
    _progress: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def commands(self) -> int:
        """How many commands there are in all."""
        return self.claims * COMMANDS_A_CLAIM

    async def run(self) -> None:
        """Play every claim to its end."""
        started = time.monotonic()
        numbers = itertools.count()
        bearer = self.instance.bearer("insurer", tenant=INSURER)
        async with asyncio.TaskGroup() as group:
            for _ in range(self.clients):
                group.create_task(self._client(numbers, bearer))
        self.seconds = time.monotonic() - started

    async def reached(self, share: float) -> None:
        """Return when this share of the commands has been acknowledged."""
        while len(self.acknowledged) < share * self.commands:
            self._progress.clear()
            await self._progress.wait()

    def summary(self) -> str:
        """What it did, for whoever watches."""
        rate = self.commands / self.seconds
        return (
            f"{self.name}: {self.commands} commands by {self.clients} clients in {self.seconds:.1f} s: {rate:.0f}/s,"
            f" {self.retries} sent again"
        )

    async def _client(self, numbers: "itertools.count[int]", bearer: dict[str, str]) -> None:
        async with httpx2.AsyncClient(
            base_url=self.instance.url("claims"), headers=bearer, trust_env=False, timeout=PATIENCE
        ) as client:
            while (number := next(numbers)) < self.claims:
                await self._claim(client, number)

    async def _claim(self, client: httpx2.AsyncClient, number: int) -> None:
        """One claim, from its report to the payment of its advance: in time if its number is even."""
        told = report(policy__number=f"{self.name}-{number % _POLICIES}", confirm_not_duplicate=True)
        claim_id = (await self._send(client, number, 0, "/v1/claims", told))["id"]
        path = f"/v1/claims/{claim_id}"
        asked = {"occurred_at": "2026-03-02T10:00:00+08:00", "claimant": "某某公司", "amount": None}
        await self._send(client, number, 1, f"{path}/claim-requests", asked)
        advance = {"kind": "medical", "requested_by": "insured", "amount": "90000.00"}
        made = await self._send(
            client, number, 2, f"{path}/advances", {"occurred_at": "2026-03-02T11:00:00+08:00", **advance}
        )
        in_time = number % 2 == 0
        paid = {"amount": "90000.00", "payee": {"party": "hospital"}, "bank_reference": "ICBC-1"}
        await self._send(
            client,
            number,
            3,
            f"{path}/advances/{made['advance_id']}/payments",
            {"occurred_at": _IN_TIME if in_time else _LATE, **paid},
        )
        await self._send(
            client,
            number,
            4,
            f"{path}/progress-notices",
            {"occurred_at": "2026-03-04T09:00:00+08:00", "text": "仍在核定"},
        )
        (self.paid_in_time if in_time else self.paid_late).append(claim_id)

    async def _send(self, client: httpx2.AsyncClient, number: int, step: int, path: str, body: Json) -> Json:
        """Send one command again and again, with the same key, until it is acknowledged."""
        name = f"{self.name}-{number}-{step}"
        headers = {"Idempotency-Key": name, "X-Correlation-Id": name}
        async with asyncio.timeout(PATIENCE):
            while (answer := await _answer(client, path, body, headers)) is None:
                self.retries += 1
                await asyncio.sleep(_PAUSE)
        assert answer.is_success, f"{name}: {answer.status_code} {answer.text}"
        claim: Json = answer.json()
        self.acknowledged.append(Acknowledged(name, claim["id"], claim["version"]))
        self._progress.set()
        return claim


async def _answer(client: httpx2.AsyncClient, path: str, body: Json, headers: dict[str, str]) -> httpx2.Response | None:
    """The answer; None where the contract says to send the same again."""
    try:
        answer = await client.post(path, json=body, headers=headers)
    except httpx2.TransportError:
        return None
    return None if answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE else answer

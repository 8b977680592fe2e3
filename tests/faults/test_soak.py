"""Receivers that fail one time in five and processes that are killed: every alert reaches every subscriber, in order.

The whole run (`make soak`) reads "20 producers x 20 endpoints x 1,000 alerts" as 1,000 alerts in all, made by 20
producers side by side and each delivered to all 20 endpoints: 20,000 deliveries, some 25,000 attempts. Its size is in
the environment: ANZE_SOAK_PRODUCERS, _ENDPOINTS, _ALERTS, _KILLS and _SEND_SECONDS (20,000 alerts would be 400,000
deliveries). Waits between attempts, leases and time-outs are shortened by settings that production refuses; nothing
else is other than in production.
"""

import asyncio
import itertools
import os
import random
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.faults.notifying import Processes, notifying
from tests.faults.tracing import causes_of_repeats
from tests.faults.unreliable import OK, UnreliableReceivers
from tests.integration.alerts.service import event
from tests.support.postgres import Database

SEED = int(os.environ.get("ANZE_TEST_SEED", "20260302"))
CLAIMS_OF_A_PRODUCER = 5
WORKERS = 2
SEND_SECONDS = float(os.environ.get("ANZE_SOAK_SEND_SECONDS", "1"))
"""How long a worker waits for an answer: long enough that on a busy machine only what is meant to be slow is."""
LEASE_SECONDS = 3 * SEND_SECONDS
RETRY_DELAYS = "[0.1, 0.2, 0.4, 0.8]"


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything."""

    producers: int
    endpoints: int
    alerts: int
    kills: int

    @property
    def deliveries(self) -> int:
        """What is to arrive."""
        return self.endpoints * self.alerts

    @property
    def patience(self) -> float:
        """Seconds that the whole may take; a bound, never a measure."""
        return 60 + self.deliveries / 20


def size() -> Size:
    """The size that was asked for; a small one without any wish."""
    small = {"PRODUCERS": 4, "ENDPOINTS": 4, "ALERTS": 30, "KILLS": 2}
    return Size(*(int(os.environ.get(f"ANZE_SOAK_{name}", default)) for name, default in small.items()))


async def subscribe(client: httpx2.AsyncClient, headers: dict[str, str], receivers: UnreliableReceivers, n: int) -> str:
    """Register a regulator of its own for one of the receivers; the endpoint's id."""

    async def add(path: str, **body: object) -> str:
        answer = await client.post(path, json=body, headers=headers)
        assert answer.status_code == httpx2.codes.CREATED, answer.text
        return str(answer.json()["id"])

    recipient = await add("/v1/recipients", name=f"authority {n}", role="insurance_regulator")
    endpoint = await add("/v1/endpoints", recipient_id=recipient, address=receivers.url(f"/{n}"))
    await add("/v1/subscriptions", recipient_id=recipient, endpoint_ids=[endpoint])
    return endpoint


async def produce(client: httpx2.AsyncClient, headers: dict[str, str], producer: int, count: int) -> None:
    """Send alerts of some claims in turn, and each until it is taken, as the relay does."""
    for number in range(count):
        claim = f"p{producer}-c{number % CLAIMS_OF_A_PRODUCER}"
        alert = event(
            event_id=f"p{producer}-{number}", subject=f"claims/{claim}", sequence=number,
            claim={"id": claim, "number": claim, "policy_number": "P-1"}, roles=["insurance_regulator"],
        )  # fmt: skip
        while True:
            try:
                answer = await client.post("/v1/alerts", json=alert, headers=headers)
            except httpx2.TransportError:
                await asyncio.sleep(0.05)
                continue
            if answer.status_code in {200, 202}:
                break
            assert answer.status_code == httpx2.codes.SERVICE_UNAVAILABLE, answer.text


async def kill_some(processes: Processes, receivers: UnreliableReceivers, of: Size) -> None:
    """Kill one process after the other while messages are under way, spread over the run."""
    names = itertools.cycle((processes.workers[0], "api", processes.workers[-1]))
    chance = random.Random(SEED)  # noqa: S311 - any moments will do, and the same each time can be looked into
    for number in range(of.kills):
        share = (number + chance.uniform(0.2, 0.8)) / (of.kills + 0.5)
        await receivers.took(round(share * of.deliveries))
        await processes.kill(next(names))


async def the_log(client: httpx2.AsyncClient, headers: dict[str, str]) -> list[dict[str, Any]]:
    """All deliveries with their attempts, as the API shows them."""
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        answer = await client.get("/v1/deliveries", params={"limit": "200", **cursor}, headers=headers)
        assert answer.status_code == httpx2.codes.OK, answer.text
        page = answer.json()
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        cursor = {"cursor": page["next_cursor"]}


async def until_nothing_waits(client: httpx2.AsyncClient, headers: dict[str, str]) -> None:
    """Return when the log has no delivery that is not over."""
    while (await client.get("/v1/deliveries?status=pending&limit=1", headers=headers)).json()["items"]:
        await asyncio.sleep(0.1)


async def test_every_alert_reaches_every_subscriber_in_order_and_every_repeat_has_a_cause(
    notifications_database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    of = size()
    receivers = UnreliableReceivers(random.Random(SEED), slow=SEND_SECONDS * 1.5)  # noqa: S311 - as above
    hasty = {"retry_delays": RETRY_DELAYS, "lease_seconds": LEASE_SECONDS, "send_seconds": SEND_SECONDS}
    began = time.monotonic()
    async with (
        receivers,
        notifying(notifications_database, tmp_path, WORKERS, **hasty) as (processes, client),
        asyncio.timeout(of.patience),
    ):
        admin, service = processes.headers("admin"), processes.headers("service")
        endpoints = {await subscribe(client, admin, receivers, n): f"/{n}" for n in range(of.endpoints)}
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(kill_some(processes, receivers, of))
            for producer in range(of.producers):
                count = len(range(producer, of.alerts, of.producers))
                tasks.create_task(produce(client, service, producer, count))
        await processes.ready(client)
        await until_nothing_waits(client, admin)
        took = time.monotonic() - began
        log = await the_log(client, admin)
        errors = processes.errors()
    assert len(processes.killed) == of.kills
    report = _judge(of, receivers, log, endpoints, processes)
    with capsys.disabled():
        print(f"\n{report}\n{took:.0f} s")  # noqa: T201 - for whoever watches
    assert errors == []


def _judge(
    of: Size,
    receivers: UnreliableReceivers,
    log: list[dict[str, Any]],
    endpoints: dict[str, str],
    processes: Processes,
) -> str:
    """Every delivery arrived and says so, every claim is in order everywhere, every repeat has a cause; the counts."""
    assert Counter(one["status"] for one in log) == {"delivered": of.deliveries}
    came = receivers.arrivals.items()
    answered = {(path, one.event_id) for (path, _), them in came for one in them if one.fate == OK}
    assert len(answered) == of.deliveries, "somebody was never reached"
    assert len(receivers.arrivals) == of.deliveries, "a message id stands for one alert at one endpoint"
    jumbled = [where for where, order in receivers.in_order.items() if order != sorted(order)]
    assert jumbled == []
    causes: Counter[str] = Counter()
    unexplained = []
    for one in log:
        arrivals = receivers.arrivals[endpoints[one["endpoint_id"]], one["id"]]
        found = causes_of_repeats(arrivals, one["attempts"], processes.killed)
        if found is None:
            unexplained.append((one["attempts"], arrivals))
        else:
            causes.update(found)
    assert unexplained == []
    raw = sum(len(them) for them in receivers.arrivals.values())
    attempts = sum(len(one["attempts"]) for one in log)
    assert raw - of.deliveries == causes.total()
    fates = Counter(one.fate for them in receivers.arrivals.values() for one in them)
    outcomes = Counter(attempt["outcome"] for one in log for attempt in one["attempts"])
    return (
        f"{of}: {of.deliveries} deliveries, all arrived, in order by claim; killed {list(processes.killed.values())}\n"
        f"requests {raw} {dict(fates)}; attempts {attempts} {dict(outcomes)}\n"
        f"repeats {raw - of.deliveries}: {dict(causes)}"
    )

"""From a clock's deadline to the receiver, through the whole chain: watch, log, relay, notifications, webhook.

All processes of one machine run, as `anze up` starts them. So many claims are reported over HTTP; then one clock of
each is made due at a moment of its own, 100 a second (ANZE_BENCH_RATE), by moving its marks in the database. A
regulator and the insurer's operations have subscribed; what is measured is the regulator's webhook, which answers at
once: staff get such a burst as a digest. Printed are percentiles of (arrival - deadline), by the machine's clock.
"""

import asyncio
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import httpx2
import orjson
import pytest
from tests.integration.alerts.receiver import Answer, Received, Receiver
from tests.support.machine import PATIENCE, Instance, running
from tests.support.recipients import INSURER, OPERATIONS, REGION, REGULATOR
from tests.support.reports import report

RATE = int(os.environ.get("ANZE_BENCH_RATE", "100"))
CLOCKS = int(os.environ.get("ANZE_BENCH_CLOCKS", "1000"))
TARGET_SECONDS = 1.0
_REPORTERS = 8
_SETTLING = timedelta(seconds=3)

_MAKE_DUE = """
with chosen as (
  select distinct on (c.subject) c.tenant, c.clock_id from clocks c
  where c.tier = 'service' and c.ended_as is null and c.level < 4 and not c.provisional order by c.subject, c.due_at),
numbered as (select c.*, row_number() over (order by clock_id) as n from chosen c limit $3)
update clocks k
set marks[4] = at.moment, marks[5] = at.moment + interval '1 day', marks[6] = at.moment + interval '2 days',
    due_at = at.moment, level = 3, next_at = at.moment
from numbered c, lateral (select $1::timestamptz + c.n * $2::interval as moment) at
where k.tenant = c.tenant and k.clock_id = c.clock_id
"""


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[Instance]:
    """Everything running, no sandbox."""
    with pytest.MonkeyPatch.context() as patched:
        for name in ("CLAIMS_DATABASE_URL", "NOTIFICATIONS_DATABASE_URL"):
            patched.delenv(name, raising=False)
        patched.setenv("CLAIMS_LOG_LEVEL", "WARNING")
        patched.setenv("NOTIFICATIONS_LOG_LEVEL", "WARNING")
        with running(tmp_path / "data") as made:
            yield made


async def _report(instance: Instance, count: int) -> None:
    """Report claims of an hour ago, each of a policy of its own, and ask for an advance on each."""
    happened = datetime.fromtimestamp(time.time(), UTC) - timedelta(hours=1)
    bearer = instance.bearer("insurer", tenant=INSURER)
    numbers = iter(range(count))
    base = {
        "accident__occurred_at": happened.isoformat(),
        "occurred_at": (happened + timedelta(minutes=30)).isoformat(),
        "policy__effective_from": f"{happened.year}-01-01",
        "policy__effective_to": f"{happened.year}-12-31",
    }

    async def reporter(client: httpx2.AsyncClient) -> None:
        for number in numbers:
            body = report(policy__number=f"bench-{number}", **base)
            answer = await client.post("/v1/claims", json=body, headers={"Idempotency-Key": f"bench-{number}"})
            assert answer.status_code == httpx2.codes.CREATED, answer.text
            asked = {"kind": "rescue", "requested_by": "insured", "amount": "600000.00"}
            path = f"/v1/claims/{answer.json()['id']}/advances"
            answer = await client.post(path, json=asked, headers={"Idempotency-Key": f"bench-advance-{number}"})
            assert answer.status_code == httpx2.codes.CREATED, answer.text

    url = instance.url("claims")
    async with httpx2.AsyncClient(base_url=url, headers=bearer, trust_env=False, timeout=PATIENCE) as client:
        await asyncio.gather(*(reporter(client) for _ in range(_REPORTERS)))


async def _subscribe(instance: Instance, receiver: Receiver) -> None:
    """Let a regulator hear every breach by itself, and operations as bursts are told to staff."""
    headers = instance.bearer("admin")
    url = instance.url("notifications")
    async with httpx2.AsyncClient(base_url=url, headers=headers, trust_env=False, timeout=PATIENCE) as client:
        for role, tenant in ((REGULATOR, None), (OPERATIONS, INSURER), ("compliance", INSURER), ("insurer", INSURER)):
            who = {"name": role, "role": role, "region": REGION, "tenant": tenant}
            recipient = (await client.post("/v1/recipients", json=who)).json()["id"]
            where = {"recipient_id": recipient, "address": receiver.url(f"/{role}")}
            endpoint = (await client.post("/v1/endpoints", json=where)).json()["id"]
            wanted = {"recipient_id": recipient, "endpoint_ids": [endpoint], "kinds": ["clock.breached"]}
            answer = await client.post("/v1/subscriptions", json=wanted)
            assert answer.status_code == httpx2.codes.CREATED, answer.text


async def _until_relayed(instance: Instance) -> None:
    """Return when what the reports themselves were to tell has come to notifications: it is not what is measured."""
    connection = await asyncpg.connect(instance.machine.databases.notifications)
    async with asyncio.timeout(PATIENCE + CLOCKS / 10):
        while await connection.fetchval("select count(*) from alerts where kind = 'advance.requested'") < CLOCKS:
            await asyncio.sleep(0.2)
    await connection.close()


def _processor_seconds(instance: Instance) -> dict[str, float]:
    """What each process has used of the processors so far, PostgreSQL with all its backends."""
    tick = os.sysconf("SC_CLK_TCK")
    pids = instance.pids()
    used = dict.fromkeys(pids, 0.0)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text("ascii", errors="replace").rpartition(") ")[2].split()
        except OSError:
            continue
        pid, parent = int(stat.parent.name), int(fields[1])
        name = next((name for name, its in pids.items() if its in (pid, parent)), None)
        if name is not None:
            used[name] += (int(fields[11]) + int(fields[12])) / tick
    return used


def _percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


async def test_from_the_deadline_to_the_receiver(instance: Instance) -> None:
    delays: list[float] = []
    everything = asyncio.Event()

    async def note(request: Received) -> Answer:
        if request.path == f"/{REGULATOR}":
            due = datetime.fromisoformat(orjson.loads(request.body)["time"])
            delays.append(time.time() - due.timestamp())
            if len(delays) == CLOCKS:
                everything.set()
        return 200, {}

    async with Receiver(answering=note) as receiver:
        await _report(instance, CLOCKS)
        await _until_relayed(instance)
        await _subscribe(instance, receiver)
        owner = await asyncpg.connect(instance.machine.databases.claims)
        begins = datetime.fromtimestamp(time.time(), UTC) + _SETTLING
        moved = await owner.execute(_MAKE_DUE, begins, timedelta(seconds=1) / RATE, CLOCKS)
        await owner.close()
        before = _processor_seconds(instance)
        assert moved == f"UPDATE {CLOCKS}"
        async with asyncio.timeout(PATIENCE + CLOCKS / RATE):
            await everything.wait()
        after = _processor_seconds(instance)
    p50, p95, p99 = (_percentile(delays, share) for share in (0.5, 0.95, 0.99))
    words = "" if p99 < TARGET_SECONDS else f"  (wanted: p99 under {TARGET_SECONDS:.0f} s)"
    print(
        f"\ndeadline to delivered, {CLOCKS} clocks at {RATE}/s: p50 {p50 * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms,"
        f" p99 {p99 * 1000:.0f} ms, worst {max(delays) * 1000:.0f} ms{words}",
        end="",
    )
    each = {name: (after[name] - before[name]) / CLOCKS * 1000 for name in after}
    shares = ", ".join(f"{name} {spent:.1f}" for name, spent in each.items())
    print(f"\nprocessor time a clock: {sum(each.values()):.1f} ms: {shares}", end="")
    assert len(delays) == CLOCKS

"""From the log to notifications: everything that is to be told, in order, at least once, always by the same id."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import asyncpg
import orjson
import pytest
from tests.integration.alerts.receiver import Answer, Received, Receiver
from tests.integration.relay.scenes import LATE, Relayed, relayed
from tests.support.story import INSURED, YUAN, at, ident

from claims.domain.claim.commands.pay import PayAdvance
from claims.event_store.checkpoints import load_checkpoint
from claims.relay import relay as relay_module
from claims.relay.relay import NAME
from claims.watch.sweep import sweep


class KilledError(BaseException):
    """The process ends here."""


def answering(receiver: Receiver, decide: Callable[[Received], Awaitable[int]]) -> None:
    """Let the receiver answer with the status that is decided for each request."""

    async def answer(request: Received) -> Answer:
        return await decide(request), {}

    receiver.answering = answer


async def until(condition: Callable[[], bool]) -> None:
    """Return when something has happened in another task."""
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.005)


async def test_a_missed_clock_is_told_with_claim_rule_and_recipients(relaying: Relayed) -> None:
    claim_id = await relaying.a_late_rescue("a")
    await relaying.drain()
    (breach,) = [each for each in relaying.told() if each["data"].get("clock", {}).get("rule") == "SZ-20.6"]
    assert breach["type"] == "clock.escalated"  # it passed every mark at once, and tells the last
    assert breach["subject"] == f"claims/{claim_id}"
    assert breach["data"]["claim"]["policy_number"] == "a"
    assert "safety_authority" in breach["data"]["roles"]
    assert breach["correlationid"] == "test-asked a"
    assert {each["type"] for each in relaying.told()} == {"advance.requested", "clock.escalated", "clock.missed"}
    assert relaying.counted.alerts == [each["type"] for each in relaying.told()]
    assert relaying.counted.lags[-1] == 0


async def test_nothing_personal_leaves_the_service(relaying: Relayed) -> None:
    await relaying.a_late_rescue("a")
    await relaying.drain()
    sent = b"".join(each.body for each in relaying.receiver.received).decode()
    for personal in ("王某", "13800000000", "南山区某工地", "脚手架坍塌"):
        assert personal not in sent


async def test_what_was_relayed_is_not_told_again(relaying: Relayed) -> None:
    await relaying.a_late_rescue("a")
    await relaying.drain()
    told = relaying.told()
    await relaying.drain()
    assert relaying.told() == told


async def test_a_breach_withdrawn_is_told_to_whom_the_breach_was(relaying: Relayed) -> None:
    claim_id = await relaying.a_late_rescue("a")
    await relaying.drain()
    (breach,) = [each for each in relaying.told() if each["type"] == "clock.escalated"]
    in_time = PayAdvance(at("2026-03-05 09:00"), ident("p"), ident("a"), 600_000 * YUAN, INSURED, "bank", None)
    await relaying.world.service.execute(claim_id, in_time, "paid")
    await sweep(relaying.world.pool, LATE)
    await relaying.drain()
    withdrawal = relaying.told()[-1]
    assert withdrawal["type"] == "breach.withdrawn"
    assert set(withdrawal["data"]["roles"]) == set(breach["data"]["roles"])
    assert withdrawal["data"]["sequence"] > breach["data"]["sequence"]
    assert withdrawal["data"]["clock"]["id"] == breach["data"]["clock"]["id"]


async def test_killed_between_sending_and_checkpoint_it_sends_again_by_the_same_ids(
    relaying: Relayed, monkeypatch: pytest.MonkeyPatch
) -> None:
    await relaying.a_late_rescue("a")

    async def killed(*_: object, **__: object) -> None:
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(relay_module, "save_checkpoint", killed)
        with suppress(KilledError):
            await relaying.relay.step()
    first = relaying.told()
    assert first
    relaying.receiver.received.clear()
    async with relayed(relaying.world, relaying.receiver) as restarted:
        await restarted.drain()
    assert [each["id"] for each in restarted.told()] == [each["id"] for each in first]
    assert restarted.told() == first


async def test_the_checkpoint_waits_until_notifications_has_taken_everything(relaying: Relayed) -> None:
    await relaying.a_late_rescue("a")
    back = asyncio.Event()

    async def away_at_first(_: Received) -> int:
        return 202 if back.is_set() else 503

    answering(relaying.receiver, away_at_first)
    step = asyncio.create_task(relaying.relay.step())
    await until(lambda: len(relaying.counted.errors) > 1)
    assert (await load_checkpoint(relaying.world.pool, NAME)).seq == 0
    assert not await relaying.relay.drained()
    assert relaying.counted.lags[-1] > relaying.counted.lags[0] > 0
    relaying.receiver.received.clear()
    back.set()
    assert await step > 0
    assert relaying.told()
    assert await relaying.relay.drained()


async def test_a_receiver_that_is_not_there_is_waited_for(relaying: Relayed) -> None:
    await relaying.a_late_rescue("a")
    receiver = relaying.receiver
    assert receiver._server is not None
    receiver._server.close()
    step = asyncio.create_task(relaying.relay.step())
    await until(lambda: len(relaying.counted.errors) > 0)
    async with await asyncio.start_server(receiver._serve, "127.0.0.1", receiver.port):
        assert await step > 0
    assert len(relaying.told()) == 3


async def test_a_refused_alert_is_kept_and_the_relay_goes_on(relaying: Relayed, owner: asyncpg.Connection) -> None:
    await relaying.a_late_rescue("a")

    async def no_advances(request: Received) -> int:
        return 422 if orjson.loads(request.body)["type"] == "advance.requested" else 202

    answering(relaying.receiver, no_advances)
    await relaying.drain()
    (kept,) = await owner.fetch("select * from relay_refusals")
    refused, *others = relaying.told()
    assert (kept["kind"], kept["status"], kept["tenant"]) == ("advance.requested", 422, "picc-sz")
    assert orjson.loads(kept["document"]) == refused
    assert len(others) == 2
    assert relaying.counted.refusals == [("advance.requested", 422)]
    assert await relaying.relay.drained()


async def test_alerts_on_one_claim_keep_their_order_also_where_one_has_to_wait(relaying: Relayed) -> None:
    for number in range(5):
        await relaying.a_late_rescue(f"a{number}")
    failed: set[str] = set()

    async def every_first_time_not_now(request: Received) -> int:
        identity = orjson.loads(request.body)["id"]
        if identity in failed:
            return 202
        failed.add(identity)
        return 503

    answering(relaying.receiver, every_first_time_not_now)
    await relaying.drain()
    attempts: dict[str, list[str]] = {}
    for each in relaying.told():
        attempts.setdefault(each["subject"], []).append(each["id"])
    assert len(attempts) == 5
    for ids in attempts.values():
        assert ids == [one for one in dict.fromkeys(ids) for _ in range(2)]
        assert len(set(ids)) == 3


async def test_a_claim_that_waits_does_not_hold_up_the_others_of_its_batch(relaying: Relayed) -> None:
    stuck = await relaying.a_late_rescue("a0")
    for number in range(1, 4):
        await relaying.a_late_rescue(f"a{number}")
    released = asyncio.Event()

    async def one_hangs(request: Received) -> int:
        if orjson.loads(request.body)["subject"] == f"claims/{stuck}":
            await released.wait()
        return 202

    answering(relaying.receiver, one_hangs)
    step = asyncio.create_task(relaying.relay.step())
    await until(lambda: len(relaying.counted.alerts) == 9)
    released.set()
    await step
    assert len(relaying.counted.alerts) == 12


async def test_never_more_than_sixteen_are_on_their_way(relaying: Relayed) -> None:
    for number in range(20):
        await relaying.world.a_claim(f"k{number}", number=f"P-{number}")
    await sweep(relaying.world.pool, LATE)
    inside = most = 0

    async def counting(_: Received) -> int:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(0.02)
        inside -= 1
        return 202

    answering(relaying.receiver, counting)
    await relaying.drain()
    assert len(relaying.told()) == 20
    assert 1 < most <= 16


async def test_two_relays_leave_nothing_out_and_end_at_one_checkpoint(relaying: Relayed) -> None:
    for number in range(6):
        await relaying.a_late_rescue(f"a{number}")
    async with relayed(relaying.world, relaying.receiver) as other:
        await asyncio.gather(*(each.relay.step(3) for each in (relaying, other)))
        await asyncio.gather(relaying.drain(), other.drain())
    assert await relaying.relay.drained()
    assert len({each["id"] for each in relaying.told()}) == 18


async def test_drained_is_false_while_an_event_waits_behind_the_fence(
    relaying: Relayed, owner: asyncpg.Connection
) -> None:
    assert await relaying.relay.drained()
    async with owner.transaction():
        await owner.execute("select pg_current_xact_id()")
        await relaying.world.a_claim("k1")
        await relaying.drain()
        assert not await relaying.relay.drained()
    await relaying.drain()
    assert await relaying.relay.drained()


async def test_the_loop_relays_what_comes_and_wakes_when_it_is_waited_for(relaying: Relayed) -> None:
    loop = asyncio.create_task(relaying.relay.run())
    await relaying.a_late_rescue("a")
    async with asyncio.timeout(10):
        while not await relaying.relay.drained():
            await asyncio.sleep(0.005)
    assert len(relaying.told()) == 3
    loop.cancel()
    with suppress(asyncio.CancelledError):
        await loop


async def test_an_event_that_nobody_knows_stops_the_loop(relaying: Relayed, owner: asyncpg.Connection) -> None:
    await relaying.world.a_claim("k1")
    await owner.execute("update events set name = 'claim_teleported' where name = 'claim_reported'")
    with pytest.raises(Exception, match="claim_teleported"):
        await relaying.relay.run()
    assert (await load_checkpoint(relaying.world.pool, NAME)).seq == 0

"""Merges on the real store: three streams in one append, whoever else commands at the same moment."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from tests.support.acts import asks, claims, documents, intake, rejects, requests
from tests.support.postgres import Database
from tests.support.service import INSURER, MASTER_KEY, PackagedReference, Service, envelope, new_id, open_service
from tests.support.story import MILLION, a_report, at, calendar, policy, rulebooks

from claims.application.calls import Caller, NotFound, Outcome, VersionMismatch
from claims.application.commands import Commands
from claims.application.histories import Histories
from claims.application.rows import Commit, Loaded
from claims.domain.claim import money
from claims.domain.claim.commands.authorities import NotifyAuthorities
from claims.domain.claim.commands.merge import CARRIES_NO_MONEY, INTO_ANOTHER, SAME_ACCIDENT, STILL_UNDECIDED
from claims.domain.claim.commands.progress import NotifyProgress
from claims.domain.claim.commands.report import SUSPECTED_DUPLICATE
from claims.domain.claim.decide import Command
from claims.domain.claim.guards import CLAIM_GOES_ON
from claims.domain.claim.merging import Merge
from claims.domain.errors import RuleViolation
from claims.domain.policy.ledger import policy_stream_id
from claims.event_store.codec import EventCodec
from claims.keys.ring import PersonKeyRings

HISTORIES = Histories(EventCodec(), PersonKeyRings(MASTER_KEY))
REFERENCE = PackagedReference(rulebooks(), calendar())
WHEN = at("2026-03-03 09:00")


@pytest.fixture
async def service(claims_database: Database) -> AsyncIterator[Service]:
    async with open_service(claims_database) as opened:
        yield opened


async def twice_reported(service: Service, number: str = policy().number) -> tuple[UUID, UUID]:
    """The duplicate, received first, and the claim that is to go on."""
    stated = policy(number=number)
    first = await service.report(a_report(policy=stated), f"{number} 1")
    later = a_report("2026-03-02 12:00", policy=stated, confirm_not_duplicate=True)
    second = await service.report(later, f"{number} 2")
    return first.standing.claim.claim_id, second.standing.claim.claim_id


async def merge(
    service: Service, claim_id: UUID, into: UUID, key: str = "merge", caller: Caller = INSURER, **more: object
) -> Outcome:
    sent = envelope(key, **more)  # type: ignore[arg-type]
    return await service.commands.merge(caller, claim_id, into, lambda _: Merge(WHEN, "重复报案"), sent)


async def names(service: Service, stream: UUID) -> list[str]:
    loaded = await service.store.load(INSURER.scope, [stream])
    return [row.name for row in loaded.events[stream]]


async def test_a_merge_changes_both_claims_and_the_policy_in_one_append(service: Service) -> None:
    duplicate, survivor = await twice_reported(service)
    outcome = await merge(service, duplicate, survivor)
    assert money.status(outcome.standing.claim) == "merged"
    loaded = await service.store.load(INSURER.scope, [duplicate, survivor])
    written = {
        (stream, row.name): (row.recorded_at, row.causation_id)
        for stream, rows in loaded.events.items()
        for row in rows
        if row.name.endswith("_merged")
    }
    assert set(written) == {
        (duplicate, "claim_merged"),
        (survivor, "duplicate_merged"),
        (policy_stream_id("picc-sz", policy().number), "accident_merged"),
    }
    assert len(set(written.values())) == 1, "one command, one moment"
    await service.execute(survivor, intake("2026-03-02 14:00"), "goes on")


async def test_a_retry_gets_the_merged_claim_as_it_was_answered_first(service: Service) -> None:
    duplicate, survivor = await twice_reported(service)
    first = await merge(service, duplicate, survivor)
    await service.execute(survivor, asks("rescue", when="2026-03-02 13:00"), "since")
    again = await merge(service, duplicate, survivor)
    assert again.replayed
    assert again.standing == first.standing


async def test_what_is_not_to_be_merged_is_refused_and_leaves_nothing_behind(service: Service) -> None:
    duplicate, survivor = await twice_reported(service)
    foreign = Caller("insurer", "core-system", "cpic-sz")
    before = [await names(service, stream) for stream in (duplicate, survivor)]
    with pytest.raises(NotFound):
        await merge(service, duplicate, new_id())
    with pytest.raises(NotFound):
        await merge(service, duplicate, survivor, "theirs", foreign)
    with pytest.raises(RuleViolation) as itself:
        await merge(service, duplicate, duplicate)
    assert itself.value.rule is INTO_ANOTHER
    with pytest.raises(VersionMismatch):
        await merge(service, duplicate, survivor, if_match=77)
    assert [await names(service, stream) for stream in (duplicate, survivor)] == before


async def test_a_claim_of_another_tenant_is_no_target_and_not_told_apart_from_none(service: Service) -> None:
    duplicate, _ = await twice_reported(service)
    theirs = Caller("insurer", "core-system", "cpic-sz")
    report = a_report(policy=policy(insurer="cpic-sz"))
    made = await service.commands.report(
        theirs, new_id(), "cpic-sz", policy().number, lambda _: report, envelope("cpic", status=201)
    )
    with pytest.raises(NotFound):
        await merge(service, duplicate, made.standing.claim.claim_id)


async def test_two_merges_that_cross_cannot_both_pass(service: Service) -> None:
    for turn in range(6):
        one, other = await twice_reported(service, f"PZAA-{turn}")
        outcomes = await asyncio.gather(
            merge(service, one, other, f"a {turn}"), merge(service, other, one, f"b {turn}"), return_exceptions=True
        )
        refused = [outcome for outcome in outcomes if isinstance(outcome, RuleViolation)]
        assert [violation.rule for violation in refused] == [CLAIM_GOES_ON]
        assert sum(isinstance(outcome, Outcome) for outcome in outcomes) == 1


class Interrupted:
    """A store in which something else is stored between the first load and its append."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self.meanwhile: list[tuple[UUID, object]] = []

    async def load(self, scope: object, streams: object, key: bytes | None = None) -> Loaded:
        loaded = await self._service.store.load(scope, streams, key)  # type: ignore[arg-type]
        while self.meanwhile:
            stream, command = self.meanwhile.pop()
            await self._service.execute(stream, command, f"meanwhile {stream}")  # type: ignore[arg-type]
        return loaded

    async def append(self, commits: list[Commit]) -> frozenset[UUID]:
        return await self._service.store.append(commits)


async def interrupted(service: Service, stream: UUID, command: object) -> Service:
    store = Interrupted(service)
    store.meanwhile.append((stream, command))
    commands = Commands(store, HISTORIES, REFERENCE, service.counts, new_id)  # type: ignore[arg-type]
    return Service(commands, service.counts, service.store)


async def test_a_fact_recorded_on_the_duplicate_between_load_and_append_is_not_lost(service: Service) -> None:
    duplicate, survivor = await twice_reported(service)
    racing = await interrupted(service, duplicate, documents("2026-03-02 15:00", "a"))
    await merge(racing, duplicate, survivor)
    assert service.counts.races == 1
    goes_on = (await service.execute(survivor, intake("2026-03-02 16:00"), "k")).standing.claim
    assert [(arrival.at, arrival.items[0].code) for arrival in goes_on.arrivals] == [(at("2026-03-02 15:00"), "a")]
    assert goes_on.requested_at == at("2026-03-02 15:00")


async def test_money_asked_for_between_load_and_append_stops_the_merge(service: Service) -> None:
    duplicate, survivor = await twice_reported(service)
    racing = await interrupted(service, duplicate, asks("rescue"))
    with pytest.raises(RuleViolation) as refused:
        await merge(racing, duplicate, survivor)
    assert refused.value.rule is CARRIES_NO_MONEY
    after = await service.execute(duplicate, intake("2026-03-02 16:00"), "k")
    assert after.standing.ledger.held(duplicate) == MILLION * 6 // 10


async def test_a_command_on_the_survivor_between_load_and_append_is_kept_beside_the_merge(service: Service) -> None:
    duplicate, survivor = await twice_reported(service)
    racing = await interrupted(service, survivor, asks("rescue", when="2026-03-02 13:00"))
    outcome = await merge(racing, duplicate, survivor)
    assert service.counts.races == 1
    assert outcome.standing.ledger.held(survivor) == MILLION * 6 // 10
    assert (await names(service, survivor)).count("duplicate_merged") == 1


async def test_whichever_of_a_merge_and_a_command_comes_first_the_other_is_decided_anew(service: Service) -> None:
    for turn in range(6):
        duplicate, survivor = await twice_reported(service, f"PZAA-{turn}")
        on = (duplicate, survivor)[turn % 2]
        command = documents("2026-03-02 15:00", "a")
        sent = service.execute(on, command, f"documents {turn}")
        merged, told = await asyncio.gather(
            merge(service, duplicate, survivor, f"merge {turn}"), sent, return_exceptions=True
        )
        assert isinstance(merged, Outcome)
        goes_on = (await service.execute(survivor, intake("2026-03-02 16:00"), f"after {turn}")).standing.claim
        if isinstance(told, RuleViolation):
            assert told.rule is CLAIM_GOES_ON
            assert told.facts["claim_id"] == str(survivor)
            assert on == duplicate
        else:
            assert isinstance(told, Outcome)
            assert [arrival.at for arrival in goes_on.arrivals] == [at("2026-03-02 15:00")]


async def test_a_third_report_points_to_the_claim_that_goes_on(service: Service) -> None:
    duplicate, survivor = await twice_reported(service)
    await merge(service, duplicate, survivor)
    with pytest.raises(RuleViolation) as refused:
        await service.report(a_report("2026-03-04 09:00"), "third")
    assert refused.value.rule is SUSPECTED_DUPLICATE
    assert refused.value.facts["claim_id"] == str(survivor)


async def test_what_was_asked_told_and_done_on_the_duplicate_is_read_back_on_the_claim_that_goes_on(
    service: Service,
) -> None:
    duplicate, survivor = await twice_reported(service)
    done: list[Command] = [
        intake("2026-03-02 12:30"),
        claims("2026-03-02 13:00"),
        NotifyAuthorities(at("2026-03-02 13:10"), ("operations",), "快报-1"),
        documents("2026-03-02 13:20", "a"),
        requests("2026-03-02 14:00", "b"),
        NotifyProgress(at("2026-03-02 15:00"), "等待鉴定"),
    ]
    for number, command in enumerate(done):
        await service.execute(duplicate, command, f"done {number}")
    await merge(service, duplicate, survivor)
    goes_on = (await service.execute(survivor, documents("2026-03-03 10:00", "x"), "after")).standing.claim
    (asked,) = goes_on.document_requests
    assert (asked.at, asked.items[0].code, asked.elsewhere is not None) == (at("2026-03-02 14:00"), "b", True)
    assert goes_on.progress_at == (at("2026-03-02 15:00"),)
    assert goes_on.authorities_told_elsewhere == (at("2026-03-02 13:10"),)
    clocks = {clock.rule: clock for clock in goes_on.clocks.values()}
    assert "paused" in clocks["IL-23a"].flags
    assert (clocks["SZ-20.1"].ended_as, clocks["SZ-20.1"].ended_at) == ("met", at("2026-03-02 12:30"))
    loaded = await service.store.load(INSURER.scope, [survivor])
    (row,) = [row for row in loaded.events[survivor] if row.name == "duplicate_merged"]
    assert "等待鉴定" not in row.payload.decode()
    assert "快报-1" not in row.payload.decode()


async def test_another_accident_or_a_decided_claim_stops_the_merge_whole(service: Service) -> None:
    decided, open_one = await twice_reported(service)
    await service.execute(decided, rejects("2026-03-02 16:00"), "rejected")
    later = a_report("2026-06-01 10:00", accident="2026-06-01 09:00")
    elsewhere = (await service.report(later, "june")).standing.claim.claim_id
    before = [await names(service, stream) for stream in (decided, open_one, elsewhere)]
    for claim_id, into, rule in ((open_one, decided, STILL_UNDECIDED), (open_one, elsewhere, SAME_ACCIDENT)):
        with pytest.raises(RuleViolation) as refused:
            await merge(service, claim_id, into, f"into {into}")
        assert refused.value.rule is rule
    assert [await names(service, stream) for stream in (decided, open_one, elsewhere)] == before

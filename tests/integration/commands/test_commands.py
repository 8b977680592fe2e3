"""Commands on the real store: once, whole, in order, whoever else commands at the same moment."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tests.support.postgres import Database
from tests.support.service import INSURER, Service, envelope, new_id, open_service
from tests.support.story import MILLION, a_report, at, ident, limits, policy

from claims.application.calls import Caller, KeyReused, NotFound, VersionMismatch
from claims.domain.claim import money
from claims.domain.claim.commands.advance import RequestAdvance
from claims.domain.claim.commands.intake import RegisterVictim
from claims.domain.claim.commands.report import SUSPECTED_DUPLICATE
from claims.domain.claim.state import Claim
from claims.domain.errors import InvalidFact, RuleViolation
from claims.domain.policy.endorse import Endorse


@pytest.fixture
async def service(claims_database: Database) -> AsyncIterator[Service]:
    async with open_service(claims_database) as opened:
        yield opened


def asks_for_rescue(amount: int, name: str = "advance") -> RequestAdvance:
    return RequestAdvance(at("2026-03-02 11:00"), ident(name), "rescue", "insured", amount, (), "other", "少要")


async def test_a_report_is_stored_and_read_back(service: Service) -> None:
    claim = (await service.report(a_report(), "k1")).standing.claim
    again = await service.execute(claim.claim_id, asks_for_rescue(MILLION), "k2")
    assert again.standing.claim.version > claim.version
    assert again.standing.ledger.held(claim.claim_id, "rescue") == MILLION
    assert again.standing.claim.reporter == a_report().reported_by


async def test_a_retry_gets_the_first_answer_whatever_happened_since(service: Service) -> None:
    first = await service.report(a_report(), "k1")
    await service.execute(first.standing.claim.claim_id, asks_for_rescue(MILLION), "k2")
    retry = await service.report(a_report(), "k1")
    assert retry.replayed
    assert retry.standing == first.standing


async def test_the_same_key_with_another_body_is_refused(service: Service) -> None:
    await service.report(a_report(), "k1", body="one")
    with pytest.raises(KeyReused):
        await service.report(a_report(), "k1", body="another")


async def test_twins_sent_at_the_same_moment_get_one_answer(service: Service) -> None:
    outcomes = await asyncio.gather(*(service.report(a_report(), "k1") for _ in range(8)))
    assert len({outcome.standing.claim.claim_id for outcome in outcomes}) == 1
    assert sum(not outcome.replayed for outcome in outcomes) == 1


async def test_two_simultaneous_reports_of_one_accident_cannot_both_pass(service: Service) -> None:
    outcomes = await asyncio.gather(
        *(service.report(a_report(), f"key {number}") for number in range(6)), return_exceptions=True
    )
    refused = [outcome for outcome in outcomes if isinstance(outcome, RuleViolation)]
    assert len(refused) == len(outcomes) - 1
    assert {violation.rule for violation in refused} == {SUSPECTED_DUPLICATE}


async def test_no_two_claims_of_a_policy_are_promised_the_same_yuan(service: Service) -> None:
    shared = policy(limits=limits(aggregate=MILLION))
    claims: list[Claim] = []
    for hour in range(4):
        accident = a_report("2026-03-02 10:00", accident=f"2026-03-02 0{hour}:00", policy=shared)
        claims.append((await service.report(accident, f"report {hour}")).standing.claim)
    outcomes = await asyncio.gather(
        *(service.execute(c.claim_id, asks_for_rescue(400_000_00, str(c.claim_id)), str(c.claim_id)) for c in claims),
        return_exceptions=True,
    )
    promised = [o.standing.ledger.held(o.standing.claim.claim_id) for o in outcomes if not isinstance(o, BaseException)]
    assert sum(promised) == MILLION
    assert sum(isinstance(outcome, RuleViolation) for outcome in outcomes) == 1


async def test_a_stale_version_is_refused_and_a_current_one_is_not(service: Service) -> None:
    claim = (await service.report(a_report(), "k1")).standing.claim
    with pytest.raises(VersionMismatch):
        await service.execute(claim.claim_id, asks_for_rescue(MILLION), "k2", if_match=claim.version - 1)
    await service.execute(claim.claim_id, asks_for_rescue(MILLION), "k3", if_match=claim.version)


async def test_an_unknown_claim_and_another_tenants_claim_are_not_told_apart(service: Service) -> None:
    claim = (await service.report(a_report(), "k1")).standing.claim
    other = Caller("insurer", "core-system", "cpic-sz")
    for claim_id in (claim.claim_id, new_id()):
        with pytest.raises(NotFound):
            await service.commands.execute(other, claim_id, lambda _: asks_for_rescue(MILLION), envelope("k9"))


async def test_a_victim_reads_back_for_the_tenant_and_is_not_in_the_log_in_clear(
    service: Service, claims_database: Database
) -> None:
    claim = (await service.report(a_report(), "k1")).standing.claim
    victim = RegisterVictim(
        at("2026-03-02 10:40"), ident("victim"), "李大山", "440301199001011234", "13900000001", "death", ()
    )
    await service.execute(claim.claim_id, victim, "k2")
    loaded = await service.store.load(Caller("insurer", "x", "picc-sz").scope, [claim.claim_id])
    stored = b"".join(row.payload for row in loaded.events[claim.claim_id])
    assert "李大山".encode() not in stored
    assert b"440301199001011234" not in stored
    seen = await service.execute(claim.claim_id, asks_for_rescue(MILLION), "k3")
    assert seen.standing.claim.victims[ident("victim")].name == "李大山"


async def test_racing_commands_on_one_claim_are_all_stored_on_the_newest_state(service: Service) -> None:
    claim = (await service.report(a_report(), "k1")).standing.claim
    victims = [
        RegisterVictim(at("2026-03-02 10:40"), ident(f"v{n}"), f"伤者{n}", None, None, "injured", ()) for n in range(8)
    ]
    await asyncio.gather(*(service.execute(claim.claim_id, v, f"v{n}") for n, v in enumerate(victims)))
    last = await service.execute(claim.claim_id, asks_for_rescue(MILLION), "k2")
    assert len(last.standing.claim.victims) == 8
    assert money.status(last.standing.claim) == "reported"


async def test_a_refused_command_leaves_nothing_behind(service: Service) -> None:
    claim = (await service.report(a_report(), "k1")).standing.claim
    with pytest.raises(RuleViolation):
        await service.execute(claim.claim_id, replace(asks_for_rescue(1), reason_code=None), "k2")
    after = await service.execute(claim.claim_id, asks_for_rescue(MILLION), "k2", body="corrected")
    assert after.standing.claim.advances.keys() == {ident("advance")}


async def test_an_endorsement_of_the_future_is_refused_and_one_of_now_changes_the_limits(service: Service) -> None:
    await service.report(a_report(), "k1")
    number, changed = policy().number, limits(rescue=3 * MILLION)

    def endorsing(offset: timedelta) -> Callable[[datetime], Endorse]:
        return lambda now: Endorse(now + offset, changed, at("2026-03-04 00:00").date())

    with pytest.raises(InvalidFact, match="future"):
        await service.commands.endorse(INSURER, "picc-sz", number, endorsing(timedelta(minutes=2)), envelope("k2"))
    done = await service.commands.endorse(INSURER, "picc-sz", number, endorsing(timedelta()), envelope("k3"))
    assert done.ledger.limits_at(at("2026-03-05 09:00")) == changed
    again = await service.commands.endorse(INSURER, "picc-sz", number, endorsing(timedelta()), envelope("k3"))
    assert again.replayed
    assert again.ledger == done.ledger

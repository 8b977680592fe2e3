"""A broker writes to its own policies and claims, and to nobody else's; what it writes is sealed all the same."""

from uuid import uuid5

import pytest
from tests.integration.projections.world import BROKER, INSURER, World
from tests.support.service import envelope, new_id
from tests.support.story import a_report, at, policy

from claims.application.calls import Caller, NotFound, Outcome
from claims.domain.claim.commands.documents import ReceiveDocuments, RequestDocuments
from claims.domain.claim.documents import required_codes
from claims.domain.claim.events import DocumentItem, ReceivedDocument
from claims.domain.errors import RuleViolation
from claims.domain.personal import ERASED
from claims.keys.store import erase_person

MINGYA = Caller("broker", "desk", broker="mingya")
SCAN = ReceivedDocument("id-card", "李大山身份证", None, "s3://scans/李大山.pdf")


async def reports(
    world: World, key: str, *, number: str = "P-1", day: str = "2026-03-02", caller: Caller = MINGYA
) -> Outcome:
    """Report an accident under a policy that the caller says names it."""
    report = a_report(f"{day} 10:00", accident=f"{day} 09:30", policy=policy(number=number, broker=caller.broker))
    sent = envelope(key, status=201)
    return await world.service.commands.report(caller, new_id(), "picc-sz", number, lambda _: report, sent)


@pytest.mark.parametrize("named", [None, "another"])
async def test_a_policy_that_does_not_name_the_broker_is_not_found_before_any_rule_runs(
    world: World, named: str | None
) -> None:
    await world.a_claim("k1", broker=named)
    for day in ("2026-03-02", "2026-03-03"):  # the first would be a suspected duplicate
        with pytest.raises(NotFound, match="P-1"):
            await reports(world, f"b-{day}", day=day)
    assert world.service.counts.races == 0
    assert world.service.counts.done[-1] == ("command", "invalid")


async def test_a_broker_reports_under_a_new_policy_and_again_under_it(world: World) -> None:
    first = await reports(world, "k1")
    assert (await reports(world, "k1")).replayed
    second = await reports(world, "k2", day="2026-03-03")
    assert second.standing.ledger.version > first.standing.ledger.version
    for claim in (first.standing.claim, second.standing.claim):
        known = (await world.queries.claim(INSURER, claim.claim_id)).claim
        assert known.reporter is not None
        assert known.reporter.name == "王某"
        assert "王某" not in repr((await world.queries.claim(BROKER, claim.claim_id)).claim)


async def test_a_documents_name_and_place_are_sealed_whoever_sends_it(world: World) -> None:
    claim_id = await world.a_claim("k1", broker="mingya")
    asked = RequestDocuments(
        at("2026-03-03 10:00"), (DocumentItem("id-card", "李大山身份证"),), at("2026-03-03 10:00"), None
    )
    await world.service.execute(claim_id, asked, "k2")
    for key in ("k3", "k4"):
        sent = ReceiveDocuments(at("2026-03-04 10:00"), (SCAN,), complete=False)
        await world.service.commands.execute(MINGYA, claim_id, lambda _, it=sent: it, envelope(key))  # type: ignore[misc]
    loaded = await world.service.store.load(INSURER, [claim_id])
    assert "李大山".encode() not in b"".join(row.payload for row in loaded.events[claim_id])
    assert "李大山" not in repr(await world.queries.claim(BROKER, claim_id))
    assert "李大山" not in repr(await world.queries.timeline(BROKER, claim_id))
    claim = (await world.queries.claim(INSURER, claim_id)).claim
    assert [item for arrival in claim.arrivals for item in arrival.items] == [SCAN, SCAN]


async def test_the_rules_go_by_a_documents_code_after_its_name_was_erased(world: World) -> None:
    claim_id = await world.a_claim("k1", broker="mingya")
    asked = RequestDocuments(
        at("2026-03-03 10:00"), (DocumentItem("id-card", "李大山身份证"),), at("2026-03-03 10:00"), None
    )
    await world.service.execute(claim_id, asked, "k2")
    await erase_person(world.pool, "picc-sz", uuid5(claim_id, "names"))
    claim = (await world.queries.claim(INSURER, claim_id)).claim
    assert required_codes(claim) == {"id-card"}
    assert claim.document_requests[0].items == (DocumentItem("id-card", ERASED),)


async def test_every_outcome_is_counted(world: World) -> None:
    await world.a_claim("k1")
    await world.a_claim("k1")
    with pytest.raises(RuleViolation):
        await world.a_claim("k2")
    assert [outcome for _, outcome in world.service.counts.done] == ["stored", "replayed"]
    assert world.service.counts.refused == ["suspected-duplicate"]

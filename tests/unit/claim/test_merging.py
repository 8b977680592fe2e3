"""Merging a duplicate: one claim ends, the other goes on with the earliest of both, and no yuan moves."""

import pytest
from tests.support.acts import (
    accepted,
    asks,
    casualties,
    claims,
    determines,
    documents,
    intake,
    rejects,
    reopens,
    requests,
)
from tests.support.merging import merged, twice_reported
from tests.support.story import MILLION, Story, a_report, at, ident, reported

from claims.domain.claim.commands.receive import ReceiveReport
from claims.domain.errors import RuleViolation

WHEN = "2026-03-04 09:00"


def test_a_merged_claim_ends_and_each_of_the_two_names_the_other() -> None:
    duplicate, survivor = merged(*twice_reported(), WHEN)
    assert (duplicate.status, survivor.status) == ("merged", "reported")
    assert duplicate.claim.merged_into is not None
    assert (duplicate.claim.merged_into.claim_id, duplicate.claim.merged_into.number) == (
        survivor.claim.claim_id,
        survivor.claim.number,
    )
    assert [each.claim_id for each in survivor.claim.merged_from] == [duplicate.claim.claim_id]


def test_every_running_clock_of_the_duplicate_is_cancelled_from_the_merge() -> None:
    duplicate, survivor = twice_reported()
    duplicate.when(claims("2026-03-02 14:00")).when(documents("2026-03-02 15:00", "a"))
    running = {c.clock_id for c in duplicate.claim.clocks.values() if c.running}
    assert len(running) >= 3
    merged(duplicate, survivor, WHEN)
    ends = {(c.ended_as, c.ended_at) for c in duplicate.claim.clocks.values() if c.clock_id in running}
    assert ends == {("cancelled", at(WHEN))}


def test_a_breach_that_stands_on_the_duplicate_stays() -> None:
    duplicate, _ = merged(*twice_reported(), "2026-03-05 09:00")
    clock = duplicate.clock("SZ-20.1")
    assert clock.ended_at is not None
    assert clock.ended_at > clock.due_at


def test_what_had_met_a_clock_of_the_duplicate_goes_on_meeting_it() -> None:
    duplicate, survivor = twice_reported()
    duplicate.when(intake("2026-03-02 12:30"))
    before = duplicate.clock("SZ-20.1")
    merged(duplicate, survivor, WHEN)
    assert duplicate.clock("SZ-20.1") == before


def test_the_earlier_receipt_of_the_duplicate_tightens_the_clocks_that_start_with_it() -> None:
    duplicate, survivor = twice_reported(first="2026-03-02 10:00", second="2026-03-03 10:00")
    before = survivor.clock("SZ-20.1")
    merged(duplicate, survivor, "2026-03-03 11:00")
    clock = survivor.clock("SZ-20.1")
    assert survivor.claim.insurer_received_at == survivor.claim.reported_at == at("2026-03-02 10:00")
    assert (clock.started_at, clock.due_at) == (at("2026-03-02 10:00"), at("2026-03-04 00:00"))
    assert (before.due_at, clock.generation) == (at("2026-03-05 00:00"), 2)
    assert "tightened" in clock.flags
    assert "late_by_reclassification" not in clock.flags


def test_a_clock_that_the_earlier_receipt_makes_late_at_once_says_so() -> None:
    duplicate, survivor = twice_reported(first="2026-03-02 10:00", second="2026-03-03 10:00")
    merged(duplicate, survivor, "2026-03-04 11:00")
    assert {"tightened", "late_by_reclassification"} <= set(survivor.clock("SZ-20.1").flags)


def test_a_later_receipt_changes_no_clock_of_the_survivor() -> None:
    later, survivor = twice_reported(first="2026-03-03 10:00", second="2026-03-02 10:00")
    before = dict(survivor.claim.clocks)
    merged(later, survivor, WHEN)
    assert survivor.claim.clocks == before
    assert survivor.claim.insurer_received_at == at("2026-03-02 10:00")


def test_a_clock_that_ended_is_not_rewritten_by_an_earlier_receipt() -> None:
    duplicate, survivor = twice_reported(first="2026-03-02 10:00", second="2026-03-03 10:00")
    survivor.when(intake("2026-03-03 12:00"))
    before = survivor.clock("SZ-20.1")
    merged(duplicate, survivor, WHEN)
    assert survivor.clock("SZ-20.1") == before


def held_by_broker(received: str, survivors: Story, name: str = "duplicate") -> Story:
    report = a_report(received, broker_received_at=at(received), received_by_insurer=False, confirm_not_duplicate=True)
    return Story(survivors.ledger, ident(name)).when(report)


def test_the_earliest_receipt_of_the_broker_is_kept_too_and_judged_with_the_insurers() -> None:
    survivor = reported(received="2026-03-02 12:00")
    duplicate = held_by_broker("2026-03-02 10:00", survivor)
    survivor.ledger = duplicate.ledger
    merged(duplicate, survivor, "2026-03-02 14:00")
    assert survivor.claim.broker_received_at == at("2026-03-02 10:00")
    clock = survivor.clock("SZ-14.1")
    assert (clock.started_at, clock.due_at, clock.ended_at) == (
        at("2026-03-02 10:00"),
        at("2026-03-02 11:00"),
        at("2026-03-02 12:00"),
    )
    assert (duplicate.clock("SZ-14.1").ended_as, duplicate.clock("SZ-14.1").ended_at) == (
        "cancelled",
        at("2026-03-02 14:00"),
    )


def test_a_broker_that_received_it_after_the_insurer_had_nothing_to_pass_on() -> None:
    survivor = reported(received="2026-03-02 10:00")
    duplicate = held_by_broker("2026-03-02 12:00", survivor)
    survivor.ledger = duplicate.ledger
    merged(duplicate, survivor, "2026-03-02 14:00")
    assert survivor.claim.broker_received_at is None
    assert not survivor.has_clock("SZ-14.1")


def test_a_survivor_that_the_broker_still_holds_is_received_with_the_duplicates_receipt() -> None:
    duplicate = reported(received="2026-03-02 10:00")
    survivor = held_by_broker("2026-03-02 11:00", duplicate, "survivor")
    duplicate.ledger = survivor.ledger
    merged(duplicate, survivor, "2026-03-02 14:00")
    assert survivor.claim.insurer_received_at == at("2026-03-02 10:00")
    assert survivor.clock("SZ-20.1").started_at == at("2026-03-02 10:00")
    brokers = survivor.clock("SZ-14.1")
    assert (brokers.ended_as, brokers.ended_at) == ("met", brokers.started_at), "met as it began: never negative"
    with pytest.raises(RuleViolation, match="has had the report"):
        survivor.when(ReceiveReport(at("2026-03-02 15:00")))


def test_what_the_client_sent_under_the_other_number_counts_and_no_clock_begins_later_for_it() -> None:
    duplicate, survivor = twice_reported()
    accepted(duplicate)
    at_the_duplicate = {r: duplicate.clock(r).due_at for r in ("SZ-20.3", "IL-23a", "IL-25")}
    merged(duplicate, survivor, WHEN)
    assert survivor.status == "under_assessment"
    assert survivor.claim.documents_complete_at == at("2026-03-03 09:00")
    for rule in ("SZ-20.3", "IL-25"):
        assert survivor.clock(rule).due_at == at_the_duplicate[rule]
    assert survivor.clock("IL-23a").due_at <= at_the_duplicate["IL-23a"], "only the pause of the request is not kept"
    assert survivor.clock("SZ-20.1").ended_as == "met", "the client was told, under whatever number"
    assert {item.code for arrival in survivor.claim.arrivals for item in arrival.items} == {"a", "b"}


def test_documents_that_only_the_survivor_asked_for_are_still_waited_for() -> None:
    duplicate, survivor = twice_reported()
    accepted(duplicate)
    survivor.when(requests("2026-03-03 15:00", "c"))
    merged(duplicate, survivor, WHEN)
    assert survivor.status == "documents_pending"
    survivor.when(documents("2026-03-05 09:00", "c"))
    assert survivor.claim.documents_complete_at == at("2026-03-05 09:00")


def test_documents_of_the_duplicate_can_be_the_ones_that_the_survivor_waits_for() -> None:
    duplicate, survivor = twice_reported()
    duplicate.when(documents("2026-03-03 09:00", "a"))
    survivor.when(requests("2026-03-02 15:00", "a"))
    merged(duplicate, survivor, WHEN)
    assert survivor.claim.documents_complete_at == at("2026-03-03 09:00")


def test_a_claim_request_on_the_duplicate_is_one_on_the_survivor() -> None:
    duplicate, survivor = twice_reported()
    duplicate.when(claims("2026-03-02 14:00"))
    survivor.when(documents("2026-03-03 09:00", "a"))
    assert survivor.claim.requested_by_documents
    merged(duplicate, survivor, WHEN)
    assert survivor.claim.requested_at == at("2026-03-02 14:00")
    assert not survivor.claim.requested_by_documents


def test_in_a_later_round_nothing_begins_before_the_round_did() -> None:
    duplicate, survivor = twice_reported()
    duplicate.when(documents("2026-03-03 09:00", "a"))
    survivor.when(rejects("2026-03-03 10:00")).when(reopens("2026-03-05 09:00"))
    merged(duplicate, survivor, "2026-03-06 09:00")
    starts = {clock.started_at for clock in survivor.claim.clocks.values() if clock.round == 2}
    assert starts == {at("2026-03-05 09:00")}


def test_counts_and_determinations_stay_on_the_duplicate_where_they_can_be_read() -> None:
    duplicate, survivor = twice_reported()
    duplicate.when(casualties("2026-03-03 09:00", deaths=3)).when(determines("2026-03-03 09:30", MILLION))
    merged(duplicate, survivor, WHEN)
    assert (survivor.claim.grade, survivor.claim.determined_loss) == ("general", None)
    assert (duplicate.claim.grade, duplicate.claim.determined_loss) == ("major", MILLION)


def test_no_money_is_promised_to_a_merged_claim_and_the_survivors_promises_stay() -> None:
    duplicate, survivor = twice_reported()
    survivor.when(asks("rescue", name="survivors", when="2026-03-02 13:00"))
    duplicate.ledger = survivor.ledger
    promised = survivor.ledger.held_by_all()
    merged(duplicate, survivor, WHEN)
    assert survivor.ledger.held(duplicate.claim.claim_id) == 0
    assert survivor.ledger.held_by_all() == survivor.ledger.held(survivor.claim.claim_id) == promised > 0

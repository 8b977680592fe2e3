"""What was asked, sent, told and done on a duplicate counts on the claim that goes on, at its own moments."""

from dataclasses import replace

import pytest
from tests.support.acts import accepted, claims, documents, intake, rejects, reopens, requests
from tests.support.merging import merged, twice_reported
from tests.support.story import Story, at, ident
from tests.support.story import a_report as reports

from claims.domain.claim.commands.authorities import NotifyAuthorities, SurveySite
from claims.domain.claim.commands.progress import NotifyProgress
from claims.domain.clock import Clock

WHEN = "2026-03-04 09:00"


def is_paused(clock: Clock) -> bool:
    return "paused" in clock.flags


def asked_and_waiting(story: Story) -> Story:
    """First documents on 3 March, the request for another with the client on 4 March at 8."""
    story.when(claims("2026-03-02 14:00")).when(documents("2026-03-03 09:00", "a"))
    asked = requests("2026-03-03 15:00", "b", reached="2026-03-04 08:00")
    return story.when(asked, recorded="2026-03-04 08:00")


def test_what_the_client_still_owes_stops_time_on_the_claim_that_goes_on_as_it_did_on_the_duplicate() -> None:
    duplicate, survivor = twice_reported()
    asked_and_waiting(duplicate)
    merged(duplicate, survivor, "2026-04-12 09:00")
    clock = survivor.clock("IL-23a")
    assert is_paused(clock)
    assert clock.running
    assert clock.marks == duplicate.clock("IL-23a").marks, "no level is reached while it lasts"
    assert "late_by_reclassification" not in clock.flags


def test_what_stopped_time_stops_as_much_of_it_when_the_documents_come_after_the_merge() -> None:
    alone, _ = twice_reported()
    asked_and_waiting(alone).when(documents("2026-04-20 10:00", "b"))
    duplicate, survivor = twice_reported()
    merged(asked_and_waiting(duplicate), survivor, "2026-04-12 09:00")
    survivor.when(documents("2026-04-20 10:00", "b"))
    assert survivor.clock("IL-23a").due_at == alone.clock("IL-23a").due_at
    assert survivor.clock("IL-23a").started_at == alone.clock("IL-23a").started_at
    assert not is_paused(survivor.clock("IL-23a"))


def test_what_stopped_time_before_the_merge_is_not_counted_after_it() -> None:
    duplicate, survivor = twice_reported()
    asked_and_waiting(duplicate).when(documents("2026-03-25 10:00", "b"))
    due = duplicate.clock("IL-23a").due_at
    merged(duplicate, survivor, "2026-04-12 09:00")
    assert survivor.clock("IL-23a").due_at == due


def test_the_word_on_the_duplicate_ended_its_request_and_none_of_the_other_claim() -> None:
    duplicate, survivor = twice_reported()
    asked_and_waiting(duplicate).when(documents("2026-03-25 10:00", complete=True))
    due = duplicate.clock("IL-23a").due_at
    survivor.when(requests("2026-03-24 15:00", "c"))
    merged(duplicate, survivor, "2026-04-12 09:00")
    assert survivor.claim.documents_complete_at is None, "c was asked for, and has not come"
    clock = survivor.clock("IL-23a")
    assert is_paused(clock)
    survivor.when(documents("2026-04-24 15:00", "c"))
    assert survivor.claim.documents_complete_at == at("2026-04-24 15:00")
    assert survivor.clock("IL-23a").due_at > due


def test_a_word_that_was_given_on_the_other_claim_before_the_merge_ends_no_request_of_the_duplicate() -> None:
    duplicate, survivor = twice_reported()
    asked_and_waiting(duplicate)
    survivor.when(documents("2026-03-05 09:00", "x", complete=True))
    merged(duplicate, survivor, "2026-03-20 09:00")
    assert is_paused(survivor.clock("IL-23a"))
    survivor.when(documents("2026-03-24 09:00", complete=True))
    assert not is_paused(survivor.clock("IL-23a")), "a word after the merge is about both"


def test_a_breach_of_the_claim_that_goes_on_is_not_undone_by_a_request_of_the_duplicate() -> None:
    duplicate, survivor = twice_reported()
    survivor.when(claims("2026-03-02 14:00")).when(documents("2026-03-02 15:00", "x"))
    asked_and_waiting(duplicate)
    due = survivor.clock("IL-23a").due_at
    merged(duplicate, survivor, "2026-04-12 09:00")
    assert survivor.clock("IL-23a").due_at == due < at("2026-04-12 09:00")
    assert not is_paused(survivor.clock("IL-23a"))


def test_a_request_that_stopped_no_time_on_the_duplicate_stops_none_after_it() -> None:
    duplicate, survivor = twice_reported()
    asked_and_waiting(duplicate).when(documents("2026-03-05 09:00", "b")).when(requests("2026-03-06 09:00", "c"))
    due = duplicate.clock("IL-23a").due_at
    merged(duplicate, survivor, "2026-03-20 09:00")
    assert survivor.clock("IL-23a").due_at == due
    assert not survivor.has_clock("IL-22"), "the breach stays on the duplicate: it is one"
    assert duplicate.clock("IL-22").ended_at == at("2026-03-20 09:00")


def test_in_a_later_round_what_the_client_still_owes_stops_time_too() -> None:
    duplicate, survivor = twice_reported()
    asked_and_waiting(duplicate)
    survivor.when(rejects("2026-03-03 10:00")).when(reopens("2026-03-05 09:00"))
    merged(duplicate, survivor, "2026-04-12 09:00")
    clock = next(c for c in survivor.claim.clocks.values() if c.rule == "IL-23a" and c.round == 2)
    assert (clock.started_at, is_paused(clock)) == (at("2026-03-05 09:00"), True)


def test_two_claims_that_asked_once_each_break_no_rule_by_their_merge() -> None:
    duplicate, survivor = twice_reported()
    duplicate.when(requests("2026-03-02 15:00", "a"))
    survivor.when(requests("2026-03-02 16:00", "b"))
    merged(duplicate, survivor, WHEN)
    assert not survivor.has_clock("IL-22")
    survivor.when(requests("2026-03-03 09:00", "c"), recorded="2026-03-05 09:00")
    assert survivor.has_clock("IL-22"), "its own second request"


@pytest.mark.parametrize(
    ("when", "codes", "new_facts", "broken"),
    [
        ("2026-03-05 09:00", ("b",), None, True),
        ("2026-03-05 09:00", ("b",), "伤情恶化", False),
        ("2026-03-05 09:00", ("a",), None, False),
        ("2026-03-03 09:00", ("b",), None, False),
    ],
    ids=["adds", "adds for new facts", "reminds", "before the merge, recorded late"],
)
def test_after_a_merge_the_client_was_asked_already_under_whatever_number(
    when: str, codes: tuple[str, ...], new_facts: str | None, broken: bool
) -> None:
    duplicate, survivor = twice_reported()
    duplicate.when(requests("2026-03-02 15:00", "a"))
    merged(duplicate, survivor, WHEN)
    survivor.when(requests(when, *codes, new_facts=new_facts), recorded="2026-03-05 09:00")
    assert survivor.has_clock("IL-22") is broken


def test_missing_documents_that_the_duplicate_asked_for_in_time_were_asked_for() -> None:
    duplicate, survivor = twice_reported()
    asked_and_waiting(duplicate)
    assert duplicate.clock("SZ-20.2").ended_as == "met"
    merged(duplicate, survivor, "2026-03-20 09:00")
    clock, before = survivor.clock("SZ-20.2"), duplicate.clock("SZ-20.2")
    assert (clock.started_at, clock.ended_as, clock.ended_at) == (before.started_at, "met", before.ended_at)


def test_documents_found_missing_on_the_duplicate_are_still_to_be_asked_for() -> None:
    duplicate, survivor = twice_reported()
    duplicate.when(intake("2026-03-04 08:00", missing=("a", "b")))
    merged(duplicate, survivor, WHEN)
    assert survivor.clock("SZ-20.2").due_at == duplicate.clock("SZ-20.2").due_at
    survivor.when(documents("2026-03-05 09:00", "a", "b"))
    assert survivor.claim.documents_complete_at == at("2026-03-05 09:00")


def test_what_was_missing_on_a_duplicate_that_became_complete_is_late_nowhere() -> None:
    duplicate, survivor = twice_reported()
    duplicate.when(intake("2026-03-02 14:00", missing=("a", "b")))
    duplicate.when(documents("2026-03-02 15:00", "a")).when(documents("2026-03-03 09:00", "b"))
    assert duplicate.clock("SZ-20.2").ended_as == "cancelled"
    survivor.when(requests("2026-03-10 09:00", "c"))
    merged(duplicate, survivor, "2026-03-10 10:00")
    assert not survivor.has_clock("SZ-20.2")


def test_a_request_after_the_duplicate_was_accepted_moves_its_acceptance_on_neither_claim() -> None:
    duplicate, survivor = twice_reported()
    accepted(duplicate).when(requests("2026-03-05 09:00", "c", new_facts="伤情恶化"))
    due = {rule: duplicate.clock(rule).due_at for rule in ("SZ-20.3", "IL-25")}
    merged(duplicate, survivor, "2026-03-06 09:00")
    assert {rule: survivor.clock(rule).due_at for rule in due} == due
    assert is_paused(survivor.clock("IL-23a"))


def test_a_progress_notice_on_the_duplicate_extends_the_decision_once_and_for_all() -> None:
    duplicate, survivor = twice_reported()
    accepted(duplicate).when(NotifyProgress(at("2026-03-10 09:00"), "等待鉴定"))
    merged(duplicate, survivor, "2026-03-30 09:00")
    clock = survivor.clock("SZ-20.3")
    assert (clock.ended_as, clock.ended_at) == ("extended", at("2026-03-10 09:00"))


def test_a_progress_notice_before_the_round_of_the_claim_that_goes_on_extends_nothing_in_it() -> None:
    duplicate, survivor = twice_reported()
    accepted(duplicate).when(NotifyProgress(at("2026-03-10 09:00"), "等待鉴定"))
    survivor.when(rejects("2026-03-03 10:00")).when(reopens("2026-03-12 09:00"))
    merged(duplicate, survivor, "2026-03-16 09:00")
    assert survivor.claim.progress_at == ()
    assert survivor.clock("SZ-20.3").running


def test_a_client_that_was_told_at_the_duplicates_intake_was_told() -> None:
    duplicate, survivor = twice_reported()
    duplicate.when(intake("2026-03-02 13:30"))
    merged(duplicate, survivor, "2026-03-20 09:00")
    clock = survivor.clock("SZ-20.1")
    assert (clock.ended_as, clock.ended_at) == ("met", at("2026-03-02 13:30"))


def test_authorities_that_were_told_and_a_site_that_was_seen_under_the_other_number_meet_beijings_clocks() -> None:
    whole = reports()
    beijing = replace(whole.accident, region="110105")
    duplicate = Story().when(replace(whole, accident=beijing))
    again = reports("2026-03-02 12:00", confirm_not_duplicate=True)
    survivor = Story(duplicate.ledger, ident("survivor")).when(replace(again, accident=beijing))
    duplicate.ledger = survivor.ledger
    duplicate.when(NotifyAuthorities(at("2026-03-02 15:00"), ("operations",), "快报-1"))
    duplicate.when(SurveySite(at("2026-03-02 16:00"), "查勘员", "脚手架坍塌"))
    merged(duplicate, survivor, "2026-03-20 09:00")
    ends = {rule: (survivor.clock(rule).ended_as, survivor.clock(rule).ended_at) for rule in ("BJ-4.1", "BJ-4.2")}
    assert ends == {"BJ-4.1": ("met", at("2026-03-02 15:00")), "BJ-4.2": ("met", at("2026-03-02 16:00"))}
    assert (survivor.claim.authority_notices, survivor.claim.surveys) == ((), ()), "texts stay on the duplicate"


def test_what_a_duplicate_had_taken_over_itself_goes_on_with_it() -> None:
    duplicate, middle = twice_reported()
    asked_and_waiting(duplicate).when(NotifyAuthorities(at("2026-03-02 15:00"), ("operations",), "快报-1"))
    merged(duplicate, middle, WHEN)
    last = Story(middle.ledger, ident("last")).when(reports("2026-03-04 10:00", confirm_not_duplicate=True))
    middle.ledger = last.ledger
    due = middle.clock("IL-23a").due_at
    merged(middle, last, "2026-03-05 09:00")
    assert is_paused(last.clock("IL-23a"))
    assert last.clock("IL-23a").due_at >= due
    assert last.claim.authorities_told_elsewhere == (at("2026-03-02 15:00"),)


def test_a_merge_alone_makes_no_clock_of_the_claim_that_goes_on_late_that_neither_claim_was_late_for() -> None:
    duplicate, survivor = twice_reported()
    accepted(duplicate).when(NotifyProgress(at("2026-03-10 09:00"), "等待鉴定"))
    duplicate.when(requests("2026-03-11 09:00", "c", new_facts="伤情恶化"))
    survivor.when(intake("2026-03-02 13:00"))
    merged(duplicate, survivor, "2026-04-20 09:00")
    counting = [c for c in survivor.claim.clocks.values() if not is_paused(c)]
    assert [c.rule for c in counting if c.due_at < (c.ended_at or at("2026-04-20 09:00"))] == []
    assert [c.rule for c in survivor.claim.clocks.values() if "late_by_reclassification" in c.flags] == []


def test_an_earlier_start_that_stands_still_makes_nothing_late_at_once() -> None:
    duplicate, survivor = twice_reported()
    asked_and_waiting(duplicate)
    survivor.when(documents("2026-03-13 09:00", "x"))
    merged(duplicate, survivor, "2026-04-05 09:00")
    clock = survivor.clock("IL-23a")
    assert (clock.started_at, is_paused(clock)) == (at("2026-03-03 09:00"), True)
    assert "late_by_reclassification" not in clock.flags


def test_a_claim_that_waits_for_the_client_as_well_is_late_for_nothing() -> None:
    duplicate, survivor = twice_reported()
    asked_and_waiting(duplicate)
    survivor.when(documents("2026-03-04 09:00", "x")).when(requests("2026-03-05 09:00", "y"))
    merged(duplicate, survivor, "2026-04-12 09:00")
    survivor.when(documents("2026-04-13 09:00", "y"))
    assert is_paused(survivor.clock("IL-23a")), "b is still awaited"

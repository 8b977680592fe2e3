"""The edge cases that the regulation leaves open, row by row: from the amount of an advance to a part payment."""

import pytest
from tests.support.acts import (
    amends,
    asks,
    bounces,
    casualties,
    determines,
    documents,
    intake,
    pays,
    pays_advance,
    requests,
    settled,
)
from tests.support.story import MILLION, YUAN, Story, a_report, at, limits, policy, reported

from claims.domain.claim import money
from claims.domain.claim.events import Casualties, DocumentsRequested

IN_TIME, LATE = "2026-03-03 09:00", "2026-03-20 09:00"


def with_rescue_limit(limit: int) -> Story:
    """A claim on a policy with another limit for rescue."""
    return Story().when(a_report(policy=policy(limits=limits(rescue=limit))))


# Row: amount raised after the request


def test_of_an_amount_raised_after_the_request_the_old_part_keeps_its_clock_and_the_increment_gets_its_own() -> None:
    story = (
        with_rescue_limit(3 * MILLION).when(asks("rescue", 2 * MILLION)).when(amends("2026-03-06 09:00", 3 * MILLION))
    )
    first, second = sorted(
        (c for c in story.claim.clocks.values() if c.rule == "SZ-20.6"), key=lambda clock: clock.started_at
    )
    assert (first.started_at, first.limit_amount, first.due_at) == (at("2026-03-02 11:00"), 10, at("2026-03-17 00:00"))
    assert (second.started_at, second.limit_amount, second.due_at) == (
        at("2026-03-06 09:00"),
        5,
        at("2026-03-14 00:00"),
    )
    assert first.flags == (), "a change never lengthens a running clock"
    assert story.ledger.held(story.claim.claim_id, "rescue") == 3 * MILLION


# Row: amount lowered or capped


def test_an_amount_lowered_takes_the_bracket_of_what_is_payable_from_the_same_start_and_is_flagged() -> None:
    story = with_rescue_limit(3 * MILLION).when(asks("rescue", 2 * MILLION, reason_code="other", reason="少要"))
    before = story.clock("SZ-20.6")
    story.when(amends("2026-03-06 09:00", MILLION))
    clock = story.clock("SZ-20.6")
    assert (before.limit_amount, clock.limit_amount, clock.started_at) == (10, 5, before.started_at)
    assert clock.flags == ("tightened",)
    late = with_rescue_limit(3 * MILLION).when(asks("rescue", 2 * MILLION, reason_code="other", reason="少要"))
    late.when(amends("2026-03-11 09:00", MILLION))
    assert late.clock("SZ-20.6").flags == ("tightened", "late_by_reclassification")


def test_an_amount_that_the_limit_caps_takes_the_bracket_of_what_is_payable() -> None:
    story = reported().when(asks("rescue", 3 * MILLION))
    assert (story.advance("advance").amount, story.clock("SZ-20.6").limit_amount) == (MILLION, 5)


# Row: death advance asked before the loss is determined, surgery advance asked at the second surgery


def test_a_death_advance_asked_before_the_loss_is_determined_waits_and_then_becomes_payable_with_its_clock() -> None:
    story = reported().when(asks("death_indemnity"))
    assert money.advance_status(story.claim, story.advance("advance")) == "requested"
    assert (story.has_clock("SZ-20.7"), story.ledger.held_by_all()) == (False, 0)
    story.when(determines("2026-03-05 09:00", MILLION))
    assert money.advance_status(story.claim, story.advance("advance")) == "payable"
    assert story.clock("SZ-20.7").started_at == at("2026-03-05 09:00")


def test_a_surgery_advance_asked_at_the_second_surgery_waits_for_the_third() -> None:
    story = reported(casualties=Casualties(0, 0, 2, 2)).when(asks("medical", 100))
    assert (story.has_clock("SZ-20.8"), story.ledger.held_by_all()) == (False, 0)
    story.when(casualties("2026-03-02 18:00", surgeries=3))
    assert story.clock("SZ-20.8").started_at == at("2026-03-02 18:00")


def test_a_third_surgery_that_was_a_mistake_counts_only_from_when_there_really_are_three() -> None:
    story = reported(casualties=Casualties(0, 0, 3, 3)).when(casualties("2026-03-02 10:30", surgeries=2))
    story.when(asks("medical", 100)).when(casualties("2026-03-02 18:00", surgeries=3))
    assert story.clock("SZ-20.8").started_at == at("2026-03-02 18:00")


# Row: missing persons


def test_missing_persons_count_as_casualties_and_not_as_confirmed_deaths() -> None:
    story = reported(casualties=Casualties(0, 3, 0, 0)).when(determines("2026-03-02 10:30", MILLION))
    story.when(asks("death_indemnity"))
    assert (story.advance("advance").waiting, story.has_clock("SZ-20.7")) == (True, False)
    assert (story.claim.current_casualties.missing, story.claim.grade) == (3, "general")
    story.when(casualties("2026-03-04 09:00", deaths=1, missing=2))
    assert story.clock("SZ-20.7").started_at == at("2026-03-04 09:00"), "once a death is confirmed by people"


# Row: eligible, but nobody asked


def test_eligible_but_nobody_asked_runs_no_clock() -> None:
    story = reported().when(determines("2026-03-02 10:30", MILLION))
    story.when(documents("2026-03-03 09:00", "a", complete=True))
    assert not any(story.has_clock(rule) for rule in ("SZ-20.6", "SZ-20.7", "SZ-20.8"))
    assert story.ledger.held_by_all() == 0


# Row: reminder of items already on the list


def test_a_reminder_of_items_on_the_list_is_no_violation_and_new_facts_need_a_stated_reason() -> None:
    def broken(story: Story) -> bool:
        return next(fact for fact in story.last.claim if isinstance(fact, DocumentsRequested)).once_only_broken

    story = reported().when(requests("2026-03-02 14:00", "a", "b"))
    assert not broken(story.when(requests("2026-03-03 14:00", "b")))
    assert not broken(story.when(requests("2026-03-04 14:00", "c", new_facts="补充鉴定")))
    assert broken(story.when(requests("2026-03-05 14:00", "d")))


# Row: documents nobody requested


def test_documents_nobody_requested_and_a_late_click_do_not_move_the_acceptance() -> None:
    story = reported().when(intake("2026-03-02 12:00")).when(requests("2026-03-02 14:00", "a"))
    story.when(documents("2026-03-03 09:00", "a")).when(documents("2026-03-09 09:00", "extra"))
    story.when(documents("2026-03-12 09:00", complete=True))
    assert story.clock("SZ-20.3").started_at == at("2026-03-03 09:00")


# Row: payment bounced, advance or final


@pytest.mark.parametrize("kind", ["advance", "final"])
def test_a_payment_that_bounced_did_not_meet_the_clock_which_reopens_with_its_original_start(kind: str) -> None:
    rule, story = ("SZ-20.6", reported().when(asks("rescue")))
    name = "money" if kind == "advance" else "another"
    story.when(pays_advance("2026-03-03 09:00", 600_000 * YUAN, payment=name))
    if kind == "final":
        rule, story = (
            "SZ-20.9",
            settled(story, MILLION).when(pays("2026-03-09 09:00", 400_000 * YUAN, payment="money")),
        )
    met = story.clock(rule)
    story.when(bounces("2026-03-10 09:00", "money"))
    again = story.clock(rule)
    assert (met.ended_as, again.running) == ("met", True)
    assert (again.started_at, again.due_at) == (met.started_at, met.due_at)
    if kind == "final":
        assert story.clock("IL-23b").running
        assert money.balance(story.claim) == 400_000 * YUAN, "the advance stays paid"


# Row: partial payment


def test_of_a_partial_payment_the_remainder_stays_open() -> None:
    story = reported().when(asks("rescue")).when(pays_advance(IN_TIME, 599_999 * YUAN))
    assert story.clock("SZ-20.6").running
    story.when(pays_advance(LATE, YUAN))
    clock = story.clock("SZ-20.6")
    assert clock.ended_at == at(LATE), "the remainder came late, and that is what the clock says"

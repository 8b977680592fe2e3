"""The decision, its ten working days, how they are extended, and who is told (SZ-20 (3), (4); IL art. 23, 24)."""

import pytest
from tests.support.acts import (
    accepted,
    approves,
    asks,
    documents,
    intake,
    pays_advance,
    registers,
    rejects,
    requests,
)
from tests.support.story import MILLION, YUAN, Story, a_report, at, ident, limits, policy, reported

from claims.domain.claim import money
from claims.domain.claim.advances import LIMIT_USED_UP
from claims.domain.claim.commands.decision import (
    DECIDED_FIRST,
    NOTIFIED_ONCE,
    REJECTED_FIRST,
    TOLD_ONCE,
    Decide,
    NotifyRejection,
    TellDecision,
)
from claims.domain.claim.commands.end import CloseClaim
from claims.domain.claim.commands.pay import WITHIN_INDEMNITY
from claims.domain.claim.commands.progress import NotifyProgress
from claims.domain.claim.guards import CLAIM_IS_UNDECIDED
from claims.domain.errors import InvalidFact, RuleViolation


def tells_progress(when: str) -> NotifyProgress:
    return NotifyProgress(at(when), "等待鉴定结果")


def notifies(when: str) -> NotifyRejection:
    return NotifyRejection(at(when), "拒赔-1", "不属于保险责任")


def test_a_decision_within_ten_working_days_meets_them() -> None:
    story = accepted(reported(), "2026-03-03 09:00").when(approves("2026-03-17 23:59", 100))
    clock = story.clock("SZ-20.3")
    assert (clock.ended_as, clock.ended_at < clock.due_at if clock.ended_at else None) == ("met", True)


def test_a_progress_notice_before_the_end_extends_the_ten_working_days() -> None:
    story = accepted(reported(), "2026-03-03 09:00").when(tells_progress("2026-03-17 23:59"))
    clock = story.clock("SZ-20.3")
    assert (clock.ended_as, clock.ended_at) == ("extended", at("2026-03-17 23:59"))


def test_a_progress_notice_at_the_end_or_later_extends_nothing() -> None:
    story = accepted(reported(), "2026-03-03 09:00").when(tells_progress("2026-03-18 00:00"))
    assert story.clock("SZ-20.3").running


def test_an_extension_is_final() -> None:
    story = accepted(reported()).when(tells_progress("2026-03-10 09:00"))
    story.when(tells_progress("2026-03-12 09:00")).when(approves("2026-04-30 09:00", 100))
    clock = story.clock("SZ-20.3")
    assert (clock.ended_as, clock.ended_at) == ("extended", at("2026-03-10 09:00"))


def test_a_progress_notice_before_the_acceptance_extends_nothing() -> None:
    story = reported().when(intake("2026-03-02 12:00", missing=("a",))).when(tells_progress("2026-03-02 15:00"))
    assert story.when(documents("2026-03-03 09:00", "a")).clock("SZ-20.3").running


def test_a_progress_notice_in_time_counts_although_it_is_recorded_after_the_decision() -> None:
    story = accepted(reported(), "2026-03-03 09:00").when(approves("2026-03-25 09:00", 100))
    story.when(tells_progress("2026-03-10 09:00"), recorded="2026-03-26 09:00")
    clock = story.clock("SZ-20.3")
    assert (clock.ended_as, clock.ended_at) == ("extended", at("2026-03-10 09:00"))


def test_a_progress_notice_after_the_decision_is_refused() -> None:
    with pytest.raises(RuleViolation) as refused:
        accepted(reported()).when(approves("2026-03-05 09:00", 100)).when(tells_progress("2026-03-06 09:00"))
    assert refused.value.rule is CLAIM_IS_UNDECIDED


@pytest.mark.parametrize("second", [approves("2026-03-06 09:00", 100), rejects("2026-03-06 09:00")])
def test_a_second_decision_is_refused(second: Decide) -> None:
    with pytest.raises(RuleViolation) as refused:
        accepted(reported()).when(approves("2026-03-05 09:00", 100)).when(second)
    assert refused.value.rule is CLAIM_IS_UNDECIDED


def test_a_decision_is_capped_by_the_limit_per_accident_and_says_so() -> None:
    story = accepted(reported()).when(approves("2026-03-05 09:00", 21 * MILLION))
    decision = story.claim.decision
    assert decision is not None
    assert (decision.amount, decision.stated_amount) == (20 * MILLION, 21 * MILLION)
    assert decision.flags == ("limit_capped",)


def test_a_decision_is_capped_by_what_other_claims_left_of_the_aggregate() -> None:
    shared = policy(limits=limits(aggregate=25 * MILLION))
    first = accepted(Story().when(a_report(policy=shared))).when(approves("2026-03-05 09:00", 20 * MILLION))
    second = Story(first.ledger, ident("second")).when(
        a_report("2026-03-02 12:00", accident="2026-03-02 11:00", policy=shared)
    )
    second.when(approves("2026-03-06 09:00", 10 * MILLION))
    assert money.indemnity(second.claim) == 5 * MILLION
    third = Story(second.ledger, ident("third")).when(
        a_report("2026-03-02 12:30", accident="2026-03-02 12:00", policy=shared)
    )
    with pytest.raises(RuleViolation) as refused:
        third.when(approves("2026-03-06 10:00", 1))
    assert (refused.value.rule, refused.value.facts["limit"]) == (LIMIT_USED_UP, "aggregate")


def test_advances_are_part_of_the_indemnity_and_do_not_lower_what_can_be_decided() -> None:
    story = reported().when(asks("rescue", MILLION)).when(pays_advance("2026-03-03 09:00", MILLION))
    story.when(approves("2026-03-05 09:00", 20 * MILLION))
    assert money.indemnity(story.claim) == 20 * MILLION
    assert story.ledger.held_by_all() == 20 * MILLION


@pytest.mark.parametrize(
    ("decision", "pointer"),
    [
        (Decide(at("2026-03-05 09:00"), "maybe", None, None, None), "/outcome"),
        (Decide(at("2026-03-05 09:00"), "approved", None, None, None), "/amount"),
        (Decide(at("2026-03-05 09:00"), "rejected", 1, "理由", None), "/amount"),
        (Decide(at("2026-03-05 09:00"), "rejected", None, None, None), "/reason"),
        (approves("2026-03-05 09:00", 1, told="2026-03-05 08:00"), "/told_at"),
        (approves("2026-03-05 09:00", 1, told="2026-03-05 10:00"), "/told_at"),
    ],
)
def test_a_decision_that_contradicts_itself_is_invalid(decision: Decide, pointer: str) -> None:
    with pytest.raises(InvalidFact, match=pointer):
        accepted(reported()).when(decision)


def test_the_client_is_told_within_a_working_day_of_the_decision() -> None:
    story = accepted(reported()).when(approves("2026-03-05 09:00", 100))
    clock = story.clock("SZ-20.3b")
    assert (clock.started_at, str(clock.due_date)) == (at("2026-03-05 09:00"), "2026-03-06")
    assert story.when(TellDecision(at("2026-03-06 09:00"))).clock("SZ-20.3b").ended_as == "met"


def test_a_decision_that_says_when_the_client_was_told_needs_no_notice() -> None:
    told = approves("2026-03-05 09:00", 100, told="2026-03-05 10:00")
    story = accepted(reported()).when(told, recorded="2026-03-05 10:30")
    assert story.clock("SZ-20.3b").ended_at == at("2026-03-05 10:00")
    with pytest.raises(RuleViolation) as refused:
        story.when(TellDecision(at("2026-03-06 09:00")))
    assert refused.value.rule is TOLD_ONCE


def test_there_is_nothing_to_tell_before_the_decision() -> None:
    with pytest.raises(RuleViolation) as refused:
        accepted(reported()).when(TellDecision(at("2026-03-05 09:00")))
    assert refused.value.rule is DECIDED_FIRST
    with pytest.raises(InvalidFact, match="/occurred_at"):
        accepted(reported()).when(approves("2026-03-05 09:00", 1)).when(
            TellDecision(at("2026-03-05 08:00")), recorded="2026-03-06 09:00"
        )


def test_a_rejection_starts_the_day_of_its_notice_and_the_notice_tells_the_decision_too() -> None:
    story = accepted(reported()).when(rejects("2026-03-05 09:00"))
    assert (story.clock("SZ-20.4").started_at, story.status) == (at("2026-03-05 09:00"), "rejected")
    story.when(notifies("2026-03-06 09:00"))
    assert (story.clock("SZ-20.4").ended_as, story.clock("SZ-20.3b").ended_as) == ("met", "met")


def test_a_rejection_is_notified_once_and_an_approval_never() -> None:
    story = accepted(reported()).when(rejects("2026-03-05 09:00")).when(notifies("2026-03-06 09:00"))
    with pytest.raises(RuleViolation) as again:
        story.when(notifies("2026-03-07 09:00"))
    assert again.value.rule is NOTIFIED_ONCE
    with pytest.raises(RuleViolation) as approved:
        accepted(reported()).when(approves("2026-03-05 09:00", 1)).when(notifies("2026-03-06 09:00"))
    assert approved.value.rule is REJECTED_FIRST


def test_a_notice_of_rejection_can_be_recorded_after_the_claim_was_closed() -> None:
    story = accepted(reported()).when(rejects("2026-03-05 09:00")).when(CloseClaim(at("2026-03-09 09:00"), None))
    story.when(notifies("2026-03-06 09:00"), recorded="2026-03-10 09:00")
    assert story.clock("SZ-20.4").ended_at == at("2026-03-06 09:00")


def test_a_rejection_cancels_what_is_unpaid_of_advances_from_the_decision_and_keeps_what_was_met() -> None:
    story = (
        reported().when(asks("rescue", name="paid", amount=600_000 * YUAN)).when(asks("medical", 100, name="unpaid"))
    )
    story.when(pays_advance("2026-03-03 09:00", 600_000 * YUAN, name="paid")).when(rejects("2026-03-05 09:00"))
    assert story.clock("SZ-20.6").ended_as == "met"
    unpaid = story.clock("SZ-20.8")
    assert (unpaid.ended_as, unpaid.ended_at) == ("cancelled", at("2026-03-05 09:00"))
    assert unpaid.due_at < at("2026-03-05 09:00"), "it was late before: the breach stays with the watch"


def test_after_a_rejection_what_was_advanced_is_due_back_and_nothing_more_is_held() -> None:
    story = reported().when(asks("rescue")).when(pays_advance("2026-03-03 09:00", 500_000 * YUAN))
    story.when(rejects("2026-03-05 09:00"))
    assert money.recoverable(story.claim) == 500_000 * YUAN
    assert story.ledger.held_by_all() == 500_000 * YUAN
    with pytest.raises(RuleViolation) as refused:
        story.when(pays_advance("2026-03-06 09:00", 1))
    assert refused.value.rule is WITHIN_INDEMNITY


def test_after_the_decision_an_advance_is_paid_up_to_the_indemnity_and_no_further() -> None:
    story = reported().when(asks("rescue")).when(approves("2026-03-05 09:00", 500_000 * YUAN))
    with pytest.raises(RuleViolation) as refused:
        story.when(pays_advance("2026-03-06 09:00", 500_001 * YUAN))
    assert refused.value.rule is WITHIN_INDEMNITY
    story.when(pays_advance("2026-03-06 10:00", 500_000 * YUAN))
    clock = story.clock("SZ-20.6")
    assert (clock.ended_as, clock.ended_at) == ("cancelled", at("2026-03-06 10:00"))


def test_no_advance_is_asked_for_after_the_decision() -> None:
    with pytest.raises(RuleViolation) as refused:
        accepted(reported()).when(approves("2026-03-05 09:00", 1)).when(asks("rescue", when="2026-03-06 09:00"))
    assert refused.value.rule is CLAIM_IS_UNDECIDED


def test_a_request_after_the_decision_takes_nothing_back() -> None:
    story = reported().when(registers("victim")).when(documents("2026-03-04 09:00", "a", complete=True))
    story.when(approves("2026-03-05 09:00", 100)).when(requests("2026-03-06 09:00", "b", new_facts="新情况"))
    assert story.claim.documents_complete_at == at("2026-03-04 09:00")

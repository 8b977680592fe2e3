"""How a claim ends: recoveries, withdrawals and closures."""

import pytest
from tests.support.acts import (
    accepted,
    approves,
    asks,
    bounces,
    determines,
    documents,
    pays,
    pays_advance,
    rejects,
    settled,
)
from tests.support.story import MILLION, YUAN, Story, at, reported

from claims.domain.claim import money
from claims.domain.claim.commands.advance import NOTHING_OUTSTANDING, WithdrawAdvance
from claims.domain.claim.commands.end import (
    FINISHED_FIRST,
    UNSETTLED,
    WITHIN_RECOVERABLE,
    CloseClaim,
    ReceiveRecovery,
    WithdrawClaim,
)
from claims.domain.claim.guards import CLAIM_IS_OPEN
from claims.domain.errors import RuleViolation


def recovers(when: str, amount: int) -> ReceiveRecovery:
    return ReceiveRecovery(at(when), amount, "ICBC-3")


def closes(when: str) -> CloseClaim:
    return CloseClaim(at(when), "已结案")


def withdraws(when: str) -> WithdrawClaim:
    return WithdrawClaim(at(when), "客户撤销")


def overpaid() -> Story:
    """Return a claim with 600,000 advanced and 500,000 agreed."""
    story = reported().when(asks("rescue")).when(pays_advance("2026-03-03 09:00", 600_000 * YUAN))
    return settled(story, 500_000 * YUAN)


def test_what_was_advanced_beyond_the_indemnity_is_due_back() -> None:
    story = overpaid()
    assert (money.recoverable(story.claim), money.balance(story.claim)) == (100_000 * YUAN, 0)
    story.when(recovers("2026-03-09 09:00", 60_000 * YUAN))
    assert money.recoverable(story.claim) == 40_000 * YUAN


def test_no_more_comes_back_than_is_due() -> None:
    with pytest.raises(RuleViolation, match=r"100000\.00") as refused:
        overpaid().when(recovers("2026-03-09 09:00", 100_001 * YUAN))
    assert refused.value.rule is WITHIN_RECOVERABLE


def test_nothing_is_due_back_before_the_decision() -> None:
    story = reported().when(asks("rescue")).when(pays_advance("2026-03-03 09:00", 600_000 * YUAN))
    with pytest.raises(RuleViolation) as refused:
        story.when(recovers("2026-03-09 09:00", 1))
    assert refused.value.rule is WITHIN_RECOVERABLE


def test_money_comes_back_on_a_closed_and_on_a_withdrawn_claim_too() -> None:
    story = overpaid().when(closes("2026-03-09 09:00")).when(recovers("2026-03-20 09:00", 100_000 * YUAN))
    assert money.recoverable(story.claim) == 0
    withdrawn = reported().when(asks("rescue")).when(pays_advance("2026-03-03 09:00", 600_000 * YUAN))
    withdrawn.when(withdraws("2026-03-04 09:00"))
    assert money.recoverable(withdrawn.claim) == 600_000 * YUAN
    withdrawn.when(recovers("2026-03-20 09:00", 600_000 * YUAN))


def test_an_advance_that_bounces_after_the_withdrawal_is_not_due_back() -> None:
    story = reported().when(asks("rescue")).when(pays_advance("2026-03-03 09:00", 600_000 * YUAN, payment="rescue"))
    story.when(withdraws("2026-03-04 09:00")).when(bounces("2026-03-05 09:00", "rescue"))
    assert money.recoverable(story.claim) == story.ledger.held_by_all() == 0


def test_a_withdrawn_claim_cancels_every_running_clock_at_that_moment_and_gives_back_what_is_unpaid() -> None:
    story = accepted(reported()).when(asks("rescue")).when(pays_advance("2026-03-03 09:00", 100))
    running = {clock.clock_id for clock in story.claim.clocks.values() if clock.running}
    story.when(withdraws("2026-03-30 09:00"))
    ends = {(story.claim.clocks[each].ended_as, story.claim.clocks[each].ended_at) for each in running}
    assert (len(running) > 1, ends) == (True, {("cancelled", at("2026-03-30 09:00"))})
    assert (story.status, story.ledger.held_by_all()) == ("withdrawn", 100)


def test_an_advance_that_waited_does_not_become_payable_on_a_withdrawn_claim() -> None:
    story = reported().when(asks("death_indemnity")).when(withdraws("2026-03-04 09:00"))
    with pytest.raises(RuleViolation) as refused:
        story.when(determines("2026-03-05 09:00", MILLION))
    assert refused.value.rule is CLAIM_IS_OPEN


def test_a_claim_that_is_rejected_or_settled_is_not_withdrawn() -> None:
    for story in (accepted(reported()).when(rejects("2026-03-05 09:00")), settled(reported(), MILLION)):
        with pytest.raises(RuleViolation) as refused:
            story.when(withdraws("2026-03-09 09:00"))
        assert refused.value.rule is UNSETTLED


def test_an_approved_claim_may_still_be_withdrawn_and_holds_nothing_then() -> None:
    story = accepted(reported()).when(approves("2026-03-05 09:00", MILLION)).when(withdraws("2026-03-06 09:00"))
    assert (story.status, story.ledger.held_by_all()) == ("withdrawn", 0)


def test_a_claim_is_closed_once_it_is_paid_or_rejected() -> None:
    with pytest.raises(RuleViolation, match="settled") as refused:
        settled(reported(), MILLION).when(closes("2026-03-09 09:00"))
    assert refused.value.rule is FINISHED_FIRST
    paid = settled(reported(), MILLION).when(pays("2026-03-09 09:00", MILLION))
    assert paid.when(closes("2026-03-10 09:00")).status == "closed"
    rejected = accepted(reported()).when(rejects("2026-03-05 09:00"))
    assert rejected.when(closes("2026-03-10 09:00")).status == "closed"


def test_nothing_is_added_to_a_closed_or_withdrawn_claim() -> None:
    closed = settled(reported(), MILLION).when(pays("2026-03-09 09:00", MILLION)).when(closes("2026-03-10 09:00"))
    withdrawn = reported().when(withdraws("2026-03-04 09:00"))
    for story in (closed, withdrawn):
        for command in (documents("2026-03-11 09:00", "a"), closes("2026-03-11 09:00"), withdraws("2026-03-11 09:00")):
            with pytest.raises(RuleViolation) as refused:
                story.when(command)
            assert refused.value.rule is CLAIM_IS_OPEN


def test_an_advance_that_is_paid_is_not_withdrawn() -> None:
    story = reported().when(asks("rescue")).when(pays_advance("2026-03-03 09:00", 600_000 * YUAN))
    with pytest.raises(RuleViolation) as refused:
        story.when(WithdrawAdvance(at("2026-03-04 09:00"), story.advance("advance").advance_id, "不再需要"))
    assert refused.value.rule is NOTHING_OUTSTANDING

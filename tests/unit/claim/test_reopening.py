"""A claim that is taken up again: the same number, a new round, new clocks; what was breached and paid stays."""

import pytest
from tests.support.acts import (
    accepted,
    agrees,
    approves,
    asks,
    bounces,
    casualties,
    documents,
    intake,
    pays,
    pays_advance,
    rejects,
    reopens,
    requests,
    settled,
)
from tests.support.story import MILLION, YUAN, Story, at, ident, limits, policy, reported

from claims.domain.claim import money
from claims.domain.claim.commands.end import CloseClaim, ReceiveRecovery, WithdrawClaim
from claims.domain.claim.commands.reopen import FINISHED_FIRST
from claims.domain.claim.decide import Command
from claims.domain.claim.events import Casualties
from claims.domain.errors import InvalidFact, RuleViolation


def recovers(when: str, amount: int) -> ReceiveRecovery:
    return ReceiveRecovery(at(when), amount, "ICBC-9")


def of_round(story: Story, rule: str, round_: int) -> list[str]:
    """How the clocks of a rule in a round ended."""
    found = (c for c in story.claim.clocks.values() if (c.rule, c.round) == (rule, round_))
    return [clock.ended_as or "running" for clock in found]


def paid_and_closed() -> Story:
    """A claim that was decided late, paid and closed."""
    story = accepted(reported()).when(approves("2026-03-20 09:00", MILLION)).when(agrees("2026-03-23 09:00", MILLION))
    return story.when(pays("2026-03-24 09:00", MILLION, payment="money")).when(CloseClaim(at("2026-03-25 09:00"), None))


def test_a_reopened_claim_keeps_its_number_and_goes_on_in_a_new_round_with_new_clocks() -> None:
    before = paid_and_closed()
    number = before.claim.number
    story = before.when(reopens("2026-04-01 09:00"))
    assert (story.claim.number, story.claim.round, story.status) == (number, 2, "under_assessment")
    assert of_round(story, "SZ-20.3", 2) == ["running"]
    assert of_round(story, "IL-23a", 2) == ["running"]
    starts = {c.started_at for c in story.claim.clocks.values() if c.round == 2}
    assert starts == {at("2026-04-01 09:00")}
    assert of_round(story, "SZ-20.1", 2) == [], "the report reached the insurer once"


def test_old_breaches_and_totals_stay() -> None:
    story = paid_and_closed()
    first = next(c for c in story.claim.clocks.values() if c.rule == "SZ-20.3")
    assert first.ended_at is not None
    assert first.ended_at > first.due_at
    story.when(reopens("2026-04-01 09:00"))
    assert story.claim.clocks[first.clock_id] == first
    assert (money.paid(story.claim), story.ledger.held_by_all()) == (MILLION, MILLION)


def test_what_a_new_round_decides_is_the_whole_and_what_was_paid_is_deducted() -> None:
    story = paid_and_closed().when(reopens("2026-04-01 09:00")).when(approves("2026-04-03 09:00", 3 * MILLION))
    assert money.balance(story.claim) == 2 * MILLION
    story.when(agrees("2026-04-07 09:00", 3 * MILLION)).when(pays("2026-04-08 09:00", 2 * MILLION))
    assert (story.status, money.paid(story.claim), story.ledger.held_by_all()) == ("paid", 3 * MILLION, 3 * MILLION)
    assert of_round(story, "IL-23b", 1) == of_round(story, "IL-23b", 2) == ["met"]


def test_what_an_earlier_round_left_running_is_cancelled() -> None:
    story = reported().when(rejects("2026-03-03 09:00")).when(reopens("2026-03-03 10:00"))
    assert of_round(story, "SZ-20.4", 1) == of_round(story, "IL-24", 1) == ["cancelled"]
    assert of_round(story, "SZ-20.4", 2) == []


def test_an_advance_that_was_not_paid_ends_with_its_round_and_a_paid_one_counts() -> None:
    story = reported().when(asks("rescue")).when(asks("medical", 100, name="second"))
    story.when(pays_advance("2026-03-03 09:00", 100, name="second")).when(WithdrawClaim(at("2026-03-04 09:00"), "撤销"))
    story.when(reopens("2026-03-05 09:00"))
    states = [money.advance_status(story.claim, story.advance(name)) for name in ("advance", "second")]
    assert states == ["withdrawn", "paid"]
    assert story.ledger.held_by_all() == 100
    assert of_round(story, "SZ-20.6", 1) == ["cancelled"]
    assert of_round(story, "SZ-20.6", 2) == []
    story.when(asks("rescue", when="2026-03-05 10:00", name="again"))
    assert of_round(story, "SZ-20.6", 2) == ["running"]


def test_documents_that_were_complete_need_not_come_again_and_those_that_were_not_are_waited_for() -> None:
    withdrawn = reported().when(requests("2026-03-02 14:00", "a", "b")).when(documents("2026-03-03 09:00", "a"))
    withdrawn.when(WithdrawClaim(at("2026-03-04 09:00"), "撤销")).when(reopens("2026-03-05 09:00"))
    assert withdrawn.status == "documents_pending"
    withdrawn.when(documents("2026-03-06 09:00", "b"))
    assert withdrawn.claim.documents_complete_at == at("2026-03-06 09:00")


def test_the_once_only_rule_holds_in_each_round() -> None:
    story = paid_and_closed().when(reopens("2026-04-01 09:00")).when(requests("2026-04-02 09:00", "new"))
    assert not story.has_clock("IL-22")
    assert story.when(requests("2026-04-03 09:00", "newer")).has_clock("IL-22")


def test_a_payment_of_an_earlier_round_that_bounces_is_owed_again_by_the_new_one() -> None:
    story = paid_and_closed().when(reopens("2026-04-01 09:00")).when(bounces("2026-04-02 09:00", "money"))
    assert story.ledger.held_by_all() == 0
    story.when(approves("2026-04-03 09:00", MILLION))
    assert money.balance(story.claim) == MILLION


def test_a_claim_that_goes_on_is_not_reopened_and_none_before_it_ended() -> None:
    with pytest.raises(RuleViolation) as refused:
        settled(reported(), MILLION).when(reopens("2026-04-01 09:00"))
    assert refused.value.rule is FINISHED_FIRST
    with pytest.raises(InvalidFact, match="before it ended"):
        paid_and_closed().when(reopens("2026-03-25 08:00"))


def test_a_claim_is_reopened_as_often_as_it_ends() -> None:
    story = reported().when(rejects("2026-03-03 09:00")).when(reopens("2026-03-04 09:00"))
    story.when(rejects("2026-03-05 09:00")).when(reopens("2026-03-06 09:00"))
    assert (story.claim.round, ident("advance") in story.claim.advances) == (3, False)


def test_money_that_came_back_before_the_reopening_is_owed_again_where_the_new_decision_covers_it() -> None:
    story = reported().when(asks("rescue")).when(pays_advance("2026-03-03 09:00", 600_000 * YUAN))
    story.when(rejects("2026-03-04 09:00")).when(recovers("2026-03-06 09:00", 600_000 * YUAN))
    story.when(reopens("2026-03-09 09:00")).when(approves("2026-03-10 09:00", MILLION))
    assert money.balance(story.claim) == MILLION
    story.when(agrees("2026-03-11 09:00", MILLION)).when(pays("2026-03-12 09:00", MILLION))
    assert (story.status, money.recoverable(story.claim)) == ("paid", 0)
    assert money.paid_in_full_at(story.claim) == at("2026-03-12 09:00")
    assert story.ledger.held_by_all() == money.paid(story.claim) == MILLION + 600_000 * YUAN


def test_what_came_back_stays_used_of_the_limits_so_that_the_new_decision_is_capped_by_the_rest() -> None:
    tight = policy(limits=limits(per_accident=MILLION))
    story = reported(policy=tight).when(asks("rescue")).when(pays_advance("2026-03-03 09:00", 600_000 * YUAN))
    story.when(rejects("2026-03-04 09:00")).when(recovers("2026-03-06 09:00", 600_000 * YUAN))
    story.when(reopens("2026-03-09 09:00")).when(approves("2026-03-10 09:00", MILLION))
    assert money.balance(story.claim) == 400_000 * YUAN
    assert story.ledger.held_by_all() == MILLION


def test_an_advance_of_an_earlier_round_that_turns_out_to_have_been_paid_in_time_was_no_breach() -> None:
    story = reported().when(asks("rescue")).when(rejects("2026-03-20 09:00")).when(reopens("2026-03-23 09:00"))
    late = story.clock("SZ-20.6")
    assert (late.ended_as, late.ended_at) == ("cancelled", at("2026-03-20 09:00"))
    story.when(pays_advance("2026-03-03 09:00", 600_000 * YUAN, payment="m"), recorded="2026-03-24 09:00")
    met = story.clock("SZ-20.6")
    assert (met.round, met.ended_as, met.ended_at) == (1, "met", at("2026-03-03 09:00"))
    story.when(bounces("2026-03-25 09:00", "m"))
    bounced = story.clock("SZ-20.6")
    assert (bounced.ended_as, bounced.ended_at) == ("cancelled", at("2026-03-23 09:00"))


@pytest.mark.parametrize(
    ("late", "rule"),
    [
        (intake("2026-03-02 15:00"), "SZ-20.1"),
        (requests("2026-03-03 15:00", "b"), "SZ-20.2"),
    ],
)
def test_what_happened_in_time_before_the_claim_was_closed_may_be_recorded_after_it(late: Command, rule: str) -> None:
    story = reported().when(documents("2026-03-03 09:00", "a"))
    story.when(rejects("2026-03-10 09:00")).when(CloseClaim(at("2026-03-11 09:00"), None))
    assert story.clock(rule).ended_as != "met"
    story.when(late, recorded="2026-03-12 09:00")
    clock = story.clock(rule)
    assert (clock.ended_as, clock.ended_at) == ("met", late.occurred_at)
    assert story.status == "closed"


def test_what_happened_after_the_claim_was_closed_needs_a_reopening() -> None:
    story = reported().when(rejects("2026-03-10 09:00")).when(CloseClaim(at("2026-03-11 09:00"), None))
    with pytest.raises(RuleViolation, match="reopen it"):
        story.when(intake("2026-03-12 09:00"))


def test_a_count_before_the_closure_that_is_recorded_after_it_still_regrades() -> None:
    story = reported(casualties=Casualties(2, 0, 0, 0))
    story.when(rejects("2026-03-10 09:00")).when(CloseClaim(at("2026-03-11 09:00"), None))
    story.when(casualties("2026-03-09 09:00", deaths=3), recorded="2026-03-12 09:00")
    assert (story.claim.grade, story.status) == ("major", "closed")

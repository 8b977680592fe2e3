"""What the limits, the shares of victims and earlier advances leave of an advance."""

import pytest
from tests.support.acts import approves, asks, casualties, determines, pays_advance, registers, rejects, to_victim
from tests.support.story import MILLION, YUAN, Story, a_report, at, ident, limits, policy, reported

from claims.domain.claim import money
from claims.domain.claim.advances import LIMIT_USED_UP, NOTHING_TO_ADVANCE
from claims.domain.claim.commands.advance import RefuseAdvance, WithdrawAdvance
from claims.domain.claim.events import Casualties
from claims.domain.errors import RuleViolation
from claims.domain.policy.events import Share


def with_victims() -> Story:
    return reported().when(registers("zhang")).when(registers("li"))


def shares(**amounts: int) -> tuple[Share, ...]:
    return tuple(Share(ident(name), amount) for name, amount in amounts.items())


def test_shares_that_are_more_than_what_is_owed_are_cut_to_it() -> None:
    story = with_victims().when(determines("2026-03-02 10:30", MILLION))
    story.when(asks("death_indemnity", shares=shares(zhang=3 * MILLION, li=3 * MILLION)))
    advance = story.advance("advance")
    assert (advance.amount, advance.shares) == (MILLION // 2, shares(zhang=MILLION // 2))


def test_shares_of_a_rescue_advance_without_an_amount_are_cut_to_its_minimum() -> None:
    story = with_victims().when(asks("rescue", shares=shares(zhang=5 * MILLION)))
    assert story.advance("advance").amount == 600_000 * YUAN


def test_an_advance_whose_victims_have_all_had_the_limit_per_person_is_refused() -> None:
    story = with_victims().when(asks("determinable_part", MILLION, name="first", shares=shares(zhang=MILLION)))
    with pytest.raises(RuleViolation) as refused:
        story.when(asks("determinable_part", 1, name="second", shares=shares(zhang=1)))
    assert (refused.value.rule, refused.value.facts["limit"]) == (LIMIT_USED_UP, "per_person")


def test_a_share_that_was_paid_of_a_refused_advance_still_counts_for_the_victim() -> None:
    story = with_victims().when(asks("determinable_part", MILLION, name="first", shares=shares(zhang=MILLION)))
    story.when(pays_advance("2026-03-03 09:00", 400_000 * YUAN, name="first", payee=to_victim("zhang")))
    story.when(RefuseAdvance(at("2026-03-04 09:00"), ident("first"), "重复"))
    story.when(asks("determinable_part", MILLION, name="second", when="2026-03-05 09:00", shares=shares(zhang=MILLION)))
    assert story.advance("second").amount == 600_000 * YUAN


def test_what_was_paid_of_a_withdrawn_advance_on_a_death_is_not_advanced_again() -> None:
    story = with_victims().when(determines("2026-03-02 10:30", MILLION)).when(asks("death_indemnity", name="first"))
    story.when(pays_advance("2026-03-03 09:00", 300_000 * YUAN, name="first", payee=to_victim("zhang")))
    story.when(WithdrawAdvance(at("2026-03-04 09:00"), ident("first"), "改由家属领取"))
    story.when(asks("death_indemnity", name="second", when="2026-03-05 09:00"))
    assert story.advance("second").amount == 200_000 * YUAN


def test_the_minimum_of_a_rescue_advance_counts_what_was_paid_of_a_refused_one() -> None:
    story = reported().when(asks("rescue", name="first"))
    story.when(pays_advance("2026-03-03 09:00", 500_000 * YUAN, name="first"))
    story.when(RefuseAdvance(at("2026-03-04 09:00"), ident("first"), "重复"))
    story.when(asks("rescue", name="second", when="2026-03-05 09:00"))
    assert story.advance("second").amount == 100_000 * YUAN


def test_a_medical_advance_that_becomes_payable_after_the_decision_stays_within_the_medical_limit() -> None:
    story = reported(casualties=Casualties(0, 0, 2, 2)).when(asks("medical", 3 * MILLION, name="one"))
    story.when(asks("medical", 3 * MILLION, name="two")).when(approves("2026-03-03 09:00", 20 * MILLION))
    story.when(casualties("2026-03-04 09:00", surgeries=3))
    assert story.advance("one").amount == 2 * MILLION
    assert "limit_used_up" in story.advance("two").flags


def test_an_advance_that_becomes_payable_after_the_decision_stays_within_the_indemnity() -> None:
    story = reported(casualties=Casualties(0, 0, 2, 2)).when(asks("medical", MILLION))
    story.when(approves("2026-03-03 09:00", 700_000 * YUAN)).when(casualties("2026-03-04 09:00", surgeries=3))
    assert story.advance("advance").amount == 700_000 * YUAN
    story.when(pays_advance("2026-03-04 10:00", 700_000 * YUAN))
    assert story.ledger.held_by_all() == money.paid(story.claim) == 700_000 * YUAN


def test_a_determination_recorded_late_does_not_replace_a_later_one_but_is_the_first() -> None:
    story = reported().when(determines("2026-03-05 09:00", 2 * MILLION))
    story.when(determines("2026-03-03 09:00", MILLION), recorded="2026-03-06 09:00")
    assert story.claim.determined_loss == 2 * MILLION
    assert story.claim.loss_determined_at == at("2026-03-03 09:00")


def test_a_loss_of_which_nothing_more_can_be_advanced_refuses_the_second_of_two_that_waited() -> None:
    story = reported().when(asks("death_indemnity", name="first")).when(asks("death_indemnity", name="second"))
    story.when(determines("2026-03-05 09:00", MILLION))
    assert story.advance("first").amount == MILLION // 2
    assert NOTHING_TO_ADVANCE.code.replace("-", "_") in story.advance("second").flags


def test_two_claims_never_promise_the_same_yuan_of_the_aggregate() -> None:
    shared = policy(limits=limits(aggregate=MILLION))
    first = Story().when(a_report(policy=shared)).when(asks("rescue"))
    second = Story(first.ledger, ident("second"))
    second.when(a_report("2026-03-02 12:00", accident="2026-03-02 11:00", policy=shared))
    second.when(asks("rescue", name="other", when="2026-03-02 12:30"))
    assert (second.advance("other").amount, second.advance("other").flags) == (400_000 * YUAN, ("limit_capped",))
    assert second.ledger.held_by_all() == MILLION


def paid_before_it_was_known(*, ledger_goes_to_another: bool = False) -> Story:
    """Return a claim whose rescue advance was paid on the 3rd, rejected on the 5th, and the payment recorded after."""
    shared = policy(limits=limits(aggregate=MILLION))
    story = Story().when(a_report(policy=shared)).when(asks("rescue")).when(rejects("2026-03-05 09:00"))
    if ledger_goes_to_another:
        other = Story(story.ledger, ident("second"))
        other.when(a_report("2026-03-02 12:00", accident="2026-03-02 11:00", policy=shared))
        story.ledger = other.when(approves("2026-03-05 10:00", MILLION)).ledger
    return story.when(pays_advance("2026-03-03 09:00", 600_000 * YUAN), recorded="2026-03-06 09:00")


def test_a_payment_made_before_the_rejection_and_recorded_after_it_met_the_clock_and_is_due_back() -> None:
    story = paid_before_it_was_known()
    clock = story.clock("SZ-20.6")
    assert (clock.ended_as, clock.ended_at) == ("met", at("2026-03-03 09:00"))
    assert money.recoverable(story.claim) == story.ledger.held_by_all() == 600_000 * YUAN


def test_a_payment_recorded_after_its_promise_was_given_back_and_taken_by_another_claim_is_refused() -> None:
    with pytest.raises(RuleViolation) as refused:
        paid_before_it_was_known(ledger_goes_to_another=True)
    assert (refused.value.rule, refused.value.facts["limit"]) == (LIMIT_USED_UP, "aggregate")


def test_a_payment_made_before_the_advance_was_withdrawn_may_be_recorded_after_it() -> None:
    story = reported().when(asks("rescue")).when(WithdrawAdvance(at("2026-03-04 09:00"), ident("advance"), "不再需要"))
    story.when(pays_advance("2026-03-03 09:00", 600_000 * YUAN), recorded="2026-03-05 09:00")
    assert story.clock("SZ-20.6").ended_at == at("2026-03-03 09:00")
    assert story.ledger.held_by_all() == 600_000 * YUAN

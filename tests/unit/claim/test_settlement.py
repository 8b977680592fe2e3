"""The agreement, the payment of the whole indemnity, and payments that bounce (SZ-14 (2), SZ-20 (9); IL art. 65)."""

import pytest
from tests.support.acts import (
    HOSPITAL,
    accepted,
    agrees,
    approves,
    asks,
    bounces,
    documents,
    intake,
    pays,
    pays_advance,
    registers,
    settled,
    to_victim,
)
from tests.support.story import INSURED, MILLION, YUAN, Story, at, ident, reported

from claims.domain.claim import money
from claims.domain.claim.commands.end import CloseClaim
from claims.domain.claim.commands.pay import (
    FAILS_ONCE,
    SETTLED_FIRST,
    VICTIM_FIRST,
    WITHIN_INDEMNITY,
    WITHIN_PERSON,
)
from claims.domain.claim.commands.settle import (
    AGREED_ONCE,
    APPROVED_FIRST,
    CONFIRMED,
    WITHIN_DECISION,
    AgreeSettlement,
)
from claims.domain.claim.commands.settle import WITHIN_PERSON as AGREED_WITHIN_PERSON
from claims.domain.errors import InvalidFact, RuleViolation, UnknownPart
from claims.domain.policy.events import Share


def with_victims() -> Story:
    return reported().when(registers("zhang")).when(registers("li"))


def test_agreement_and_documents_start_the_ten_working_days_of_payment() -> None:
    clock = settled(reported(), MILLION).clock("SZ-20.9")
    assert (clock.started_at, str(clock.due_date)) == (at("2026-03-06 09:00"), "2026-03-20")


def test_the_payment_clock_waits_for_the_last_document() -> None:
    story = reported().when(approves("2026-03-05 09:00", 100)).when(agrees("2026-03-06 09:00", 100))
    assert not story.has_clock("SZ-20.9")
    story.when(documents("2026-03-09 09:00", "a", complete=True))
    assert story.clock("SZ-20.9").started_at == at("2026-03-09 09:00")


def test_a_claim_is_settled_after_its_approval_once() -> None:
    with pytest.raises(RuleViolation) as early:
        accepted(reported()).when(agrees("2026-03-06 09:00", 100))
    assert early.value.rule is APPROVED_FIRST
    with pytest.raises(RuleViolation) as again:
        settled(reported(), MILLION).when(agrees("2026-03-07 09:00", MILLION))
    assert again.value.rule is AGREED_ONCE


def test_no_more_is_agreed_than_was_decided_and_less_gives_the_rest_back() -> None:
    story = accepted(reported()).when(approves("2026-03-05 09:00", MILLION))
    with pytest.raises(RuleViolation) as refused:
        story.when(agrees("2026-03-06 09:00", MILLION + 1))
    assert refused.value.rule is WITHIN_DECISION
    assert story.when(agrees("2026-03-06 09:00", MILLION // 2)).ledger.held_by_all() == MILLION // 2


def test_an_agreement_names_the_written_confirmation_of_the_client() -> None:
    story = accepted(reported()).when(approves("2026-03-05 09:00", MILLION))
    with pytest.raises(RuleViolation) as refused:
        story.when(AgreeSettlement(at("2026-03-06 09:00"), MILLION, 0, "  ", ()))
    assert refused.value.rule is CONFIRMED


def test_an_agreement_does_not_precede_the_decision() -> None:
    story = accepted(reported()).when(approves("2026-03-05 09:00", MILLION))
    with pytest.raises(InvalidFact, match="/occurred_at"):
        story.when(agrees("2026-03-05 08:00", MILLION), recorded="2026-03-06 09:00")


def test_payees_get_no_more_than_is_agreed_and_each_victim_no_more_than_the_limit_per_person() -> None:
    story = accepted(with_victims()).when(approves("2026-03-05 09:00", 3 * MILLION))
    with pytest.raises(InvalidFact, match="/payees"):
        story.when(agrees("2026-03-06 09:00", 100, (HOSPITAL, 60), (INSURED, 60)))
    with pytest.raises(RuleViolation) as refused:
        story.when(agrees("2026-03-06 09:00", 3 * MILLION, (to_victim("zhang"), MILLION), (to_victim("zhang"), 1)))
    assert refused.value.rule is AGREED_WITHIN_PERSON
    with pytest.raises(UnknownPart):
        story.when(agrees("2026-03-06 09:00", 100, (to_victim("nobody"), 60)))


def test_the_final_payment_is_the_indemnity_less_the_advances() -> None:
    story = reported().when(asks("rescue")).when(pays_advance("2026-03-03 09:00", 600_000 * YUAN))
    settled(story, MILLION)
    assert money.balance(story.claim) == 400_000 * YUAN
    with pytest.raises(RuleViolation, match=r"400000\.00") as refused:
        story.when(pays("2026-03-09 09:00", 400_000 * YUAN + 1))
    assert refused.value.rule is WITHIN_INDEMNITY
    story.when(pays("2026-03-09 10:00", 400_000 * YUAN))
    assert (story.status, story.clock("SZ-20.9").ended_as) == ("paid", "met")
    assert money.paid(story.claim) == story.ledger.held_by_all() == MILLION


def test_a_partial_final_payment_leaves_the_clock_running_for_the_rest() -> None:
    story = settled(reported(), MILLION).when(pays("2026-03-09 09:00", MILLION // 2))
    assert (story.status, story.clock("SZ-20.9").running) == ("settled", True)
    story.when(pays("2026-03-10 09:00", MILLION // 2))
    assert story.clock("SZ-20.9").ended_at == at("2026-03-10 09:00")


def test_the_whole_is_paid_with_the_payment_that_makes_it_whole_also_where_that_is_an_advance() -> None:
    story = settled(reported().when(asks("rescue")), MILLION)
    story.when(pays("2026-03-09 09:00", 400_000 * YUAN))
    story.when(pays_advance("2026-03-25 09:00", 600_000 * YUAN))
    assert story.clock("SZ-20.9").ended_at == at("2026-03-25 09:00")


def test_advances_that_cover_the_indemnity_meet_the_payment_clock_with_the_agreement() -> None:
    story = reported().when(asks("rescue")).when(pays_advance("2026-03-03 09:00", 600_000 * YUAN))
    settled(story, 600_000 * YUAN)
    assert (story.status, story.clock("SZ-20.9").ended_at) == ("paid", at("2026-03-06 09:00"))


def test_nothing_final_is_paid_before_the_agreement() -> None:
    with pytest.raises(RuleViolation) as refused:
        accepted(reported()).when(approves("2026-03-05 09:00", MILLION)).when(pays("2026-03-06 09:00", 1))
    assert refused.value.rule is SETTLED_FIRST


@pytest.mark.parametrize("proof", [None, "", "  "])
def test_the_insured_is_paid_only_with_proof_that_the_victim_was(proof: str | None) -> None:
    with pytest.raises(RuleViolation) as refused:
        settled(reported(), MILLION).when(pays("2026-03-09 09:00", 1, INSURED, proof=proof))
    assert (refused.value.rule, refused.value.rule.article) == (VICTIM_FIRST, "Insurance Law art. 65")


def test_a_victim_is_paid_without_proof() -> None:
    story = settled(with_victims(), MILLION).when(pays("2026-03-09 09:00", MILLION, to_victim("zhang"), proof=None))
    assert story.status == "paid"


def test_no_victim_is_paid_more_than_the_limit_per_person() -> None:
    story = settled(with_victims(), 2 * MILLION).when(pays("2026-03-09 09:00", MILLION, to_victim("zhang")))
    with pytest.raises(RuleViolation, match=r"leaves 0\.00") as refused:
        story.when(pays("2026-03-09 10:00", 1, to_victim("zhang")))
    assert refused.value.rule is WITHIN_PERSON
    story.when(pays("2026-03-09 11:00", MILLION, to_victim("li")))


def test_what_a_victim_got_of_an_advance_counts_towards_the_limit_per_person() -> None:
    share = (Share(ident("zhang"), 600_000 * YUAN),)
    story = with_victims().when(asks("determinable_part", 600_000 * YUAN, shares=share))
    story.when(pays_advance("2026-03-03 09:00", 600_000 * YUAN, payee=to_victim("zhang")))
    settled(story, 2 * MILLION)
    with pytest.raises(RuleViolation, match=r"400000\.00"):
        story.when(pays("2026-03-09 09:00", 400_000 * YUAN + 1, to_victim("zhang")))
    story.when(pays("2026-03-09 09:00", 400_000 * YUAN, to_victim("zhang")))


def test_no_victim_is_paid_more_than_the_limit_per_person_of_one_advance_in_parts() -> None:
    share = (Share(ident("zhang"), MILLION),)
    story = with_victims().when(asks("determinable_part", 2 * MILLION, shares=share))
    story.when(pays_advance("2026-03-03 09:00", MILLION, payee=to_victim("zhang")))
    with pytest.raises(RuleViolation) as refused:
        story.when(pays_advance("2026-03-04 09:00", 1, payee=to_victim("zhang")))
    assert refused.value.rule is WITHIN_PERSON


def test_a_share_of_an_advance_that_was_never_paid_does_not_keep_the_victim_from_its_indemnity() -> None:
    share = (Share(ident("zhang"), MILLION),)
    story = settled(with_victims().when(asks("determinable_part", MILLION, shares=share)), MILLION)
    assert story.when(pays("2026-03-09 09:00", MILLION, to_victim("zhang"))).status == "paid"


def test_a_bounced_final_payment_reopens_the_clock_with_its_original_start() -> None:
    story = settled(reported(), MILLION).when(pays("2026-03-09 09:00", MILLION, payment="final"))
    story.when(bounces("2026-03-11 09:00", "final"))
    clock = story.clock("SZ-20.9")
    assert (clock.running, clock.started_at, story.status) == (True, at("2026-03-06 09:00"), "settled")
    story.when(pays("2026-03-24 09:00", MILLION, payment="again"))
    assert story.clock("SZ-20.9").ended_at == at("2026-03-24 09:00")
    assert clock.due_at < at("2026-03-24 09:00"), "the second payment came too late, and the clock says so"


def test_a_payment_that_bounces_after_the_closure_opens_the_claim_again() -> None:
    story = settled(reported(), MILLION).when(pays("2026-03-09 09:00", MILLION, payment="final"))
    story.when(CloseClaim(at("2026-03-10 09:00"), None)).when(bounces("2026-03-11 09:00", "final"))
    assert (story.status, story.clock("SZ-20.9").running) == ("settled", True)
    assert story.ledger.held_by_all() == MILLION
    assert story.when(pays("2026-03-12 09:00", MILLION, payment="again")).status == "paid"


def test_a_payment_bounces_once_and_not_before_it_was_made() -> None:
    story = settled(reported(), MILLION).when(pays("2026-03-09 09:00", MILLION, payment="final"))
    with pytest.raises(InvalidFact, match="/occurred_at"):
        story.when(bounces("2026-03-09 08:00", "final"), recorded="2026-03-10 09:00")
    story.when(bounces("2026-03-11 09:00", "final"))
    with pytest.raises(RuleViolation) as refused:
        story.when(bounces("2026-03-12 09:00", "final"))
    assert refused.value.rule is FAILS_ONCE
    with pytest.raises(UnknownPart):
        story.when(bounces("2026-03-12 09:00", "nothing"))


def test_money_that_an_unsettled_round_of_documents_waits_for_is_not_started_by_the_agreement_alone() -> None:
    story = reported().when(intake("2026-03-02 12:00", missing=("a",)))
    story.when(approves("2026-03-05 09:00", 100)).when(agrees("2026-03-06 09:00", 100))
    assert not story.has_clock("SZ-20.9")

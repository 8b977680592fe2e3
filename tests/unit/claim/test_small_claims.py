"""Small claims: the fast way, and its three days (SZ-20 (5))."""

from dataclasses import replace
from datetime import date

import pytest
from tests.support.acts import (
    approves,
    asks,
    casualties,
    determines,
    documents,
    pays,
    pays_advance,
    rejects,
    settled,
    settles_fast,
)
from tests.support.story import YUAN, Story, a_report, at, reported
from tests.support.story import rulebooks as books

from claims.domain.claim import money
from claims.domain.claim.commands.fast_track import COMPLETE, SMALL
from claims.domain.claim.commands.intake import RequestClaim
from claims.domain.claim.events import Casualties, ClaimDecided, IndemnityPaid, SettlementAgreed
from claims.domain.claim.guards import CLAIM_IS_UNDECIDED
from claims.domain.errors import InvalidFact, RuleViolation

THRESHOLD = 10_000 * YUAN
HURT = Casualties(0, 0, 0, 1)


def small(amount: int = THRESHOLD, harmed: Casualties = HURT) -> Story:
    """A claim on so much, with all its documents since Tuesday morning."""
    story = reported(casualties=harmed).when(RequestClaim(at("2026-03-02 11:00"), "李某", amount))
    return story.when(documents("2026-03-03 09:00", "a", complete=True))


def test_a_small_claim_is_due_three_calendar_days_after_its_documents_are_complete() -> None:
    clock = small().clock("SZ-20.5")
    assert (clock.tier, clock.started_at, clock.due_date) == ("target", at("2026-03-03 09:00"), date(2026, 3, 6))


def test_the_threshold_belongs_to_small_claims_and_one_fen_more_does_not() -> None:
    assert small(THRESHOLD).has_clock("SZ-20.5")
    assert not small(THRESHOLD + 1).has_clock("SZ-20.5")


def test_a_claim_on_a_death_is_never_small() -> None:
    assert not small(harmed=Casualties(1, 0, 0, 0)).has_clock("SZ-20.5")


def test_the_threshold_is_a_figure_of_the_rulebook() -> None:
    shenzhen = books()["shenzhen-2018@2"]
    assert shenzhen.parameters is not None
    figures = replace(shenzhen.parameters, small_claim_threshold=2 * THRESHOLD)
    story = Story()
    story.rulebooks = {**books(), shenzhen.reference: replace(shenzhen, parameters=figures)}
    story.when(a_report(casualties=HURT)).when(RequestClaim(at("2026-03-02 11:00"), "李某", 2 * THRESHOLD))
    assert story.when(documents("2026-03-03 09:00", "a", complete=True)).has_clock("SZ-20.5")


def test_a_claim_that_turns_out_to_be_larger_or_deadly_cancels_the_fast_way() -> None:
    assert small().when(determines("2026-03-04 09:00", THRESHOLD + 1)).clock("SZ-20.5").ended_as == "cancelled"
    assert small().when(casualties("2026-03-04 09:00", deaths=1)).clock("SZ-20.5").ended_as == "cancelled"
    assert small().when(rejects("2026-03-04 09:00")).clock("SZ-20.5").ended_as == "cancelled"


def test_a_loss_determined_to_be_small_makes_it_one_from_then_on() -> None:
    story = small(THRESHOLD + 1).when(determines("2026-03-04 09:00", THRESHOLD))
    assert story.clock("SZ-20.5").started_at == at("2026-03-04 09:00")


@pytest.mark.parametrize(("when", "late"), [("2026-03-06 23:59", False), ("2026-03-07 00:00", True)])
def test_decision_agreement_and_payment_in_one_step_meet_every_clock_of_them(when: str, late: bool) -> None:
    story = small().when(settles_fast(when, THRESHOLD))
    assert [type(fact) for fact in story.last.claim[:3]] == [ClaimDecided, SettlementAgreed, IndemnityPaid]
    assert (story.status, money.paid(story.claim)) == ("paid", THRESHOLD)
    ended = {clock.rule: clock.ended_as for clock in story.claim.clocks.values()}
    assert {ended[rule] for rule in ("SZ-20.5", "SZ-20.3b", "SZ-20.9", "IL-23a", "IL-23b")} == {"met"}
    clock = story.clock("SZ-20.5")
    assert (clock.ended_at is not None and clock.ended_at >= clock.due_at) is late
    assert story.ledger.held_by_all() == THRESHOLD


def test_the_ordinary_way_meets_it_too() -> None:
    story = settled(small(), 100, "2026-03-05 10:00").when(pays("2026-03-06 10:00", 100))
    assert story.clock("SZ-20.5").ended_as == "met"


def test_advances_are_deducted_from_what_is_paid_in_one_step() -> None:
    story = small().when(asks("determinable_part", 100, when="2026-03-03 10:00"))
    story.when(pays_advance("2026-03-03 11:00", 100)).when(settles_fast("2026-03-04 09:00", 1_000))
    assert money.paid_of(story.claim, None) == 900
    with pytest.raises(InvalidFact, match="nothing is left"):
        small().when(asks("determinable_part", 100, when="2026-03-03 10:00")).when(
            pays_advance("2026-03-03 11:00", 100)
        ).when(settles_fast("2026-03-04 09:00", 100))


def test_only_a_small_claim_with_complete_documents_goes_the_fast_way() -> None:
    for story, rule in (
        (small(THRESHOLD + 1), SMALL),
        (small(harmed=Casualties(1, 0, 0, 0)), SMALL),
        (reported(casualties=HURT), COMPLETE),
        (small().when(approves("2026-03-03 10:00", 100)), CLAIM_IS_UNDECIDED),
    ):
        with pytest.raises(RuleViolation) as refused:
            story.when(settles_fast("2026-03-04 09:00", THRESHOLD))
        assert refused.value.rule is rule


def test_more_than_the_threshold_is_not_settled_in_one_step() -> None:
    with pytest.raises(RuleViolation) as refused:
        small().when(settles_fast("2026-03-04 09:00", THRESHOLD + 1))
    assert refused.value.rule is SMALL

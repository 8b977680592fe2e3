"""Direct payment to the victim: at the client's request, or on the victim's own claim (SZ-20 (10))."""

import pytest
from tests.support.acts import (
    accepted,
    agrees,
    answers_directly,
    approves,
    asks_directly,
    bounces,
    pays,
    registers,
    rejects,
    to_victim,
)
from tests.support.story import Story, at, ident, reported

from claims.domain.claim.commands.direct import DECIDED_ONCE, DecideDirectPayment
from claims.domain.claim.commands.end import WithdrawClaim
from claims.domain.errors import InvalidFact, RuleViolation, UnknownPart

VICTIM = to_victim("victim")


def decided(story: Story | None = None) -> Story:
    """A claim with a victim, approved on Thursday and agreed on Friday."""
    story = accepted(story or with_victim()).when(approves("2026-03-05 09:00", 1_000))
    return story.when(agrees("2026-03-06 09:00", 1_000))


def with_victim() -> Story:
    """A claim with a victim."""
    return reported().when(registers("victim", outcome="injured"))


def test_a_request_before_the_liability_is_determined_runs_from_the_decision() -> None:
    story = with_victim().when(asks_directly("2026-03-02 12:00", 300))
    assert not story.has_clock("SZ-20.10a")
    clock = decided(story).clock("SZ-20.10a")
    assert (clock.started_at, str(clock.due_date), clock.scope) == (
        at("2026-03-05 09:00"),
        "2026-03-10",
        str(ident("direct")),
    )


def test_a_request_after_it_runs_from_the_request() -> None:
    story = decided().when(asks_directly("2026-03-09 09:00", 300))
    assert str(story.clock("SZ-20.10a").due_date) == "2026-03-12"


@pytest.mark.parametrize("paid", ["2026-03-10 09:00", "2026-03-20 09:00"])
def test_paying_the_victim_meets_it_and_a_part_or_a_bounce_does_not(paid: str) -> None:
    story = decided().when(asks_directly("2026-03-09 09:00", 300)).when(pays("2026-03-09 10:00", 299, VICTIM))
    assert story.clock("SZ-20.10a").running
    story.when(pays(paid, 1, VICTIM, payment="rest"))
    assert (story.clock("SZ-20.10a").ended_as, story.clock("SZ-20.10a").ended_at) == ("met", at(paid))
    assert story.when(bounces("2026-03-21 09:00", "rest")).clock("SZ-20.10a").running


def test_of_two_requests_for_one_victim_the_first_is_paid_first() -> None:
    story = (
        decided()
        .when(asks_directly("2026-03-09 09:00", 300))
        .when(asks_directly("2026-03-09 10:00", 200, name="second"))
    )
    story.when(pays("2026-03-10 09:00", 300, VICTIM))
    assert not story.clock("SZ-20.10a", ident("direct")).running
    assert story.clock("SZ-20.10a", ident("second")).running


def test_a_refusal_a_rejection_and_a_withdrawal_cancel_it() -> None:
    story = decided().when(asks_directly("2026-03-09 09:00", 300))
    assert story.when(answers_directly("2026-03-10 09:00", "refused")).clock("SZ-20.10a").ended_as == "cancelled"
    waiting = with_victim().when(asks_directly("2026-03-02 12:00", 300)).when(rejects("2026-03-05 09:00"))
    assert not waiting.has_clock("SZ-20.10a")


def test_a_victims_own_claim_is_answered_within_three_working_days_whether_accepted_or_refused() -> None:
    for outcome in ("accepted", "refused"):
        story = with_victim().when(asks_directly("2026-03-02 12:00", 300, by="victim"))
        clock = story.clock("SZ-20.10b")
        assert (clock.tier, str(clock.due_date)) == ("target", "2026-03-05")
        story.when(answers_directly("2026-03-09 09:00", outcome))
        assert (story.clock("SZ-20.10b").ended_as, story.has_clock("SZ-20.10a")) == ("met", False)


def test_a_claim_that_is_withdrawn_cancels_the_answer() -> None:
    story = with_victim().when(asks_directly("2026-03-02 12:00", 300, by="victim"))
    assert story.when(WithdrawClaim(at("2026-03-03 09:00"), "撤销")).clock("SZ-20.10b").ended_as == "cancelled"


def test_a_request_is_decided_once_and_a_refusal_gives_its_reasons() -> None:
    story = with_victim().when(asks_directly("2026-03-02 12:00", 300, by="victim"))
    with pytest.raises(InvalidFact, match="reasons"):
        story.when(DecideDirectPayment(at("2026-03-03 09:00"), ident("direct"), "refused", None))
    with pytest.raises(InvalidFact, match="before it was made"):
        story.when(answers_directly("2026-03-02 11:00"))
    story.when(answers_directly("2026-03-03 09:00"))
    with pytest.raises(RuleViolation) as refused:
        story.when(answers_directly("2026-03-04 09:00"))
    assert refused.value.rule is DECIDED_ONCE


def test_an_unknown_victim_or_request_is_named() -> None:
    with pytest.raises(UnknownPart, match="victim"):
        reported().when(asks_directly("2026-03-02 12:00", 300))
    with pytest.raises(UnknownPart, match="direct_payment"):
        reported().when(answers_directly("2026-03-02 12:00"))


def test_what_the_victim_got_before_it_asked_meets_nothing() -> None:
    story = decided().when(pays("2026-03-06 11:00", 300, VICTIM))
    story.when(asks_directly("2026-03-06 12:00", 300))
    assert story.clock("SZ-20.10a").running
    story.when(pays("2026-03-06 15:00", 300, VICTIM))
    assert story.clock("SZ-20.10a").ended_at == at("2026-03-06 15:00")

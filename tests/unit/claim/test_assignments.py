"""Who works on a claim: a fact in clear that moves no clock."""

from collections.abc import Callable

import pytest
from tests.support.story import Story, a_report, at, ident, reported

from claims.domain.claim.commands.assign import AssignClaim
from claims.domain.claim.commands.decision import Decide
from claims.domain.claim.commands.end import CloseClaim, WithdrawClaim
from claims.domain.claim.commands.merge import MergeInto
from claims.domain.claim.events import ClaimAssigned
from claims.domain.claim.guards import CLAIM_GOES_ON
from claims.domain.errors import InvalidFact, RuleViolation


def assigns(adjuster: str | None, when: str = "2026-03-02 11:00") -> AssignClaim:
    return AssignClaim(at(when), adjuster)


def rejected() -> Story:
    return reported().when(Decide(at("2026-03-03 09:00"), "rejected", None, "非保险责任", at("2026-03-03 09:00")))


def closed() -> Story:
    return rejected().when(CloseClaim(at("2026-03-03 10:00"), None))


def withdrawn() -> Story:
    return reported().when(WithdrawClaim(at("2026-03-03 09:00"), "撤销"))


def test_a_claim_is_nobodys_until_somebody_is_named() -> None:
    before = reported().claim
    assert before.adjuster is None
    story = reported().when(assigns("sz-0417"))
    assert story.claim.adjuster == "sz-0417"
    assert story.claim.clocks == before.clocks
    assert story.last.claim == (ClaimAssigned("sz-0417"),)


def test_it_can_be_given_to_another_and_to_nobody() -> None:
    story = reported().when(assigns("sz-0417")).when(assigns("sz-0552", "2026-03-02 12:00"))
    assert story.claim.adjuster == "sz-0552"
    assert story.when(assigns(None, "2026-03-02 13:00")).claim.adjuster is None


def test_the_same_said_again_changes_nothing_but_is_a_fact() -> None:
    story = reported().when(assigns("sz-0417")).when(assigns("sz-0417", "2026-03-02 12:00"))
    assert story.claim.adjuster == "sz-0417"
    assert story.last.claim == (ClaimAssigned("sz-0417"),)


def test_of_two_the_one_that_happened_last_holds_whichever_is_recorded_last() -> None:
    story = reported().when(assigns("sz-0552", "2026-03-02 15:00"))
    story.when(assigns("sz-0417", "2026-03-02 11:00"), recorded="2026-03-02 16:00")
    assert story.claim.adjuster == "sz-0552"
    story.when(assigns(None, "2026-03-02 15:00"), recorded="2026-03-02 16:30")
    assert story.claim.adjuster is None


@pytest.mark.parametrize("begun", [reported, rejected, closed, withdrawn])
def test_it_is_allowed_in_every_status(begun: Callable[[], Story]) -> None:
    assert begun().when(assigns("sz-0417", "2026-03-04 09:00")).claim.adjuster == "sz-0417"


def test_a_merged_claim_goes_on_as_the_other() -> None:
    survivor = Story(claim_id=ident("other"))
    first = reported()
    survivor.ledger = first.ledger
    survivor.when(a_report("2026-03-02 10:05", confirm_not_duplicate=True))
    first.ledger = survivor.ledger
    first.when(MergeInto(at("2026-03-02 12:00"), survivor.claim, "同一事故"))
    with pytest.raises(RuleViolation) as refused:
        first.when(assigns("sz-0417", "2026-03-02 13:00"))
    assert refused.value.rule is CLAIM_GOES_ON


def test_nobody_is_named_before_the_report_was_received() -> None:
    with pytest.raises(InvalidFact, match="before the report"):
        reported().when(assigns("sz-0417", "2026-03-02 09:45"))

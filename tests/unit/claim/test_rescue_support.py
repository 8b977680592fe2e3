"""Rescue support at the accident: a fact without a clock (SZ-26)."""

import pytest
from tests.support.story import Story, a_report, at

from claims.domain.claim.commands.end import WithdrawClaim
from claims.domain.claim.commands.rescue import RecordRescueSupport
from claims.domain.claim.guards import CLAIM_IS_OPEN
from claims.domain.errors import InvalidFact, RuleViolation


def supports(when: str) -> RecordRescueSupport:
    return RecordRescueSupport(at(when), "深圳蓝天救援队", "搜救被埋人员")


def test_rescue_support_is_a_fact_on_the_claim_and_moves_no_clock() -> None:
    story = Story().when(a_report())
    clocks = dict(story.claim.clocks)
    (given,) = story.when(supports("2026-03-02 12:00")).claim.rescue_supports
    assert (given.at, given.provider, given.description) == (at("2026-03-02 12:00"), "深圳蓝天救援队", "搜救被埋人员")
    assert story.claim.clocks == clocks


def test_it_can_have_been_given_before_the_report_was_received_and_not_before_the_accident() -> None:
    story = Story().when(a_report("2026-03-02 10:00", accident="2026-03-02 09:30"))
    assert len(story.when(supports("2026-03-02 09:45")).claim.rescue_supports) == 1
    with pytest.raises(InvalidFact, match="before the accident"):
        story.when(supports("2026-03-02 09:29"))


def test_nothing_is_added_after_the_withdrawal() -> None:
    story = Story().when(a_report()).when(WithdrawClaim(at("2026-03-03 09:00"), "撤销"))
    with pytest.raises(RuleViolation) as refused:
        story.when(supports("2026-03-03 10:00"))
    assert refused.value.rule is CLAIM_IS_OPEN
    assert len(story.when(supports("2026-03-02 12:00")).claim.rescue_supports) == 1

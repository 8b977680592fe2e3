"""Word of an earlier round's decision that is recorded after the reopening is judged by when it happened."""

import pytest
from tests.support.acts import agrees, approves, asks, pays, rejects, reopens
from tests.support.story import MILLION, Story, at, reported

from claims.domain.claim.commands.decision import DECIDED_FIRST, NOTIFIED_ONCE, TOLD_ONCE, NotifyRejection, TellDecision
from claims.domain.clock import Clock
from claims.domain.errors import RuleViolation

REOPENED = "2026-03-20 09:00"


def rejected_and_reopened() -> Story:
    """Rejected on 5 March, reopened on the 20th, when nobody had recorded that the client was told."""
    return reported().when(rejects("2026-03-05 09:00")).when(reopens(REOPENED))


def notice(when: str) -> NotifyRejection:
    return NotifyRejection(at(when), "拒赔-1", "不属于保险责任")


def of_first_round(story: Story, rule: str) -> Clock:
    return next(clock for clock in story.claim.clocks.values() if (clock.rule, clock.round) == (rule, 1))


@pytest.mark.parametrize("rule", ["IL-24", "SZ-20.4", "SZ-20.3b"])
def test_a_notice_of_rejection_in_time_that_is_recorded_after_the_reopening_meets_the_clock(rule: str) -> None:
    story = rejected_and_reopened()
    assert of_first_round(story, rule).ended_as == "cancelled"
    story.when(notice("2026-03-06 09:00"), recorded="2026-03-21 09:00")
    clock = of_first_round(story, rule)
    assert (clock.ended_as, clock.ended_at) == ("met", at("2026-03-06 09:00"))
    assert story.claim.rejection_notified_at is None, "the present round was told nothing"


def test_that_the_client_was_told_meets_its_own_clock_alone() -> None:
    story = rejected_and_reopened().when(TellDecision(at("2026-03-06 09:00")), recorded="2026-03-21 09:00")
    ends = [of_first_round(story, rule).ended_as for rule in ("SZ-20.3b", "SZ-20.4", "IL-24")]
    assert ends == ["met", "cancelled", "cancelled"]


def test_a_late_notice_leaves_a_breach_standing() -> None:
    story = rejected_and_reopened().when(notice("2026-03-18 09:00"), recorded="2026-03-21 09:00")
    clock = of_first_round(story, "IL-24")
    assert (clock.ended_as, clock.ended_at) == ("met", at("2026-03-18 09:00"))
    assert at("2026-03-18 09:00") > clock.due_at


def test_each_round_is_told_once_and_a_notice_after_the_reopening_needs_a_new_decision() -> None:
    story = rejected_and_reopened().when(notice("2026-03-06 09:00"), recorded="2026-03-21 09:00")
    with pytest.raises(RuleViolation) as again:
        story.when(notice("2026-03-07 09:00"), recorded="2026-03-21 10:00")
    with pytest.raises(RuleViolation) as undecided:
        story.when(TellDecision(at("2026-03-21 11:00")))
    assert (again.value.rule, undecided.value.rule) == (NOTIFIED_ONCE, DECIDED_FIRST)


def test_of_several_rounds_the_one_whose_decision_stood_is_told() -> None:
    story = rejected_and_reopened().when(rejects("2026-03-23 09:00")).when(reopens("2026-03-30 09:00"))
    story.when(rejects("2026-04-01 09:00")).when(notice("2026-03-24 09:00"), recorded="2026-04-02 09:00")
    ends = [c.ended_as for c in story.claim.clocks.values() if c.rule == "IL-24"]
    assert ends == ["cancelled", "met", None]
    story.when(notice("2026-04-02 09:00"))
    assert [c.ended_as for c in story.claim.clocks.values() if c.rule == "IL-24"] == ["cancelled", "met", "met"]


def test_what_an_approval_was_told_by_is_recorded_after_the_reopening_too_and_once() -> None:
    story = reported().when(asks("rescue")).when(approves("2026-03-05 09:00", MILLION))
    story.when(agrees("2026-03-05 10:00", MILLION)).when(pays("2026-03-05 11:00", MILLION)).when(reopens(REOPENED))
    story.when(TellDecision(at("2026-03-05 12:00")), recorded="2026-03-21 09:00")
    assert of_first_round(story, "SZ-20.3b").ended_as == "met"
    with pytest.raises(RuleViolation) as again:
        story.when(TellDecision(at("2026-03-05 13:00")), recorded="2026-03-21 09:00")
    assert again.value.rule is TOLD_ONCE

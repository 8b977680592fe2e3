"""What the operations centre and the authorities are told, and who is on site (Beijing notice 2016, part 4)."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.support.acts import agrees, approves, pays, rejects, reopens
from tests.support.story import Story, a_report, at

from claims.domain.claim.commands.authorities import FINISHED_FIRST, NotifyAuthorities, ReportOutcome, SurveySite
from claims.domain.claim.commands.end import CloseClaim, WithdrawClaim
from claims.domain.claim.decide import Command
from claims.domain.errors import RuleViolation


def in_beijing() -> Story:
    """A claim from Beijing, reported on a Monday."""
    whole = a_report()
    return Story().when(replace(whole, accident=replace(whole.accident, region="110105")))


def notifies(when: str) -> Command:
    return NotifyAuthorities(at(when), ("operations_service_centre", "safety_authority"), "KB-1")


def surveys(when: str) -> Command:
    return SurveySite(at(when), "赵某", "脚手架整体坍塌")


def reports(when: str) -> Command:
    return ReportOutcome(at(when), ("operations_service_centre",), "JA-1")


@pytest.mark.parametrize(("rule", "act"), [("BJ-4.1", notifies), ("BJ-4.2", surveys)])
@pytest.mark.parametrize(("when", "late"), [("2026-03-03 23:59", False), ("2026-03-04 00:00", True)])
def test_the_flash_report_and_the_survey_are_due_the_next_working_day(
    rule: str, act: Callable[[str], Command], when: str, late: bool
) -> None:
    story = in_beijing()
    assert (story.clock(rule).tier, str(story.clock(rule).due_date)) == ("target", "2026-03-03")
    clock = story.when(act(when)).clock(rule)
    assert (clock.ended_as, clock.ended_at is not None and clock.ended_at >= clock.due_at) == ("met", late)


def test_a_claim_that_is_withdrawn_cancels_both() -> None:
    story = in_beijing().when(WithdrawClaim(at("2026-03-03 09:00"), "撤销"))
    assert {story.clock(rule).ended_as for rule in ("BJ-4.1", "BJ-4.2")} == {"cancelled"}


def test_the_outcome_is_reported_within_five_working_days_of_the_payment_of_the_whole_also_when_closed() -> None:
    story = in_beijing().when(approves("2026-03-03 09:00", 100)).when(agrees("2026-03-04 09:00", 100))
    assert not story.has_clock("BJ-4.4")
    story.when(pays("2026-03-05 09:00", 100)).when(CloseClaim(at("2026-03-05 10:00"), None))
    assert str(story.clock("BJ-4.4").due_date) == "2026-03-12"
    assert story.when(reports("2026-03-13 09:00")).clock("BJ-4.4").ended_at == at("2026-03-13 09:00")


def test_a_rejection_is_an_outcome_and_each_round_has_its_own() -> None:
    story = in_beijing().when(rejects("2026-03-03 09:00")).when(reports("2026-03-04 09:00"))
    assert story.clock("BJ-4.4").ended_as == "met"
    story.when(reopens("2026-03-05 09:00")).when(rejects("2026-03-06 09:00"))
    second = next(c for c in story.claim.clocks.values() if (c.rule, c.round) == ("BJ-4.4", 2))
    assert second.running


def test_there_is_no_outcome_to_report_of_a_claim_that_goes_on() -> None:
    with pytest.raises(RuleViolation) as refused:
        in_beijing().when(reports("2026-03-04 09:00"))
    assert refused.value.rule is FINISHED_FIRST


def test_in_shenzhen_they_are_facts_without_a_clock() -> None:
    story = Story().when(a_report()).when(notifies("2026-03-02 12:00")).when(surveys("2026-03-02 13:00"))
    assert (len(story.claim.authority_notices), story.claim.surveys[0].surveyor) == (1, "赵某")
    assert not story.has_clock("BJ-4.1")

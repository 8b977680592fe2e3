"""Reporting: the policy in force, its limits, the guard against a double report, the broker's hour (SZ-14 (1))."""

from dataclasses import replace
from datetime import date

import pytest
from tests.support.acts import asks, claims, documents
from tests.support.story import MILLION, YUAN, Story, a_report, at, ident, limits, policy, reported

from claims.domain.claim.commands.receive import RECEIVED_ONCE, ReceiveReport
from claims.domain.claim.commands.report import GOVERNED, SAME_LIMITS, SUSPECTED_DUPLICATE, Report
from claims.domain.claim.terms import KNOWN_POLICY
from claims.domain.errors import InvalidFact, RuleViolation
from claims.domain.policy.endorse import Endorse, endorse
from claims.domain.policy.ledger import fold as fold_ledger


def another(ledger_of: Story) -> Story:
    return Story(ledger_of.ledger, ident("another claim"))


def test_a_report_starts_the_clock_of_the_intake_notice() -> None:
    clock = reported().clock("SZ-20.1")
    assert (clock.tier, clock.responsible, str(clock.due_date)) == ("target", "insurer", "2026-03-03")


def test_the_same_accident_within_a_minute_is_offered_as_a_suspected_duplicate() -> None:
    first = reported()
    with pytest.raises(RuleViolation) as refused:
        another(first).when(a_report(accident="2026-03-02 09:30"))
    assert refused.value.rule is SUSPECTED_DUPLICATE
    assert refused.value.facts["claim_id"] == str(first.claim.claim_id)


def test_the_caller_can_confirm_that_it_is_another_accident() -> None:
    story = another(reported()).when(a_report(confirm_not_duplicate=True))
    assert len(story.ledger.accidents) == 2


def test_an_accident_a_minute_later_is_another_one() -> None:
    assert another(reported()).when(a_report(accident="2026-03-02 09:31")).claim.version > 0


def test_a_claim_that_states_other_limits_is_refused() -> None:
    later = a_report(accident="2026-03-02 11:00", received="2026-03-02 11:10", policy=policy(limits=limits(rescue=1)))
    with pytest.raises(RuleViolation) as refused:
        another(reported()).when(later)
    assert refused.value.rule is SAME_LIMITS


def test_an_endorsement_recorded_first_makes_the_new_limits_the_known_ones() -> None:
    first = reported()
    command = Endorse(at("2026-03-03 09:00"), limits(rescue=3 * MILLION), at("2026-03-04 00:00").date())
    first.ledger = fold_ledger(endorse(first.ledger, command), first.ledger)
    changed = policy(limits=limits(rescue=3 * MILLION))
    story = another(first).when(a_report("2026-03-05 10:00", accident="2026-03-05 09:00", policy=changed))
    assert story.claim.version > 0
    with pytest.raises(RuleViolation):
        Story(first.ledger, ident("third")).when(
            a_report("2026-03-05 10:00", accident="2026-03-02 20:00", policy=changed)
        )


def test_an_endorsement_that_changes_nothing_is_refused() -> None:
    first = reported()
    with pytest.raises(RuleViolation):
        endorse(first.ledger, Endorse(at("2026-03-03 09:00"), limits(), at("2026-03-04 12:00").date()))


@pytest.mark.parametrize("accident", ["2025-12-31 23:59", "2027-01-01 00:00"])
def test_an_accident_outside_the_policy_period_is_refused(accident: str) -> None:
    with pytest.raises(RuleViolation) as refused:
        Story().when(a_report("2027-01-02 10:00", accident=accident))
    assert refused.value.rule is KNOWN_POLICY


def test_the_last_minute_of_the_policy_period_in_shanghai_is_covered() -> None:
    assert Story().when(a_report("2027-01-02 10:00", accident="2026-12-31 23:59")).claim.version > 0


def in_region(region: str, received: str = "2026-03-02 10:00", accident: str = "2026-03-02 09:30") -> Report:
    """The report of an accident in another region, under a policy that was in force then."""
    whole = a_report(received, accident=accident)
    stated = policy(effective_from=date(2014, 1, 1), effective_to=date(2026, 12, 31))
    return replace(whole, policy=stated, accident=replace(whole.accident, region=region))


def test_a_region_without_its_own_rulebook_is_governed_by_the_national_one() -> None:
    story = Story().when(in_region("330100"))
    assert story.claim.rulebooks == ("national@2",)
    story.when(asks("rescue")).when(claims("2026-03-02 12:00")).when(documents("2026-03-03 09:00", "a"))
    assert {clock.rule for clock in story.claim.clocks.values()} == {"IL-23a", "IL-25"}
    assert story.advance("advance").amount == 600_000 * YUAN, "the national figures are the product's defaults"


def test_in_beijing_the_notice_and_national_law_run_side_by_side_with_national_figures() -> None:
    story = Story().when(in_region("110105"))
    assert story.claim.rulebooks == ("beijing-2016@2", "national@2")
    assert {clock.rule for clock in story.claim.clocks.values()} == {"BJ-4.1", "BJ-4.2"}
    assert story.when(asks("rescue")).advance("advance").amount == 600_000 * YUAN


def test_a_moment_without_a_rulebook_is_refused_with_its_region() -> None:
    with pytest.raises(RuleViolation) as refused:
        Story().when(in_region("990000", "2015-03-02 10:00", "2015-03-02 09:30"))
    assert (refused.value.rule, refused.value.facts["region"]) == (GOVERNED, "990000")


def test_a_report_before_the_accident_is_invalid() -> None:
    with pytest.raises(InvalidFact, match="before the accident"):
        Story().when(a_report("2026-03-02 09:00"))


def test_a_fact_more_than_a_minute_in_the_future_is_invalid_and_a_minute_is_skew() -> None:
    Story().when(a_report("2026-03-02 10:01"), recorded="2026-03-02 10:00")
    with pytest.raises(InvalidFact, match="in the future"):
        Story().when(a_report("2026-03-02 10:02"), recorded="2026-03-02 10:00")


def test_a_broker_that_told_the_insurer_late_breaches_and_the_insurers_clocks_start_at_its_own_receipt() -> None:
    held = a_report("2026-03-02 10:00", broker_received_at=at("2026-03-02 10:00"), received_by_insurer=False)
    story = Story().when(held)
    assert story.clock("SZ-14.1").responsible == "broker"
    assert not story.has_clock("SZ-20.1")
    story.when(ReceiveReport(at("2026-03-02 12:30")))
    assert story.clock("SZ-14.1").ended_at == at("2026-03-02 12:30")
    assert story.clock("SZ-14.1").due_at == at("2026-03-02 11:00")
    assert story.clock("SZ-20.1").started_at == at("2026-03-02 12:30")


def test_a_report_reaches_the_insurer_once() -> None:
    with pytest.raises(RuleViolation) as refused:
        reported().when(ReceiveReport(at("2026-03-02 12:30")))
    assert refused.value.rule is RECEIVED_ONCE


def test_a_policy_without_a_limit_per_accident_is_invalid() -> None:
    with pytest.raises(InvalidFact, match="/policy/limits/per_accident"):
        Story().when(a_report(policy=policy(limits=limits(per_accident=0))))


def test_a_report_that_the_insurer_has_not_received_says_when_the_broker_did() -> None:
    with pytest.raises(InvalidFact, match="/broker_received_at"):
        Story().when(a_report(received_by_insurer=False))


def test_a_report_cannot_reach_the_broker_after_the_insurer() -> None:
    with pytest.raises(InvalidFact, match="/broker_received_at"):
        Story().when(a_report("2026-03-02 10:00", broker_received_at=at("2026-03-02 10:01")))


def test_the_insurer_cannot_receive_a_report_before_the_broker_that_passed_it_on() -> None:
    held = a_report("2026-03-02 10:00", broker_received_at=at("2026-03-02 10:00"), received_by_insurer=False)
    with pytest.raises(InvalidFact, match="/occurred_at"):
        Story().when(held).when(ReceiveReport(at("2026-03-02 09:59")), recorded="2026-03-02 11:00")


def test_a_policy_that_ends_before_it_begins_is_invalid() -> None:
    with pytest.raises(InvalidFact, match="/policy/effective_to"):
        Story().when(a_report(policy=policy(effective_to=at("2025-12-31 12:00").date())))


def test_an_endorsement_to_limits_that_insure_nothing_is_invalid() -> None:
    with pytest.raises(InvalidFact, match="/limits/per_person"):
        endorse(reported().ledger, Endorse(at("2026-03-03 09:00"), limits(per_person=0), at("2026-03-04 12:00").date()))

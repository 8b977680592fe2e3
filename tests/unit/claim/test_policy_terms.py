"""What a policy was concluded with is known since its first claim; endorsements change its limits and nothing else."""

from datetime import date

import pytest
from tests.support.story import MILLION, YUAN, Story, a_report, at, ident, limits, policy

from claims.domain.claim.commands.report import SAME_POLICY, Report
from claims.domain.errors import InvalidFact, RuleViolation
from claims.domain.policy.endorse import LIMITS_STAND, Endorse, endorse
from claims.domain.policy.events import Limits
from claims.domain.policy.ledger import fold

BROKER = policy(broker="mingya-sz", medical_deductible=20_000 * YUAN)


def second(**changes: object) -> Report:
    """Return the report of another accident, a day later, under the policy of the first with other particulars."""
    stated = policy(**{"broker": "mingya-sz", "medical_deductible": 20_000 * YUAN, **changes})
    return a_report("2026-03-03 10:00", accident="2026-03-03 09:30", policy=stated)


def after_the_first(report: Report) -> Story:
    return Story(Story().when(a_report(policy=BROKER)).ledger, ident("second")).when(report)


def test_a_second_claim_with_the_same_terms_is_taken() -> None:
    assert after_the_first(second()).claim.version > 0


@pytest.mark.parametrize("changes", [{"effective_to": date(2027, 12, 31)}, {"effective_from": date(2025, 1, 1)}])
def test_a_claim_that_states_another_period_is_refused_and_told_the_known_one(changes: dict[str, date]) -> None:
    with pytest.raises(RuleViolation, match="2026-01-01 to 2026-12-31") as refused:
        after_the_first(second(**changes))
    assert refused.value.rule is SAME_POLICY
    assert refused.value.facts == {"effective_from": "2026-01-01", "effective_to": "2026-12-31"}


def test_a_claim_that_states_another_deductible_is_refused_and_told_the_known_one() -> None:
    with pytest.raises(RuleViolation, match=r"20000\.00") as refused:
        after_the_first(second(medical_deductible=0))
    assert (refused.value.rule, refused.value.facts) == (SAME_POLICY, {"medical_deductible": "20000.00"})


def test_a_later_period_under_the_same_number_is_no_renewal() -> None:
    renewed = policy(
        broker="mingya-sz",
        medical_deductible=20_000 * YUAN,
        effective_from=date(2027, 1, 1),
        effective_to=date(2027, 12, 31),
    )
    report = a_report("2027-03-03 10:00", accident="2027-03-03 09:30", policy=renewed)
    with pytest.raises(RuleViolation, match="A renewed policy has a number of its own") as refused:
        after_the_first(report)
    assert refused.value.rule is SAME_POLICY


@pytest.mark.parametrize("broker", ["other-broker", None])
@pytest.mark.parametrize("changes", [{}, {"medical_deductible": 0}, {"effective_to": date(2027, 12, 31)}])
def test_a_report_that_names_another_broker_learns_nothing_of_the_policy_or_its_claims(
    broker: str | None, changes: dict[str, object]
) -> None:
    stated = policy(**{"medical_deductible": 20_000 * YUAN, **changes, "broker": broker})
    same_accident = a_report(policy=stated)
    with pytest.raises(RuleViolation) as refused:
        after_the_first(same_accident)
    assert (refused.value.rule, refused.value.facts) == (SAME_POLICY, {})
    assert not any(known in refused.value.detail for known in ("2026", "20000", "AZ", "mingya"))


def endorsed(*endorsements: tuple[str, Limits]) -> Story:
    story = Story().when(a_report())
    for day, changed in endorsements:
        command = Endorse(at("2026-03-03 09:00"), changed, date.fromisoformat(day))
        story.ledger = fold(endorse(story.ledger, command), story.ledger)
    return story


def test_of_endorsements_recorded_out_of_order_the_one_that_took_effect_last_counts() -> None:
    july, may = limits(rescue=3 * MILLION), limits(rescue=2 * MILLION)
    ledger = endorsed(("2026-07-01", july), ("2026-05-01", may)).ledger
    known = [ledger.limits_at(at(f"2026-{day} 12:00")) for day in ("04-30", "05-01", "06-30", "07-01")]
    assert known == [limits(), may, may, july]


def test_of_two_endorsements_of_one_day_the_one_recorded_last_counts() -> None:
    first, corrected = limits(rescue=3 * MILLION), limits(rescue=2 * MILLION)
    ledger = endorsed(("2026-07-01", first), ("2026-07-01", corrected)).ledger
    assert ledger.limits_at(at("2026-07-02 12:00")) == corrected


def test_an_endorsement_changes_something_although_a_later_one_has_the_same_limits() -> None:
    more = limits(rescue=3 * MILLION)
    story = endorsed(("2026-07-01", more), ("2026-05-01", more))
    assert story.ledger.limits_at(at("2026-06-01 12:00")) == more
    with pytest.raises(RuleViolation) as refused:
        endorse(story.ledger, Endorse(at("2026-03-03 09:00"), more, date(2026, 8, 1)))
    assert refused.value.rule is LIMITS_STAND


@pytest.mark.parametrize("day", [date(2025, 12, 31), date(2027, 1, 1)])
def test_an_endorsement_takes_effect_within_the_period_of_the_policy(day: date) -> None:
    with pytest.raises(InvalidFact, match="/effective_from"):
        endorse(endorsed().ledger, Endorse(at("2026-03-03 09:00"), limits(rescue=1), day))

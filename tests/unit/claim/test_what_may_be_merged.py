"""Which claims may be merged, and what a merged claim says to whoever comes after."""

from dataclasses import replace

import pytest
from tests.support.acts import (
    answers_directly,
    approves,
    asks,
    asks_directly,
    bounces,
    casualties,
    documents,
    pays_advance,
    registers,
    rejects,
    reopens,
)
from tests.support.merging import merged, twice_reported
from tests.support.story import MILLION, YUAN, Story, a_report, at, ident, policy, reported

from claims.domain.claim.commands.advance import WithdrawAdvance
from claims.domain.claim.commands.end import WithdrawClaim
from claims.domain.claim.commands.merge import (
    CARRIES_NO_MONEY,
    INTO_ANOTHER,
    SAME_ACCIDENT,
    SAME_POLICY,
    STILL_UNDECIDED,
)
from claims.domain.claim.commands.report import SUSPECTED_DUPLICATE
from claims.domain.claim.decide import Command
from claims.domain.claim.guards import CLAIM_GOES_ON, CLAIM_IS_OPEN, CLAIM_IS_UNDECIDED
from claims.domain.errors import InvalidFact, Rule, RuleViolation

WHEN = "2026-03-04 09:00"


def refused(rule: Rule, duplicate: Story, survivor: Story, when: str = WHEN) -> RuleViolation:
    with pytest.raises(RuleViolation) as violation:
        merged(duplicate, survivor, when)
    assert violation.value.rule is rule
    return violation.value


def with_direct_request() -> Story:
    return reported().when(registers("victim")).when(asks_directly("2026-03-02 11:00", 100 * YUAN, by="victim"))


@pytest.mark.parametrize(
    "duplicate",
    [
        reported().when(asks("rescue")),
        reported(casualties=replace(a_report().accident.casualties, deaths=0)).when(asks("death_indemnity")),
        reported().when(asks("rescue")).when(pays_advance("2026-03-03 09:00", 600_000 * YUAN)),
        reported()
        .when(asks("rescue"))
        .when(pays_advance("2026-03-03 09:00", YUAN, payment="m"))
        .when(bounces("2026-03-03 12:00", "m")),
        with_direct_request(),
        with_direct_request().when(answers_directly("2026-03-03 09:00")),
    ],
    ids=["payable", "waiting", "paid", "bounced", "asked for a victim", "accepted for a victim"],
)
def test_a_claim_on_which_money_was_asked_for_or_paid_is_the_one_that_goes_on(duplicate: Story) -> None:
    other = Story(duplicate.ledger, ident("other")).when(a_report(confirm_not_duplicate=True))
    duplicate.ledger = other.ledger
    refused(CARRIES_NO_MONEY, duplicate, other)
    merged(other, duplicate, WHEN)
    assert (other.status, duplicate.claim.merged_from[0].claim_id) == ("merged", other.claim.claim_id)


def test_what_was_asked_for_and_ended_unpaid_stands_in_no_merges_way() -> None:
    duplicate, survivor = twice_reported()
    duplicate.when(asks("rescue")).when(WithdrawAdvance(at("2026-03-03 09:00"), ident("advance"), "重复"))
    survivor.ledger = duplicate.ledger
    duplicate, _ = merged(duplicate, survivor, WHEN)
    assert duplicate.status == "merged"


def test_only_another_claim_of_the_same_policy_takes_a_duplicate() -> None:
    duplicate, survivor = twice_reported()
    refused(INTO_ANOTHER, duplicate, duplicate)
    elsewhere = Story(claim_id=ident("elsewhere")).when(a_report(policy=policy(number="PZAA-2")))
    assert refused(SAME_POLICY, duplicate, elsewhere).facts["into_claim_id"] == str(elsewhere.claim.claim_id)
    merged(duplicate, survivor, WHEN)


@pytest.mark.parametrize(("which", "rule"), [(0, CLAIM_IS_OPEN), (1, STILL_UNDECIDED)])
def test_neither_of_the_two_may_be_withdrawn_or_closed(which: int, rule: Rule) -> None:
    both = twice_reported()
    both[which].when(WithdrawClaim(at("2026-03-03 09:00"), "撤销"))
    refused(rule, *both)


@pytest.mark.parametrize(
    ("decision", "status", "advice"),
    [
        (rejects("2026-03-03 09:00"), "rejected", "reopen it first"),
        (approves("2026-03-03 09:00", MILLION), "approved", "bring it to its end and reopen it"),
    ],
)
def test_a_decided_claim_is_neither_merged_away_nor_takes_a_duplicate(
    decision: Command, status: str, advice: str
) -> None:
    first, second = twice_reported()
    first.when(decision)
    second.ledger = first.ledger
    refused(CLAIM_IS_UNDECIDED, first, second)
    violation = refused(STILL_UNDECIDED, second, first)
    assert violation.facts == {"status": status, "into_claim_id": str(first.claim.claim_id)}
    assert advice in str(violation)
    assert first.claim.number in str(violation)


def test_a_rejected_claim_takes_a_duplicate_once_it_is_reopened() -> None:
    first, second = twice_reported()
    first.when(rejects("2026-03-03 09:00")).when(reopens("2026-03-03 10:00"))
    second.ledger = first.ledger
    merged(second, first, WHEN)
    assert (first.status, second.status) == ("reported", "merged")


def with_accidents(one: str, other: str) -> tuple[Story, Story]:
    survivor = Story(claim_id=ident("survivor")).when(a_report("2026-03-04 08:00", accident=one))
    late = a_report("2026-03-04 08:30", accident=other, confirm_not_duplicate=True)
    return Story(survivor.ledger).when(late), survivor


@pytest.mark.parametrize("order", [1, -1])
def test_accidents_more_than_24_hours_apart_are_two_and_both_moments_are_named(order: int) -> None:
    one, other = ("2026-03-02 09:30", "2026-03-03 09:31")[::order]
    violation = refused(SAME_ACCIDENT, *with_accidents(one, other))
    assert violation.facts == {
        "accident_at": f"{other.replace(' ', 'T')}:00+08:00",
        "into_accident_at": f"{one.replace(' ', 'T')}:00+08:00",
    }
    assert all(moment in str(violation) for moment in violation.facts.values())


def test_two_people_may_say_differently_within_24_hours_when_it_happened() -> None:
    duplicate, _ = merged(*with_accidents("2026-03-02 09:30", "2026-03-03 09:30"), WHEN)
    assert duplicate.status == "merged"


def test_a_claim_is_merged_once_and_every_command_on_it_names_the_claim_that_goes_on() -> None:
    duplicate, survivor = merged(*twice_reported(), WHEN)
    for command in (casualties("2026-03-05 09:00", deaths=2), documents("2026-03-05 09:00", "a"), rejects(WHEN)):
        with pytest.raises(RuleViolation) as violation:
            duplicate.when(command)
        assert violation.value.rule is CLAIM_GOES_ON
        assert violation.value.facts == {
            "claim_id": str(survivor.claim.claim_id),
            "number": survivor.claim.number,
        }
    refused(CLAIM_GOES_ON, duplicate, survivor, "2026-03-05 09:00")


def test_a_survivor_may_itself_be_merged_and_the_last_claim_is_named_from_then_on() -> None:
    duplicate, middle = merged(*twice_reported(), WHEN)
    last = Story(middle.ledger, ident("last")).when(a_report("2026-03-04 10:00", confirm_not_duplicate=True))
    middle.ledger = last.ledger
    merged(middle, last, "2026-03-05 09:00")
    duplicate.ledger = last.ledger
    with pytest.raises(RuleViolation) as violation:
        duplicate.when(documents("2026-03-05 10:00", "a"))
    assert violation.value.facts["claim_id"] == str(last.claim.claim_id)
    assert last.claim.insurer_received_at == at("2026-03-02 10:00"), "the earliest of all three"
    round_about = refused(CLAIM_GOES_ON, last, duplicate, "2026-03-06 09:00")
    assert round_about.facts["claim_id"] == str(last.claim.claim_id), "no chain of merges leads back to its start"


def test_a_third_report_of_the_accident_points_to_the_claim_that_goes_on() -> None:
    duplicate, survivor = merged(*twice_reported(), WHEN)
    with pytest.raises(RuleViolation) as violation:
        Story(survivor.ledger, ident("third")).when(a_report("2026-03-05 09:00"))
    assert violation.value.rule is SUSPECTED_DUPLICATE
    assert violation.value.facts["claim_id"] == str(survivor.claim.claim_id)
    assert survivor.claim.number in str(violation.value)
    assert duplicate.claim.number not in str(violation.value)


@pytest.mark.parametrize(
    ("when", "recorded"),
    [("2026-03-02 09:59", WHEN), ("2026-03-02 11:00", WHEN), ("2026-03-04 09:02", WHEN)],
    ids=["before either was received", "before the other was received", "in the future"],
)
def test_a_merge_is_not_dated_before_either_report_or_in_the_future(when: str, recorded: str) -> None:
    with pytest.raises(InvalidFact, match="/occurred_at"):
        merged(*twice_reported(), when, recorded=recorded)


def test_a_merge_that_is_dated_before_a_clock_began_ends_it_as_it_begins() -> None:
    duplicate, survivor = twice_reported()
    duplicate.when(documents("2026-03-03 09:00", "a"))
    merged(duplicate, survivor, "2026-03-02 14:00", recorded=WHEN)
    clock = duplicate.clock("IL-23a")
    assert (clock.ended_as, clock.ended_at) == ("cancelled", clock.started_at)


def test_a_merge_of_both_into_each_other_names_the_one_that_was_first() -> None:
    duplicate, survivor = merged(*twice_reported(), WHEN)
    violation = refused(CLAIM_GOES_ON, survivor, duplicate, "2026-03-05 09:00")
    assert violation.facts["claim_id"] == str(survivor.claim.claim_id)

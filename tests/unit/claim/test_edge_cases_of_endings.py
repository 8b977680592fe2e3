"""The edge cases that the regulation leaves open, row by row: from a broker that told late to a rule that changes."""

from dataclasses import replace

import pytest
from tests.support.acts import (
    accepted,
    approves,
    asks,
    casualties,
    documents,
    pays_advance,
    rejects,
    reopens,
)
from tests.support.merging import merged, twice_reported
from tests.support.story import MILLION, YUAN, Story, a_report, at, ident, reported

from claims.domain.claim import money
from claims.domain.claim.commands.advance import WithdrawAdvance
from claims.domain.claim.commands.end import WithdrawClaim
from claims.domain.claim.commands.receive import ReceiveReport
from claims.domain.claim.commands.report import SUSPECTED_DUPLICATE
from claims.domain.claim.decide import Command
from claims.domain.claim.events import AccidentGraded, Casualties
from claims.domain.errors import InvalidFact, RuleViolation
from claims.domain.rulebook import Bracket, Limit, Unit

IN_TIME, LATE = "2026-03-03 09:00", "2026-03-20 09:00"


# Row: broker told the insurer late


def test_a_broker_that_told_the_insurer_late_owes_the_breach_and_the_insurers_clocks_start_at_its_receipt() -> None:
    held = a_report("2026-03-02 10:00", broker_received_at=at("2026-03-02 10:00"), received_by_insurer=False)
    story = Story().when(held).when(ReceiveReport(at("2026-03-02 15:00")))
    brokers = story.clock("SZ-14.1")
    assert (brokers.responsible, brokers.due_at, brokers.ended_at) == (
        "broker",
        at("2026-03-02 11:00"),
        at("2026-03-02 15:00"),
    )
    assert story.clock("SZ-20.1").started_at == at("2026-03-02 15:00")


# Row: rejected after an advance


def test_rejected_after_an_advance_cancels_unpaid_clocks_from_the_decision_and_recovers_what_was_paid() -> None:
    story = reported().when(asks("rescue")).when(pays_advance(IN_TIME, 100 * YUAN)).when(rejects(LATE))
    clock = story.clock("SZ-20.6")
    assert (clock.ended_as, clock.ended_at) == ("cancelled", at(LATE))
    assert clock.due_at < at(LATE), "cancelled after its end: the earlier breach stays"
    assert money.recoverable(story.claim) == 100 * YUAN


# Row: claim withdrawn or request withdrawn


@pytest.mark.parametrize("what", ["claim", "request"])
@pytest.mark.parametrize(("when", "late"), [(IN_TIME, False), (LATE, True)])
def test_what_is_withdrawn_cancels_its_clock_and_a_breach_before_that_stays(what: str, when: str, late: bool) -> None:
    story = reported().when(asks("rescue"))
    withdrawal: Command = WithdrawAdvance(at(when), ident("advance"), "不再需要")
    story.when(WithdrawClaim(at(when), "撤销") if what == "claim" else withdrawal)
    clock = story.clock("SZ-20.6")
    assert (clock.ended_as, clock.ended_at) == ("cancelled", at(when))
    assert (clock.due_at < at(when)) is late


# Row: reopened claim


def test_a_reopened_claim_has_the_same_number_a_new_round_and_new_clocks_and_old_breaches_and_totals_stay() -> None:
    story = accepted(reported()).when(asks("rescue")).when(pays_advance(LATE, 600_000 * YUAN))
    story.when(rejects("2026-03-23 09:00"))
    number, before, paid = story.claim.number, dict(story.claim.clocks), money.paid(story.claim)
    story.when(reopens("2026-03-25 09:00"))
    assert (story.claim.number, story.claim.round, money.paid(story.claim)) == (number, 2, paid)
    breached = {key for key, clock in before.items() if clock.ended_at is not None and clock.ended_at >= clock.due_at}
    assert {before[key].rule for key in breached} >= {"SZ-20.3", "SZ-20.6"}
    assert all(story.claim.clocks[key] == before[key] for key in breached)
    new = [clock for key, clock in story.claim.clocks.items() if key not in before]
    assert {clock.rule for clock in new} >= {"SZ-20.3", "IL-23a"}
    assert {(clock.round, clock.started_at) for clock in new} == {(2, at("2026-03-25 09:00"))}


# Row: same accident reported twice (the retry, and two simultaneous reports: tests/integration/commands)


def test_the_same_accident_reported_twice_is_offered_as_a_suspected_duplicate_unless_it_is_confirmed() -> None:
    first = reported()
    with pytest.raises(RuleViolation) as refused:
        Story(first.ledger, ident("second")).when(a_report())
    assert refused.value.rule is SUSPECTED_DUPLICATE
    assert refused.value.facts["claim_id"] == str(first.claim.claim_id)
    Story(first.ledger, ident("second")).when(a_report(confirm_not_duplicate=True))


def test_merged_claims_keep_the_earliest_receipt() -> None:
    duplicate, survivor = twice_reported(first="2026-03-02 10:00", second="2026-03-03 10:00")
    merged(duplicate, survivor, "2026-03-03 11:00")
    assert survivor.claim.insurer_received_at == at("2026-03-02 10:00")
    assert survivor.clock("SZ-20.1").started_at == at("2026-03-02 10:00")


# Row: deaths rise 2 to 3 on day 20


def test_deaths_that_rise_on_day_20_regrade_the_accident_and_after_day_30_do_not() -> None:
    story = reported(casualties=Casualties(2, 0, 0, 0)).when(casualties("2026-03-22 09:00", deaths=3))
    assert AccidentGraded("general", "major") in story.last.claim, "the fact that the authorities are told of"
    assert story.claim.grade == "major"
    story.when(casualties("2026-04-02 09:00", deaths=10))
    assert (story.claim.grade, story.claim.current_casualties.deaths) == ("major", 10)


@pytest.mark.parametrize("kind", ["traffic", "fire"])
def test_in_traffic_and_fire_accidents_counts_regrade_for_seven_days(kind: str) -> None:
    report = a_report(casualties=Casualties(2, 0, 0, 0))
    story = Story().when(replace(report, accident=replace(report.accident, kind=kind)))
    story.when(casualties("2026-03-10 09:00", deaths=3))
    assert (story.claim.grade, story.claim.current_casualties.deaths) == ("general", 3)


# Row: accident grade


@pytest.mark.parametrize(
    ("deaths", "injured", "loss", "grade"),
    [
        (30, 0, 0, "extraordinary"),
        (0, 100, 0, "extraordinary"),
        (0, 0, 100 * MILLION, "extraordinary"),
        (29, 99, 100 * MILLION - 1, "serious"),
        (10, 0, 0, "serious"),
        (0, 50, 0, "serious"),
        (0, 0, 50 * MILLION, "serious"),
        (9, 49, 50 * MILLION - 1, "major"),
        (3, 0, 0, "major"),
        (0, 10, 0, "major"),
        (0, 0, 10 * MILLION, "major"),
        (2, 9, 10 * MILLION - 1, "general"),
    ],
)
def test_a_bound_of_a_grade_belongs_to_it_and_one_less_is_below(
    deaths: int, injured: int, loss: int, grade: str
) -> None:
    report = a_report(casualties=Casualties(deaths, 0, 0, injured))
    story = Story().when(replace(report, accident=replace(report.accident, direct_loss=loss)))
    assert story.claim.grade == grade


# Row: fact dated in the future, before the accident (without an offset: tests/unit/api/test_fields.py)


@pytest.mark.parametrize(
    ("command", "recorded"),
    [
        (documents("2026-03-04 09:01", "a"), "2026-03-04 08:59"),
        (documents("2026-03-02 09:29", "a"), "2026-03-04 09:00"),
        (approves("2026-03-04 09:01", 1), "2026-03-04 08:59"),
        (asks("rescue", when="2026-03-02 09:29"), "2026-03-04 09:00"),
    ],
)
def test_a_fact_in_the_future_or_before_the_accident_is_invalid(command: Command, recorded: str) -> None:
    with pytest.raises(InvalidFact, match="/occurred_at"):
        reported().when(command, recorded=recorded)


# Row: rule changes while a claim is open


def test_a_rule_that_changes_while_the_claim_is_open_leaves_its_clocks_with_the_version_they_started_by() -> None:
    story = reported().when(asks("rescue"))
    old = story.rulebooks["shenzhen-2018@2"]
    one_day = (Bracket(None, Limit(1, Unit.WORKING_DAYS)),)
    stricter = tuple(replace(each, brackets=one_day) for each in old.obligations)
    new = replace(old, version=3, obligations=stricter, applied_from=at("2026-03-03 12:00").date())
    story.rulebooks = {**story.rulebooks, new.reference: new}
    before = story.clock("SZ-20.6")
    accepted(story.when(casualties("2026-03-03 09:00", deaths=1, surgeries=4)), "2026-03-04 09:00")
    assert story.clock("SZ-20.6") == before
    assert {clock.rulebook for clock in story.claim.clocks.values()} == {"shenzhen-2018@2", "national@2"}
    later = a_report("2026-03-05 10:00", accident="2026-03-05 09:00")
    second = Story(story.ledger, ident("second"))
    second.rulebooks = story.rulebooks
    assert second.when(later).clock("SZ-20.1").rulebook == "shenzhen-2018@3"

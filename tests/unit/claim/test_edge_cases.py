"""The edge cases that the regulation leaves open, each with the answer this product gives; one test a case."""

from dataclasses import replace

import pytest
from tests.support.acts import (
    accepted,
    approves,
    asks,
    bounces,
    casualties,
    determines,
    documents,
    intake,
    pays,
    pays_advance,
    rejects,
    requests,
    settled,
)
from tests.support.story import MILLION, YUAN, Story, a_report, at, ident, reported

from claims.domain.claim import money
from claims.domain.claim.commands.advance import WithdrawAdvance
from claims.domain.claim.commands.end import WithdrawClaim
from claims.domain.claim.commands.receive import ReceiveReport
from claims.domain.claim.commands.report import SUSPECTED_DUPLICATE
from claims.domain.claim.decide import Command
from claims.domain.claim.events import Casualties, DocumentsRequested
from claims.domain.errors import InvalidFact, RuleViolation
from claims.domain.rulebook import Bracket, Limit, Unit

IN_TIME, LATE = "2026-03-03 09:00", "2026-03-20 09:00"


def test_an_amount_that_the_limit_caps_takes_the_bracket_of_what_is_payable() -> None:
    story = reported().when(asks("rescue", 3 * MILLION))
    assert (story.advance("advance").amount, story.clock("SZ-20.6").limit_amount) == (MILLION, 5)


def test_a_death_advance_asked_before_the_loss_is_determined_waits_and_then_becomes_payable_with_its_clock() -> None:
    story = reported().when(asks("death_indemnity"))
    assert money.advance_status(story.claim, story.advance("advance")) == "requested"
    assert (story.has_clock("SZ-20.7"), story.ledger.held_by_all()) == (False, 0)
    story.when(determines("2026-03-05 09:00", MILLION))
    assert money.advance_status(story.claim, story.advance("advance")) == "payable"
    assert story.clock("SZ-20.7").started_at == at("2026-03-05 09:00")


def test_a_surgery_advance_asked_at_the_second_surgery_waits_for_the_third() -> None:
    story = reported(casualties=Casualties(0, 0, 2, 2)).when(asks("medical", 100))
    assert (story.has_clock("SZ-20.8"), story.ledger.held_by_all()) == (False, 0)
    story.when(casualties("2026-03-02 18:00", surgeries=3))
    assert story.clock("SZ-20.8").started_at == at("2026-03-02 18:00")


def test_a_third_surgery_that_was_a_mistake_counts_only_from_when_there_really_are_three() -> None:
    story = reported(casualties=Casualties(0, 0, 3, 3)).when(casualties("2026-03-02 10:30", surgeries=2))
    story.when(asks("medical", 100)).when(casualties("2026-03-02 18:00", surgeries=3))
    assert story.clock("SZ-20.8").started_at == at("2026-03-02 18:00")


def test_missing_persons_count_as_casualties_and_not_as_confirmed_deaths() -> None:
    story = reported(casualties=Casualties(0, 3, 0, 0)).when(determines("2026-03-02 10:30", MILLION))
    story.when(asks("death_indemnity"))
    assert story.advance("advance").waiting
    assert story.claim.current_casualties.missing == 3


def test_eligible_but_nobody_asked_runs_no_clock() -> None:
    story = reported().when(determines("2026-03-02 10:30", MILLION))
    assert not any(story.has_clock(rule) for rule in ("SZ-20.6", "SZ-20.7", "SZ-20.8"))


def test_a_reminder_of_items_on_the_list_is_no_violation_and_new_facts_need_a_stated_reason() -> None:
    def broken(story: Story) -> bool:
        return next(fact for fact in story.last.claim if isinstance(fact, DocumentsRequested)).once_only_broken

    story = reported().when(requests("2026-03-02 14:00", "a", "b"))
    assert not broken(story.when(requests("2026-03-03 14:00", "b")))
    assert not broken(story.when(requests("2026-03-04 14:00", "c", new_facts="补充鉴定")))
    assert broken(story.when(requests("2026-03-05 14:00", "d")))


def test_documents_nobody_requested_and_a_late_click_do_not_move_the_acceptance() -> None:
    story = reported().when(intake("2026-03-02 12:00")).when(requests("2026-03-02 14:00", "a"))
    story.when(documents("2026-03-03 09:00", "a")).when(documents("2026-03-09 09:00", "extra"))
    story.when(documents("2026-03-12 09:00", complete=True))
    assert story.clock("SZ-20.3").started_at == at("2026-03-03 09:00")


@pytest.mark.parametrize("kind", ["advance", "final"])
def test_a_payment_that_bounced_did_not_meet_the_clock_which_reopens_with_its_original_start(kind: str) -> None:
    rule, story = ("SZ-20.6", reported().when(asks("rescue")))
    story.when(pays_advance("2026-03-03 09:00", 600_000 * YUAN, payment="money"))
    if kind == "final":
        rule, story = ("SZ-20.9", settled(reported(), MILLION).when(pays("2026-03-09 09:00", MILLION, payment="money")))
    met = story.clock(rule)
    story.when(bounces("2026-03-10 09:00", "money"))
    again = story.clock(rule)
    assert (met.ended_as, again.running) == ("met", True)
    assert (again.started_at, again.due_at) == (met.started_at, met.due_at)


def test_of_a_partial_payment_the_remainder_stays_open() -> None:
    story = reported().when(asks("rescue")).when(pays_advance(IN_TIME, 599_999 * YUAN))
    assert story.clock("SZ-20.6").running
    story.when(pays_advance(LATE, YUAN))
    clock = story.clock("SZ-20.6")
    assert clock.ended_at == at(LATE), "the remainder came late, and that is what the clock says"


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


def test_rejected_after_an_advance_cancels_unpaid_clocks_from_the_decision_and_recovers_what_was_paid() -> None:
    story = reported().when(asks("rescue")).when(pays_advance(IN_TIME, 100 * YUAN)).when(rejects(LATE))
    clock = story.clock("SZ-20.6")
    assert (clock.ended_as, clock.ended_at) == ("cancelled", at(LATE))
    assert clock.due_at < at(LATE), "cancelled after its end: the earlier breach stays"
    assert money.recoverable(story.claim) == 100 * YUAN


@pytest.mark.parametrize("what", ["claim", "request"])
@pytest.mark.parametrize(("when", "late"), [(IN_TIME, False), (LATE, True)])
def test_what_is_withdrawn_cancels_its_clock_and_a_breach_before_that_stays(what: str, when: str, late: bool) -> None:
    story = reported().when(asks("rescue"))
    withdrawal: Command = WithdrawAdvance(at(when), ident("advance"), "不再需要")
    story.when(WithdrawClaim(at(when), "撤销") if what == "claim" else withdrawal)
    clock = story.clock("SZ-20.6")
    assert (clock.ended_as, clock.ended_at) == ("cancelled", at(when))
    assert (clock.due_at < at(when)) is late


def test_the_same_accident_reported_twice_is_offered_as_a_suspected_duplicate_unless_it_is_confirmed() -> None:
    first = reported()
    with pytest.raises(RuleViolation) as refused:
        Story(first.ledger, ident("second")).when(a_report())
    assert refused.value.rule is SUSPECTED_DUPLICATE
    assert refused.value.facts["claim_id"] == str(first.claim.claim_id)
    Story(first.ledger, ident("second")).when(a_report(confirm_not_duplicate=True))


def test_deaths_that_rise_on_day_20_regrade_the_accident_and_after_day_30_do_not() -> None:
    story = reported(casualties=Casualties(2, 0, 0, 0)).when(casualties("2026-03-22 09:00", deaths=3))
    assert story.claim.grade == "major"
    story.when(casualties("2026-04-02 09:00", deaths=10))
    assert (story.claim.grade, story.claim.current_casualties.deaths) == ("major", 10)


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


def test_a_rule_that_changes_while_the_claim_is_open_leaves_its_clocks_with_the_version_they_started_by() -> None:
    story = reported().when(asks("rescue"))
    old = story.rulebooks["shenzhen-2018@1"]
    one_day = (Bracket(None, Limit(1, Unit.WORKING_DAYS)),)
    stricter = tuple(replace(each, brackets=one_day) for each in old.obligations)
    new = replace(old, version=2, obligations=stricter, applied_from=at("2026-03-03 12:00").date())
    story.rulebooks = {**story.rulebooks, new.reference: new}
    before = story.clock("SZ-20.6")
    accepted(story.when(casualties("2026-03-03 09:00", deaths=1, surgeries=4)), "2026-03-04 09:00")
    assert story.clock("SZ-20.6") == before
    assert {clock.rulebook for clock in story.claim.clocks.values()} == {"shenzhen-2018@1", "national@1"}
    later = a_report("2026-03-05 10:00", accident="2026-03-05 09:00")
    second = Story(story.ledger, ident("second"))
    second.rulebooks = story.rulebooks
    assert second.when(later).clock("SZ-20.1").rulebook == "shenzhen-2018@2"

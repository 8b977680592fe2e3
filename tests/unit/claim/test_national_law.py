"""The obligations of national law (Insurance Law arts. 22 to 26): met, late, breached, cancelled, paused."""

from datetime import date

import pytest
from tests.support.acts import (
    accepted,
    agrees,
    approves,
    asks,
    bounces,
    claims,
    documents,
    intake,
    pays,
    pays_advance,
    rejects,
    requests,
    settled,
)
from tests.support.story import MILLION, Story, a_report, at, policy, reported

from claims.domain.claim.commands.decision import NotifyRejection
from claims.domain.claim.commands.end import WithdrawClaim
from claims.domain.clock import Clock
from claims.domain.moments import NEVER


def level(clock: Clock, when: str) -> int:
    """How far the clock had come at a moment: 4 is a breach."""
    until = at(when) if clock.ended_at is None else min(clock.ended_at, at(when))
    return sum(mark <= until for mark in clock.marks)


def claimed(when: str = "2026-03-02 11:00", first_documents: str = "2026-03-03 09:00") -> Story:
    """A claim with its first documents, not complete."""
    return reported().when(claims(when)).when(documents(first_documents, "a"))


def test_a_second_request_that_adds_items_without_new_facts_is_breached_at_once_and_nothing_meets_it() -> None:
    story = reported().when(requests("2026-03-02 14:00", "a")).when(requests("2026-03-05 14:00", "b"))
    clock = story.clock("IL-22")
    assert (clock.tier, clock.started_at, clock.due_at) == ("statutory", at("2026-03-05 14:00"), at("2026-03-05 14:00"))
    assert level(clock, "2026-03-05 14:00") == 4
    assert clock.marks[4:] == (at("2026-03-07 00:00"), at("2026-03-11 00:00"))
    story.when(documents("2026-03-06 09:00", "a", "b")).when(approves("2026-03-09 09:00", 100))
    assert story.clock("IL-22").running


def test_a_reminder_or_a_request_for_new_facts_starts_no_clock_of_the_once_only_rule() -> None:
    story = reported().when(requests("2026-03-02 14:00", "a")).when(requests("2026-03-03 14:00", "a"))
    story.when(requests("2026-03-05 14:00", "b", new_facts="补充鉴定"))
    assert not story.has_clock("IL-22")


def test_the_decision_is_due_thirty_calendar_days_after_claim_and_first_documents() -> None:
    clock = claimed().clock("IL-23a")
    assert (clock.started_at, clock.due_date, clock.limit_unit) == (
        at("2026-03-03 09:00"),
        date(2026, 4, 2),
        "calendar_days",
    )


@pytest.mark.parametrize(
    ("decided", "breached"), [("2026-04-02 23:59", False), ("2026-04-03 00:00", True), ("2026-04-20 09:00", True)]
)
def test_a_decision_meets_it_in_time_up_to_the_end_of_the_last_day(decided: str, breached: bool) -> None:
    clock = claimed().when(approves(decided, 100)).clock("IL-23a")
    assert clock.ended_as == "met"
    assert (level(clock, decided) >= 4) is breached


def test_the_policys_own_term_stands_in_for_the_thirty_days_and_for_the_ten() -> None:
    story = Story().when(a_report(policy=policy(determination_days=7, payment_days=5)))
    story = settled(story, MILLION, "2026-03-06 09:00")
    assert (story.clock("IL-23a").limit_amount, story.clock("IL-23a").due_date) == (7, date(2026, 3, 10))
    assert (story.clock("IL-23b").limit_amount, story.clock("IL-23b").due_date) == (5, date(2026, 3, 11))


def test_the_time_from_a_document_request_reaching_the_client_to_its_documents_arriving_is_not_counted() -> None:
    story = claimed()
    story.when(requests("2026-03-05 09:00", "b", reached="2026-03-06 09:00"), recorded="2026-03-06 10:00")
    paused = story.clock("IL-23a")
    assert (paused.flags, set(paused.marks)) == (("paused",), {NEVER})
    story.when(documents("2026-03-16 09:00", "b"))
    clock = story.clock("IL-23a")
    assert (clock.due_date, clock.flags, clock.generation) == (date(2026, 4, 13), (), 2), (
        "ten days later: the 12th rests"
    )


def test_a_request_that_breaks_the_once_only_rule_stops_no_time() -> None:
    story = claimed().when(requests("2026-03-05 09:00", "b")).when(documents("2026-03-05 10:00", "b"))
    story.when(requests("2026-03-09 09:00", "c"))
    assert "paused" not in story.clock("IL-23a").flags


def test_two_requests_at_once_are_not_left_out_twice() -> None:
    story = claimed().when(requests("2026-03-06 09:00", "b"))
    story.when(requests("2026-03-07 09:00", "c", new_facts="补充鉴定")).when(documents("2026-03-10 09:00", "b", "c"))
    assert story.clock("IL-23a").due_date == date(2026, 4, 7), "four days: 6 April is a holiday"


def test_a_claim_that_is_withdrawn_cancels_the_decision_and_an_earlier_breach_stays() -> None:
    clock = claimed().when(WithdrawClaim(at("2026-04-20 09:00"), "撤销")).clock("IL-23a")
    assert (clock.ended_as, level(clock, "2026-04-20 09:00") >= 4) == ("cancelled", True)


def test_the_indemnity_is_due_ten_calendar_days_after_the_agreement_and_ends_before_the_ten_working_days() -> None:
    story = settled(reported(), MILLION, "2026-03-06 09:00")
    assert (story.clock("IL-23b").due_date, story.clock("SZ-20.9").due_date) == (date(2026, 3, 16), date(2026, 3, 20))


@pytest.mark.parametrize(("paid", "breached"), [("2026-03-16 23:59", False), ("2026-03-17 00:00", True)])
def test_the_payment_of_the_indemnity_meets_it_in_time_or_late(paid: str, breached: bool) -> None:
    clock = settled(reported(), MILLION).when(pays(paid, MILLION)).clock("IL-23b")
    assert (clock.ended_as, level(clock, paid) >= 4) == ("met", breached)


def test_a_payment_that_bounces_reopens_both_clocks_of_the_indemnity() -> None:
    story = settled(reported(), MILLION).when(pays("2026-03-09 09:00", MILLION, payment="money"))
    story.when(bounces("2026-03-10 09:00", "money"))
    assert story.clock("IL-23b").running
    assert story.clock("SZ-20.9").running


def test_a_refusal_is_told_with_reasons_within_three_calendar_days_that_do_not_end_on_a_holiday() -> None:
    story = reported(received="2026-02-10 10:00", accident="2026-02-10 09:00").when(rejects("2026-02-13 09:00"))
    assert story.clock("IL-24").due_date == date(2026, 2, 24)


@pytest.mark.parametrize(("told", "breached"), [("2026-03-05 23:59", False), ("2026-03-06 00:00", True)])
def test_the_notice_of_rejection_meets_both_clocks_of_it(told: str, breached: bool) -> None:
    story = reported().when(rejects("2026-03-02 15:00")).when(NotifyRejection(at(told), "拒赔-1", "不属于保险责任"))
    assert (story.clock("IL-24").ended_as, story.clock("SZ-20.4").ended_as) == ("met", "met")
    assert (level(story.clock("IL-24"), told) >= 4) is breached


def test_the_determinable_part_is_due_sixty_calendar_days_after_claim_and_first_documents() -> None:
    story = claimed()
    assert story.clock("IL-25").due_date == date(2026, 5, 6), "2 May is a holiday"
    story.when(asks("determinable_part", MILLION, when="2026-03-10 09:00"))
    story.when(pays_advance("2026-03-11 09:00", MILLION - 1))
    assert story.clock("IL-25").running, "a part is not the whole of it"
    story.when(pays_advance("2026-03-12 09:00", 1, payment="rest"))
    assert story.clock("IL-25").ended_at == at("2026-03-12 09:00")
    assert story.when(bounces("2026-03-13 09:00", "rest")).clock("IL-25").running


def test_the_decision_cancels_the_determinable_part_since_the_amount_is_open_no_more() -> None:
    assert claimed().when(approves("2026-03-10 09:00", 100)).clock("IL-25").ended_as == "cancelled"


def test_the_two_years_of_a_claim_are_shown_and_never_warned_of() -> None:
    clock = accepted(reported()).when(approves("2026-03-05 09:00", 100)).clock("IL-26")
    assert (clock.tier, clock.due_date) == ("information", date(2028, 3, 6)), "the 5th is a Sunday"
    assert set(clock.marks) == {NEVER}


def test_a_rejected_claim_has_no_time_in_which_it_lapses() -> None:
    assert not reported().when(rejects("2026-03-05 09:00")).has_clock("IL-26")


def test_a_shenzhen_claim_runs_national_and_shenzhen_clocks_side_by_side() -> None:
    story = accepted(reported()).when(approves("2026-03-05 09:00", 100))
    assert story.claim.rulebooks == ("national@2", "shenzhen-2018@2")
    assert story.when(agrees("2026-03-06 09:00", 100)).has_clock("IL-23b")
    assert story.has_clock("SZ-20.9")


def test_nothing_is_paused_before_the_claim_was_made() -> None:
    story = reported().when(intake("2026-03-02 12:00")).when(requests("2026-03-02 14:00", "a"))
    story.when(documents("2026-03-06 09:00", "a"))
    assert (story.clock("IL-23a").started_at, story.clock("IL-23a").due_date) == (
        at("2026-03-06 09:00"),
        date(2026, 4, 7),
    )

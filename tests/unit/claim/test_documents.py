"""One request for all that is missing, and the acceptance that starts the ten working days (SZ-20 (2), (3))."""

import pytest
from tests.support.acts import accepted, approves, claims, documents, intake, requests
from tests.support.story import Story, at, reported

from claims.domain.claim.events import DocumentsRequested
from claims.domain.errors import InvalidFact


def once_only_broken(story: Story) -> bool:
    return next(fact.once_only_broken for fact in story.last.claim if isinstance(fact, DocumentsRequested))


def test_incomplete_documents_start_the_day_for_one_request() -> None:
    clock = reported().when(documents("2026-03-03 09:00", "a")).clock("SZ-20.2")
    assert (clock.tier, clock.started_at, str(clock.due_date)) == ("target", at("2026-03-03 09:00"), "2026-03-04")


def test_an_intake_notice_that_lists_missing_documents_starts_it_too() -> None:
    clock = reported().when(intake("2026-03-02 15:00", "open", missing=("a",))).clock("SZ-20.2")
    assert clock.started_at == at("2026-03-02 15:00")


def test_an_intake_notice_that_misses_nothing_starts_no_day_for_a_request() -> None:
    assert not reported().when(intake("2026-03-02 15:00")).has_clock("SZ-20.2")


def test_the_request_counts_when_it_reaches_the_client() -> None:
    story = reported().when(documents("2026-03-03 09:00", "a"))
    story.when(requests("2026-03-03 10:00", "b", reached="2026-03-05 08:00"), recorded="2026-03-05 09:00")
    clock = story.clock("SZ-20.2")
    assert (clock.ended_as, clock.ended_at) == ("met", at("2026-03-05 08:00"))


def test_a_request_cannot_reach_the_client_before_it_was_made_or_in_the_future() -> None:
    with pytest.raises(InvalidFact, match="/reached_client_at"):
        reported().when(requests("2026-03-03 10:00", "a", reached="2026-03-03 09:00"))
    with pytest.raises(InvalidFact, match="/reached_client_at"):
        reported().when(requests("2026-03-03 10:00", "a", reached="2026-03-04 09:00"))


def test_the_day_for_a_request_is_cancelled_when_the_documents_become_complete_without_one() -> None:
    story = reported().when(intake("2026-03-02 15:00", missing=("a",))).when(documents("2026-03-02 17:00", "a"))
    clock = story.clock("SZ-20.2")
    assert (clock.ended_as, clock.ended_at) == ("cancelled", at("2026-03-02 17:00"))


def test_the_day_for_a_request_is_cancelled_when_the_claim_is_decided_without_one() -> None:
    story = reported().when(documents("2026-03-03 09:00", "a")).when(approves("2026-03-03 15:00", 100))
    assert story.clock("SZ-20.2").ended_as == "cancelled"


def test_the_first_documents_count_as_the_claim_where_nobody_claimed_before() -> None:
    story = reported().when(intake("2026-03-02 12:00", missing=("a",))).when(documents("2026-03-03 09:00", "a"))
    assert story.claim.requested_at == at("2026-03-03 09:00")


def test_acceptance_is_the_claim_request_when_that_comes_last() -> None:
    story = reported().when(intake("2026-03-02 12:00")).when(claims("2026-03-06 09:00"))
    story.when(documents("2026-03-04 09:00", "a", complete=True), recorded="2026-03-06 10:00")
    assert story.clock("SZ-20.3").started_at == at("2026-03-06 09:00")


def test_acceptance_is_the_word_that_the_accident_is_covered_when_that_comes_last() -> None:
    story = reported().when(intake("2026-03-02 12:00", "open", missing=("a",)))
    story.when(documents("2026-03-03 09:00", "a"))
    assert not story.has_clock("SZ-20.3")
    story.when(intake("2026-03-09 09:00"))
    assert story.clock("SZ-20.3").started_at == at("2026-03-09 09:00")


def test_acceptance_is_the_last_requested_document_when_that_comes_last() -> None:
    story = reported().when(claims("2026-03-02 11:00")).when(intake("2026-03-02 12:00", missing=("a", "b")))
    story.when(requests("2026-03-02 14:00", "a", "b")).when(documents("2026-03-03 09:00", "a"))
    assert not story.has_clock("SZ-20.3")
    story.when(documents("2026-03-05 09:00", "b"))
    clock = story.clock("SZ-20.3")
    assert (clock.started_at, str(clock.due_date)) == (at("2026-03-05 09:00"), "2026-03-19")


def test_documents_are_complete_by_themselves_when_the_last_one_asked_for_arrives() -> None:
    assert accepted(reported()).status == "under_assessment"


def test_documents_that_nobody_requested_delay_nothing() -> None:
    story = accepted(reported(), "2026-03-03 09:00").when(documents("2026-03-10 09:00", "extra"))
    assert story.clock("SZ-20.3").started_at == at("2026-03-03 09:00")


def test_a_late_click_delays_nothing() -> None:
    story = reported().when(intake("2026-03-02 12:00")).when(documents("2026-03-03 09:00", "a"))
    story.when(documents("2026-03-10 09:00", complete=True))
    assert story.clock("SZ-20.3").started_at == at("2026-03-03 09:00")


def test_unrequested_documents_before_the_click_delay_nothing_either() -> None:
    story = reported().when(intake("2026-03-02 12:00")).when(requests("2026-03-02 14:00", "a", "b"))
    story.when(documents("2026-03-03 09:00", "a")).when(documents("2026-03-08 09:00", "extra"))
    story.when(documents("2026-03-10 09:00", complete=True))
    assert story.clock("SZ-20.3").started_at == at("2026-03-03 09:00")


def test_a_click_before_any_document_is_invalid() -> None:
    with pytest.raises(InvalidFact, match="/items"):
        reported().when(documents("2026-03-10 09:00", complete=True))


def test_a_request_after_acceptance_moves_nothing() -> None:
    story = accepted(reported(), "2026-03-03 09:00")
    story.when(requests("2026-03-04 09:00", "c", new_facts="新的伤情鉴定"))
    assert (story.clock("SZ-20.3").started_at, story.status) == (at("2026-03-03 09:00"), "under_assessment")


def test_a_request_for_something_that_had_arrived_early_does_not_move_the_acceptance_back() -> None:
    story = reported().when(intake("2026-03-02 12:00")).when(documents("2026-03-03 09:00", "a"))
    story.when(documents("2026-03-05 09:00", "b", complete=True)).when(requests("2026-03-06 09:00", "a"))
    assert story.clock("SZ-20.3").started_at == at("2026-03-05 09:00")


def test_a_request_before_acceptance_is_waited_for_even_after_the_first_list_was_complete() -> None:
    story = reported().when(intake("2026-03-02 12:00", "open", missing=("a",)))
    story.when(documents("2026-03-03 09:00", "a")).when(requests("2026-03-04 09:00", "c", new_facts="新的伤情鉴定"))
    assert story.status == "documents_pending"
    story.when(intake("2026-03-05 09:00"))
    assert not story.has_clock("SZ-20.3")
    story.when(documents("2026-03-06 09:00", "c"))
    assert story.clock("SZ-20.3").started_at == at("2026-03-06 09:00")


def test_an_arrival_that_is_recorded_late_starts_the_clock_when_the_documents_really_arrived() -> None:
    story = accepted(reported(), "2026-03-05 09:00")
    story.when(documents("2026-03-03 09:00", "a", "b"), recorded="2026-03-06 09:00")
    clock = story.clock("SZ-20.3")
    assert (clock.started_at, str(clock.due_date)) == (at("2026-03-03 09:00"), "2026-03-17")
    assert (clock.flags, clock.generation) == (("tightened",), 2)


def test_cover_that_was_taken_back_does_not_accept_the_claim_until_it_is_given_again() -> None:
    story = reported().when(intake("2026-03-02 12:00")).when(intake("2026-03-03 09:00", "not_covered"))
    story.when(documents("2026-03-04 09:00", "a", complete=True))
    assert not story.has_clock("SZ-20.3")
    story.when(intake("2026-03-05 09:00"))
    assert story.clock("SZ-20.3").started_at == at("2026-03-05 09:00")


def test_a_second_request_that_adds_items_without_new_facts_breaks_the_once_only_rule() -> None:
    story = reported().when(requests("2026-03-02 14:00", "a"))
    assert not once_only_broken(story)
    assert once_only_broken(story.when(requests("2026-03-03 14:00", "b")))


def test_new_facts_excuse_a_second_request() -> None:
    story = reported().when(requests("2026-03-02 14:00", "a"))
    assert not once_only_broken(story.when(requests("2026-03-03 14:00", "b", new_facts="新的伤情鉴定")))


def test_a_reminder_of_items_already_on_the_list_breaks_nothing() -> None:
    story = reported().when(requests("2026-03-02 14:00", "a", "b"))
    assert not once_only_broken(story.when(requests("2026-03-03 14:00", "a")))

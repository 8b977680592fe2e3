"""Tables that must agree: stored names with what states evolve by, the rulebook's milestones with the code's."""

from typing import get_args

from tests.support.story import at, calendar, rulebooks
from tests.unit.subjects.test_complaints import received as a_complaint
from tests.unit.subjects.test_hazards import found as a_hazard

from claims.application.subjects import KINDS
from claims.domain import clock_events
from claims.domain import milestones as vocabulary
from claims.domain.claim import milestones
from claims.domain.clock_events import ClockEvent
from claims.domain.complaint.state import subject as complaint_subject
from claims.domain.hazard.state import subject as hazard_subject
from claims.domain.party.events import PartyEvent
from claims.domain.policy.events import PolicyEvent
from claims.domain.setting import Setting
from claims.event_store.names import EVENT_TYPES

POLICY_EVENTS = frozenset(get_args(PolicyEvent))
PARTY_EVENTS = frozenset(get_args(PartyEvent))
SUBJECT_EVENTS = frozenset(event for kind in KINDS.values() for event in kind.events)
CLOCK_EVENTS = frozenset(
    kind
    for kind in vars(clock_events).values()
    if isinstance(kind, type) and issubclass(kind, ClockEvent) and kind is not ClockEvent
)


def test_every_stored_event_is_one_that_a_state_evolves_by() -> None:
    stored = {kind.cls for kind in EVENT_TYPES.values()}
    assert stored - SUBJECT_EVENTS - POLICY_EVENTS - PARTY_EVENTS - CLOCK_EVENTS == set()


def test_every_event_that_a_state_evolves_by_has_a_stored_name() -> None:
    stored = {kind.cls for kind in EVENT_TYPES.values()}
    assert (SUBJECT_EVENTS | POLICY_EVENTS | PARTY_EVENTS | CLOCK_EVENTS) - stored == set()


def test_no_event_has_two_names() -> None:
    assert len({kind.cls for kind in EVENT_TYPES.values()}) == len(EVENT_TYPES)


def test_the_milestones_of_rulebooks_are_those_that_a_claim_can_reach() -> None:
    assert milestones.names() == vocabulary.OF_CLAIMS


def test_the_milestones_of_rulebooks_are_those_that_a_complaint_and_a_hazard_can_reach() -> None:
    setting = Setting(at("2026-03-02 10:00"), rulebooks(), calendar())
    assert complaint_subject(a_complaint(), setting).reached.keys() == vocabulary.MILESTONES["complaint"]
    assert hazard_subject(a_hazard(), setting).reached.keys() == vocabulary.MILESTONES["hazard"]


def test_what_lasts_for_a_claim_is_what_its_clocks_may_be_paused_by() -> None:
    assert milestones.PAUSES.keys() == vocabulary.PAUSES["claim"]

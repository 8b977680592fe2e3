"""Every field of every event has its form outside."""

import json
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.story import reported
from tests.unit.codec.generated_events import values_of

from claims.api.render_events import AMOUNTS, event_answer
from claims.application.recorded import Basis, Recorded
from claims.domain.clock_events import ClockBreached
from claims.domain.moments import NEVER
from claims.event_store.names import EVENT_TYPES

COUNTS = {
    "deaths",
    "missing",
    "emergency_surgeries",
    "serious_injuries",
    "determination_days",
    "payment_days",
    "round",
    "limit_amount",
    "calendar_version",
    "generation",
    "level",
}
"""Whole numbers that are no money."""

STORY = reported()


def whole_numbers(kind: Any) -> set[str]:
    """Return the names of the fields that hold a whole number, however deep."""
    found: set[str] = set()
    for name, hint in get_type_hints(kind).items():
        parts = {hint, *get_args(hint)}
        if int in parts:
            found.add(name)
        for part in parts:
            if is_dataclass(part):
                found |= whole_numbers(part)
    return found


@pytest.mark.parametrize("name", sorted(EVENT_TYPES))
def test_every_whole_number_of_an_event_is_an_amount_or_a_count(name: str) -> None:
    numbers = whole_numbers(EVENT_TYPES[name].cls)
    assert numbers <= AMOUNTS | COUNTS, "say in render_events whether a new number is money"
    assert not AMOUNTS & COUNTS


def recorded(name: str, event: object) -> Recorded:
    claim_id, clock = STORY.claim.claim_id, STORY.clock("SZ-20.1")
    return Recorded(
        name=name,
        event=event,
        basis=Basis(("shenzhen-2018@2",), 1),
        tenant="picc-sz",
        stream_id=claim_id,
        version=1,
        occurred_at=clock.started_at,
        recorded_at=clock.started_at,
        actor="insurer:x",
        correlation_id="c",
        causation_id=None,
        digest=b"\xab",
    )


EVENTS = st.sampled_from(sorted(EVENT_TYPES)).flatmap(
    lambda name: st.tuples(st.just(name), values_of(EVENT_TYPES[name].cls))
)


@given(EVENTS)
def test_any_event_can_be_told_with_all_its_fields(named: tuple[str, Any]) -> None:
    name, event = named
    data = event_answer(recorded(name, event))["data"]
    assert json.loads(json.dumps(data)) == data
    assert list(data) == [each.name for each in fields(event)]


def test_a_moment_that_never_comes_is_null() -> None:
    breached = ClockBreached(STORY.claim.claim_id, "claim", "SZ-20.1", 4, True, NEVER, "target", "insurer")
    data = event_answer(recorded("clock_breached", breached))["data"]
    assert (data["due_at"], data["level"]) == (None, 4)

"""What the stream says of events is what the document says that it says."""

import json
from typing import Any
from uuid import UUID

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from tests.unit.codec.generated_events import values_of
from tests.unit.codec.sample_events import BASIS, NOON, STREAM, TENANT

from claims.api.event_messages import event_messages
from claims.api.render_events import event_answer
from claims.application.recorded import Recorded
from claims.domain.clock_facts import ClockStarted
from claims.domain.moments import NEVER
from claims.event_store.names import EVENT_TYPES

MESSAGES = event_messages()
EVENTS = st.sampled_from(sorted(EVENT_TYPES)).flatmap(
    lambda name: st.tuples(st.just(name), values_of(EVENT_TYPES[name].cls))
)


def told(name: str, event: object) -> Any:
    recorded = Recorded(
        name=name,
        event=event,
        basis=BASIS,
        tenant=TENANT,
        stream_id=STREAM,
        version=1,
        occurred_at=NOON,
        recorded_at=NOON,
        actor="clerk",
        correlation_id="c-1",
        causation_id=None,
        digest=b"\x01" * 32,
    )
    return json.loads(orjson.dumps(event_answer(recorded)))


@pytest.mark.parametrize("name", sorted(EVENT_TYPES))
def test_every_message_is_a_valid_schema_that_names_its_event(name: str) -> None:
    Draft202012Validator.check_schema(MESSAGES[name])
    assert MESSAGES[name]["properties"]["name"]["const"] == name
    assert "$ref" not in json.dumps(MESSAGES[name])


@given(EVENTS)
def test_what_the_stream_says_of_any_event_fits_its_message(named: tuple[str, object]) -> None:
    name, event = named
    Draft202012Validator(MESSAGES[name]).validate(told(name, event))


def test_a_mark_that_never_comes_is_null() -> None:
    event = ClockStarted(
        UUID(int=1), "SZ-20.6", 1, "", "service", "insurer", "r@1", NOON, 5, "working_days", NOON, None,
        False, (NOON, NEVER), 1, (),
    )  # fmt: skip
    answer = told("clock_started", event)
    assert answer["data"]["marks"][1] is None
    Draft202012Validator(MESSAGES["clock_started"]).validate(answer)


def test_an_amount_is_described_as_a_decimal_string_and_a_count_as_a_number() -> None:
    advance = MESSAGES["advance_requested"]["properties"]["data"]["properties"]
    assert any(each.get("pattern") for each in advance["amount"]["anyOf"])
    assert advance["shares"]["items"]["properties"]["amount"]["type"] == "string"
    assert MESSAGES["clock_started"]["properties"]["data"]["properties"]["limit_amount"]["type"] == "integer"

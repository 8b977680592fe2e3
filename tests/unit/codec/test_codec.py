"""What is stored of an event, and that it comes back as it was."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.codec.generated_events import values_of
from tests.unit.codec.sample_events import (
    BASIS,
    CODEC,
    NOON,
    RINGS,
    STREAM,
    TENANT,
    VISIT,
    PriceNamed,
    Unnamed,
    VisitNoted,
    encode,
    ring_of,
    stored,
)

from claims.application.recorded import Basis
from claims.domain.clock_events import ClockBreached
from claims.event_store.codec import EventCodec, UnknownEventError, UnreadableEventError, UnwritableEventError
from claims.event_store.names import EVENT_TYPES, EventType

REAL = EventCodec()
REAL_EVENTS = st.sampled_from(sorted(EVENT_TYPES)).flatmap(lambda name: values_of(EVENT_TYPES[name].cls))


def changed(payload: bytes, **data: Any) -> bytes:
    plain = json.loads(payload)
    plain["data"] |= data
    return json.dumps(plain).encode()


@given(values_of(VisitNoted), st.tuples(st.lists(st.text(), max_size=3), st.integers(0, 2**31)))
def test_any_event_comes_back_as_it_was(event: VisitNoted, basis: tuple[list[str], int]) -> None:
    ring, by = RINGS.ring(TENANT), Basis(tuple(basis[0]), basis[1])
    row = stored(CODEC.encode(TENANT, STREAM, 3, event, by, NOON, ring))
    recorded = CODEC.decode(row, ring_of(ring))
    assert (recorded.event, recorded.basis, recorded.version) == (event, by, 3)


@given(REAL_EVENTS)
def test_every_event_of_the_table_comes_back_as_it_was(event: object) -> None:
    ring = RINGS.ring(TENANT)
    assert REAL.decode(stored(encode(event, ring, codec=REAL)), ring_of(ring)).event == event


def test_what_the_row_says_is_kept_beside_the_event() -> None:
    ring = RINGS.ring(TENANT)
    row = stored(encode(VISIT, ring, version=4))
    recorded = CODEC.decode(row, ring)
    kept = ("tenant", "stream_id", "version", "name", "occurred_at", "recorded_at", "actor", "correlation_id")
    for name in (*kept, "causation_id", "digest"):
        assert getattr(recorded, name) == getattr(row, name)


def test_a_payload_has_data_and_basis_with_moments_in_utc_and_microseconds() -> None:
    ring = RINGS.ring(TENANT)
    in_shanghai = datetime.fromisoformat("2026-03-02T12:00:00+08:00")
    payload = json.loads(encode(replace(VISIT, at=in_shanghai), ring).payload)
    assert payload["basis"] == {"rulebooks": ["shenzhen-2018.1", "national.3"], "calendar": 7}
    plain = {key: payload["data"][key] for key in ("at", "day", "colour", "fen", "happy", "stations")}
    assert plain == {
        "at": "2026-03-02T04:00:00.000000Z",
        "day": "2026-03-02",
        "colour": "blue",
        "fen": 60_000_000,
        "happy": True,
        "stations": ["a", "b"],
    }


def test_equal_events_without_personal_data_give_equal_bytes() -> None:
    event = REAL.decode(stored_by_the_watch(), RINGS.blind()).event
    first, second = (encode(event, RINGS.blind(), codec=REAL).payload for _ in range(2))
    assert first == second
    assert list(json.loads(first)["data"]) == sorted(json.loads(first)["data"])


def stored_by_the_watch() -> Any:
    data = {
        "subject": str(STREAM),
        "subject_kind": "claim",
        "rule": "SZ-20.6",
        "level": 4,
        "alert": True,
        "due_at": "2026-03-09T00:00:00+00:00",
        "tier": "service",
        "responsible": "insurer",
    }
    payload = json.dumps({"data": data, "basis": {"rulebooks": ["shenzhen-2018.1"], "calendar": 7}}).encode()
    row = stored(encode(VISIT, RINGS.ring(TENANT)))
    return replace(row, name="clock_breached", schema_version=1, payload=payload)


def test_an_event_that_the_watch_wrote_in_sql_is_read() -> None:
    event = REAL.decode(stored_by_the_watch(), RINGS.blind()).event
    due = datetime.fromisoformat("2026-03-09T00:00:00+00:00")
    assert event == ClockBreached(STREAM, "claim", "SZ-20.6", 4, True, due, "service", "insurer")


@pytest.mark.parametrize(
    "data",
    [
        {"more": 1},
        {"fen": "1"},
        {"fen": 1.0},
        {"fen": True},
        {"colour": "green"},
        {"happy": 1},
        {"at": 0},
        {"day": "x"},
    ],
    ids=str,
)
def test_a_stored_field_that_is_unknown_or_of_another_type_is_refused(data: dict[str, Any]) -> None:
    ring = RINGS.ring(TENANT)
    row = stored(encode(VISIT, ring))
    with pytest.raises(UnreadableEventError, match=next(iter(data))):
        CODEC.decode(replace(row, payload=changed(row.payload, **data)), ring)


@pytest.mark.parametrize("payload", [b"", b"[]", b"{}", b'{"data": 1, "basis": 2}', b'{"data": {}}', b"\xff"])
def test_bytes_that_are_no_payload_are_refused(payload: bytes) -> None:
    row = replace(stored(encode(VISIT, RINGS.ring(TENANT))), payload=payload)
    with pytest.raises(UnreadableEventError):
        CODEC.decode(row, RINGS.ring(TENANT))


def test_a_refusal_never_quotes_the_values_of_an_event() -> None:
    ring = RINGS.ring(TENANT)
    row = stored(encode(VISIT, ring))
    with pytest.raises(UnreadableEventError) as reading:
        CODEC.decode(replace(row, payload=changed(row.payload, fen="13800000000")), ring)
    with pytest.raises(UnwritableEventError) as writing:
        encode(replace(VISIT, remark=13800000000), ring)  # type: ignore[arg-type]
    for refusal in (reading, writing):
        assert "13800000000" not in str(refusal.getrepr(showlocals=False, style="value"))


@pytest.mark.parametrize(
    "field",
    [{"fen": True}, {"fen": 1.5}, {"at": datetime(2026, 1, 1)}, {"day": NOON}, {"colour": "green"}, {"remark": None}],  # noqa: DTZ001
    ids=str,
)
def test_an_event_that_could_not_be_read_again_is_not_stored(field: Mapping[str, Any]) -> None:
    with pytest.raises(UnwritableEventError):
        encode(replace(VISIT, **field), RINGS.ring(TENANT))


def test_a_class_without_a_stored_name_is_refused() -> None:
    with pytest.raises(UnknownEventError, match="Unnamed"):
        encode(Unnamed(), RINGS.ring(TENANT))


@pytest.mark.parametrize(("name", "version"), [("visit_forgotten", 1), ("visit_noted", 2), ("visit_noted", 0)])
def test_an_unknown_name_or_version_is_an_error_and_never_skipped(name: str, version: int) -> None:
    row = stored(encode(VISIT, RINGS.ring(TENANT)), name=name, schema_version=version)
    with pytest.raises(UnknownEventError, match=name):
        CODEC.decode(row, RINGS.ring(TENANT))


def test_two_names_for_one_class_stop_the_start() -> None:
    with pytest.raises(UnknownEventError, match="two names"):
        EventCodec({"one": EventType(PriceNamed), "other": EventType(PriceNamed)}, {})


def test_no_stored_name_or_basis_comes_from_a_module_path() -> None:
    row = stored(encode(VISIT, RINGS.ring(TENANT)))
    assert (row.name, row.schema_version) == ("visit_noted", 1)
    assert b"sample_events" not in row.payload
    assert BASIS.rulebooks[0].encode() in row.payload

"""Personal data in stored events: sealed, bound to their place, erased with their key, hidden from the blind."""

import json
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from tests.unit.codec.generated_events import values_of
from tests.unit.codec.sample_events import (
    CODEC,
    OTHER_STREAM,
    PERSON,
    RINGS,
    STREAM,
    TENANT,
    TYPES,
    VISIT,
    Caller,
    Guest,
    PriceNamed,
    VisitNoted,
    encode,
    ring_of,
    stored,
)

from claims.application.persons import NoKeysError, TamperedError
from claims.domain.personal import ERASED, HIDDEN, Personal
from claims.event_store.codec import EventCodec
from claims.event_store.marked_fields import MisplacedMarkError
from claims.event_store.names import EVENT_TYPES, EventType

SEALED_PATHS = [("visitor",), ("remark",), ("guests",), ("caller", "name"), ("caller", "phone")]


def data_of(payload: bytes) -> dict[str, Any]:
    return dict(json.loads(payload)["data"])


def with_data(payload: bytes, data: dict[str, Any]) -> bytes:
    return json.dumps(json.loads(payload) | {"data": data}).encode()


@given(values_of(VisitNoted))
def test_marked_fields_are_sealed_and_none_stays_null(event: VisitNoted) -> None:
    data = data_of(encode(event, RINGS.ring(TENANT)).payload)
    assert set(data["remark"]) == set(data["guests"]) == {"enc", "person"}
    assert (data["visitor"] is None) == (event.visitor is None)
    assert data["fen"] == event.fen


def test_no_personal_word_stands_in_the_bytes() -> None:
    payload = encode(VISIT, RINGS.ring(TENANT)).payload.decode()
    for word in ("陈大文", "13800000000", "李小明", "王五", "赵六", "1990-01-01"):
        assert word not in payload
        assert json.dumps(word).strip('"') not in payload


def test_the_same_words_are_sealed_anew_each_time() -> None:
    ring = RINGS.ring(TENANT)
    first, second = (data_of(encode(VISIT, ring).payload) for _ in range(2))
    assert first["remark"]["enc"] != second["remark"]["enc"]


def test_a_person_is_the_named_one_or_made_of_stream_and_field() -> None:
    data = data_of(encode(VISIT, RINGS.ring(TENANT)).payload)
    assert UUID(data["visitor"]["person"]) == UUID(data["guests"]["person"]) == PERSON
    assert UUID(data["remark"]["person"]) == uuid5(STREAM, "remark")
    assert UUID(data["caller"]["name"]["person"]) == uuid5(STREAM, "caller.name")


def test_the_ring_remembers_one_new_key_for_each_new_person() -> None:
    ring = RINGS.ring(TENANT)
    encode(VISIT, ring)
    encode(VISIT, ring, version=2)
    persons = {PERSON, *(uuid5(STREAM, path) for path in ("remark", "caller.name", "caller.phone"))}
    assert {key.person_id for key in ring.new_keys} == persons
    assert len(ring.new_keys) == len(persons)
    assert encode(VISIT, later := ring_of(ring)).version == 1
    assert later.new_keys == []


def test_after_erasure_the_fields_read_as_erased_and_all_else_stays() -> None:
    ring = RINGS.ring(TENANT)
    row = stored(encode(VISIT, ring))
    left = RINGS.ring(TENANT, [key for key in ring.new_keys if key.person_id != PERSON])
    assert CODEC.decode(row, left).event == replace(VISIT, visitor=ERASED, guests=())


def test_a_person_named_again_after_erasure_is_read_and_the_old_fields_stay_erased() -> None:
    before, after = RINGS.ring(TENANT), RINGS.ring(TENANT)
    old, new = stored(encode(VISIT, before)), stored(encode(VISIT, after, version=2))
    later = ring_of(after)
    assert CODEC.decode(old, later).event == replace(
        VISIT, visitor=ERASED, guests=(), remark=ERASED, caller=Caller("insured", ERASED, ERASED)
    )
    assert CODEC.decode(new, later).event == VISIT


def test_a_blind_reader_sees_hidden_and_never_erased() -> None:
    row = stored(encode(replace(VISIT, visitor=None), RINGS.ring(TENANT)))
    assert CODEC.decode(row, RINGS.blind()).event == replace(
        VISIT, visitor=None, guests=(), remark=HIDDEN, caller=Caller("insured", HIDDEN, HIDDEN)
    )


def test_a_blind_ring_writes_no_personal_data() -> None:
    with pytest.raises(NoKeysError):
        encode(VISIT, RINGS.blind())


@pytest.mark.parametrize("source", SEALED_PATHS, ids=".".join)
@pytest.mark.parametrize("target", SEALED_PATHS, ids=".".join)
def test_a_ciphertext_moved_to_another_field_is_found_out(source: tuple[str, ...], target: tuple[str, ...]) -> None:
    if source == target:
        return
    ring = RINGS.ring(TENANT)
    row = stored(encode(VISIT, ring))
    data = data_of(row.payload)
    moved: Any = data
    for key in source:
        moved = moved[key]
    holder: Any = data if len(target) == 1 else data[target[0]]
    holder[target[-1]] = moved
    with pytest.raises(TamperedError):
        CODEC.decode(replace(row, payload=with_data(row.payload, data)), ring_of(ring))


@pytest.mark.parametrize(
    "elsewhere", [{"version": 2}, {"tenant": "cpic-sz"}, {"name": "visit_copied"}], ids=["version", "tenant", "name"]
)
def test_a_payload_moved_to_another_event_or_tenant_is_found_out(elsewhere: dict[str, Any]) -> None:
    ring = RINGS.ring(TENANT)
    row = stored(encode(VISIT, ring), **elsewhere)
    codec = CODEC if row.name in TYPES else EventCodec({"visit_copied": EventType(VisitNoted)}, {})
    with pytest.raises(TamperedError):
        codec.decode(row, ring)


def test_a_payload_moved_to_another_stream_opens_nothing() -> None:
    ring = RINGS.ring(TENANT)
    row = replace(stored(encode(VISIT, ring)), stream_id=OTHER_STREAM)
    with pytest.raises(TamperedError):
        CODEC.decode(row, ring)


@pytest.mark.parametrize(
    "value", ["in clear", {"enc": "!", "person": str(PERSON)}, {"enc": "AAAA", "person": 5}, {"enc": 1, "person": "x"}]
)
def test_a_marked_field_in_another_form_than_the_sealed_is_found_out(value: Any) -> None:
    ring = RINGS.ring(TENANT)
    row = stored(encode(VISIT, ring))
    payload = with_data(row.payload, data_of(row.payload) | {"visitor": value})
    with pytest.raises(TamperedError):
        CODEC.decode(replace(row, payload=payload), ring)


def test_a_person_that_is_not_the_fields_own_is_found_out_and_not_read_as_erased() -> None:
    ring = RINGS.ring(TENANT)
    row = stored(encode(VISIT, ring))
    data = data_of(row.payload)
    data["remark"]["person"] = str(UUID(int=1))
    with pytest.raises(TamperedError, match="another person"):
        CODEC.decode(replace(row, payload=with_data(row.payload, data)), ring)


def test_a_changed_byte_is_found_out() -> None:
    ring = RINGS.ring(TENANT)
    row = stored(encode(PriceNamed(1, "Li"), ring))
    data = data_of(row.payload)
    text = data["seller"]["enc"]
    data["seller"]["enc"] = text[:-6] + ("A" if text[-6] != "A" else "B") + text[-5:]
    with pytest.raises(TamperedError):
        CODEC.decode(replace(row, payload=with_data(row.payload, data)), ring)


@dataclass(frozen=True, slots=True)
class MarkOnNumber:
    """Numbers cannot read as erased."""

    amount: Annotated[int, Personal()]


@dataclass(frozen=True, slots=True)
class MarkInsideTuple:
    """The mark on a caller's name would not be seen inside a tuple."""

    callers: tuple[Caller, ...]


@dataclass(frozen=True, slots=True)
class MarkInsideUnion:
    """The mark is on a part of the field."""

    name: Annotated[str, Personal()] | None


@dataclass(frozen=True, slots=True)
class MarkOnEither:
    """A union of two dataclasses hides the mark."""

    who: Caller | Guest


@dataclass(frozen=True, slots=True)
class MarkWithoutSibling:
    """The person that the mark names is not there."""

    day: date
    name: Annotated[str, Personal("victim_id")]


@pytest.mark.parametrize("cls", [MarkOnNumber, MarkInsideTuple, MarkInsideUnion, MarkOnEither, MarkWithoutSibling])
def test_a_mark_that_nobody_would_honour_stops_the_start(cls: type) -> None:
    with pytest.raises(MisplacedMarkError):
        EventCodec({"misplaced": EventType(cls)}, {})


def test_what_api_calls_personal_is_marked_in_the_real_table() -> None:
    marked = {(name, ".".join(field.path)) for name, form in EventCodec().forms.items() for field in form.fields}
    for field in ("name", "identity_number", "phone", "relatives"):
        assert ("victim_registered", field) in marked
    assert {("claim_reported", "reported_by.name"), ("claim_reported", "reported_by.phone")} <= marked
    for name, known in EVENT_TYPES.items():
        for field in {"bank_reference", "reason", "text"} & known.cls.__annotations__.keys():
            assert (name, field) in marked or name.startswith("clock_"), (
                "a clock's reason is a code, all others are words"
            )


def test_guests_of_a_visit_are_read_back_in_full() -> None:
    ring = RINGS.ring(TENANT)
    event = CODEC.decode(stored(encode(VISIT, ring)), ring_of(ring)).event
    assert isinstance(event, VisitNoted)
    assert event.guests == (Guest("赵六", date(1990, 1, 1)), Guest("Ann", None))

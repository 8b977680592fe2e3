"""The schemas of events in `schemas/events`: as the code says, and never less than old readers and old events need."""

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from tests.unit.codec.generated_events import values_of
from tests.unit.codec.sample_events import RINGS, TENANT, TYPES, VisitNoted, encode

from claims.event_store.codec import EventCodec
from claims.event_store.compatibility import incompatibilities
from claims.event_store.names import EVENT_TYPES, EventType
from claims.event_store.schemas import all_schemas, drift, event_schema, write

FOLDER = Path(__file__).parents[2] / "schemas" / "events"
CODEC = EventCodec()
SCHEMAS = {name: event_schema(name, known) for name, known in EVENT_TYPES.items()}
EVENTS = st.sampled_from(sorted(EVENT_TYPES)).flatmap(
    lambda name: st.tuples(st.just(name), values_of(EVENT_TYPES[name].cls))
)
VISIT = event_schema("visit_noted", TYPES["visit_noted"])


def test_the_schemas_in_the_repository_are_what_the_code_says() -> None:
    assert drift(FOLDER) == []


@pytest.mark.parametrize("name", sorted(EVENT_TYPES))
def test_every_schema_is_a_valid_schema_that_says_what_the_event_is(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])
    assert SCHEMAS[name]["title"] == EVENT_TYPES[name].cls.__name__
    assert SCHEMAS[name]["description"]


@given(EVENTS)
def test_what_is_stored_of_any_event_fits_its_schema(named: tuple[str, object]) -> None:
    name, event = named
    payload = json.loads(encode(event, RINGS.ring(TENANT), codec=CODEC).payload)
    Draft202012Validator(SCHEMAS[name]).validate(payload["data"])


def test_personal_fields_are_described_as_sealed_or_null() -> None:
    sealed = {"enc", "person"}
    assert set(VISIT["properties"]["remark"]["properties"]) == sealed
    assert set(VISIT["properties"]["guests"]["properties"]) == sealed
    nullable = VISIT["properties"]["visitor"]["anyOf"]
    assert set(nullable[0]["properties"]) == sealed
    assert nullable[1] == {"type": "null"}
    assert set(VISIT["$defs"]["Caller"]["properties"]["name"]["properties"]) == sealed
    assert "Guest" not in VISIT["$defs"]


def test_fields_carry_their_docstrings() -> None:
    assert SCHEMAS["claim_decided"]["properties"]["outcome"]["description"] == "approved or rejected."


def test_writing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    write(tmp_path, TYPES)
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    write(tmp_path, TYPES)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == first
    assert set(first) == set(all_schemas(TYPES))


@dataclass(frozen=True, slots=True)
class Changed:
    """An event whose class changed after its schema was written."""

    fen: int
    new: str


@dataclass(frozen=True, slots=True)
class Original:
    """The same event before."""

    fen: int
    gone: str


def test_missing_outdated_and_stray_files_are_told_with_what_readers_would_miss(tmp_path: Path) -> None:
    write(tmp_path, {"planted": EventType(Original), "kept": EventType(VisitNoted)})
    (tmp_path / "kept.v1.json").unlink()
    (tmp_path / "stray.v1.json").write_text("{}")
    assert drift(tmp_path, {"planted": EventType(Changed), "kept": EventType(VisitNoted)}) == [
        "kept.v1.json: missing",
        "planted.v1.json: not what the code says",
        "planted.v1.json: incompatible: gone: removed",
        "planted.v1.json: incompatible: new: new and required",
        "stray.v1.json: no such event",
    ]


def test_writing_refuses_what_old_events_or_readers_do_not_bear_until_the_version_is_raised(tmp_path: Path) -> None:
    write(tmp_path, {"planted": EventType(Original)})
    assert write(tmp_path, {"planted": EventType(Changed)}) == [
        "planted.v1.json: incompatible: gone: removed",
        "planted.v1.json: incompatible: new: new and required",
    ]
    assert drift(tmp_path, {"planted": EventType(Original)}) == []
    assert write(tmp_path, {"planted": EventType(Changed, 2)}) == []


def test_schemas_of_older_versions_stay(tmp_path: Path) -> None:
    write(tmp_path, {"planted": EventType(Original)})
    second = {"planted": EventType(Changed, 2)}
    write(tmp_path, second)
    assert drift(tmp_path, second) == []
    assert len(list(tmp_path.iterdir())) == 2


def change(edit: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    schema = deepcopy(VISIT)
    edit(schema)
    return schema


BREAKING: list[tuple[str, Callable[[dict[str, Any]], Any]]] = [
    ("fen: removed", lambda s: s["properties"].pop("fen")),
    ("caller.party: removed", lambda s: s["$defs"]["Caller"]["properties"].pop("party")),
    ("fee: new and required", lambda s: (s["properties"].update(fee={"type": "integer"}), s["required"].append("fee"))),
    ("stations: new and required", lambda s: s["required"].append("stations")),
    ("fen: was integer, is string", lambda s: s["properties"]["fen"].update(type="string")),
    ("at: was string (date-time), is string (date)", lambda s: s["properties"]["at"].update(format="date")),
    ("stations[]: was string, is integer", lambda s: s["properties"]["stations"]["items"].update(type="integer")),
    ("visitor: was null, is object", lambda s: s["properties"]["visitor"]["anyOf"].pop()),
    ("remark: was object, is string", lambda s: s["properties"].update(remark={"type": "string"})),
    ("colour: no longer allows red", lambda s: s["$defs"]["Colour"]["enum"].remove("red")),
    (
        "stations[]: any value was allowed, now only ['a']",
        lambda s: s["properties"]["stations"]["items"].update(enum=["a"]),
    ),
]
COMPATIBLE: list[Callable[[dict[str, Any]], Any]] = [
    lambda s: s["properties"].update(fee={"type": "integer"}),
    lambda s: s["$defs"]["Colour"]["enum"].append("green"),
    lambda s: s["properties"].update(fen={"anyOf": [{"type": "integer"}, {"type": "null"}]}),
    lambda s: s["required"].remove("fen"),
    lambda s: s.update(description="Told better.", title="VisitRemembered"),
]


@pytest.mark.parametrize(("told", "edit"), BREAKING, ids=[told for told, _ in BREAKING])
def test_a_change_that_old_events_or_readers_do_not_bear_is_named(told: str, edit: Callable[[Any], Any]) -> None:
    assert incompatibilities(VISIT, change(edit)) == [told]


@pytest.mark.parametrize(
    "edit", COMPATIBLE, ids=["optional field", "wider enum", "nullable", "no longer required", "words"]
)
def test_a_change_that_harms_nobody_is_compatible(edit: Callable[[Any], Any]) -> None:
    assert incompatibilities(VISIT, change(edit)) == []


def test_a_renamed_nested_class_is_compatible() -> None:
    renamed = json.loads(json.dumps(VISIT).replace("Caller", "Telephonist"))
    assert incompatibilities(VISIT, renamed) == []

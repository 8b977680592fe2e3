"""The AsyncAPI document: as the code says, keeping what it promised, and true of the alerts that are sent."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from tests.support.schema_examples import smallest

from claims.asyncapi import alert_messages, broken_promises, document, main, text
from claims.event_store.names import EVENT_TYPES
from notifications.domain.kinds import KINDS
from notifications.intake.cloud_event import CloudEvent, to_alert

FILE = Path(__file__).parents[2] / "schemas" / "asyncapi.yaml"
PUBLISHED: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
ALERTS = alert_messages()


def test_the_document_in_the_repository_is_what_the_code_says() -> None:
    assert FILE.read_text(encoding="utf-8") == text()
    assert broken_promises(PUBLISHED) == []


def test_every_event_and_every_kind_of_alert_that_claims_tells_is_a_message() -> None:
    channels = PUBLISHED["channels"]
    assert set(channels["events"]["messages"]) == set(EVENT_TYPES)
    assert set(channels["alerts"]["messages"]) == set(channels["deliveries"]["messages"]) == set(ALERTS)
    assert set(KINDS) >= set(ALERTS)


def test_every_reference_leads_somewhere() -> None:
    def references(node: Any) -> list[str]:
        if isinstance(node, list):
            return [found for each in node for found in references(each)]
        if not isinstance(node, dict):
            return []
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [found for each in node.values() for found in references(each)]

    for reference in set(references(PUBLISHED)):
        found: Any = PUBLISHED
        for name in reference.removeprefix("#/").split("/"):
            found = found[name]
        assert found


@pytest.mark.parametrize("kind", sorted(ALERTS))
def test_what_an_alert_may_say_is_taken_by_notifications_and_nothing_of_it_is_dropped(kind: str) -> None:
    Draft202012Validator.check_schema(ALERTS[kind])
    sent = smallest(_with_everything(ALERTS[kind]), {})
    kept = json.loads(to_alert(CloudEvent.model_validate(sent), sent, correlation_id="c", sandbox=False).document)
    assert kept == sent


def _with_everything(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema with every field required, and nothing null."""
    whole = deepcopy(schema)
    for each in _objects(whole):
        each["required"] = list(each["properties"])
    return whole


def _objects(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, list):
        return [found for each in node for found in _objects(each)]
    if not isinstance(node, dict):
        return []
    own = [node] if isinstance(node.get("properties"), dict) else []
    return own + [found for each in node.values() for found in _objects(each)]


def _planted(tmp_path: Path, name: str, field: str) -> Path:
    """Write a published document that promised one field more of a message."""
    published = deepcopy(document())
    published["components"]["schemas"][name]["properties"]["data"]["properties"][field] = {"type": "string"}
    path = tmp_path / "asyncapi.yaml"
    path.write_text(yaml.safe_dump(published), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["clock.breached", "advance_requested"])
def test_a_field_that_was_promised_and_is_gone_is_refused_and_not_overwritten(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = _planted(tmp_path, name, "gone")
    before = path.read_text(encoding="utf-8")
    assert main([], path) == 1
    assert f"incompatible: {name}: data.gone: removed" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == before


def test_a_message_that_was_promised_and_is_gone_is_found() -> None:
    published = deepcopy(document())
    published["components"]["schemas"]["clock.forgotten"] = {"type": "object"}
    assert broken_promises(published) == ["clock.forgotten: removed"]


def test_a_check_says_when_the_file_is_not_current(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "asyncapi.yaml"
    assert main(["--check"], path) == 1
    assert "run python -m claims.asyncapi" in capsys.readouterr().err
    assert main([], path) == 0
    assert main(["--check"], path) == 0
    assert main(["--nonsense"], path) == 2

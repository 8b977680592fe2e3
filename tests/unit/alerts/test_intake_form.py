"""What is kept of a CloudEvent, and what is dropped."""

import json
from typing import Any

from notifications.intake.cloud_event import CloudEvent, to_alert


def sent(**data: Any) -> dict[str, Any]:
    """An event with this data beside what is required."""
    return {
        "specversion": "1.0",
        "id": "e-1",
        "source": "/claims",
        "type": "clock.breached",
        "time": "2026-03-09T00:00:00+08:00",
        "data": {"roles": ["operations"], "severity": "breach"} | data,
    }


def document(event: dict[str, Any], *, sandbox: bool = False) -> dict[str, Any]:
    """The JSON that is sent on."""
    alert = to_alert(CloudEvent.model_validate(event), event, correlation_id="r-1", sandbox=sandbox)
    body: dict[str, Any] = json.loads(alert.document)
    return body


def test_known_fields_are_kept_as_they_were_sent() -> None:
    clock: dict[str, Any] = {
        "id": "k",
        "rule": "SZ-20.6",
        "tier": "service",
        "due_at": "2026-03-09T00:00:00+08:00",
        "level": "breached",
    }
    clock |= {"title": {"zh": "预付", "en": "advance"}, "flags": ["tightened"], "limit": {"amount": 5, "unit": "wd"}}
    kept = document(sent(clock=clock, claim={"id": "c", "number": "C-1", "policy_number": "P-1"}, sequence=3))
    assert kept["data"]["clock"] == clock
    assert kept["data"]["claim"] == {"id": "c", "number": "C-1", "policy_number": "P-1"}
    assert kept["time"] == "2026-03-09T00:00:00+08:00"


def test_unknown_fields_and_nested_things_are_dropped() -> None:
    clock: dict[str, Any] = {
        "id": "k",
        "rule": "SZ-20.6",
        "tier": "service",
        "victim": "张三",
        "level": {"name": "张三"},
    }
    clock |= {"flags": ["ok", {"name": "张三"}], "title": {"zh": "预付", "phone": "138"}}
    kept = document(sent(clock=clock, claim={"id": "c", "insured": {"name": "张三"}}, victims=[{"name": "张三"}]))
    assert "张三" not in json.dumps(kept, ensure_ascii=False)
    assert "138" not in json.dumps(kept, ensure_ascii=False)
    assert kept["data"]["clock"] == {
        "id": "k", "rule": "SZ-20.6", "tier": "service", "flags": ["ok"], "title": {"zh": "预付"},
    }  # fmt: skip


def test_a_sandbox_marks_every_alert() -> None:
    assert document(sent(), sandbox=True)["data"]["sandbox"] is True
    assert document(sent(sandbox=True))["data"]["sandbox"] is True
    assert document(sent())["data"]["sandbox"] is False


def test_the_correlation_id_of_the_event_goes_before_that_of_the_request() -> None:
    event = sent()
    assert to_alert(CloudEvent.model_validate(event), event, correlation_id="r", sandbox=False).correlation_id == "r"
    event |= {"correlationid": "e"}
    assert to_alert(CloudEvent.model_validate(event), event, correlation_id="r", sandbox=False).correlation_id == "e"


def test_a_role_named_twice_counts_once() -> None:
    event = sent(roles=["operations", "operations"])
    alert = to_alert(CloudEvent.model_validate(event), event, correlation_id="r", sandbox=False)
    assert alert.roles == ("operations",)

"""A breach of what is no claim is told by kind and id alone, and a broker's to the insurer too where there is one."""

from dataclasses import replace

import pytest
from tests.support.story import at, ident, rulebooks
from tests.unit.relay.scenes import clock_event, recorded
from tests.unit.subjects.test_complaints import received

from claims.application.clock_columns import subject_columns
from claims.application.pages import ClockRow
from claims.application.subjects import insurer_beside
from claims.domain.clock_events import ClockEvent
from claims.relay.alerts import Alert, Facts, alerts_of
from notifications.intake.cloud_event import CloudEvent
from notifications.intake.known_fields import DATA, only_known

TENANT = {"insurer": "picc-sz", "broker": "mingya"}


def told(party_kind: str, insurer: str | None, name: str = "clock_breached") -> tuple[Alert, ...]:
    """What is told of a complaint to a party about an insurer's claim."""
    tenant = TENANT[party_kind]
    complaint = received(party=tenant, party_kind=party_kind, insurer=insurer, claim_id=ident("claim"))
    columns = subject_columns(complaint.complaint_id, "440300", complaint.clocks, complaint.clocks)[0]
    row = ClockRow(
        tenant=tenant,
        **{each: getattr(columns, each) for each in type(columns).__slots__},
        level=0,
        version=0,
        breached_at=None,
        withdrawn_at=None,
        status="open",
        subject_kind="complaint",
    )
    event: ClockEvent = replace(clock_event(name, row), subject_kind="complaint")
    said = replace(recorded(event, row.clock_id, 1, at("2026-03-12 00:00")), tenant=tenant)
    beside = insurer_beside(complaint.known)
    facts = Facts(
        rulebooks=rulebooks(),
        sandbox=False,
        insurers={} if beside is None else {complaint.complaint_id: beside},
        clocks={row.clock_id: row},
        streams={row.clock_id: (said,)},
    )
    return alerts_of(said, facts)


@pytest.mark.parametrize(
    ("party_kind", "insurer", "heard"),
    [
        ("insurer", "picc-sz", {"picc-sz": ("operations", "compliance", "insurance_regulator")}),
        ("broker", None, {"mingya": ("operations", "compliance", "insurance_regulator", "insurer")}),
        (
            "broker",
            "picc-sz",
            {"mingya": ("operations", "compliance", "insurance_regulator"), "picc-sz": ("insurer",)},
        ),
    ],
)
def test_who_hears_goes_by_who_owes(party_kind: str, insurer: str | None, heard: dict[str, tuple[str, ...]]) -> None:
    assert {
        alert.document["data"]["tenant"]: alert.document["data"]["roles"] for alert in told(party_kind, insurer)
    } == heard


def test_it_names_kind_and_id_and_nothing_more() -> None:
    alerts = told("broker", "picc-sz")
    assert len({alert.document["id"] for alert in alerts}) == 2
    for alert in alerts:
        data = alert.document["data"]
        assert (data["claim"], data["subject"]) == (None, {"kind": "complaint", "id": str(ident("complaint"))})
        assert alert.document["subject"] == f"complaints/{ident('complaint')}"
        assert "无人回复" not in str(alert.document)
        CloudEvent.model_validate({**alert.document, "data": {**data, "roles": list(data["roles"])}})
        assert only_known({**data, "roles": list(data["roles"])}, DATA) == {**data, "roles": list(data["roles"])}


def test_a_warning_is_told_to_the_brokers_own_staff() -> None:
    (alert,) = told("broker", "picc-sz", "clock_at_risk")
    assert (alert.tenant, alert.document["data"]["roles"]) == ("mingya", ("operations",))

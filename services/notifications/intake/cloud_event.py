"""An alert as a CloudEvents 1.0 JSON event: what is asked of it, and what is sent on."""

import json
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from notifications.domain.alert import Alert
from notifications.domain.kinds import KINDS, SEVERITIES
from notifications.intake.known_fields import DATA, only_known

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,49}$")]
Region = Annotated[str, Field(pattern=r"^[0-9]{6}$", description="GB/T 2260")]
Text = Annotated[str, Field(min_length=1, max_length=500)]


def _one_of(known: tuple[str, ...]) -> AfterValidator:
    def check(name: str) -> str:
        if name not in known:
            raise ValueError(f"must be one of {', '.join(known)}")
        return name

    return AfterValidator(check)


KnownKind = Annotated[str, _one_of(KINDS), Field(json_schema_extra={"enum": list(KINDS)})]
KnownSeverity = Annotated[str, _one_of(SEVERITIES), Field(json_schema_extra={"enum": list(SEVERITIES)})]


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=False)


class ClockPart(_Part):
    """The clock an alert is about; only what routing needs is asked for."""

    id: Text
    rule: Text
    tier: Name
    due_at: AwareDatetime | None = None


class ClaimPart(_Part):
    """The claim an alert is about."""

    id: Text
    number: Text | None = None
    policy_number: Text | None = None


class AlertData(_Part):
    """Fields that this service does not know are dropped and never sent on, so that the sender's may grow."""

    clock: ClockPart | None = None
    claim: ClaimPart | None = None
    tenant: Text | None = None
    region: Region | None = None
    roles: list[Name] = Field(min_length=1, max_length=50)
    severity: Name
    sequence: int | None = Field(default=None, ge=0, lt=2**63)
    sandbox: bool = False


class CloudEvent(BaseModel):
    """A CloudEvents 1.0 event in structured mode.

    Attributes that are not named here are refused; within `data`, what is not known is dropped before anything is
    stored or sent on: an alert never carries names, identity numbers or phones, and none can slip in. Its `time` may
    lie ahead: in a sandbox the sender's clock can be further on than this service has heard.
    """

    model_config = ConfigDict(extra="forbid")

    specversion: Literal["1.0"]
    id: Text
    source: Text
    type: KnownKind
    time: AwareDatetime
    subject: Text | None = None
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: Text | None = None
    correlationid: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")] | None = None
    traceparent: Text | None = None
    tracestate: Text | None = None
    data: AlertData


def to_alert(event: CloudEvent, sent: dict[str, Any], *, correlation_id: str, sandbox: bool) -> Alert:
    """Make the alert of a checked event and the JSON it was `sent` as.

    `correlation_id` is the request's, for an event that brings none. In a `sandbox` every alert is marked as one.
    """
    data = event.data
    marked = data.sandbox or sandbox
    kept = {**only_known(sent["data"], DATA), "sandbox": marked}
    document = {**sent, "datacontenttype": "application/json", "data": kept}
    return Alert(
        source=event.source,
        event_id=event.id,
        kind=event.type,
        time=event.time,
        subject=event.subject,
        tenant=data.tenant,
        region=data.region,
        roles=tuple(dict.fromkeys(data.roles)),
        severity=data.severity,
        document=json.dumps(document, ensure_ascii=False, separators=(",", ":")),
        rule=data.clock.rule if data.clock else None,
        tier=data.clock.tier if data.clock else None,
        claim_id=data.claim.id if data.claim else None,
        clock_id=data.clock.id if data.clock else None,
        sequence=data.sequence,
        sandbox=marked,
        correlation_id=event.correlationid or correlation_id,
    )

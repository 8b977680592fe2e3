"""The report of an accident, with the policy it falls under."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from claims.api.bodies.fields import (
    Code,
    Day,
    Fields,
    Instant,
    Line,
    PartyCode,
    Phone,
    PolicyNumber,
    Prose,
    Region,
    Yuan,
)
from claims.api.bodies.parts import CasualtiesPart, LimitsPart
from claims.domain.claim.commands.report import Report
from claims.domain.claim.events import Accident, Policy, Reporter


class InsuredPart(Fields):
    """The insured enterprise."""

    name: Line
    credit_code: Code


class TermsPart(Fields):
    """Limits of time that the policy itself sets, in calendar days."""

    determination_days: Annotated[int, Field(ge=1, le=3650)] | None = None
    payment_days: Annotated[int, Field(ge=1, le=3650)] | None = None


class PolicyPart(Fields):
    """The policy as the caller knows it."""

    number: PolicyNumber
    insurer: PartyCode
    broker: PartyCode | None = None
    insured: InsuredPart
    industry: Code
    region: Region
    effective_from: Day
    effective_to: Day
    limits: LimitsPart
    medical_deductible: Yuan
    terms: TermsPart | None = None

    def policy(self) -> Policy:
        """Return it as the domain has it."""
        terms = self.terms or TermsPart()
        return Policy(
            number=self.number,
            insurer=self.insurer,
            broker=self.broker,
            insured_name=self.insured.name,
            insured_credit_code=self.insured.credit_code,
            industry=self.industry,
            region=self.region,
            effective_from=self.effective_from,
            effective_to=self.effective_to,
            limits=self.limits.limits(),
            medical_deductible=self.medical_deductible,
            determination_days=terms.determination_days,
            payment_days=terms.payment_days,
        )


class AccidentPart(Fields):
    """What happened, where and when."""

    occurred_at: Instant
    place: Line
    region: Annotated[Region | None, Field(description="Default: the policy's region.")] = None
    kind: Annotated[Code | None, Field(description="Free: construction, traffic, fire, …")] = None
    description: Prose
    casualties: CasualtiesPart
    direct_loss: Yuan | None = None

    def accident(self, policy_region: str) -> Accident:
        """Return it as the domain has it; without a region of its own it happened in the policy's."""
        return Accident(
            occurred_at=self.occurred_at,
            place=self.place,
            region=self.region or policy_region,
            kind=self.kind,
            description=self.description,
            casualties=self.casualties.casualties(),
            direct_loss=self.direct_loss,
        )


class ReporterPart(Fields):
    """Who reported the accident."""

    party: Literal["insured", "broker", "victim", "insurer", "authority", "other"]
    name: Line
    phone: Phone | None = None


class ReportBody(Fields):
    """An accident is reported: by the insurer, or by the broker of the policy."""

    policy: PolicyPart
    accident: AccidentPart
    reported_by: ReporterPart
    broker_received_at: Annotated[Instant | None, Field(description="When the broker received the report.")] = None
    occurred_at: Annotated[
        Instant | None,
        Field(
            description="When the insurer received the report; default: now. A broker whose report has not reached the "
            "insurer yet sends null, with broker_received_at; /insurer-receipts follows."
        ),
    ] = None
    confirm_not_duplicate: Annotated[
        bool, Field(description="True: this is another accident than one of the same minute that was reported.")
    ] = False

    @property
    def occurred_at_is_null(self) -> bool:
        """Say whether the caller sent null, which is another thing than leaving the field out."""
        return self.occurred_at is None and "occurred_at" in self.model_fields_set

    def report(self, now: datetime, *, received_by_insurer: bool) -> Report:
        """Return the command; one that the insurer has not received happened when the broker received it."""
        at = self.occurred_at or now
        if not received_by_insurer and self.broker_received_at is not None:
            at = self.broker_received_at
        return Report(
            occurred_at=at,
            policy=self.policy.policy(),
            accident=self.accident.accident(self.policy.region),
            reported_by=Reporter(self.reported_by.party, self.reported_by.name, self.reported_by.phone),
            broker_received_at=self.broker_received_at,
            received_by_insurer=received_by_insurer,
            confirm_not_duplicate=self.confirm_not_duplicate,
        )

"""The facts of the first hours: the report, the claim, the accident and its victims; instants in UTC."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from claims.domain.personal import Personal
from claims.domain.policy.events import Limits


@dataclass(frozen=True, slots=True)
class Policy:
    """The policy as the claim stated it."""

    number: str
    insurer: str
    broker: str | None
    insured_name: str
    """An enterprise, so not personal."""
    insured_credit_code: str
    industry: str
    region: str
    effective_from: date
    effective_to: date
    limits: Limits
    medical_deductible: int
    determination_days: int | None
    payment_days: int | None


@dataclass(frozen=True, slots=True)
class Casualties:
    """Persons harmed by one accident; `missing` are not confirmed deaths."""

    deaths: int
    missing: int
    emergency_surgeries: int
    serious_injuries: int


@dataclass(frozen=True, slots=True)
class Accident:
    """What happened, where and when."""

    occurred_at: datetime
    place: Annotated[str, Personal()]
    region: str
    kind: str | None
    description: Annotated[str, Personal()]
    casualties: Casualties
    direct_loss: int | None


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reported the accident."""

    party: str
    name: Annotated[str, Personal()]
    phone: Annotated[str | None, Personal()]


@dataclass(frozen=True, slots=True)
class ClaimReported:
    """An accident was reported; without a receipt of the insurer where a broker has not passed it on yet."""

    number: str
    policy: Policy
    accident: Accident
    grade: str
    """general, major, serious or extraordinary: 一般, 较大, 重大, 特别重大 (Decree 493, article 3)."""
    reported_by: Reporter
    broker_received_at: datetime | None
    insurer_received_at: datetime | None
    rulebooks: tuple[str, ...]
    """The rulebooks that govern the claim, chosen by region and the moment of the report."""


@dataclass(frozen=True, slots=True)
class InsurerReceived:
    """The insurer received the report that a broker held."""


@dataclass(frozen=True, slots=True)
class ClaimRequested:
    """Somebody claimed under the policy: a report alone is not yet a claim."""

    claimant: Annotated[str | None, Personal()]
    amount: int | None


@dataclass(frozen=True, slots=True)
class CasualtiesUpdated:
    """The count of persons harmed changed."""

    casualties: Casualties


@dataclass(frozen=True, slots=True)
class AccidentGraded:
    """The accident's grade changed within the days in which counts regrade it (Decree 493, articles 3 and 13)."""

    before: str
    grade: str


@dataclass(frozen=True, slots=True)
class Relative:
    """A relative of a victim."""

    name: str
    phone: str | None
    relation: str | None


@dataclass(frozen=True, slots=True)
class VictimRegistered:
    """A person harmed by the accident; everything about the person is encrypted with the person's key."""

    victim_id: UUID
    name: Annotated[str, Personal("victim_id")]
    identity_number: Annotated[str | None, Personal("victim_id")]
    phone: Annotated[str | None, Personal("victim_id")]
    outcome: str
    """death, missing, surgery or injured."""
    relatives: Annotated[tuple[Relative, ...], Personal("victim_id")]


@dataclass(frozen=True, slots=True)
class AuthoritiesNotified:
    """The operations centre and the authorities were told of the accident."""

    recipients: tuple[str, ...]
    """Roles or offices."""
    reference: str


@dataclass(frozen=True, slots=True)
class SiteSurveyed:
    """A surveyor was on site."""

    surveyor: Annotated[str, Personal()]
    findings: Annotated[str, Personal()]


@dataclass(frozen=True, slots=True)
class RescueSupportRecorded:
    """The broker or the insurer supported the rescue at the accident (SZ-26)."""

    provider: Annotated[str, Personal()]
    """Who helped."""
    description: Annotated[str, Personal()]


@dataclass(frozen=True, slots=True)
class ClaimAssigned:
    """The insurer said who works on the claim."""

    adjuster: str | None
    """A code of the insurer's staff, no name: it stands in clear. None: nobody."""

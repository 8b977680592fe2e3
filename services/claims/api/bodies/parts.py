"""Parts that several bodies have: limits, casualties, documents, payees, allocations; and what all commands share."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from claims.api.bodies.fields import (
    Address,
    Code,
    Count,
    Fields,
    Id,
    Instant,
    Line,
    PositiveYuan,
    Sha256,
    Yuan,
)
from claims.domain.claim.decide import Command
from claims.domain.claim.events import AgreedPayee, Casualties, DocumentItem, Payee, ReceivedDocument
from claims.domain.policy.events import Limits, Share


@dataclass(frozen=True, slots=True)
class Given:
    """What a command is made of besides its body."""

    at: datetime
    """When it happened."""
    ids: Mapping[str, UUID]
    """The ids in the path, and the one that the command makes, by name."""


class CommandBody(Fields, ABC):
    """A body that becomes a command on a claim."""

    occurred_at: Annotated[Instant | None, Field(description="When it happened; default: now.")] = None

    @abstractmethod
    def command(self, given: Given) -> Command:
        """Return the command."""


class CasualtiesPart(Fields):
    """Persons harmed; the missing are no confirmed deaths."""

    deaths: Count
    missing: Count
    emergency_surgeries: Count
    serious_injuries: Count

    def casualties(self) -> Casualties:
        """Return them as the domain has them."""
        return Casualties(self.deaths, self.missing, self.emergency_surgeries, self.serious_injuries)


class LimitsPart(Fields):
    """Limits of liability; `aggregate` is for the policy period, the others for each accident."""

    per_accident: Yuan
    per_person: Yuan
    rescue: Yuan
    medical: Yuan
    aggregate: Yuan | None = None

    def limits(self) -> Limits:
        """Return them in fen."""
        return Limits(self.per_accident, self.per_person, self.rescue, self.medical, self.aggregate)


class ItemPart(Fields):
    """A document as the insurer's list names it."""

    code: Code
    name: Line

    def item(self) -> DocumentItem:
        """Return it as the domain has it."""
        return DocumentItem(self.code, self.name)


class ReceivedPart(ItemPart):
    """A document that arrived: which bytes, and where they are kept."""

    sha256: Sha256 | None = None
    uri: Address | None = None

    def received(self) -> ReceivedDocument:
        """Return it as the domain has it."""
        return ReceivedDocument(self.code, self.name, self.sha256, self.uri)


_OF_VICTIMS = frozenset({"victim", "heirs", "beneficiary"})


class PayeePart(Fields):
    """Who is paid."""

    party: Literal["insured", "victim", "heirs", "beneficiary", "hospital", "rescuer", "other"]
    victim_id: Annotated[Id | None, Field(description="Required for a victim, heirs and a beneficiary.")] = None

    @model_validator(mode="after")
    def _names_the_victim(self) -> Self:
        """Without the victim the limit per person could not be kept."""
        if self.party in _OF_VICTIMS and self.victim_id is None:
            raise ValueError(f"a payee of party {self.party} needs the victim_id")
        return self

    def payee(self) -> Payee:
        """Return it as the domain has it."""
        return Payee(self.party, self.victim_id)


class AgreedPayeePart(PayeePart):
    """What of the indemnity goes to whom."""

    amount: PositiveYuan

    def agreed(self) -> AgreedPayee:
        """Return it in fen."""
        return AgreedPayee(self.payee(), self.amount)


class AllocationPart(Fields):
    """The part of an advance that is meant for one victim."""

    victim_id: Id
    amount: PositiveYuan

    def share(self) -> Share:
        """Return it in fen."""
        return Share(self.victim_id, self.amount)

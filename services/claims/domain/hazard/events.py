"""The facts of a hazard's stream, beside those of its clocks."""

from dataclasses import dataclass
from typing import Annotated, TypeAlias

from claims.domain.personal import Personal


@dataclass(frozen=True, slots=True)
class Insured:
    """The enterprise where it was found: so not personal."""

    name: str
    credit_code: str


@dataclass(frozen=True, slots=True)
class HazardFound:
    """A major hazard source or a major hidden danger was found (SZ-28 (4))."""

    party: str
    """The code of the insurer or broker who owes the report; the tenant."""
    party_kind: str
    """insurer or broker."""
    region: str
    kind: str
    """major_hazard_source or hidden_danger."""
    insured: Insured | None
    place: Annotated[str, Personal()]
    description: Annotated[str, Personal()]
    rulebooks: tuple[str, ...]
    """The rulebooks that govern it, chosen by region and the moment when it was found."""


@dataclass(frozen=True, slots=True)
class HazardReported:
    """It was reported in writing; a later report supplements the first."""

    recipients: tuple[str, ...]
    reference: str
    uri: Annotated[str | None, Personal()]
    sha256: str | None


HazardEvent: TypeAlias = HazardFound | HazardReported

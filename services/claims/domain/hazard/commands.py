"""Record a hazard that was found, and its written report."""

from dataclasses import dataclass
from datetime import datetime

from claims.domain.claim.guards import possible
from claims.domain.errors import invalid
from claims.domain.governed import governed_region
from claims.domain.hazard.events import HazardEvent, HazardFound, HazardReported, Insured
from claims.domain.hazard.state import Hazard
from claims.domain.moments import to_shanghai
from claims.domain.setting import Setting


@dataclass(frozen=True, slots=True)
class FindHazard:
    """A major hazard source or hidden danger was found at `occurred_at`."""

    occurred_at: datetime
    party: str
    party_kind: str
    region: str
    kind: str
    insured: Insured | None
    place: str
    description: str


@dataclass(frozen=True, slots=True)
class ReportHazard:
    """It was reported in writing at `occurred_at`."""

    occurred_at: datetime
    recipients: tuple[str, ...]
    reference: str
    uri: str | None
    sha256: str | None


def decide(hazard: Hazard, command: FindHazard | ReportHazard, setting: Setting) -> tuple[HazardEvent, ...]:
    """Return the facts that follow from a command, its clocks aside; InvalidFact for what cannot be.

    The first report is what is owed (SZ-28 (4)); further ones supplement it.
    """
    possible("/occurred_at", command.occurred_at, setting.now)
    if isinstance(command, FindHazard):
        return (_found(command, setting),)
    if command.occurred_at < hazard.known_since:
        since = to_shanghai(hazard.known_since).isoformat()
        raise invalid("/occurred_at", f"This cannot have happened before the hazard was found ({since}).")
    return (HazardReported(command.recipients, command.reference, command.uri, command.sha256),)


def _found(command: FindHazard, setting: Setting) -> HazardFound:
    region = governed_region(command.region, "hazard", command.occurred_at, setting)
    return HazardFound(
        party=command.party,
        party_kind=command.party_kind,
        region=region,
        kind=command.kind,
        insured=command.insured,
        place=command.place,
        description=command.description,
        rulebooks=setting.applied(region, command.occurred_at),
    )

"""Register a party, or change what is registered: the same again changes nothing."""

from dataclasses import dataclass
from datetime import date, datetime

from claims.domain.errors import Rule, RuleViolation, invalid
from claims.domain.party.events import PartyChanged, PartyEvent, PartyRegistered
from claims.domain.party.party import Party

KIND_STANDS = Rule("party-kind-is-fixed", "product", "A code belongs to an insurer or to a broker for good")


@dataclass(frozen=True, slots=True)
class RegisterParty:
    """What an administrator says of a party; it holds from `occurred_at` on."""

    occurred_at: datetime
    code: str
    kind: str
    regions: tuple[str, ...]
    active_from: date


def register_party(party: Party, command: RegisterParty) -> tuple[PartyEvent, ...]:
    """Decide a registration; without an event where nothing changes.

    A party that is registered already ends its activity by having no region left. Raises RuleViolation for another
    kind, InvalidFact for a new party without a region.
    """
    regions, standing = tuple(sorted(set(command.regions))), party.standing
    if standing is None:
        if not regions:
            raise invalid("/regions", "Name at least one region: a party that is active nowhere owes no report.")
        return (PartyRegistered(command.code, command.kind, regions, command.active_from),)
    if command.kind != party.kind:
        detail = f"The code {party.code} belongs to a party of kind {party.kind}: another one has a code of its own."
        raise RuleViolation(KIND_STANDS, detail, kind=party.kind)
    if (regions, command.active_from) == (standing.regions, standing.active_from):
        return ()
    return (PartyChanged(regions, command.active_from),)

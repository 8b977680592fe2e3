"""A party as its stream tells it: what it is, and where it was active when."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import assert_never
from uuid import UUID, uuid5

from claims.domain.moments import start_of
from claims.domain.party.events import PartyChanged, PartyEvent, PartyRegistered
from claims.domain.rulebook import region_covers

_PARTIES = UUID("0d5b8a54-3c0e-5b7d-8f0a-6a1b7de0c3f2")


def party_stream_id(code: str) -> UUID:
    """Return the id of a party's stream; insurers and brokers share one namespace of codes."""
    return uuid5(_PARTIES, code)


@dataclass(frozen=True, slots=True)
class Standing:
    """What was registered of a party at a moment, and held until the next one."""

    since: datetime
    regions: tuple[str, ...]
    active_from: date

    def is_active(self, region: str, at: datetime) -> bool:
        """Say whether it is active at an instant in a region, the whole or a part of it."""
        if at < start_of(self.active_from):
            return False
        return any(region_covers(region, own) or region_covers(own, region) for own in self.regions)


@dataclass(frozen=True, slots=True)
class Party:
    """The state of a party's stream; version 0 is a code that nobody has registered."""

    code: str
    version: int = 0
    kind: str = ""
    history: tuple[Standing, ...] = ()
    """In the order in which it was recorded, which is that of time: what is registered holds from then on."""

    @property
    def registered_at(self) -> datetime | None:
        """Return when it was registered; None before."""
        return self.history[0].since if self.history else None

    @property
    def standing(self) -> Standing | None:
        """Return what is registered now."""
        return self.history[-1] if self.history else None

    def owes(self, region: str, at: datetime) -> bool:
        """Say whether a period that opens at an instant is owed for a region: nothing before the registration is.

        Of a moment that is still to come what is registered now is taken to last.
        """
        held = [each for each in self.history if each.since <= at]
        return bool(held) and held[-1].is_active(region, at)

    def left(self, region: str, after: datetime) -> datetime | None:
        """Return when it first was active in a region no more, behind an instant; None while it is."""
        gone = (each.since for each in self.history if each.since > after and not each.is_active(region, each.since))
        return min(gone, default=None)


def fold(party: Party, history: Iterable[tuple[PartyEvent, datetime]]) -> Party:
    """Return the party after these events, each with the moment at which it happened."""
    for event, at in history:
        party = evolve(party, event, at)
    return party


def evolve(party: Party, event: PartyEvent, at: datetime) -> Party:
    """Return the party after an event: pure and total."""
    match event:
        case PartyRegistered():
            known = replace(party, code=event.code, kind=event.kind)
        case PartyChanged():
            known = party
        case _:
            assert_never(event)
    standing = Standing(at, event.regions, event.active_from)
    return replace(known, version=party.version + 1, history=(*party.history, standing))

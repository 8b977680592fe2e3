"""A party as its stream tells it: what it is, and where it was active when."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise
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
        return at >= start_of(self.active_from) and self.covers(region)

    def covers(self, region: str) -> bool:
        """Say whether a region, the whole or a part of it, is among its own."""
        return any(region_covers(region, own) or region_covers(own, region) for own in self.regions)


@dataclass(frozen=True, slots=True)
class Move:
    """A registration by which a party left a region, or came back to it."""

    at: datetime
    there: bool


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

    def moves(self, region: str, begins_at: datetime, after: datetime) -> Iterator[Move]:
        """Yield when it left a region and came back, behind an instant, in turns; the first is that it left.

        Asked of a period whose window begins at `begins_at`: who is away as the window begins never comes back to it.
        Only a registration moves a party: one whose first active day merely arrives begins anew, and comes back to
        nothing that it left.
        """
        there = True
        for before, each in pairwise(self.history):
            if each.since <= after:
                continue
            active = each.is_active(region, max(each.since, begins_at))
            returns = each.active_from < before.active_from or not before.covers(region)
            if there and not active:
                there = False
                yield Move(each.since, there)
            elif not there and active and returns and self.owes(region, begins_at):
                there = True
                yield Move(each.since, there)


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

"""The facts of a party's stream: that it is registered, and what changed."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class PartyRegistered:
    """An insurer or a broker owes periodic reports from now on, for the regions that it is active in."""

    code: str
    kind: str
    """insurer or broker; it never changes."""
    regions: tuple[str, ...]
    active_from: date


@dataclass(frozen=True, slots=True)
class PartyChanged:
    """From now on the party is active in these regions; in none: it has ended its activity."""

    regions: tuple[str, ...]
    active_from: date


PartyEvent = PartyRegistered | PartyChanged

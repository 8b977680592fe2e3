"""A party, as answers show it."""

from typing_extensions import TypedDict

from claims.api.answers.common import DayText, Moment


class PartyAnswer(TypedDict):
    """An insurer or a broker, and where it is active; without regions it has ended its activity."""

    code: str
    kind: str
    regions: list[str]
    active_from: DayText
    registered_at: Moment
    changed_at: Moment
    version: int


class PartiesPage(TypedDict):
    """A part of the list of parties, by code."""

    items: list[PartyAnswer]
    next_cursor: str | None

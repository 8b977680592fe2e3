"""Lists, events, policies, and what the service says of itself."""

from typing import Any

from typing_extensions import TypedDict

from claims.api.answers.clock import ClockAnswer
from claims.api.answers.common import DayText, IdText, LimitsAnswer, Moment, Money


class ClaimSummaryAnswer(TypedDict):
    """A claim in the list."""

    id: IdText
    number: str
    version: int
    status: str
    adjuster: str | None
    insurer: str
    broker: str | None
    policy_number: str
    insured_name: str
    region: str
    grade: str
    accident_at: Moment
    reported_at: Moment
    advanced: Money
    paid: Money


class PolicyTermAnswer(TypedDict):
    """Limits and the day from which they apply."""

    effective_from: DayText
    limits: LimitsAnswer


class LedgerAnswer(TypedDict):
    """A policy as its own record knows it."""

    number: str
    insurer: str
    version: int
    terms: list[PolicyTermAnswer]


class EventAnswer(TypedDict):
    """A fact of the log; data is described by schemas/events, with amounts as decimal strings here."""

    name: str
    stream_id: IdText
    version: int
    insurer: str
    occurred_at: Moment
    recorded_at: Moment
    actor: str
    correlation_id: str
    causation_id: IdText | None
    hash: str
    rulebooks: list[str]
    calendar_version: int
    data: dict[str, Any]


class ClaimsPage(TypedDict):
    """A part of the list of claims."""

    items: list[ClaimSummaryAnswer]
    next_cursor: str | None


class ClocksPage(TypedDict):
    """A part of the list of clocks."""

    items: list[ClockAnswer]
    next_cursor: str | None


class EventsPage(TypedDict):
    """A part of a timeline."""

    items: list[EventAnswer]
    next_cursor: str | None


class FeedPage(TypedDict):
    """A part of the feed; ask again after next_cursor, also when there was nothing new."""

    items: list[EventAnswer]
    next_cursor: str


class SandboxAnswer(TypedDict):
    """Business time after the step."""

    now: Moment


class LiveAnswer(TypedDict):
    """The process runs."""

    status: str


class ReadyAnswer(TypedDict):
    """The process can work."""

    status: str
    checks: dict[str, str]

"""What reads take as query parameters."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, PlainValidator, StringConstraints, WithJsonSchema

from claims.api.bodies.fields import Code, Fields, Instant, PartyCode, PolicyNumber, Region, StaffCode
from claims.application.pages import ClaimFilter, ClockFilter

MOST, USUAL = 200, 50


def _limit(value: object) -> int:
    if not isinstance(value, str) or not value.isascii() or not value.isdigit() or not 1 <= int(value[:9]) <= MOST:
        raise ValueError(f"a whole number from 1 to {MOST}")
    return int(value)


def _truth(value: object) -> bool:
    if value not in {"true", "false"}:
        raise ValueError("true or false")
    return value == "true"


Limit: TypeAlias = Annotated[
    int,
    PlainValidator(_limit),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}),
]
Cursor: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,1000}$")]
Truth: TypeAlias = Annotated[bool, PlainValidator(_truth), WithJsonSchema({"type": "boolean"})]
ClaimStatus: TypeAlias = Literal[
    "reported",
    "documents_pending",
    "under_assessment",
    "approved",
    "rejected",
    "settled",
    "paid",
    "closed",
    "withdrawn",
    "merged",
]
ClockStatus: TypeAlias = Literal["open", "at_risk", "overdue", "missed", "met", "met_late", "extended", "cancelled"]
TierName: TypeAlias = Literal["statutory", "service", "target", "information"]


class Nothing(Fields):
    """No parameters at all: an unknown one is refused rather than ignored."""


class Paging(Fields):
    """A part of a list."""

    limit: Limit = USUAL
    cursor: Annotated[Cursor | None, Field(description="next_cursor of the part before.")] = None


class FeedQuery(Fields):
    """A part of the feed."""

    limit: Limit = USUAL
    after: Annotated[Cursor | None, Field(description="next_cursor of the part before; without it, the beginning.")] = (
        None
    )


class StreamQuery(Fields):
    """Where a stream begins."""

    after: Annotated[
        Cursor | None,
        Field(description="A cursor of the feed; Last-Event-ID goes before it. Without either, the beginning."),
    ] = None


class MomentQuery(Fields):
    """A moment of the past; both together: what was known by the one of how things stood at the other."""

    as_of: Annotated[Instant | None, Field(description="Business time: as the claim stood then.")] = None
    known_at: Annotated[Instant | None, Field(description="Record time: as the claim was known then.")] = None


class ClaimQuery(Paging):
    """Which claims are asked for."""

    status: ClaimStatus | None = None
    insurer: PartyCode | None = None
    region: Annotated[Region | None, Field(description="With those below it.")] = None
    policy_number: PolicyNumber | None = None
    adjuster: StaffCode | None = None
    reported_from: Annotated[Instant | None, Field(description="At or after.")] = None
    reported_to: Annotated[Instant | None, Field(description="Before.")] = None

    def wanted(self) -> ClaimFilter:
        """Return the filter."""
        return ClaimFilter(
            status=self.status,
            insurer=self.insurer,
            region=self.region,
            policy_number=self.policy_number,
            adjuster=self.adjuster,
            reported_from=self.reported_from,
            reported_to=self.reported_to,
        )


class ClockQuery(Paging):
    """Which clocks are asked for."""

    status: ClockStatus | None = None
    rule: Code | None = None
    tier: TierName | None = None
    insurer: PartyCode | None = None
    region: Annotated[Region | None, Field(description="With those below it.")] = None
    due_before: Instant | None = None
    provisional: Truth | None = None

    def wanted(self) -> ClockFilter:
        """Return the filter."""
        return ClockFilter(
            status=self.status,
            rule=self.rule,
            tier=self.tier,
            insurer=self.insurer,
            region=self.region,
            due_before=self.due_before,
            provisional=self.provisional,
        )

"""Complaints and hazards, as answers show them. Texts are personal data: read by the tenant alone."""

from typing import Literal

from typing_extensions import TypedDict

from claims.api.answers.clock import ClockAnswer
from claims.api.answers.common import IdText, Moment


class ReplyAnswer(TypedDict):
    """What the party replied."""

    replied_at: Moment
    text: str
    final: bool


class ComplaintAnswer(TypedDict):
    """A complaint or an enquiry."""

    id: IdText
    version: int
    party: str
    party_kind: Literal["insurer", "broker"]
    region: str
    kind: str
    status: Literal["open", "replied", "closed"]
    claim_id: IdText | None
    needs_verification: bool
    received_at: Moment
    text: str
    replies: list[ReplyAnswer]
    clocks: list[ClockAnswer]


class ComplaintSummaryAnswer(TypedDict):
    """A complaint in the list."""

    id: IdText
    version: int
    party: str
    party_kind: str
    region: str
    kind: str
    status: str
    claim_id: IdText | None
    received_at: Moment


class ComplaintsPage(TypedDict):
    """A part of the list of complaints."""

    items: list[ComplaintSummaryAnswer]
    next_cursor: str | None


class HazardInsuredAnswer(TypedDict):
    """The enterprise where a hazard was found."""

    name: str
    credit_code: str


class HazardReportAnswer(TypedDict):
    """A written report of a hazard."""

    reported_at: Moment
    recipients: list[str]
    reference: str
    uri: str | None
    sha256: str | None


class HazardAnswer(TypedDict):
    """A major hazard source or hidden danger."""

    id: IdText
    version: int
    party: str
    party_kind: Literal["insurer", "broker"]
    region: str
    kind: str
    status: Literal["open", "reported"]
    insured: HazardInsuredAnswer | None
    found_at: Moment
    place: str
    description: str
    reports: list[HazardReportAnswer]
    clocks: list[ClockAnswer]


class HazardSummaryAnswer(TypedDict):
    """A hazard in the list."""

    id: IdText
    version: int
    party: str
    party_kind: str
    region: str
    kind: str
    status: str
    found_at: Moment


class HazardsPage(TypedDict):
    """A part of the list of hazards."""

    items: list[HazardSummaryAnswer]
    next_cursor: str | None

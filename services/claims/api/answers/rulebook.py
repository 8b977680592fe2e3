"""The regulation as data, as answers show it."""

from typing import Any

from typing_extensions import TypedDict

from claims.api.answers.common import DayText, LimitAnswer, Money, TitleAnswer


class BracketAnswer(TypedDict):
    """The limit for amounts up to a sum, that sum included; null: for all above."""

    up_to: Money | None
    limit: LimitAnswer


class RecipientsAnswer(TypedDict):
    """The roles that hear of each level of a clock."""

    at_risk: list[str]
    breached: list[str]
    escalated: list[str]


class ObligationAnswer(TypedDict):
    """One rule of the text: who owes what, what starts, meets, extends and cancels its clock."""

    id: str
    title: TitleAnswer
    citation: str
    tier: str
    responsible: str
    scope: str
    advance_kind: str | None
    requested_by: str | None
    starts: list[str]
    met_by: list[str]
    extended_by: list[str]
    cancelled_by: list[str]
    paused_by: list[str]
    policy_days: str | None
    brackets: list[BracketAnswer]
    recipients: RecipientsAnswer


class RoleAnswer(TypedDict):
    """Somebody whom the text names."""

    name: TitleAnswer
    aliases: list[str]


class RulebookSummaryAnswer(TypedDict):
    """One text in one version."""

    id: str
    version: int
    reference: str
    title: TitleAnswer
    region: str
    text_valid_to: DayText | None
    applied_from: DayText
    applied_to: DayText | None


class RulebookAnswer(RulebookSummaryAnswer):
    """One text in one version, whole: the regulation as data."""

    parameters: dict[str, Any]
    obligations: list[ObligationAnswer]
    roles: dict[str, RoleAnswer]


class RulebooksPage(TypedDict):
    """A part of the list of rulebooks."""

    items: list[RulebookSummaryAnswer]
    next_cursor: str | None

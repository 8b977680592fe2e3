"""A problem (RFC 9457), as answers show it."""

from typing import Any, NotRequired

from typing_extensions import TypedDict


class FieldErrorAnswer(TypedDict):
    """A field that cannot be accepted: where it stands, as a JSON pointer (RFC 6901), and why."""

    pointer: str
    reason: str


class ProblemAnswer(TypedDict):
    """What went wrong, and in detail what to do about it; rule, article and facts come with a broken rule (409)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: NotRequired[list[FieldErrorAnswer]]
    rule: NotRequired[str]
    article: NotRequired[str]
    facts: NotRequired[dict[str, str]]
    version: NotRequired[int | str]
    checks: NotRequired[dict[str, Any]]

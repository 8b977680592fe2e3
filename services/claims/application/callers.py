"""What a token or a sign-in states about a person or a system becomes a caller, or is refused with what is wrong."""

import re
from collections.abc import Mapping
from typing import Any

from claims.application.calls import Caller

BOUND_BY = {
    "insurer": "tenant",
    "operations": "tenant",
    "broker": "broker",
    "regulator": "region",
    "service": None,
    "admin": None,
}
"""What the caller of each role is bounded by; it must be stated."""
_BOUNDS = {
    "tenant": re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"),
    "broker": re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"),
    "region": re.compile(r"[0-9]{6}"),
}
_SUBJECT = re.compile(r"[^\x00-\x1f\x7f]{1,200}")


class NotACallerError(ValueError):
    """What is stated makes no caller; the message says what is wrong."""


def caller_of(claims: Mapping[str, Any]) -> Caller:
    """Return the caller that `role`, `sub` and what bounds the role (`tenant`, `broker` or `region`) name.

    Raises:
        NotACallerError: one of the three is missing, or not as it has to be.
    """
    role, subject = claims.get("role"), claims.get("sub")
    if not isinstance(role, str) or role not in BOUND_BY:
        raise NotACallerError("The token names no role that is known here.")
    if not isinstance(subject, str) or not _SUBJECT.fullmatch(subject):
        raise NotACallerError("The token's sub cannot be used.")
    bound = BOUND_BY[role]
    if bound is None:
        return Caller(role, subject)
    value = claims.get(bound)
    if not isinstance(value, str) or not _BOUNDS[bound].fullmatch(value):
        raise NotACallerError(f"A token of role {role} names its {bound}.")
    return Caller(role, subject, **{bound: value})

"""Who looks at the board: a caller as the API knows one, with what only a signed-in browser has."""

from dataclasses import dataclass

from claims.application.calls import Caller


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is signed in."""

    caller: Caller
    name: str
    """How the board calls the visitor; for display alone."""
    csrf: str
    """What every change that this visitor asks for has to bring along."""
    until: float
    """When the session ends, in seconds since 1970 by the wall clock."""

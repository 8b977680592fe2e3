"""Who is signed in, kept by the browser in a sealed cookie: no process holds a session, and any of them can read it."""

import secrets
import time
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from claims.application.callers import NotACallerError, caller_of
from claims.application.calls import Caller
from claims.dashboard.cookies import Cookie
from claims.dashboard.sealing import Seal
from claims.dashboard.visitor import Visitor

PURPOSE = "board session, form 1"
"""What the key is derived for: whoever changes what a session holds counts up, and every older one has ended."""
BOARD_ROLES = frozenset({"operations", "insurer", "regulator", "broker", "admin"})
"""Whose pages the board has; `service` is a role of programs."""
_MOST_OF_A_NAME = 100


class Sessions:
    """Begins, recognises and ends sessions; their length is absolute, by the wall clock."""

    def __init__(self, key: bytes, *, seconds: float, https: bool, wall_clock: Callable[[], float] = time.time) -> None:
        """Take 32 bytes derived for `PURPOSE`, how long a session lasts, and how the board is reached."""
        self.seconds = seconds
        self.https = https
        self._wall_clock = wall_clock
        self._seal = Seal(key, wall_clock)
        self._cookie = Cookie("anze-board", https)

    def visitor(self, request: Request) -> Visitor | None:
        """Return who is signed in; None for a cookie that is missing, altered, another key's, or over."""
        stated = self._seal.open(self._cookie.read(request) or "")
        if stated is None:
            return None
        try:
            return Visitor(caller_of(stated), stated["name"], stated["csrf"], stated["until"])
        except (NotACallerError, KeyError):
            return None

    def seconds_left(self, visitor: Visitor) -> float:
        """Return for how long a visitor's session still stands."""
        return max(0.0, visitor.until - self._wall_clock())

    def begin(self, response: Response, caller: Caller, name: str) -> None:
        """Begin a session with a proof of its own; nothing of an earlier one lives on.

        Raises:
            NotACallerError: the board has no page for this role.
        """
        if caller.role not in BOARD_ROLES:
            raise NotACallerError(f"The board has no pages for the role {caller.role}.")
        stated = {**_stated(caller), "name": name[:_MOST_OF_A_NAME], "csrf": secrets.token_urlsafe(32)}
        self._cookie.write(response, self._seal.seal(stated, self.seconds))

    def end(self, response: Response) -> None:
        """Have the browser forget the session."""
        self._cookie.clear(response)


def _stated(caller: Caller) -> dict[str, Any]:
    bounds = {"tenant": caller.tenant, "broker": caller.broker, "region": caller.region}
    return {"role": caller.role, "sub": caller.subject, **{name: value for name, value in bounds.items() if value}}

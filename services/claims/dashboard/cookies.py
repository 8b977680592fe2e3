"""How the board's cookies are set: never readable by a script, never sent along by another site's request."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

BOARD = "/board"


@dataclass(frozen=True, slots=True)
class Cookie:
    """One cookie of the board; over https its prefix keeps other hosts, and plain http, from setting it."""

    name: str
    https: bool
    path: str = BOARD
    """Where it is sent to over http; over https everywhere on this host, as the prefix wants it, unless `narrow`."""
    narrow: bool = False

    @property
    def full_name(self) -> str:
        """Return the name with its prefix."""
        if not self.https:
            return self.name
        return f"__Secure-{self.name}" if self.narrow else f"__Host-{self.name}"

    def read(self, request: Request) -> str | None:
        """Return what the browser sent."""
        return request.cookies.get(self.full_name)

    def write(self, response: Response, value: str, seconds: int | None = None) -> None:
        """Have the browser keep it: for so many seconds, or until it is closed."""
        self._set(response, value, seconds)

    def clear(self, response: Response) -> None:
        """Have the browser forget it."""
        self._set(response, "", 0)

    def _set(self, response: Response, value: str, seconds: int | None) -> None:
        response.set_cookie(
            self.full_name,
            value,
            max_age=seconds,
            path="/" if self.https and not self.narrow else self.path,
            secure=self.https,
            httponly=True,
            samesite="lax",
        )

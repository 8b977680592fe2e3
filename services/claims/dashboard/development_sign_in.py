"""Sign-in without a password, for trying things out: off unless asked for, and only on the machine itself."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.requests import Request

from claims.application.callers import BOUND_BY, NotACallerError, caller_of
from claims.application.calls import Caller
from claims.dashboard.texts import catalogue

ROLES = ("operations", "insurer", "regulator", "broker", "admin")
"""In the order in which they are offered."""
_REGIONS = "regions."
_FORWARDED = ("forwarded", "x-forwarded-", "x-real-ip", "via")
"""How headers begin that only a proxy sends."""


@dataclass(frozen=True, slots=True)
class DevelopmentSignIn:
    """Lets everybody on this machine be whom they name."""

    parties: Callable[[], Awaitable[Sequence[str]]]
    """Returns the codes of registered insurers and brokers, to be suggested."""

    async def offer(self) -> Mapping[str, object]:
        """Return what the form offers: roles, and suggestions for what bounds them."""
        regions = [key.removeprefix(_REGIONS) for key in catalogue() if key.startswith(_REGIONS)]
        return {"roles": ROLES, "bounds": BOUND_BY, "parties": await self.parties(), "regions": regions}


def chosen_caller(fields: Mapping[str, str]) -> Caller:
    """Return whom the form names.

    Raises:
        NotACallerError: a role of the board, or what bounds it, is missing or malformed.
    """
    given = {name: value.strip() for name, value in fields.items()}
    if given.get("role") not in ROLES:
        raise NotACallerError("No role of the board was chosen.")
    return caller_of({**given, "sub": given.get("name", "")})


def is_on_this_machine(request: Request) -> bool:
    """Say whether the browser runs on this machine and asks for it by a name that can be no other machine.

    The name counts as well: a foreign page whose own name was turned to point here would pass by its address. A proxy
    on this machine may call it by its own name and say nothing of itself; the browser's origin tells it then.
    """
    if request.client is None or any(name.startswith(_FORWARDED) for name in request.headers):
        return False
    origin = request.headers.get("origin")
    named = (f"//{request.headers.get('host', '')}", *(() if origin is None else (origin,)))
    return _is_loopback(request.client.host) and all(map(_names_this_machine, named))


def _names_this_machine(url: str) -> bool:
    try:
        name = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return name == "localhost" or _is_loopback(name)


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False

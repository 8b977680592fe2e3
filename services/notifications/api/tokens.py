"""Bearer tokens: who calls, in which role, and what it may see."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from notifications.application.scope import Everything, OfAuthority, OfTenant, Scope
from notifications.domain.regions import EVERYWHERE

LEEWAY: Final = timedelta(seconds=30)
LONGEST_IN_PRODUCTION: Final = timedelta(minutes=10)

ROLES: Final = ("insurer", "broker", "operations", "regulator", "service", "admin")


class InvalidTokenError(Exception):
    """The token is not accepted; the message says why."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever sent the request; `scope` is None for a role that reads nothing here."""

    subject: str
    role: str
    scope: Scope | None


OF_NOTIFICATIONS = "-notifications"
"""What follows the audience in a token that is for this service alone: nobody else accepts it."""


@dataclass(frozen=True, slots=True)
class TokenVerifier:
    """Accepts ES256 tokens of one issuer for one audience, signed with a key of a set that is looked up by `kid`."""

    keys: KeySet
    issuer: str
    audience: str
    production: bool
    now: Callable[[], datetime]

    def verify(self, token: str) -> Caller:
        """Check signature, issuer, audience and time (30 s leeway; in production it lives ten minutes at most)."""
        try:
            read = jwt.decode(token, self.keys, algorithms=["ES256"])
            if not read.header.get("kid"):
                raise InvalidTokenError("The token names no key (kid).")
            self._registry().validate(read.claims)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise InvalidTokenError(f"The token is not accepted ({type(error).__name__}).") from error
        self._check_life(read.claims)
        return _caller(read.claims)

    def _registry(self) -> jwt.JWTClaimsRegistry:
        needed: Mapping[str, Any] = {"essential": True}
        return jwt.JWTClaimsRegistry(
            now=int(self.now().timestamp()),
            leeway=int(LEEWAY.total_seconds()),
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "values": [self.audience, f"{self.audience}{OF_NOTIFICATIONS}"]},
            sub=needed,  # type: ignore[arg-type]
            exp=needed,  # type: ignore[arg-type]
        )

    def _check_life(self, claims: Mapping[str, Any]) -> None:
        if not self.production:
            return
        issued, expires = claims.get("iat"), claims.get("exp")
        if not isinstance(issued, int) or not isinstance(expires, int):
            raise InvalidTokenError("The token does not say when it was issued (iat) and ends (exp).")
        if timedelta(seconds=expires - issued) > LONGEST_IN_PRODUCTION:
            raise InvalidTokenError("The token lives longer than ten minutes.")


def _caller(claims: Mapping[str, Any]) -> Caller:
    role = claims.get("role")
    if role not in ROLES:
        raise InvalidTokenError(f"The token's role is none of {', '.join(ROLES)}.")
    return Caller(str(claims["sub"]), role, _scope(role, claims))


def _scope(role: str, claims: Mapping[str, Any]) -> Scope | None:
    match role:
        case "admin":
            return Everything()
        case "operations" | "insurer":
            return OfTenant(_named(claims, "tenant"))
        case "regulator":
            region = _named(claims, "region")
            if len(region) != len(EVERYWHERE) or not region.isdecimal() or not region.isascii():
                raise InvalidTokenError("The token's region is no code of six digits.")
            return OfAuthority(region)
        case _:
            return None


def _named(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not value or "\x00" in value:
        raise InvalidTokenError(f"The token of this role must name its {name}.")
    return value

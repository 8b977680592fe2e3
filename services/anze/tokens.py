"""Signs bearer tokens with the development key of one machine."""

import re
import time
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from joserfc import jwt

from anze.development_keys import AUDIENCE, ISSUER, DevelopmentKeys
from anze.errors import AnzeError

DEFAULT_LIFE = timedelta(minutes=10)


class Role(StrEnum):
    """What a caller may do; the REST contract says what each role sees."""

    INSURER = "insurer"
    BROKER = "broker"
    OPERATIONS = "operations"
    REGULATOR = "regulator"
    SERVICE = "service"
    ADMIN = "admin"


_FORMS = {
    "tenant": r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}",
    "broker": r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}",
    "region": r"[0-9]{6}",
}
"""What both services take; anything else would be a token that nobody accepts."""
_NEEDS = {Role.INSURER: "tenant", Role.OPERATIONS: "tenant", Role.BROKER: "broker", Role.REGULATOR: "region"}


@dataclass(frozen=True, slots=True)
class Caller:
    """Whom a token speaks for."""

    role: Role
    tenant: str | None = None
    broker: str | None = None
    region: str | None = None

    def claims(self) -> dict[str, str]:
        """The token's claims about the caller; AnzeError when the one that the role goes by is missing."""
        bounds = {"tenant": self.tenant, "broker": self.broker, "region": self.region}
        needed = _NEEDS.get(self.role)
        if needed and not bounds[needed]:
            raise AnzeError(f"A token of role {self.role} needs --{needed}.")
        stated = {name: value for name, value in bounds.items() if value}
        for bound, value in stated.items():
            if not re.fullmatch(_FORMS[bound], value):
                raise AnzeError(f"--{bound} {value!r} has not the form {_FORMS[bound]}.")
        name = stated.get(needed, "") if needed else ""
        return {"sub": f"{self.role}:{name}" if name else str(self.role), "role": str(self.role), **stated}


def sign(keys: DevelopmentKeys, caller: Caller, life: timedelta = DEFAULT_LIFE) -> str:
    """A signed token (JWT, ES256) for the caller, valid from now on by the wall clock."""
    key = keys.signing_key()
    now = int(time.time())
    stated = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "iat": now,
        "exp": now + int(life.total_seconds()),
        **caller.claims(),
    }
    return jwt.encode({"alg": "ES256", "kid": key.kid}, stated, key)

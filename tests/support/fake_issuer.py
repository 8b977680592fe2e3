"""An OpenID Connect issuer that does what the standard says, and on request what it must not."""

import hashlib
import hmac
import json
import secrets
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlencode

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

URL = "https://sign-in.test/realms/claims"
CLIENT_ID = "anze board"
CLIENT_SECRET = "s/e+c r:et"


def new_key() -> ECKey:
    """Return a key to sign with, with an id of its own."""
    return ECKey.generate_key("P-256", parameters={"use": "sig", "alg": "ES256"}, auto_kid=True)


def unsigned(claims: Mapping[str, Any]) -> str:
    """Return a token with `alg: none`."""
    parts = (urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in ({"alg": "none"}, claims))
    return ".".join(parts) + "."


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a code was given for."""

    redirect_uri: str
    challenge: str
    nonce: str


@dataclass
class FakeIssuer:
    """One person is signed in at it, as `person` says."""

    wall: Callable[[], float]
    person: dict[str, Any] = field(default_factory=dict)
    key: ECKey = field(default_factory=new_key)
    secret: str | None = CLIENT_SECRET
    describes: dict[str, Any] = field(default_factory=dict)
    """What its discovery document says otherwise; None takes a line away."""
    sign: Callable[[dict[str, Any]], str] | None = None
    """How it signs, in place of as it should."""
    denies: str | None = None
    away: bool = False
    asked: list[str] = field(default_factory=list)
    """Every address that was asked for."""
    _codes: dict[str, _Asked] = field(default_factory=dict)

    def app(self) -> Starlette:
        """Return it as a server."""
        routes = {
            "/.well-known/openid-configuration": (self._describe, "GET"),
            "/keys": (self._keys, "GET"),
            "/authorize": (self._authorize, "GET"),
            "/token": (self._token, "POST"),
        }
        return Starlette(
            routes=[
                Route(f"/realms/claims{path}", answer, methods=[method]) for path, (answer, method) in routes.items()
            ]
        )

    async def _describe(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        if self.away:
            return Response(status_code=503)
        stated = {
            "issuer": URL,
            "authorization_endpoint": f"{URL}/authorize",
            "token_endpoint": f"{URL}/token",
            "jwks_uri": f"{URL}/keys",
            "end_session_endpoint": f"{URL}/end-session",
            **self.describes,
        }
        return JSONResponse({name: value for name, value in stated.items() if value is not None})

    async def _keys(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        unreadable = {"kty": "future", "kid": "?"}
        return JSONResponse({"keys": [unreadable, *KeySet([self.key]).as_dict(private=False)["keys"]]})

    async def _authorize(self, request: Request) -> Response:
        asked = request.query_params
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT_ID
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        answer = {"state": asked["state"]}
        if self.denies:
            answer["error"] = self.denies
        else:
            answer["code"] = secrets.token_urlsafe()
            self._codes[answer["code"]] = _Asked(asked["redirect_uri"], asked["code_challenge"], asked["nonce"])
        if self.describes.get("authorization_response_iss_parameter_supported"):
            answer["iss"] = URL
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(answer)}", 303)

    async def _token(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        if not self._knows(request, form):
            return JSONResponse({"error": "invalid_client"}, 401)
        asked = self._codes.pop(form["code"], None)
        proof = urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        if asked is None or asked.redirect_uri != form["redirect_uri"] or asked.challenge != proof:
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(self.wall())
        claims = {"iss": URL, "aud": CLIENT_ID, "iat": now, "exp": now + 60, "nonce": asked.nonce, **self.person}
        stated = {name: value for name, value in claims.items() if value is not None}
        return JSONResponse(
            {"access_token": "x", "token_type": "Bearer", "id_token": (self.sign or self.signed)(stated)}
        )

    def _knows(self, request: Request, form: Mapping[str, str]) -> bool:
        """Tell the client by its secret, in the way that the discovery document names; a public one has none."""
        if self.secret is None:
            return form["client_id"] == CLIENT_ID and "authorization" not in request.headers
        if self.describes.get("token_endpoint_auth_methods_supported") == ["client_secret_post"]:
            return hmac.compare_digest(form.get("client_secret", ""), self.secret)
        scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
        name, _, secret = b64decode(credentials).decode().partition(":")
        return scheme == "Basic" and (unquote_plus(name), unquote_plus(secret)) == (CLIENT_ID, self.secret)

    def signed(self, claims: dict[str, Any]) -> str:
        """Return a token as this issuer signs it."""
        return jwt.encode({"alg": "ES256", "kid": self.key.kid}, claims, self.key)

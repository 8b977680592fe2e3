"""Routes that name no roles, tokens that are no good, secrets that do not open."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey

from notifications.api.app import describe
from notifications.api.edge import Edge
from notifications.api.guard import UnguardedRouteError, allow, guarded_router, refuse_unguarded
from notifications.api.tokens import Caller, InvalidTokenError, TokenVerifier
from notifications.application.scope import Everything, OfAuthority, OfTenant
from notifications.application.secrets import SecretUnreadableError
from notifications.store.secret_box import AesSecretBox

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
KEY = ECKey.generate_key("P-256", {"kid": "k1"})
OTHER_KEY = ECKey.generate_key("P-256", {"kid": "k1"})


def test_a_route_that_names_no_roles_fails_the_build() -> None:
    router = guarded_router()

    with pytest.raises(UnguardedRouteError):

        @router.get("/open")
        async def forgotten() -> None: ...


def test_a_route_added_past_the_guard_fails_the_build() -> None:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    guarded = guarded_router()

    @guarded.get("/guarded", openapi_extra=allow("admin"))
    async def named() -> None: ...

    app.include_router(guarded)
    refuse_unguarded(app)

    @app.get("/open")
    async def unnamed() -> None: ...

    with pytest.raises(UnguardedRouteError):
        refuse_unguarded(app)


def test_only_roles_that_exist_can_be_named() -> None:
    with pytest.raises(UnguardedRouteError):
        allow("king")
    with pytest.raises(UnguardedRouteError):
        allow()


def verify(*, production: bool = False, key: Any = KEY, header: dict[str, Any] | None = None, **claims: Any) -> Caller:
    """Verify a token with these claims beside the usual ones."""
    now = int(NOW.timestamp())
    body = {"iss": "issuer", "aud": "anze", "sub": "s", "iat": now, "exp": now + 300, "role": "admin"} | claims
    body = {name: value for name, value in body.items() if value is not None}
    head = header or {"alg": "ES256", "kid": "k1"}
    token = jwt.encode(head, body, key, algorithms=[head["alg"]])
    keys = KeySet([ECKey.import_key(KEY.as_dict(private=False))])
    return TokenVerifier(keys, "issuer", "anze", production, lambda: NOW).verify(token)


@pytest.mark.parametrize(
    ("claims", "scope"),
    [
        ({"role": "admin"}, Everything()),
        ({"role": "operations", "tenant": "picc-sz"}, OfTenant("picc-sz")),
        ({"role": "insurer", "tenant": "picc-sz"}, OfTenant("picc-sz")),
        ({"role": "regulator", "region": "440300"}, OfAuthority("440300")),
        ({"role": "service"}, None),
        ({"role": "broker", "broker": "marsh-sz"}, None),
    ],
)
def test_a_good_token_says_who_calls_and_what_it_may_see(claims: dict[str, Any], scope: object) -> None:
    assert verify(**claims).scope == scope


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "other"}, {"iss": None}, {"aud": "other"}, {"aud": None}, {"sub": None}, {"role": None},
        {"role": "king"}, {"exp": None}, {"exp": int(NOW.timestamp()) - 31}, {"nbf": int(NOW.timestamp()) + 31},
        {"exp": "tomorrow"}, {"role": "operations"}, {"role": "operations", "tenant": ""},
        {"role": "regulator"}, {"role": "regulator", "region": "44"}, {"role": "regulator", "region": "４４０３００"},
    ],
)  # fmt: skip
def test_a_token_with_wrong_or_missing_claims_is_refused(claims: dict[str, Any]) -> None:
    with pytest.raises(InvalidTokenError):
        verify(**claims)


def test_thirty_seconds_of_skew_are_forgiven() -> None:
    assert verify(exp=int(NOW.timestamp()) - 29).role == "admin"


def test_a_token_signed_otherwise_is_refused() -> None:
    with pytest.raises(InvalidTokenError):
        verify(key=OTHER_KEY)
    with pytest.raises(InvalidTokenError):
        verify(header={"alg": "ES256"})
    with pytest.raises(InvalidTokenError):
        verify(header={"alg": "ES256", "kid": "unknown"})
    with pytest.raises(InvalidTokenError):
        verify(header={"alg": "HS256", "kid": "k1"}, key=OctKey.import_key("x" * 32))
    keys = KeySet([KEY])
    for text in ("", "a", "a.b.c", "e30.e30.", "é.é.é"):
        with pytest.raises(InvalidTokenError):
            TokenVerifier(keys, "issuer", "anze", production=False, now=lambda: NOW).verify(text)


def test_in_production_a_token_lives_ten_minutes_at_most() -> None:
    now = int(NOW.timestamp())
    assert verify(production=True, exp=now + 600).role == "admin"
    for claims in ({"exp": now + 601}, {"iat": None}):
        with pytest.raises(InvalidTokenError):
            verify(production=True, **claims)
    assert verify(production=False, exp=now + 86400).role == "admin"


def test_a_sealed_secret_opens_only_for_its_endpoint_and_key() -> None:
    box, mine = AesSecretBox(bytes(32)), UUID(int=1)
    sealed = box.seal(mine, "whsec_x")
    assert box.open(mine, sealed) == "whsec_x"
    assert box.seal(mine, "whsec_x") != sealed
    other_box = AesSecretBox(bytes([1]) * 32)
    for wrong in ((box, UUID(int=2), sealed), (other_box, mine, sealed), (box, mine, sealed[:-1]), (box, mine, b"")):
        with pytest.raises(SecretUnreadableError):
            wrong[0].open(*wrong[1:])


async def test_a_body_without_an_end_is_not_read_to_its_end() -> None:
    pieces = 0
    sent: list[Any] = []

    async def endless() -> dict[str, Any]:
        nonlocal pieces
        pieces += 1
        assert pieces < 40
        return {"type": "http.request", "body": bytes(100_000), "more_body": True}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/v1/alerts", "query_string": b"", "headers": []}
    await Edge(FastAPI(), lambda: UUID(int=1))(scope, endless, send)
    assert sent[0]["status"] == 413
    assert pieces == 11


def test_the_document_names_the_roles_of_every_operation() -> None:
    operations = [each for path in describe()["paths"].values() for each in path.values()]
    assert operations
    assert all(each["x-roles"] for each in operations)

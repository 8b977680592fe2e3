"""The application over fakes, and tokens to call it with."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from tests.support.figures import GivenFigures
from tests.support.story import rulebooks
from tests.unit.api.fake_parties import FakeParties, FakeSubmissions
from tests.unit.api.fake_reads import FakeFeed, FakePast, explanations
from tests.unit.api.fake_subjects import FakeSubjects
from tests.unit.api.fakes import START, WALL, FakeApplication, FakeSandbox, ids
from tests.unit.calendars.fakes import calendars

from claims.api.app import ApiServices, create_app
from claims.api.auth import SignedTokens
from claims.application.reporting import Reporting
from claims.application.streaming import Streams
from claims.assets import docs_files
from claims.reference.kpi_source import packaged_kpis

KEY = ECKey.generate_key("P-256", parameters={"use": "sig", "alg": "ES256"}, auto_kid=True)
ISSUER, AUDIENCE = "https://tokens.test", "anze"
ROLES: dict[str, dict[str, str]] = {
    "insurer": {"tenant": "picc-sz"},
    "operations": {"tenant": "picc-sz"},
    "broker": {"broker": "pengcheng"},
    "regulator": {"region": "440000"},
    "service": {},
    "admin": {},
}


def claims_of(role: str, /, **changes: Any) -> dict[str, Any]:
    """Return the claims of a good token of a role."""
    now = int(WALL)
    good = {"iss": ISSUER, "aud": AUDIENCE, "sub": f"{role}-1", "iat": now, "exp": now + 300, "role": role}
    stated = {**good, **ROLES.get(role, {}), **changes}
    return {name: value for name, value in stated.items() if value is not None}


def signed(claims: Mapping[str, Any], key: ECKey = KEY, **header: Any) -> str:
    """Return a token with these claims."""
    return jwt.encode({"alg": "ES256", "kid": key.kid, **header}, dict(claims), key)


@dataclass
class Metrics:
    """Metrics that say one thing."""

    def answer(self, accept: str) -> tuple[bytes, str]:
        return b"anze_claims_up 1\n", "text/plain; version=1.0.0; charset=utf-8"


@dataclass
class Api:
    """The interface as callers of several roles see it."""

    client: httpx2.AsyncClient
    application: FakeApplication
    past: FakePast
    checks: dict[str, bool] = field(default_factory=dict)
    _sent: int = 0

    async def get(self, path: str, role: str = "insurer", **more: Any) -> httpx2.Response:
        """Read as a role."""
        return await self.client.get(path, headers=self.headers(role, more.pop("headers", None)), **more)

    async def post(self, path: str, body: Any = None, role: str = "insurer", **more: Any) -> httpx2.Response:
        """Send a command as a role, with a new key unless one is given."""
        self._sent += 1
        headers = {"Idempotency-Key": f"key-{self._sent}", **(more.pop("headers", None) or {})}
        whole = {"json": body} if body is not None else {}
        return await self.client.post(path, headers=self.headers(role, headers), **whole, **more)

    def headers(self, role: str, more: Mapping[str, str | None] | None = None) -> dict[str, str]:
        """Return the headers of a role; None takes one away."""
        stated = {"Authorization": f"Bearer {signed(claims_of(role))}", **(more or {})}
        return {name: value for name, value in stated.items() if value is not None}


@pytest.fixture
def application() -> FakeApplication:
    return FakeApplication()


@pytest.fixture
def past(application: FakeApplication) -> FakePast:
    return FakePast(application)


@pytest.fixture
def feed(application: FakeApplication) -> FakeFeed:
    return FakeFeed(application.log)


@pytest.fixture
def services(application: FakeApplication, past: FakePast, feed: FakeFeed) -> ApiServices:
    keys = KeySet.import_key_set(KeySet([KEY]).as_dict(private=False))

    subjects = FakeSubjects()

    async def fine() -> bool:
        return True

    return ApiServices(
        commands=application,
        queries=application,
        past=past,
        explanations=explanations(application),
        streams=Streams(feed, pause=0.001),
        reports=Reporting(GivenFigures(), packaged_kpis()),
        calendars=calendars(),
        parties=FakeParties(lambda: START),
        submissions=FakeSubmissions(),
        subject_commands=subjects,
        subjects=subjects,
        tokens=SignedTokens(keys, ISSUER, AUDIENCE, wall_clock=lambda: WALL),
        rulebooks=rulebooks(),
        metrics=Metrics(),
        ready={"database": fine, "calendar": fine},
        new_id=ids(),
        docs=docs_files(),
        sandbox_clock=FakeSandbox(application),
    )


@pytest.fixture
def make_client(services: ApiServices) -> Callable[[ApiServices], httpx2.AsyncClient]:
    def make(with_services: ApiServices) -> httpx2.AsyncClient:
        transport = httpx2.ASGITransport(create_app(with_services))
        return httpx2.AsyncClient(transport=transport, base_url="http://claims.test")

    return make


@pytest.fixture
async def api(
    services: ApiServices,
    application: FakeApplication,
    past: FakePast,
    make_client: Callable[[ApiServices], httpx2.AsyncClient],
) -> AsyncIterator[Api]:
    async with make_client(services) as client:
        yield Api(client, application, past)

"""Tokens, roles, and what each role may see and do."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, OKPKey, RSAKey
from starlette.requests import Request
from tests.unit.api.conftest import AUDIENCE, ISSUER, KEY, Api, claims_of, signed
from tests.unit.api.examples import a_report
from tests.unit.api.fakes import WALL, FakeApplication

from claims.api.app import ApiServices, create_app, refuse_unguarded, routes_for
from claims.api.auth import SignedTokens
from claims.api.problems import Refused
from claims.api.render import json_response
from claims.api.render_claim import eyes_of
from claims.api.routes import PUBLIC, Call, Route, UnguardedRouteError
from claims.application.calls import Caller

OTHER_KEY = ECKey.generate_key("P-256", auto_kid=True)


def unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
    parts = (base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims))
    return ".".join(parts) + "."


BAD_TOKENS: dict[str, Callable[[], str | None]] = {
    "no header": lambda: None,
    "another scheme": lambda: "Basic YTpi",
    "nothing after the scheme": lambda: "Bearer ",
    "no token at all": lambda: "Bearer abc",
    "too many parts": lambda: f"Bearer {signed(claims_of('insurer'))}.x",
    "not base64": lambda: "Bearer ....",
    "algorithm none": lambda: f"Bearer {unsigned({'alg': 'none'}, claims_of('insurer'))}",
    "a shared secret": lambda: (
        "Bearer "
        + jwt.encode(
            {"alg": "HS256", "kid": KEY.kid}, claims_of("insurer"), OctKey.import_key("a" * 32), algorithms=["HS256"]
        )
    ),
    "signed by another key": lambda: f"Bearer {signed(claims_of('insurer'), OTHER_KEY, kid=KEY.kid)}",
    "a key nobody knows": lambda: f"Bearer {signed(claims_of('insurer'), OTHER_KEY)}",
    "changed after signing": lambda: f"Bearer {_with_payload(signed(claims_of('insurer')), claims_of('admin'))}",
    "expired": lambda: f"Bearer {signed(claims_of('insurer', exp=int(WALL) - 31))}",
    "not valid yet": lambda: f"Bearer {signed(claims_of('insurer', nbf=int(WALL) + 31))}",
    "issued in the future": lambda: f"Bearer {signed(claims_of('insurer', iat=int(WALL) + 31))}",
    "another audience": lambda: f"Bearer {signed(claims_of('insurer', aud='others'))}",
    "another issuer": lambda: f"Bearer {signed(claims_of('insurer', iss='https://evil.test'))}",
    "no expiry": lambda: f"Bearer {signed(claims_of('insurer', exp=None))}",
    "no subject": lambda: f"Bearer {signed(claims_of('insurer', sub=None))}",
    "a subject of control characters": lambda: f"Bearer {signed(claims_of('insurer', sub='a' + chr(0)))}",
    "no role": lambda: f"Bearer {signed(claims_of('insurer', role=None))}",
    "an unknown role": lambda: f"Bearer {signed(claims_of('insurer', role='root'))}",
    "a role that is a list": lambda: f"Bearer {signed(claims_of('insurer', role=['insurer']))}",
    "no tenant": lambda: f"Bearer {signed(claims_of('insurer', tenant=None))}",
    "a tenant that is a number": lambda: f"Bearer {signed(claims_of('insurer', tenant=7))}",
    "a tenant of another alphabet": lambda: f"Bearer {signed(claims_of('insurer', tenant='a' + chr(0)))}",
    "no broker": lambda: f"Bearer {signed(claims_of('broker', broker=None))}",
    "no region": lambda: f"Bearer {signed(claims_of('regulator', region=None))}",
    "half a region": lambda: f"Bearer {signed(claims_of('regulator', region='4403'))}",
}


def _with_payload(token: str, claims: dict[str, Any]) -> str:
    header, _, signature = token.split(".")
    return f"{header}.{base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b'=').decode()}.{signature}"


@pytest.mark.parametrize("case", BAD_TOKENS)
async def test_anything_but_a_good_token_is_401(api: Api, case: str) -> None:
    answer = await api.get("/v1/claims", headers={"Authorization": BAD_TOKENS[case]()})
    assert answer.status_code == 401
    assert answer.json()["type"] == "urn:anze:problem:unauthorized"
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "change", [{"iat": None}, {"exp": int(WALL) - 29}, {"nbf": int(WALL) + 29}, {"aud": ["others", "anze"]}]
)
async def test_thirty_seconds_of_skew_and_one_of_several_audiences_pass(api: Api, change: dict[str, Any]) -> None:
    token = signed(claims_of("insurer", **change))
    assert (await api.get("/v1/claims", headers={"Authorization": f"Bearer {token}"})).status_code == 200


async def test_401_comes_before_a_bad_body_and_403_too(api: Api) -> None:
    nobody = await api.post("/v1/claims", {"nonsense": 1}, headers={"Authorization": None})
    reader = await api.post("/v1/claims", {"nonsense": 1}, role="regulator", headers={"Idempotency-Key": None})
    assert (nobody.status_code, reader.status_code) == (401, 403)


@pytest.mark.parametrize(
    "key",
    [OKPKey.generate_key("Ed25519", auto_kid=True), RSAKey.generate_key(2048, auto_kid=True)],
    ids=["EdDSA", "RSA"],
)
def test_other_signatures_by_a_private_key_are_taken(key: OKPKey | RSAKey) -> None:
    names = ["Ed25519", "EdDSA"] if isinstance(key, OKPKey) else ["RS256"]
    tokens = SignedTokens(KeySet([KEY, key]), ISSUER, AUDIENCE, wall_clock=lambda: WALL)
    for name in names:
        with pytest.warns() if name == "EdDSA" else _nothing():
            token = jwt.encode({"alg": name, "kid": key.kid}, claims_of("admin"), key, algorithms=names)
        assert tokens.caller(f"Bearer {token}").role == "admin"


class _nothing:  # noqa: N801 - reads as one word where it is used
    def __enter__(self) -> None: ...
    def __exit__(self, *_: object) -> None: ...


def test_a_token_that_was_good_expires_though_its_signature_is_remembered() -> None:
    wall = WALL
    tokens = SignedTokens(KeySet([KEY]), ISSUER, AUDIENCE, wall_clock=lambda: wall)
    bearer = f"Bearer {signed(claims_of('insurer'))}"
    assert tokens.caller(bearer).tenant == "picc-sz"
    wall += 331
    with pytest.raises(Refused, match="expired"):
        tokens.caller(bearer)


def test_in_production_a_token_is_short() -> None:
    tokens = SignedTokens(KeySet([KEY]), ISSUER, AUDIENCE, production=True, wall_clock=lambda: WALL)
    long = signed(claims_of("admin", exp=int(WALL) + 601))
    with pytest.raises(Refused, match="600"):
        tokens.caller(f"Bearer {long}")
    with pytest.raises(Refused, match="iat"):
        tokens.caller(f"Bearer {signed(claims_of('admin', iat=None))}")
    assert tokens.caller(f"Bearer {signed(claims_of('admin', exp=int(WALL) + 600))}").role == "admin"


@pytest.mark.parametrize("keys", [[], [OctKey.import_key("a" * 32)]])
def test_tokens_are_never_verified_by_a_shared_secret(keys: list[Any]) -> None:
    with pytest.raises(ValueError, match="public keys"):
        SignedTokens(KeySet(keys), ISSUER, AUDIENCE)


def test_a_caller_is_bounded_by_what_its_role_says_and_nothing_else() -> None:
    tokens = SignedTokens(KeySet([KEY]), ISSUER, AUDIENCE, wall_clock=lambda: WALL)
    everything = {"tenant": "picc-sz", "broker": "pengcheng", "region": "440300"}
    broker = tokens.caller(f"Bearer {signed(claims_of('broker', **everything))}")
    assert (broker.tenant, broker.broker, broker.region) == (None, "pengcheng", None)


async def _hello(_: Call) -> Any:
    return json_response({"hello": "world"})


def test_a_route_that_names_no_role_does_not_start(services: ApiServices) -> None:
    nobody = Route("GET", "/v1/hello", "hello", "Hello.", frozenset(), _hello, "text/plain", "reads")
    with pytest.raises(UnguardedRouteError, match="/v1/hello"):
        create_app(services, [nobody])
    create_app(services, [replace(nobody, roles=PUBLIC)])


def test_a_route_added_past_the_tables_does_not_start(services: ApiServices) -> None:
    app = create_app(services)

    async def hello(request: Request) -> Any:
        return json_response({})

    app.add_route("/v1/hello", hello)
    with pytest.raises(UnguardedRouteError, match="/v1/hello"):
        refuse_unguarded(app)


MAY_WRITE = {
    "/v1/claims": {"insurer", "broker"},
    "/v1/claims/{claim_id}/documents": {"insurer", "broker"},
    "/v1/claims/{claim_id}/rescue-supports": {"insurer", "broker"},
    "/v1/clocks/{clock_id}/submissions": {"insurer", "broker"},
    "/v1/complaints": {"insurer", "broker"},
    "/v1/complaints/{complaint_id}/replies": {"insurer", "broker"},
    "/v1/hazards": {"insurer", "broker"},
    "/v1/hazards/{hazard_id}/reports": {"insurer", "broker"},
}


def _expected(route: Route) -> set[str]:
    changes_calendar = route.path.startswith("/v1/calendars") and route.method != "GET"
    if route.path == "/v1/sandbox/clock" or changes_calendar or route.method == "PUT":
        return {"admin"}
    if route.method == "POST" and route.path != "/v1/due-dates":
        return MAY_WRITE.get(route.path, {"insurer"})
    return _may_read(route.path)


def _may_read(path: str) -> set[str]:
    if path.startswith("/v1/parties"):
        return {"insurer", "operations", "broker", "admin"}
    if path == "/v1/compliance" or path.startswith("/v1/reports/"):
        return {"insurer", "operations", "regulator", "admin"}
    if path.startswith("/v1"):
        return {"insurer", "operations", "broker", "regulator", "admin"}
    return {"anybody"}


def test_every_route_is_for_the_roles_of_the_contract(services: ApiServices) -> None:
    for route in routes_for(services.sandbox_clock):
        assert set(route.roles) == _expected(route), f"{route.method} {route.path}"


async def test_every_route_refuses_every_other_role_with_403(api: Api, services: ApiServices) -> None:
    for route in routes_for(services.sandbox_clock):
        path = route.path.replace("{rulebook_id}", "x").replace("{number}", "x").replace("{code}", "x")
        for name in ("claim_id", "advance_id", "payment_id", "clock_id"):
            path = path.replace(f"{{{name}}}", "01990000-0000-7000-8000-999999999999")
        for role in {"insurer", "operations", "broker", "regulator", "service", "admin"} - set(route.roles):
            if route.roles == PUBLIC:
                continue
            answer = await api.client.request(route.method, path, headers=api.headers(role))
            assert answer.status_code == 403, f"{role} {route.method} {route.path}"
            assert "It is for" in answer.json()["detail"] or "it is for" in answer.json()["detail"]


async def test_an_insurer_reports_for_itself_and_a_broker_where_it_is_named(api: Api) -> None:
    assert (await api.post("/v1/claims", a_report(policy__insurer="cpic-sz"))).status_code == 403
    assert (await api.post("/v1/claims", a_report(policy__broker="another"), "broker")).status_code == 403
    assert (await api.post("/v1/claims", a_report(policy__broker=None), "broker")).status_code == 403
    assert (await api.post("/v1/claims", a_report(), "broker")).status_code == 201


async def test_a_foreign_claim_is_not_there(api: Api, application: FakeApplication) -> None:
    claim_id = (await api.post("/v1/claims", a_report())).json()["id"]
    strangers = {
        "insurer": claims_of("insurer", tenant="cpic-sz"),
        "operations": claims_of("operations", tenant="cpic-sz"),
        "broker": claims_of("broker", broker="another"),
        "regulator": claims_of("regulator", region="110000"),
    }
    for role, stranger in strangers.items():
        headers = {"Authorization": f"Bearer {signed(stranger)}"}
        for path in ("", "/events", "/clocks"):
            answer = await api.get(f"/v1/claims/{claim_id}{path}", role, headers=headers)
            assert answer.status_code == 404, f"{role} {path}"
        if role in {"insurer", "broker"}:
            answer = await api.post(f"/v1/claims/{claim_id}/documents", {"items": []}, role, headers=headers)
            assert answer.status_code == 404
    assert (await api.get(f"/v1/claims/{claim_id}", "regulator")).status_code == 200


async def test_personal_data_is_shown_to_the_tenant_alone(api: Api) -> None:
    claim_id = (await api.post("/v1/claims", a_report())).json()["id"]
    victim = {"name": "陈某", "identity_number": "440301198001010011", "phone": "139", "outcome": "death"}
    relatives = [{"name": "陈父", "phone": "137", "relation": "father"}]
    await api.post(f"/v1/claims/{claim_id}/victims", {**victim, "relatives": relatives})
    for role in ("insurer", "operations"):
        claim = (await api.get(f"/v1/claims/{claim_id}", role)).json()
        assert claim["victims"][0]["relatives"] == relatives
        assert claim["reported_by"] == {"party": "insured", "name": "王某", "phone": "13800000000"}
    for role in ("broker", "regulator", "admin"):
        text = (await api.get(f"/v1/claims/{claim_id}", role)).text
        for secret in ("陈某", "440301198001010011", "陈父", "王某", "13800000000", "南山区某工地", "脚手架坍塌"):
            assert secret not in text, f"{role} sees {secret}"


@pytest.mark.parametrize("role", ["insurer", "operations"])
def test_staff_of_another_tenant_see_nobody_even_if_they_got_a_claim_to_see(role: str) -> None:
    assert eyes_of(Caller(role, "s", "picc-sz"), "picc-sz").sighted
    assert not eyes_of(Caller(role, "s", "cpic-sz"), "picc-sz").sighted


async def test_a_broker_gets_no_personal_data_back_in_the_answer_to_its_report(api: Api) -> None:
    claim = (await api.post("/v1/claims", a_report(), "broker")).json()
    assert claim["reported_by"] == {"party": "insured"}

"""Every route of both running services with every role, and with what belongs to others.

The routes are those of the services' own /openapi.json: a new one is called too, and fails until the table of who may
call it is written.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest
from tests.acceptance.bad_fields import NOBODY
from tests.acceptance.scene import problem
from tests.acceptance.who_may import ANYBODY, CLAIMS, NOTIFICATIONS, May
from tests.support.callers import BROKER, CALLERS, TENANT, Callers
from tests.support.machine import Json, until
from tests.support.reports import report
from tests.support.schema_examples import smallest

TABLES = {"claims": CLAIMS, "notifications": NOTIFICATIONS}
ROLES = ("insurer", "operations", "broker", "regulator", "service", "admin")
FOREIGN = {role: f"foreign {role}" for role in ROLES if f"foreign {role}" in CALLERS}
POLICY = "ROLES-1"
_ORDER = ("GET", "POST", "PUT", "PATCH", "DELETE")
"""What is read is read before anything is changed, and removed last."""


@dataclass(frozen=True, slots=True)
class Route:
    """One operation of a service, and who may call it."""

    service: str
    method: str
    path: str
    may: May
    body: Json | None

    @property
    def names_something(self) -> bool:
        """Whether there is an id in its path."""
        return "{" in self.path


@dataclass(slots=True)
class World:
    """Two services, what is in them, and what went wrong with them."""

    callers: Callers
    ids: Mapping[str, str]
    routes: list[Route] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def ask(self, route: Route, who: str | None, ids: Mapping[str, str]) -> httpx2.Response:
        """Call a route with these ids in its path."""
        known = {**ids, "rulebook_id": self.ids["rulebook_id"], "file": "start.js"}
        body, of_broker = route.body, who is not None and who.endswith("broker")
        if of_broker and ids is self.ids:
            known |= {"code": BROKER} | {name: ids[f"{name} of the broker"] for name in ("complaint_id", "hazard_id")}
        if body is not None and "party" in body:
            body = {**body, "party": BROKER if of_broker else TENANT}
        if body is not None and "into_claim_id" in body:
            body = {**body, "into_claim_id": ids["claim_id"]}
        path = route.path.format_map(known)
        return self.callers.ask(route.method, path, body, who=who, service=route.service)

    def expect(self, route: Route, who: str | None, ids: Mapping[str, str], *statuses: int) -> httpx2.Response:
        """Call a route and note an answer that is none of these."""
        answer = self.ask(route, who, ids)
        if answer.status_code not in statuses:
            told = f"{answer.status_code}, not {' or '.join(map(str, statuses))}"
            self.wrong.append(f"{route.service} {route.method} {route.path} as {who}: {told}: {answer.text[:200]}")
        elif answer.status_code in CODES:
            problem(answer, answer.status_code, CODES[answer.status_code])
        return answer

    def must_be_right(self) -> None:
        """Fail with all that went wrong together."""
        assert self.wrong == [], "\n".join(self.wrong)

    @property
    def guarded(self) -> Iterator[Route]:
        """The routes that are not for everybody."""
        return (route for route in self.routes if route.may.roles != ANYBODY)


CODES = {401: "unauthorized", 403: "forbidden", 404: "not-found"}


@pytest.fixture(scope="module")
def ids(callers: Callers) -> Mapping[str, str]:
    """What belongs to the insurer picc-sz, the broker pengcheng and the region 440300, of every kind."""
    told = report(policy__number=POLICY, occurred_at="2026-03-02T08:15:00+08:00")
    claim = callers.told("/v1/claims", told)
    path = f"/v1/claims/{claim['id']}"
    # Asked more than a day ago: its breach is told to the regulator too.
    asked = {"kind": "medical", "requested_by": "insured", "amount": "90000.00"}
    asked |= {"occurred_at": "2026-03-02T08:20:00+08:00"}
    advance = callers.told(f"{path}/advances", asked)["advance_id"]
    paid = {"amount": "1.00", "payee": {"party": "hospital"}, "bank_reference": "ICBC-1"}
    payment = callers.told(f"{path}/advances/{advance}/payments", paid)["payment_id"]
    victim = callers.told(f"{path}/victims", {"name": "伤者", "outcome": "injured"})["victim_id"]
    direct_request = {"requested_by": "insured", "victim_id": victim, "amount": "1000.00"}
    direct = callers.told(f"{path}/direct-payment-requests", direct_request)["direct_payment_id"]
    return {
        "claim_id": claim["id"],
        "advance_id": advance,
        "payment_id": payment,
        "direct_payment_id": direct,
        "clock_id": callers.read(f"{path}/clocks")["items"][0]["id"],
        "rulebook_id": callers.read("/v1/rulebooks")["items"][0]["id"],
        "number": POLICY,
        "year": "2099",
        "day": "2026-03-02",
        "token": "somebody-elses",
        "code": _parties(callers),
        **_owed(callers),
        **_told(callers, claim["id"]),
        **_directory(callers),
    }


def _parties(callers: Callers) -> str:
    """The insurer and the broker as parties: each is seen by itself alone. The code is the insurer's."""
    for code, kind in ((TENANT, "insurer"), (BROKER, "broker")):
        registered = {"kind": kind, "regions": ["440300"], "active_from": "2026-01-01"}
        assert callers.ask("PUT", f"/v1/parties/{code}", registered, who="admin").status_code in {200, 201}
    return TENANT


def _owed(callers: Callers) -> dict[str, str]:
    """A complaint and a hazard of the insurer's, and of the broker's: each is seen by itself alone."""
    complaint = {"region": "440300", "kind": "enquiry", "needs_verification": False, "text": "何时赔付"}
    hazard = {"region": "440300", "kind": "hidden_danger", "place": "二号仓库", "description": "通道堵塞"}
    made: dict[str, str] = {}
    for who, code, whose in (("insurer", TENANT, ""), ("broker", BROKER, " of the broker")):
        for kind, body in (("complaint", complaint), ("hazard", hazard)):
            made[f"{kind}_id{whose}"] = callers.told(f"/v1/{kind}s", {**body, "party": code}, who)["id"]
    return made


def _told(callers: Callers, claim_id: str) -> dict[str, str]:
    """An alert on the claim that the regulator was told, and its delivery to the regulator."""

    def breaches() -> list[Json]:
        found = callers.read(f"/v1/alerts?claim_id={claim_id}", "regulator", "notifications")["items"]
        return [one for one in found if one["deliveries"]]

    until(breaches, "the regulator was not told")
    alert = breaches()[0]
    return {"alert_id": alert["id"], "delivery_id": alert["deliveries"][0]["id"]}


def _directory(callers: Callers) -> dict[str, str]:
    """A recipient, an endpoint and a subscription of the insurer's own, each with nothing that hangs on it."""

    def made(kind: str, **body: Any) -> str:
        return str(callers.told(f"/v1/{kind}", body, "admin", "notifications")["id"])

    def recipient() -> str:
        return made("recipients", name="合规部", role="compliance", tenant=TENANT)

    def endpoint(whose: str) -> str:
        return made("endpoints", recipient_id=whose, address="http://127.0.0.1:18409/")

    subscribed = recipient()
    return {
        "recipient_id": recipient(),
        "endpoint_id": endpoint(recipient()),
        "subscription_id": made(
            "subscriptions", recipient_id=subscribed, endpoint_ids=[endpoint(subscribed)], kinds=["heartbeat"]
        ),
        "window_id": made(
            "maintenance-windows",
            tenant=TENANT,
            reason="核心系统升级",
            starts_at="2020-01-01T00:00:00+08:00",
            ends_at="2020-01-01T04:00:00+08:00",
        ),
    }


@pytest.fixture
def world(callers: Callers, ids: Mapping[str, str]) -> World:
    """Every route of both services; what goes wrong with any is told together."""
    made = World(callers, ids)
    for service, table in TABLES.items():
        document = callers.read("/openapi.json", "admin", service)
        for path, operations in document["paths"].items():
            for method in operations:
                assert (method.upper(), path) in table, f"{method.upper()} {path}: write down who may call it"
                made.routes.append(_route(service, method.upper(), path, table, document))
    made.routes.sort(key=lambda route: _ORDER.index(route.method))
    assert len(made.routes) > 50
    return made


def _route(service: str, method: str, path: str, table: Mapping[tuple[str, str], May], document: Json) -> Route:
    if (method, path) == ("POST", "/v1/claims"):
        return Route(service, method, path, table[method, path], report(policy__number="ROLES-2"))
    content = document["paths"][path][method.lower()].get("requestBody", {}).get("content", {})
    schema = next((its["schema"] for its in content.values()), None)
    return Route(service, method, path, table[method, path], None if schema is None else smallest(schema, document))


def test_what_is_for_everybody_needs_no_token_and_nothing_else_goes_without(world: World) -> None:
    for route in world.routes:
        open_to_all = 410 if "{token}" in route.path else 200  # who has no signed link gets nothing behind one
        world.expect(route, None, world.ids, open_to_all if route.may.roles == ANYBODY else 401)
    world.must_be_right()


def test_what_a_role_may_not_do_is_403_whosever_it_is(world: World) -> None:
    for route in world.guarded:
        for role in sorted(set(ROLES) - route.may.roles):
            world.expect(route, role, world.ids, 403)
            world.expect(route, role, _nothing(world), 403)
            if role in FOREIGN:
                world.expect(route, FOREIGN[role], world.ids, 403)
    world.must_be_right()


def test_what_belongs_to_others_is_404_as_what_does_not_exist(world: World) -> None:
    for route in world.guarded:
        for role in sorted(route.may.roles):
            if route.names_something and "{rulebook_id}" not in route.path:
                world.expect(route, role, _nothing(world), route.may.missing)
            if role in FOREIGN:
                world.expect(route, FOREIGN[role], world.ids, route.may.foreign)
    world.must_be_right()


def test_a_list_shows_nothing_of_others(world: World) -> None:
    lists = [route for route in world.guarded if route.method == "GET" and not route.names_something]
    secrets = [value for name, value in world.ids.items() if name not in {"rulebook_id", "year", "day", "token"}]
    assert len(lists) >= 9
    for route in lists:
        for role in route.may.roles & FOREIGN.keys():
            seen = world.ask(route, FOREIGN[role], world.ids).text
            world.wrong += [f"{route.path} shows {secret} to {FOREIGN[role]}" for secret in secrets if secret in seen]
        named = any(secret in world.ask(route, "admin", world.ids).text for secret in secrets)
        assert named or any(part in route.path for part in ("rule", "compliance", "reports"))
    world.must_be_right()


def test_what_a_role_may_do_is_neither_401_nor_403_nor_404(world: World) -> None:
    for route in world.guarded:
        for role in sorted(route.may.roles):
            statuses = (200,) if route.method == "GET" else (200, 201, 202, 204, 409, 422)
            world.expect(route, role, world.ids, *statuses)
    world.must_be_right()


def _nothing(world: World) -> dict[str, str]:
    """Ids that nothing has, for every name in a path."""
    return dict.fromkeys(world.ids, NOBODY)

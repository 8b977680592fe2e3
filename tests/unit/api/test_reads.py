"""Lists, timelines, the feed, clocks, rulebooks."""

from collections.abc import Callable
from dataclasses import replace

import httpx2
import pytest
from tests.support.story import at, rulebooks
from tests.unit.api.conftest import Api
from tests.unit.api.examples import a_report
from tests.unit.api.fake_reads import FakePast
from tests.unit.api.fakes import FakeApplication

from claims.api.app import ApiServices
from claims.application.calls import ClockLevel
from claims.application.pages import ClaimFilter, ClockFilter
from claims.domain.rulebook import Tier


async def reported(api: Api) -> str:
    return str((await api.post("/v1/claims", a_report())).json()["id"])


async def test_the_list_of_claims_passes_its_filters_on(api: Api) -> None:
    claim_id = await reported(api)
    filters = {
        "status": "reported",
        "insurer": "picc-sz",
        "region": "440000",
        "policy_number": "P-1",
        "adjuster": "sz-0417",
        "reported_from": "2026-03-01T00:00:00+08:00",
        "reported_to": "2026-04-01T00:00:00Z",
        "limit": "7",
    }
    page = (await api.get("/v1/claims", params=filters)).json()
    assert page["next_cursor"] is None
    assert page["items"][0]["id"] == claim_id
    assert page["items"][0]["accident_at"] == "2026-03-02T09:30:00+08:00"
    assert page["items"][0]["paid"] == "0.00"
    moments = at("2026-03-01 00:00"), at("2026-04-01 08:00")
    assert api.application.filters == [ClaimFilter("reported", "picc-sz", "440000", "P-1", *moments, "sz-0417")]


async def test_the_list_of_clocks_passes_its_filters_on(api: Api) -> None:
    filters = {
        "status": "overdue",
        "rule": "SZ-20.6",
        "tier": "service",
        "insurer": "picc-sz",
        "region": "440300",
        "due_before": "2026-03-01T00:00:00+08:00",
        "provisional": "false",
    }
    assert (await api.get("/v1/clocks", params=filters)).status_code == 200
    due = at("2026-03-01 00:00")
    expected = ClockFilter("overdue", "SZ-20.6", "service", "picc-sz", "440300", due, provisional=False)
    assert api.application.filters == [expected]


@pytest.mark.parametrize("tier", [each for each in Tier if each != Tier.KPI])
async def test_clocks_are_asked_for_by_every_tier_that_has_any(api: Api, tier: Tier) -> None:
    assert (await api.get("/v1/clocks", params={"tier": tier.value})).status_code == 200
    assert api.application.filters == [ClockFilter(tier=tier.value)]


@pytest.mark.parametrize(
    ("path", "query", "pointer"),
    [
        ("/v1/claims", "limit=0", "/limit"),
        ("/v1/claims", "limit=201", "/limit"),
        ("/v1/claims", "limit=many", "/limit"),
        ("/v1/claims", "limit=%C2%B2", "/limit"),
        ("/v1/claims", "limit=1&limit=2", "/limit"),
        ("/v1/claims", "cursor=forged", "/cursor"),
        ("/v1/claims", "cursor=", "/cursor"),
        ("/v1/claims", "status=lost", "/status"),
        ("/v1/claims", "regoin=440300", "/regoin"),
        ("/v1/claims", "reported_from=2026-03-01", "/reported_from"),
        ("/v1/claims", "policy_number=a%00b", "/policy_number"),
        ("/v1/clocks", "provisional=maybe", "/provisional"),
        ("/v1/clocks", "rule=%00", "/rule"),
        ("/v1/events", "after=forged", "/after"),
        ("/v1/events", "cursor=x", "/cursor"),
        ("/v1/rulebooks", "cursor=forged", "/cursor"),
    ],
)
async def test_a_parameter_that_cannot_be_is_422_at_its_name(api: Api, path: str, query: str, pointer: str) -> None:
    answer = await api.get(f"{path}?{query}")
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


async def test_an_unknown_parameter_of_a_single_thing_is_refused_rather_than_ignored(api: Api) -> None:
    claim_id = await reported(api)
    assert (await api.get(f"/v1/claims/{claim_id}?as_off=2026-01-01T00:00:00Z")).status_code == 422


async def test_the_feed_goes_on_after_its_cursor_also_when_nothing_is_new(api: Api) -> None:
    await reported(api)
    first = (await api.get("/v1/events")).json()
    assert [event["version"] for event in first["items"]] == [1, 2]
    assert first["items"][0]["name"] == "ClaimReported"
    then = (await api.get("/v1/events", params={"after": first["next_cursor"]})).json()
    assert then == {"items": [], "next_cursor": first["next_cursor"]}


async def test_an_event_tells_amounts_in_yuan_and_who_recorded_it_when(api: Api) -> None:
    claim_id = await reported(api)
    event = (await api.get(f"/v1/claims/{claim_id}/events")).json()["items"][0]
    assert event["data"]["policy"]["limits"]["per_person"] == "1000000.00"
    assert event["data"]["policy"]["effective_from"] == "2026-01-01"
    assert event["data"]["accident"]["casualties"]["deaths"] == 1
    assert event["occurred_at"] == event["recorded_at"] == "2026-03-02T10:00:00+08:00"
    assert (event["actor"], event["hash"], event["rulebooks"]) == ("insurer:x", "01", ["shenzhen-2018@2"])


async def test_a_clock_says_what_the_regulation_asked_and_how_far_it_has_come(api: Api) -> None:
    claim_id = await reported(api)
    page = (await api.get(f"/v1/claims/{claim_id}/clocks")).json()
    clock = page["items"][0]
    explained = (await api.get(f"/v1/clocks/{clock['id']}")).json()
    assert explained.pop("explanation")
    assert clock == explained
    assert clock == (await api.get("/v1/clocks")).json()["items"][0]
    del clock["id"]
    assert clock == {
        "subject": f"claims/{claim_id}",
        "claim_id": claim_id,
        "rule": "SZ-20.1",
        "title": {
            "zh": rulebooks()["shenzhen-2018@2"].obligation("SZ-20.1").title_zh,
            "en": rulebooks()["shenzhen-2018@2"].obligation("SZ-20.1").title_en,
        },
        "citation": rulebooks()["shenzhen-2018@2"].obligation("SZ-20.1").citation,
        "tier": "target",
        "responsible": "insurer",
        "started_at": "2026-03-02T10:00:00+08:00",
        "due_at": "2026-03-04T00:00:00+08:00",
        "due_date": "2026-03-03",
        "limit": {"amount": 1, "unit": "working_days"},
        "status": "open",
        "fulfilled_at": None,
        "breached_at": None,
        "withdrawn_at": None,
        "level": 0,
        "generation": 1,
        "flags": [],
        "binding": True,
        "rulebook": "shenzhen-2018@2",
        "calendar_version": 1,
        "provisional": False,
        "period": None,
    }


async def test_the_watchs_word_counts_more_than_the_time_that_has_passed(api: Api) -> None:
    claim_id = await reported(api)
    clock_id = next(iter(next(iter(api.application.claims_by_id.values())).clocks))
    api.application.now_is = at("2026-03-09 10:00")
    late = (await api.get(f"/v1/claims/{claim_id}")).json()["clocks"][0]
    assert (late["level"], late["status"], late["breached_at"]) == (4, "missed", None)
    api.application.levels = {clock_id: ClockLevel(2, at("2026-03-05 09:00"))}
    known = (await api.get(f"/v1/claims/{claim_id}")).json()["clocks"][0]
    assert (known["level"], known["status"], known["breached_at"]) == (2, "at_risk", None)
    assert known["withdrawn_at"] == "2026-03-05T09:00:00+08:00"


async def test_rulebooks_are_listed_in_parts_and_read_by_id_or_reference(api: Api) -> None:
    listed = (await api.get("/v1/rulebooks", "regulator", params={"limit": 1})).json()
    assert [book["reference"] for book in listed["items"]] == ["beijing-2016@2"]
    by_id = (await api.get("/v1/rulebooks/shenzhen-2018")).json()
    assert by_id == (await api.get("/v1/rulebooks/shenzhen-2018@2")).json()
    rescue = next(each for each in by_id["obligations"] if each["id"] == "SZ-20.6")
    assert rescue["brackets"][0] == {"up_to": "1000000.00", "limit": {"amount": 5, "unit": "working_days"}}
    assert by_id["parameters"]["rescue_minimum_percent"]["value"] == 60
    assert by_id["parameters"]["small_claim_threshold"]["value"] == "10000.00"
    assert by_id["accident_grades"] is None, "those of the national rulebook hold"
    national = (await api.get("/v1/rulebooks/national")).json()["accident_grades"]
    assert [(each["grade"], each["deaths"], each["direct_loss"]) for each in national["bounds"]] == [
        ("extraordinary", 30, "100000000.00"),
        ("serious", 10, "50000000.00"),
        ("major", 3, "10000000.00"),
    ]
    assert national["regrading"]["days_by_kind"] == {"traffic": 7, "fire": 7}
    assert by_id["roles"]["safety_authority"]["name"]["zh"] == "应急管理局"


async def test_the_list_of_rulebooks_goes_on_after_its_cursor(
    services: ApiServices, make_client: Callable[[ApiServices], httpx2.AsyncClient], application: FakeApplication
) -> None:
    book = rulebooks()["shenzhen-2018@2"]
    many = {each.reference: each for each in (book, replace(book, version=3), replace(book, id="a"))}
    seen, cursor = [], None
    async with make_client(replace(services, rulebooks=many)) as client:
        api = Api(client, application, FakePast(application))
        while True:
            query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
            page = (await api.get("/v1/rulebooks", params=query)).json()
            seen += [each["reference"] for each in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert (await api.get("/v1/rulebooks/shenzhen-2018")).json()["version"] == 3
    assert seen == ["a@2", "shenzhen-2018@2", "shenzhen-2018@3"]


async def test_a_clock_carries_its_generation_and_version_as_etag(api: Api) -> None:
    await reported(api)
    clock_id = next(iter(next(iter(api.application.claims_by_id.values())).clocks))
    assert (await api.get(f"/v1/clocks/{clock_id}")).headers["etag"] == '"1.0"'

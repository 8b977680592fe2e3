"""The calendar over HTTP: read, replaced in either form, previewed; and who may."""

from dataclasses import replace

import httpx2
import pytest
from tests.unit.api.conftest import Api
from tests.unit.api.fakes import row_of
from tests.unit.calendars.examples import OF_2027, our_body, public_file, work
from tests.unit.calendars.fakes import FakeCalendars, FakeClocks, FakePlanner, calendars
from tests.unit.calendars.test_preview import a_claim

from claims.api.services import ApiServices

PATH = "/v1/calendars/2027"


@pytest.fixture
def store() -> FakeCalendars:
    return FakeCalendars()


@pytest.fixture
def services(services: ApiServices, store: FakeCalendars) -> ApiServices:
    claim = a_claim(40)
    rows = FakeClocks([row_of(claim, clock) for clock in claim.clocks.values()])
    return replace(services, calendars=calendars(store, rows, FakePlanner({claim.claim_id: claim})))


async def put(api: Api, body: object, role: str = "admin", path: str = PATH, **headers: str) -> httpx2.Response:
    return await api.client.put(path, json=body, headers=api.headers(role, headers))


async def test_a_year_is_read_with_its_days_their_notices_and_what_is_still_open(api: Api) -> None:
    answer = await api.get("/v1/calendars/2026", role="regulator")
    assert answer.status_code == 200
    assert answer.headers["ETag"] == '"1"'
    year = answer.json()
    assert (year["year"], year["version"], year["known"], year["provisional_from"]) == (2026, 1, True, "2026-12-21")
    assert {"date", "kind", "notice", "published_on"} == set(year["days"][0])
    assert {each["date"]: each["kind"] for each in year["days"]}["2026-02-14"] == "work"


async def test_a_year_that_is_not_published_yet_says_so(api: Api) -> None:
    year = (await api.get(PATH)).json()
    assert (year["known"], year["provisional_from"], year["days"]) == (False, "2027-01-01", [])


@pytest.mark.parametrize("year", ["27", "1850", "20271", "abcd"])
async def test_what_is_no_year_is_not_found(api: Api, year: str) -> None:
    assert (await api.get(f"/v1/calendars/{year}")).status_code == 404


@pytest.mark.parametrize("body", [our_body(), public_file()], ids=["our form", "public file"])
async def test_either_form_makes_a_version(api: Api, store: FakeCalendars, body: object) -> None:
    answer = await put(api, body)
    assert answer.status_code == 200, answer.text
    assert answer.headers["ETag"] == '"2"'
    assert answer.json()["known"]
    assert {each["date"]: each["kind"] for each in answer.json()["days"]} == {
        each.on.isoformat(): each.kind.value for each in OF_2027
    }
    assert store.sources[0][1] == "admin:admin-1"


async def test_the_same_again_makes_no_second_version(api: Api, store: FakeCalendars) -> None:
    first, again = await put(api, our_body()), await put(api, our_body())
    assert first.json() == again.json()
    assert len(store.versions) == 2


async def test_a_lost_race_is_decided_anew(api: Api, store: FakeCalendars) -> None:
    store.races = 2
    assert (await put(api, our_body())).json()["version"] == 2


async def test_if_match_of_another_version_is_412(api: Api) -> None:
    assert (await put(api, our_body(), **{"If-Match": '"7"'})).status_code == 412
    assert (await put(api, our_body(), **{"If-Match": '"1"'})).status_code == 200


async def test_a_year_that_leaves_a_gap_is_409_and_names_the_rule(api: Api) -> None:
    body = our_body(*(replace(each, on=each.on.replace(year=2029)) for each in OF_2027[:1]))
    answer = await put(api, body, path="/v1/calendars/2029")
    assert answer.status_code == 409
    assert answer.json()["rule"] == "calendar-year-out-of-order"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"days": []}, "/days"),
        (our_body(*work("2025-01-01")), "/days/0/date"),
        ({"days": [{**our_body()["days"][0], "kind": "holiday"}]}, "/days/0/kind"),
        ({**our_body(), "year": 2027}, "/year"),
        (public_file(2026), "/year"),
        ({**public_file(), "papers": []}, "/papers"),
        ({**public_file(), "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": "yes"}]}, "/days/0/isOffDay"),
    ],
)
async def test_a_field_that_cannot_be_is_422_at_its_place(api: Api, body: object, pointer: str) -> None:
    answer = await put(api, body)
    assert answer.status_code == 422
    assert pointer in {each["pointer"] for each in answer.json()["errors"]}


async def test_a_preview_names_what_moves_from_where_to_where_and_stores_nothing(
    api: Api, store: FakeCalendars
) -> None:
    path, found, cursor = f"{PATH}/preview?limit=1", [], None
    while True:
        query = "" if cursor is None else f"&cursor={cursor}"
        answer = await api.post(f"{path}{query}", our_body(), role="admin")
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        cursor = answer.json()["next_cursor"]
        if cursor is None:
            break
    assert len(store.versions) == 1
    (rescue,) = (each for each in found if each["rule"] == "SZ-20.6")
    assert rescue["from"] == {"due_at": "2026-12-26T00:00:00+08:00", "due_date": "2026-12-25", "provisional": True}
    assert rescue["to"] == {"due_at": "2026-12-26T00:00:00+08:00", "due_date": "2026-12-25", "provisional": False}
    assert rescue["newly_late"] is False


async def test_a_cursor_of_another_list_is_422(api: Api) -> None:
    answer = await api.post(f"{PATH}/preview?cursor=abc", our_body(), role="admin")
    assert answer.status_code == 422


@pytest.mark.parametrize("role", ["insurer", "operations", "broker", "regulator", "service"])
async def test_nobody_but_an_administrator_replaces_or_previews(api: Api, role: str) -> None:
    assert (await put(api, our_body(), role)).status_code == 403
    assert (await api.post(f"{PATH}/preview", our_body(), role=role)).status_code == 403

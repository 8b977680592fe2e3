"""What a role does not see, and what nobody can make the board do for it."""

import re
from urllib.parse import quote

import pytest
from playwright.async_api import expect
from tests.acceptance.board.visits import (
    ADMIN,
    BROKER,
    OPERATIONS,
    OTHER_OPERATIONS,
    OTHER_REGULATOR,
    REGULATOR,
    Enter,
    Person,
    Visit,
)
from tests.support.machine import Json

from anze.demo.speakers import Speakers

_NOT_THERE = "018f0000-0000-7000-8000-000000000000"
_ELSEWHERE = {"origin": "http://elsewhere.test", "sec-fetch-site": "cross-site"}
_SESSION = "anze-board"
_PROOF = 'input[name="csrf_token"]'


async def _status(visit: Visit, path: str) -> int:
    """How an address answers, without showing it."""
    return (await visit.browsing.context.request.get(f"{visit.browsing.base}/board{path}", max_redirects=0)).status


async def _posted(visit: Visit, path: str, fields: dict[str, str], headers: dict[str, str] | None = None) -> int:
    """How a form that was made by hand is answered."""
    form: dict[str, str | float | bool] = {**fields}
    answer = await visit.browsing.context.request.post(
        f"{visit.browsing.base}/board{path}", form=form, headers=headers or {}, max_redirects=0
    )
    return answer.status


async def _proof(visit: Visit) -> str:
    await visit.open("/")
    return await visit.page.locator(_PROOF).first.input_value()


def _of(clocks: list[Json], insurer: str, claims: list[Json]) -> str:
    """A claim of an insurer that has a clock."""
    its = {each["id"] for each in claims if each["insurer"] == insurer}
    return next(str(each["claim_id"]) for each in clocks if each["claim_id"] in its)


@pytest.fixture(scope="module")
def claims(speakers: Speakers) -> list[Json]:
    """All claims there are."""
    return speakers.admin.list("/v1/claims")


@pytest.fixture(scope="module")
def clocks(speakers: Speakers) -> list[Json]:
    """All clocks there are."""
    return speakers.admin.list("/v1/clocks")


async def test_a_regulator_sees_no_targets_and_no_provisional_dates(enter: Enter, clocks: list[Json]) -> None:
    hidden = [
        each["id"] for each in clocks if each["tier"] == "target" and each["status"] in {"open", "at_risk", "missed"}
    ]
    assert hidden
    visit = await enter(REGULATOR)
    await visit.open("/")
    rows = await visit.page.locator("table.clocks tbody tr").evaluate_all("rows => rows.map(row => row.id.slice(6))")
    assert rows
    assert not set(rows) & set(hidden)
    await expect(visit.page.get_by_text(visit.words("today.provisional"))).to_have_count(0)
    assert await visit.page.locator('#filter-tier option[value="target"]').count() == 0
    assert await _status(visit, f"/clocks/{hidden[0]}") == 404


async def test_a_regulator_sees_nothing_outside_its_region(
    enter: Enter, claims: list[Json], clocks: list[Json]
) -> None:
    visit = await enter(OTHER_REGULATOR)
    await visit.open("/")
    shown = await visit.page.locator("table.clocks tbody a.row-link[href*='/claims/']").evaluate_all(
        "links => links.map(link => link.getAttribute('href').split('/').pop().split('#')[0])"
    )
    inside = {each["id"] for each in claims if each["region"].startswith("11")}
    assert shown
    assert set(shown) <= inside
    assert await _status(visit, f"/claims/{_of(clocks, 'picc-sz', claims)}") == 404
    assert await _status(visit, f"/claims/{_of(clocks, 'jingyuan-bj', claims)}") == 200


@pytest.mark.parametrize("path", ["/", "/breaches", "/deliveries", "/calendar/2027"])
async def test_a_regulator_is_offered_nothing_that_changes_anything_of_others(enter: Enter, path: str) -> None:
    visit = await enter(REGULATOR)
    await visit.open(path)
    offered = await visit.page.locator("form[method=post]").evaluate_all(
        "forms => [...new Set(forms.map(form => form.getAttribute('action')))]"
    )
    assert set(offered) <= {"/board/sign-out", "/board/breaches/acknowledgements"}


@pytest.mark.parametrize(
    ("person", "path"),
    [
        (REGULATOR, f"/deliveries/{_NOT_THERE}/redeliveries"),
        (REGULATOR, "/deliveries/redeliveries"),
        (BROKER, f"/deliveries/{_NOT_THERE}/redeliveries"),
        (BROKER, "/breaches/acknowledgements"),
        (ADMIN, "/breaches/acknowledgements"),
    ],
    ids=lambda each: each.role if isinstance(each, Person) else each,
)
async def test_what_a_role_may_not_do_is_refused_even_with_the_proof_of_its_session(
    enter: Enter, person: Person, path: str
) -> None:
    visit = await enter(person)
    proof = await _proof(visit)
    assert await _posted(visit, path, {"csrf_token": proof, "clock": _NOT_THERE, "alert": _NOT_THERE}) == 403


async def test_a_forged_form_changes_nothing(enter: Enter, speakers: Speakers) -> None:
    dead = speakers.notifications.get("/v1/deliveries?status=dead&limit=1")["items"][0]
    visit = await enter(Person("operations", tenant=dead["about"]["tenant"]))
    proof, path = await _proof(visit), f"/deliveries/{dead['id']}/redeliveries"
    assert await _posted(visit, path, {}) == 403
    assert await _posted(visit, path, {"csrf_token": f"{proof}x"}) == 403
    assert await _posted(visit, path, {"csrf_token": proof}, _ELSEWHERE) == 403
    assert speakers.notifications.get(f"/v1/deliveries/{dead['id']}")["status"] == "dead"


async def test_a_broker_sees_its_own_claims_alone(enter: Enter, speakers: Speakers, claims: list[Json]) -> None:
    own = {each["id"] for each in speakers.api(BROKER.caller).list("/v1/claims")}
    foreign = next(each["id"] for each in claims if each["id"] not in own)
    visit = await enter(BROKER)
    await visit.open("/")
    shown = await visit.page.locator("main a[href*='/claims/']").evaluate_all(
        "links => links.map(link => link.getAttribute('href').split('/').pop().split('#')[0])"
    )
    assert shown
    assert set(shown) <= own
    assert await _status(visit, f"/claims/{foreign}") == 404
    assert await _status(visit, "/compliance") == 403
    offered = visit.page.locator("nav.pages a")
    assert await offered.evaluate_all("links => links.map(link => link.getAttribute('href'))") == [
        "/board/", "/board/rulebooks", "/board/due-dates",
    ]  # fmt: skip


async def test_operations_of_one_insurer_never_see_anothers_claim(
    enter: Enter, claims: list[Json], clocks: list[Json]
) -> None:
    foreign = next(each for each in claims if each["id"] == _of(clocks, "nanling-sz", claims))
    visit = await enter(OPERATIONS)
    for path in (f"/claims/{foreign['id']}", f"/claims/{foreign['id']}/story", f"/claims/{foreign['id']}?print=1"):
        await visit.open(path, 404)
        await expect(visit.page.get_by_role("heading", level=1)).to_have_text(visit.words("common.error.not_found"))
        assert foreign["number"] not in await visit.text()
    visit.browsing.watched.expected("with a status of 404")
    await visit.open(f"/search?q={foreign['number']}")
    await expect(visit.page.get_by_text(visit.words("search.empty"), exact=True)).to_be_visible()
    other = await enter(OTHER_OPERATIONS)
    await other.open(f"/claims/{foreign['id']}")


async def test_somebody_who_is_not_signed_in_comes_back_to_the_page_that_was_asked_for(enter: Enter) -> None:
    visit = await enter(None)
    asked = "/board/breaches?kind=withdrawn&period=all"
    await visit.page.goto(f"{visit.browsing.base}{asked}")
    await expect(visit.page).to_have_url(re.compile(re.escape(f"/board/sign-in?next={quote(asked, safe='')}")))
    await visit.page.get_by_label(visit.words("sign_in.development.tenant")).fill("picc-sz")
    await visit.page.locator(".sign-in-form button").click()
    await expect(visit.page).to_have_url(f"{visit.browsing.base}{asked}")
    await visit.settled()
    await visit.page.locator("details.menu summary").click()
    await visit.page.get_by_role("button", name=visit.words("common.sign_out")).click()
    await expect(visit.page.get_by_role("heading", level=1)).to_have_text(visit.words("sign_in.out.done"))
    assert await _status(visit, "/") == 303


async def test_a_session_that_was_tampered_with_is_none(enter: Enter) -> None:
    visit = await enter(ADMIN)
    cookies = await visit.browsing.context.cookies()
    value = next(str(each.get("value")) for each in cookies if each.get("name") == _SESSION)
    stranger = await enter(None)
    other = "A" if value[-9] != "A" else "B"
    for given, status in ((value, 200), (value[:-9] + other + value[-8:], 303), ("x" * len(value), 303), ("", 303)):
        await stranger.browsing.context.clear_cookies(name=_SESSION)
        await stranger.browsing.context.add_cookies(
            [{"name": _SESSION, "value": given, "domain": "127.0.0.1", "path": "/board"}]
        )
        assert await _status(stranger, "/") == status, given

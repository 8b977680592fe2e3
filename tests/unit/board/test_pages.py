"""Every page of the lists and of the regulation: for every role, in both languages, as a page and as a part of one."""

import pytest
from tests.unit.board.boards import HTMX, PEOPLE, Fakes
from tests.unit.board.markup import Markup
from tests.unit.board.rows import RUNNING

from claims.dashboard.navigation import WAYS, ways_of
from claims.dashboard.pages import Page
from claims.dashboard.site import pages
from claims.dashboard.texts import LANGUAGES

LISTS = (
    "/",
    "/?due=overdue",
    "/?due=unsettled&tier=service&status=at_risk&insurer=picc-sz&adjuster=adj-7&rule=SZ-20.6&region=440304",
    "/?show=eligible",
    "/?show=provisional",
    "/?rule=SZ-99&region=44",
    "/?cursor=next",
    "/search?q=AZ-2026",
    "/search",
    "/unacknowledged",
    "/breaches",
    "/breaches?kind=withdrawn&period=all&cursor=next",
    "/breaches?kind=corrected&period=2026-Q1&tier=target",
    "/breaches/told?clocks=",
    "/deliveries",
    "/deliveries?status=dead&channel=webhook&kind=heartbeat&cursor=next&done=range&count=2",
    "/deliveries/00000000-0000-0000-0000-000000000001?done=again",
    "/rulebooks",
    "/rulebooks/shenzhen-2018?rule=SZ-20.6",
    "/calendar",
    "/calendar/2027",
    "/calendar/1999",
    "/due-dates",
    "/due-dates?rule=SZ-20.6&region=440300&started_at=2026-03-02T10:00&amount=600000",
)
OF_READERS = ("/unacknowledged", "/breaches", "/deliveries", "/calendar")
"""What a broker is not shown."""


def allowed(role: str, path: str) -> bool:
    return role != "broker" or not path.startswith(OF_READERS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", PEOPLE)
async def test_every_page_says_all_that_it_holds_to_every_role(role: str, language: str) -> None:
    board = Fakes()
    kinds = ({}, HTMX) if role in {"admin", "broker"} else ({},)
    for path in LISTS:
        for headers in kinds:
            answer = await board.get(role, path, language, **headers)
            assert answer.status_code == (200 if allowed(role, path) else 403), path
            markup = Markup(answer.text)
            assert not markup.faults, path
            assert not {"None", "Undefined", "True", "False"} & set(markup.text.split()), path
            assert "&amp;lt;" not in answer.text, path


@pytest.mark.parametrize("language", LANGUAGES)
async def test_pages_without_a_row_say_what_to_do(language: str) -> None:
    board = Fakes(sandbox=True)
    board.tables.running = board.tables.breached = board.tables.eligible_claims = board.tables.found = ()
    board.alerts.items = board.alerts.alerts = ()
    for path in LISTS:
        answer = await board.get("admin", path, language) if "/deliveries/" not in path else None
        assert answer is None or (answer.status_code == 200 and not Markup(answer.text).faults), path


async def test_a_page_is_in_the_language_that_was_asked_for_and_has_one_first_heading() -> None:
    board = Fakes()
    for language, said in (("zh", "今日"), ("en", "Today")):
        answer = await board.get("operations", "/", language)
        assert f"<h1>{said}</h1>" in answer.text
        assert f'lang="{"zh-CN" if language == "zh" else "en"}"' in answer.text
        assert Markup(answer.text).headings.count(1) == 1
        assert answer.headers["vary"] == "HX-Request-Type, Cookie"
        assert answer.headers["cache-control"] == "no-store"


async def test_every_row_leads_to_its_claim_or_where_there_is_none_to_its_clock() -> None:
    links = Markup((await Fakes().get("operations", "/")).text).links
    for row in RUNNING:
        expected = f"/claims/{row.clock.subject}" if row.claim else f"/clocks/{row.clock.clock_id}"
        assert f"/board{expected}" in links


async def test_what_is_written_in_a_claim_is_never_markup() -> None:
    text = (await Fakes().get("operations", "/")).text
    assert "某&lt;建筑&gt;有限公司" in text
    assert "某<建筑>" not in text
    assert "王&lt;operations&gt;" in text


async def test_a_part_of_a_page_stands_where_it_is_put() -> None:
    board = Fakes()
    for path, part in (
        ("/?due=today", "board"),
        ("/breaches", "list"),
        ("/deliveries", "log"),
        ("/due-dates", "outcome"),
    ):
        text = (await board.get("operations", path, **HTMX)).text.strip()
        assert f'id="{part}"' in text[: text.index(">")]
        assert "<html" not in text


@pytest.mark.parametrize("path", ["/", "/breaches", "/deliveries"])
async def test_filters_and_choices_outlive_the_next_page_and_the_next_look(path: str) -> None:
    text = (
        await Fakes().get(
            "operations", f"{path}?status=dead&kind=heartbeat" if "del" in path else f"{path}?rule=SZ-20.6&tier=service"
        )
    ).text
    kept = "status=dead&amp;kind=heartbeat" if "del" in path else "rule=SZ-20.6&amp;tier=service"
    assert f'href="/board{path}?{kept}&amp;cursor=next"' in text
    assert f'hx-get="/board{path}?{kept}"' in text


async def test_what_is_chosen_in_filters_goes_into_the_address_bar_without_a_page_of_the_old_list() -> None:
    chosen = await Fakes().get(
        "operations", "/?rule=SZ-20.6&tier=&cursor=next", **HTMX, **{"HX-Source": "form#filters"}
    )
    assert chosen.headers["hx-push-url"] == "/board/?rule=SZ-20.6"
    refreshed = await Fakes().get("operations", "/?rule=SZ-20.6", **HTMX, **{"HX-Source": "div#board"})
    assert "hx-push-url" not in refreshed.headers


async def test_an_address_keeps_what_was_typed_exactly() -> None:
    text = (await Fakes().get("operations", "/?adjuster=%E7%8E%8B%26x%3D1&due=today")).text
    assert 'hx-get="/board/?adjuster=%E7%8E%8B%26x%3D1&amp;due=today"' in text


async def test_of_a_parameter_that_comes_twice_the_last_one_counts_everywhere() -> None:
    board = Fakes()
    text = (await board.get("operations", "/?tier=target&tier=service")).text
    assert 'hx-get="/board/?tier=service"' in text
    assert board.tables.asked[0][1][0].tier == "service"


@pytest.mark.parametrize(
    "path",
    [
        "/?tier=kpi", "/?status=met", "/?due=never", "/?show=all", "/?cursor=of-another-list", f"/?adjuster={'x' * 65}",
        "/?insurer=%00", "/search?q=%00", "/breaches?period=2026-13", "/breaches?period=March", "/breaches?kind=all",
        "/breaches/told?clocks=1", "/deliveries?claim_id=1", "/deliveries?kind=unknown", "/breaches?cursor=x",
    ],
)  # fmt: skip
async def test_an_address_that_means_nothing_is_refused_in_words(path: str) -> None:
    for headers in ({}, HTMX):
        answer = await Fakes().get("admin", path, **headers)
        assert answer.status_code == 400
        assert "The address holds a filter that means nothing" in answer.text


async def test_a_regulator_is_not_offered_what_never_leaves_the_insurer() -> None:
    board = Fakes()
    for role, offered in (("regulator", False), ("operations", True)):
        text = (await board.get(role, "/")).text
        assert ('value="target"' in text) is offered
        assert ('value="missed"' in text) is offered
        assert ("Provisional dates" in text) is offered


async def test_insurers_are_named_beside_each_other_only_where_there_are_several() -> None:
    for role, named in (("operations", False), ("insurer", False), ("admin", True), ("regulator", True)):
        assert (" · picc-sz</span>" in (await Fakes().get(role, "/")).text) is named


NAMED = {
    "form": "csv",
    "year": "2026",
    "rulebook": "shenzhen-2018",
    "claim_id": "x",
    "clock_id": "x",
    "delivery_id": "00000000-0000-0000-0000-000000000001",
}


def _path(page: Page) -> str:
    return page.path.format(**NAMED)


GETS = [page for page in pages() if page.method == "GET" and page.name != "live"]
POSTS = [page for page in pages() if page.method == "POST"]


@pytest.mark.parametrize("page", GETS, ids=lambda page: page.path)
async def test_a_page_opens_to_the_roles_that_it_names_and_to_nobody_else(page: Page) -> None:
    board = Fakes()
    for role in PEOPLE:
        status = (await board.get(role, _path(page))).status_code
        assert (status != 403) is (role in page.roles), role
    away = await board.get(None, _path(page))
    assert away.status_code == 303
    assert away.headers["location"].startswith("/board/sign-in")


@pytest.mark.parametrize("page", POSTS, ids=lambda page: page.path)
async def test_a_change_is_made_for_the_roles_that_it_names_and_never_without_proof(page: Page) -> None:
    board = Fakes()
    for role in PEOPLE:
        async with board.browser(role) as client:
            bare = await client.post(f"/board{_path(page)}", data={"csrf_token": "guessed"})
            elsewhere = await client.post(
                f"/board{_path(page)}",
                data={"csrf_token": board.proof(client)},
                headers={"sec-fetch-site": "cross-site"},
            )
        assert (bare.status_code, elsewhere.status_code) == (403, 403)
        assert ("could not be verified" in bare.text) is (role in page.roles)
        assert ((await board.post(role, _path(page))).status_code != 403) is (role in page.roles)
    async with board.browser(None) as client:
        assert (await client.post(f"/board{_path(page)}")).headers["location"] == "/board/sign-in"
    assert all(done[0] == "redeliver" for done in board.alerts.done), "nothing else was changed without its fields"


def test_a_page_of_the_board_names_who_may_see_it() -> None:
    assert all(page.roles <= set(PEOPLE) and page.roles for page in pages())


def test_ways_are_shown_to_whom_they_lead_somewhere() -> None:
    roles = {page.path: page.roles for page in pages() if page.method == "GET"}
    for role in PEOPLE:
        assert [path for _, path in ways_of(role)] == [path for _, path, _ in WAYS if role in roles[path]]


async def test_the_page_that_is_open_is_marked_among_the_ways() -> None:
    for path in ("/breaches", "/rulebooks/shenzhen-2018"):
        text = (await Fakes().get("operations", path)).text
        assert text.count('aria-current="page"') == 1
        assert f'href="/board/{path.split("/")[1]}" aria-current="page"' in text

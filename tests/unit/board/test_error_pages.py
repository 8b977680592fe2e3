"""How the board says that something did not work: as a page, above a page that is open, and before sign-in."""

import pytest
from structlog.testing import capture_logs
from tests.unit.board.boards import HTMX, Fakes
from tests.unit.board.markup import Markup

from claims.application.calls import NotFound
from claims.application.pages import BadCursor
from claims.application.streaming import StreamsFull
from claims.dashboard.alerts import AlertsAwayError, AlertsRefusedError
from claims.dashboard.csrf import ForgedRequestError
from claims.dashboard.refusals import BadAddressError, ForbiddenPageError
from claims.dashboard.texts import LANGUAGES, Words
from claims.event_store.errors import StoreUnavailableError

KINDS: tuple[tuple[Exception, int, str], ...] = (
    (NotFound("claim", "1"), 404, "not_found"),
    (ForbiddenPageError("x"), 403, "forbidden"),
    (BadAddressError("x"), 400, "bad_address"),
    (BadCursor("x"), 400, "bad_address"),
    (ForgedRequestError("x"), 403, "forged"),
    (StoreUnavailableError("x"), 503, "unavailable"),
    (StreamsFull(), 503, "crowded"),
    (AlertsAwayError("x"), 503, "away"),
    (AlertsRefusedError(409, "Conflict", "It is under way."), 409, "refused"),
    (AlertsRefusedError(404, "Not Found", ""), 404, "not_found"),
    (AlertsRefusedError(403, "Forbidden", ""), 403, "forbidden"),
    (RuntimeError("a secret of the machine"), 500, "failed"),
)


@pytest.mark.parametrize(
    ("error", "status", "key"), KINDS, ids=[f"{type(error).__name__}-{status}" for error, status, _ in KINDS]
)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_error_is_told_in_words_as_a_page_and_as_a_notice(
    error: Exception, status: int, key: str, language: str
) -> None:
    board, words = Fakes(), Words("zh" if language == "zh" else "en")
    board.tables.fails_with = error
    with capture_logs() as logged:
        page = await board.get("operations", "/", language)
        notice = await board.get("operations", "/", language, **HTMX)

    assert [each["event"] for each in logged] == ["page failed"] * (2 if status == 500 else 0)
    for answer in (page, notice):
        assert answer.status_code == status
        assert words(f"common.error.{key}") in answer.text
        assert "secret" not in answer.text
        assert not Markup(answer.text).faults or answer is notice
        assert answer.headers["cache-control"] == "no-store"
    assert Markup(page.text).headings == [1]
    assert 'href="/board/"' in page.text
    assert Markup(notice.text).headings == [2], "the page that is open has its first heading"
    assert "<html" not in notice.text
    assert (notice.headers["hx-retarget"], notice.headers["hx-reswap"]) == ("#notices", "innerMorph")
    assert "hx-retarget" not in page.headers


async def test_a_refusal_of_notifications_says_why() -> None:
    board = Fakes()
    board.alerts.fails_with = AlertsRefusedError(409, "Conflict", "It is <under way>.")
    answer = await board.post("operations", "/deliveries/00000000-0000-0000-0000-000000000001/redeliveries")
    assert (answer.status_code, "It is &lt;under way&gt;." in answer.text) == (409, True)
    board.alerts.fails_with = AlertsRefusedError(409, "Conflict", "")
    answer = await board.post("operations", "/deliveries/00000000-0000-0000-0000-000000000001/redeliveries")
    assert "gave: Conflict" in answer.text


async def test_a_database_that_is_away_is_told_before_anything_of_the_page_is_known() -> None:
    board = Fakes()
    board.application.fails_at_the_edge = StoreUnavailableError("x")
    answer = await board.get("operations", "/")
    assert answer.status_code == 503
    assert "The database does not answer" in answer.text
    assert not Markup(answer.text).faults
    assert "<nav" not in answer.text


@pytest.mark.parametrize("role", [None, "admin"])
async def test_a_path_that_leads_nowhere_says_so_to_everybody_alike(role: str | None) -> None:
    answers = [await Fakes().get(role, path) for path in ("/nothing", "/claims", "/breaches/breaches", "/static/x.js")]
    assert {each.status_code for each in answers} == {404}
    assert all("Not found" in each.text for each in answers)
    assert len({each.text for each in answers}) == 1


async def test_a_way_of_asking_that_a_page_does_not_have_is_not_found() -> None:
    board = Fakes()
    async with board.browser("admin") as client:
        assert (await client.post("/board/breaches")).status_code == 404
        assert (await client.get("/board/breaches/acknowledgements")).status_code == 404


async def test_a_head_request_is_answered_like_the_page() -> None:
    async with Fakes().browser("admin") as client:
        assert (await client.head("/board/breaches")).status_code == 200


async def test_who_signed_out_meanwhile_is_led_to_sign_in_and_back_here() -> None:
    board = Fakes()
    board.wall.now += 1
    part = await board.get(None, "/", **HTMX | {"HX-Current-URL": "http://127.0.0.1:8400/board/breaches?rule=SZ-20.6"})
    assert part.status_code == 401
    assert part.headers["hx-redirect"] == "/board/sign-in?next=%2Fboard%2Fbreaches%3Frule%3DSZ-20.6"
    line = await board.get(None, "/live", accept="text/event-stream")
    assert (line.status_code, line.text) == (401, "")


async def test_another_language_leads_back_here_but_never_to_what_came_of_a_form() -> None:
    board = Fakes()
    listed = (await board.get("operations", "/breaches?rule=SZ-20.6")).text
    assert "language=zh&amp;next=/board/breaches%3Frule%3DSZ-20.6" in listed
    refused = await board.post("operations", "/deliveries/redeliveries")
    assert refused.status_code == 400
    assert 'language=zh&amp;next=/board/"' in refused.text


@pytest.mark.parametrize(
    ("stated", "led"),
    [
        ("/board/breaches?rule=SZ-20.6", "/board/breaches?rule=SZ-20.6"),
        ("https://elsewhere.test/", "/board/"),
        ("//elsewhere.test/", "/board/"),
        ("/board//elsewhere.test", "/board/"),
        ("/board/../v1", "/board/"),
        ("/v1/claims", "/board/"),
        ("/board/\\elsewhere.test", "/board/"),
        ("/board/x\r\nset-cookie: a=b", "/board/"),
    ],
)
async def test_a_choice_of_language_leads_only_to_pages_of_this_board(stated: str, led: str) -> None:
    async with Fakes().browser(None) as client:
        answer = await client.get("/board/preferences", params={"language": "zh", "theme": "dark", "next": stated})
    assert (answer.status_code, answer.headers["location"]) == (303, led)
    assert answer.headers["set-cookie"].startswith("anze_board=zh.dark; HttpOnly;")


async def test_a_choice_that_there_is_not_changes_nothing() -> None:
    async with Fakes().browser(None) as client:
        client.headers["cookie"] = "anze_board=zh.dark"
        answer = await client.get("/board/preferences", params={"language": "fr", "theme": "<b>"})
        assert "anze_board=zh.dark;" in answer.headers["set-cookie"]
        client.headers["cookie"] = "anze_board=fr.<b>"
        answer = await client.get("/board/preferences", params={})
        assert "anze_board=en.auto;" in answer.headers["set-cookie"]

"""Changes that other sites ask a visitor's browser for, and where people are led after sign-in."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from starlette.requests import Request
from tests.unit.board.entrance import LOCAL, SECURE, Entrance, query_of

from claims.dashboard.next_page import HOME, local_address, sign_in_address, to_sign_in

CROSS = [
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "none"},
    {"origin": "https://evil.test"},
    {"origin": "null"},
    {"origin": "https://claims.test.evil.test"},
    {"origin": "https://claims.test:8443"},
]
OWN: list[dict[str, str]] = [
    {"sec-fetch-site": "same-origin"},
    {"sec-fetch-site": "same-origin", "origin": "https://behind-a-proxy.test"},
    {"origin": SECURE},
    {},
]


async def changed(entrance: Entrance, headers: dict[str, str], proof: bytes | None = None) -> httpx2.Response:
    """Ask for a change with the session's proof, or with another."""
    async with entrance.browser() as browser:
        await entrance.sign_in(browser)
        visitor = await entrance.visitor(browser)
        assert visitor is not None
        shown = visitor["csrf"].encode() if proof is None else proof
        raw = [(b"x-csrf-token", shown), *((name.encode(), value.encode()) for name, value in headers.items())]
        return await browser.post("/board/change", headers=raw)


@pytest.mark.parametrize("headers", OWN, ids=str)
async def test_a_page_of_the_board_may_ask_for_a_change(headers: dict[str, str]) -> None:
    assert (await changed(Entrance(), headers)).text == "changed"


@pytest.mark.parametrize("headers", CROSS, ids=str)
async def test_another_site_may_not_even_with_the_proof(headers: dict[str, str]) -> None:
    assert (await changed(Entrance(), headers)).status_code == 403


@pytest.mark.parametrize("proof", [b"", b"x", b"\xe9", b"a" * 43])
async def test_nothing_changes_without_the_proof_of_this_session(proof: bytes) -> None:
    assert (await changed(Entrance(), {"sec-fetch-site": "same-origin"}, proof)).status_code == 403


async def test_the_proof_of_an_earlier_session_of_the_same_person_is_none() -> None:
    entrance = Entrance()
    async with entrance.browser() as browser:
        await entrance.sign_in(browser)
        earlier = await entrance.visitor(browser)
        assert earlier is not None
        await entrance.sign_in(browser)
        for proof, status in ((earlier["csrf"], 403), ((await entrance.visitor(browser) or {})["csrf"], 200)):
            assert (await browser.post("/board/change", data={"csrf_token": proof})).status_code == status


async def test_a_form_brings_the_proof_in_a_field_and_is_bounded() -> None:
    entrance = Entrance()
    async with entrance.browser() as browser:
        await entrance.sign_in(browser)
        proof = (await entrance.visitor(browser) or {})["csrf"]
        assert (await browser.post("/board/change", data={"a": "1", "csrf_token": proof})).text == "changed"
        assert (await browser.post("/board/change", json={"csrf_token": proof})).status_code == 403
        assert (await browser.post("/board/change", params={"csrf_token": proof})).status_code == 403
        plain = {"content-type": "text/plain"}
        assert (await browser.post("/board/change", content=f"csrf_token={proof}", headers=plain)).status_code == 403
        large = await browser.post("/board/change", data={"a": "x" * 20_000, "csrf_token": proof})
        assert large.status_code == 403

        async def endless() -> AsyncIterator[bytes]:
            yield f"csrf_token={proof}".encode()

        form = {"content-type": "application/x-www-form-urlencoded"}
        assert (await browser.post("/board/change", content=endless(), headers=form)).status_code == 403


async def test_nobody_is_signed_out_by_another_site() -> None:
    entrance = Entrance()
    async with entrance.browser() as browser:
        await entrance.sign_in(browser)
        proof = (await entrance.visitor(browser) or {})["csrf"]
        assert (await browser.post("/board/sign-out")).status_code == 403
        elsewhere = {"sec-fetch-site": "cross-site"}
        assert (await browser.post("/board/sign-out", data={"csrf_token": proof}, headers=elsewhere)).status_code == 403
        asked = await browser.get("/board/sign-out", headers={"accept-language": "en"})
        assert "Sign out?" in asked.text
        assert proof in asked.text
        assert await entrance.visitor(browser) is not None


@pytest.mark.parametrize(
    "address",
    [
        "/board/",
        "/board/claims/0192",
        "/board/?status=open&rule=SZ-20.1",
        "/board/claims?q=%E6%B7%B1&next=//x",
        "/board/sign-in?next=%2Fboard%2Fclaims",
    ],
)
def test_a_page_of_the_board_is_gone_on_to(address: str) -> None:
    assert local_address(address) == address


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "https://evil.test/board/",
        "//evil.test/board/",
        "///evil.test",
        "/\\evil.test",
        "\\\\evil.test",
        "/board\\..\\..\\evil",
        "/board//evil.test",
        "/board/..//evil.test",
        "/board/%2e%2e/%2e%2e//evil.test",
        "/board/.%2E/v1/claims",
        "/board/%5cevil",
        "/board/./x",
        "/boardgame",
        "/board.evil.test",
        "/board@evil.test",
        "/v1/claims",
        "/board",
        "javascript:alert(1)",
        "/board/\r\nSet-Cookie: a=b",
        "/board/\tx",
        "/board/ x",
        "/board/?a=\\x",
        "/board/深圳",
        "/board/" + "x" * 2000,
        "/board/sign-out",
        "/board/sign-in/issuer",
        "/board/sign-in/callback?code=c",
        " /board/",
    ],
)
def test_anywhere_else_is_not(address: str | None) -> None:
    assert local_address(address) == HOME


def asking(method: str, path: str, query: str = "", **headers: str) -> Request:
    stated = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "query_string": query.encode(), "headers": stated}
    return Request({**scope, "scheme": "http", "server": ("127.0.0.1", 80), "root_path": "/board"})


def test_who_is_not_signed_in_is_led_back_to_the_page_they_asked_for() -> None:
    answer = to_sign_in(asking("GET", "/board/claims", "status=open&rule=SZ-20.1"))
    assert answer.status_code == 303
    assert query_of(answer.headers["location"]) == {"next": "/board/claims?status=open&rule=SZ-20.1"}
    assert to_sign_in(asking("GET", "/board/")).headers["location"] == "/board/sign-in"
    assert to_sign_in(asking("POST", "/board/claims")).headers["location"] == "/board/sign-in"


def test_htmx_is_told_to_leave_the_page_that_the_person_sees() -> None:
    shown = "http://127.0.0.1/board/breaches?month=2026-03"
    answer = to_sign_in(asking("POST", "/board/part", hx_request="true", hx_current_url=shown))
    assert answer.status_code == 401
    assert query_of(answer.headers["hx-redirect"]) == {"next": "/board/breaches?month=2026-03"}
    nowhere = to_sign_in(asking("GET", "/board/part", hx_request="true"))
    assert nowhere.headers["hx-redirect"] == "/board/sign-in"


def test_a_live_line_ends_where_nobody_is_signed_in() -> None:
    assert to_sign_in(asking("GET", "/board/live", accept="text/event-stream")).status_code == 401


@pytest.mark.parametrize("following", ["//evil.test", "https://evil.test", "/board/\\evil.test"])
async def test_no_way_through_sign_in_leads_off_the_board(following: str) -> None:
    entrance = Entrance(base=LOCAL, with_development=True)
    async with entrance.browser() as browser:
        assert (await entrance.sign_in(browser, following)).headers["location"] == HOME
        assert (await browser.get("/board/sign-in", params={"next": following})).headers["location"] == HOME
        fields = {"role": "admin", "name": "a", "next": following}
        answer = await browser.post("/board/sign-in/development", data=fields, headers={"origin": LOCAL})
        assert (answer.status_code, answer.headers["location"]) == (303, HOME)
    assert sign_in_address(following) == "/board/sign-in"

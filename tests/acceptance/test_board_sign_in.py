"""Sign-in to the board over HTTP, on a machine that lets everybody on it be whom they name."""

import re
from collections.abc import Iterator
from urllib.parse import quote

import httpx2
import pytest
from tests.support.machine import Instance

_PROOF = re.compile(r'name="csrf_token" value="([^"]+)"')


@pytest.fixture
def browser(sandbox: Instance) -> Iterator[httpx2.Client]:
    """A browser without cookies."""
    with httpx2.Client(base_url=sandbox.machine.plan.ports.claims_url, trust_env=False) as made:
        yield made


def sign_in(browser: httpx2.Client, **fields: str) -> httpx2.Response:
    """Fill in the form of the development sign-in."""
    sent = {"name": "王芳", **fields}
    return browser.post("/board/sign-in/development", data=sent, headers={"sec-fetch-site": "same-origin"})


def proof(browser: httpx2.Client) -> str:
    """Return what the page gives a form to bring along."""
    found = _PROOF.search(browser.get("/board/sign-out").text)
    assert found is not None
    return found[1]


def test_a_visitor_signs_in_sees_the_page_they_asked_for_and_signs_out(browser: httpx2.Client) -> None:
    page = "/board/?status=overdue"
    asked = browser.get(page)
    assert (asked.status_code, asked.headers["location"]) == (303, f"/board/sign-in?next={quote(page, safe='')}")
    assert f'name="next" value="{page}"' in browser.get(asked.headers["location"]).text

    entered = sign_in(browser, role="operations", tenant="picc-sz", next=page)
    assert (entered.status_code, entered.headers["location"]) == (303, page)
    shown = browser.get(page)
    assert (shown.status_code, "王芳" in shown.text) == (200, True)

    assert browser.post("/board/sign-out").status_code == 403
    assert browser.get(page).status_code == 200
    assert browser.post("/board/sign-out", data={"csrf_token": proof(browser)}).status_code == 303
    assert browser.get(page).status_code == 303


def test_a_session_of_the_board_is_no_token_of_the_interface(browser: httpx2.Client) -> None:
    sign_in(browser, role="admin")
    assert browser.get("/v1/claims").status_code == 401


@pytest.mark.parametrize(
    "path", ["/board/", "/board/sign-in", "/board/sign-out", "/board/not-there", "/board/claims/x", "/board/static/x"]
)
def test_every_answer_carries_the_policy_of_what_it_may_load(browser: httpx2.Client, path: str) -> None:
    for _ in range(2):
        headers = browser.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert headers["cache-control"] == "no-store"
        sign_in(browser, role="operations", tenant="picc-sz")


def test_what_is_too_large_or_broken_is_answered_with_the_policy_too(browser: httpx2.Client) -> None:
    large = browser.post("/board/sign-in/development", content=b"x" * 1_000_001)
    assert large.status_code == 413
    assert "content-security-policy" in large.headers
    assert browser.get("/board/", headers={"cookie": "anze-board=broken"}).status_code == 303

"""What must not get in by the issuer: tokens that are not good, and answers that this browser did not ask for."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from tests.support.fake_issuer import CLIENT_ID, CLIENT_SECRET, URL, new_key, unsigned
from tests.unit.board.entrance import Entrance, query_of


def _changed(**changes: Any) -> Callable[[Entrance], None]:
    def change(entrance: Entrance) -> None:
        entrance.issuer.person |= changes

    return change


def _signed(sign: Callable[[Entrance, dict[str, Any]], str]) -> Callable[[Entrance], None]:
    def change(entrance: Entrance) -> None:
        entrance.issuer.sign = lambda claims: sign(entrance, claims)

    return change


def _by_secret(_: Entrance, claims: dict[str, Any]) -> str:
    key = OctKey.import_key(CLIENT_SECRET.ljust(32, "."))
    return jwt.encode({"alg": "HS256"}, claims, key, algorithms=["HS256"])


def _by_another_key(entrance: Entrance, claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "ES256", "kid": entrance.issuer.key.kid}, claims, new_key())


NOW = int(Entrance().wall.now)
BAD_TOKENS: dict[str, Callable[[Entrance], None]] = {
    "of another client": _changed(aud="another"),
    "of several, without saying for whom": _changed(aud=[CLIENT_ID, "another"]),
    "for another of several": _changed(aud=[CLIENT_ID, "another"], azp="another"),
    "given to another": _changed(azp="another"),
    "of another issuer": _changed(iss=f"{URL}/other"),
    "of another sign-in": _changed(nonce="another"),
    "of no sign-in": _changed(nonce=None),
    "expired": _changed(exp=NOW - 31),
    "without an end": _changed(exp=None),
    "of tomorrow": _changed(iat=NOW + 86_400),
    "without a beginning": _changed(iat=None),
    "of nobody": _changed(sub=None),
    "unsigned": _signed(lambda _, claims: unsigned(claims)),
    "signed by the client's secret": _signed(_by_secret),
    "signed by another key of the same name": _signed(_by_another_key),
    "signed by a key that is not published": _signed(
        lambda _, claims: jwt.encode({"alg": "ES256", "kid": "unknown"}, claims, new_key())
    ),
    "no token": _signed(lambda _, claims: "not-a-token"),
}


@pytest.mark.parametrize("case", BAD_TOKENS)
async def test_a_bad_token_lets_nobody_in(case: str) -> None:
    entrance = Entrance()
    BAD_TOKENS[case](entrance)
    async with entrance.browser(**{"accept-language": "en"}) as browser:
        answer = await entrance.sign_in(browser)
        assert (answer.status_code, "The proof of sign-in was not good" in answer.text) == (502, True)
        assert await entrance.visitor(browser) is None


async def _back_of_another(entrance: Entrance, browser: httpx2.AsyncClient) -> httpx2.Response:
    """The browser is led to the answer that somebody else got: they would be signed in as that other person."""
    await browser.get("/board/sign-in/issuer")
    async with entrance.browser() as other:
        left = await other.get("/board/sign-in/issuer")
    return await browser.get(await entrance.at_the_issuer(left.headers["location"]))


async def _back_without_leaving(entrance: Entrance, browser: httpx2.AsyncClient) -> httpx2.Response:
    return await browser.get("/board/sign-in/callback", params={"code": "c", "state": "s"})


async def _back_without_state(entrance: Entrance, browser: httpx2.AsyncClient) -> httpx2.Response:
    left = await browser.get("/board/sign-in/issuer")
    code = query_of(await entrance.at_the_issuer(left.headers["location"]))["code"]
    return await browser.get("/board/sign-in/callback", params={"code": code})


async def _back_too_late(entrance: Entrance, browser: httpx2.AsyncClient) -> httpx2.Response:
    left = await browser.get("/board/sign-in/issuer")
    entrance.wall.now += 600
    return await browser.get(await entrance.at_the_issuer(left.headers["location"]))


@pytest.mark.parametrize("come", [_back_of_another, _back_without_leaving, _back_without_state, _back_too_late])
async def test_an_answer_that_this_browser_did_not_ask_for_lets_nobody_in(
    come: Callable[[Entrance, httpx2.AsyncClient], Any],
) -> None:
    entrance = Entrance()
    async with entrance.browser(**{"accept-language": "en"}) as browser:
        answer = await come(entrance, browser)
        assert (answer.status_code, "no longer good" in answer.text) == (400, True)
        assert await entrance.visitor(browser) is None
    assert "/realms/claims/token" not in entrance.issuer.asked


async def test_a_code_that_was_used_is_good_for_nothing() -> None:
    entrance = Entrance()
    async with entrance.browser() as browser, entrance.browser() as thief:
        left = await browser.get("/board/sign-in/issuer")
        kept = dict(browser.cookies)
        back = await entrance.at_the_issuer(left.headers["location"])
        assert (await browser.get(back)).status_code == 303
        assert (await browser.get(back)).status_code == 400
        thief.cookies.update(kept)
        assert (await thief.get(back)).status_code == 502
        assert await entrance.visitor(thief) is None


async def test_a_code_is_worth_nothing_without_the_proof_of_who_asked_for_it() -> None:
    entrance = Entrance()
    async with entrance.browser() as browser, entrance.browser() as victim:
        state = query_of((await browser.get("/board/sign-in/issuer")).headers["location"])["state"]
        left = await victim.get("/board/sign-in/issuer")
        code = query_of(await entrance.at_the_issuer(left.headers["location"]))["code"]
        answer = await browser.get("/board/sign-in/callback", params={"code": code, "state": state})
        assert answer.status_code == 502
        assert await entrance.visitor(browser) is None

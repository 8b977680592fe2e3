"""Sign-in by an OpenID Connect issuer: the way there and back, and what is told where it does not lead in."""

from typing import Any

import pytest
from joserfc import jwt
from tests.support.fake_issuer import URL, new_key
from tests.unit.board.entrance import HOURS, SECURE, Entrance, query_of


async def test_whom_the_issuer_vouches_for_is_let_in_and_led_to_the_page_they_wanted() -> None:
    entrance = Entrance()
    async with entrance.browser() as browser:
        answer = await entrance.sign_in(browser, "/board/claims?status=open")
        assert (answer.status_code, answer.headers["location"]) == (303, "/board/claims?status=open")
        visitor = await entrance.visitor(browser)
    assert visitor is not None
    assert (visitor["actor"], visitor["bounds"], visitor["name"]) == ("operations:u-1", ["picc-sz"], "王芳")
    assert visitor["until"] == entrance.wall.now + 8 * HOURS


async def test_each_sign_in_has_a_state_a_nonce_and_a_proof_of_its_own() -> None:
    entrance, asked = Entrance(), []
    async with entrance.browser() as browser:
        for _ in range(2):
            left = await browser.get("/board/sign-in/issuer")
            asked.append(query_of(left.headers["location"]))
            assert "verifier" not in left.headers["location"]
    assert asked[0].keys() == asked[1].keys()
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name]
        assert len(asked[0][name]) >= 43


@pytest.mark.parametrize("methods", [None, ["client_secret_post"], ["client_secret_basic", "client_secret_post"]])
async def test_the_client_shows_its_secret_in_the_way_that_the_issuer_takes(methods: list[str] | None) -> None:
    entrance = Entrance()
    entrance.issuer.describes["token_endpoint_auth_methods_supported"] = methods
    async with entrance.browser() as browser:
        assert (await entrance.sign_in(browser)).status_code == 303


async def test_a_public_client_signs_in_by_its_proof_alone() -> None:
    entrance = Entrance(secret=None)
    async with entrance.browser() as browser:
        assert (await entrance.sign_in(browser)).status_code == 303


async def test_an_issuer_that_names_itself_is_believed_and_another_is_not() -> None:
    entrance = Entrance()
    entrance.issuer.describes["authorization_response_iss_parameter_supported"] = True
    async with entrance.browser() as browser:
        assert (await entrance.sign_in(browser)).status_code == 303
    for other in ("", f"&iss={URL}/other"):
        async with entrance.browser() as browser:
            left = await browser.get("/board/sign-in/issuer")
            back = await entrance.at_the_issuer(left.headers["location"])
            answer = await browser.get(back.partition("&iss=")[0] + other)
            assert answer.status_code == 400
            assert await entrance.visitor(browser) is None


async def test_names_of_claims_are_settings_and_a_list_counts_by_its_only_role_of_the_board() -> None:
    entrance = Entrance(names={"role": "roles", "region": "area"})
    entrance.issuer.person |= {
        "role": None,
        "tenant": None,
        "roles": ["offline_access", "regulator"],
        "area": ["440300"],
    }
    async with entrance.browser() as browser:
        await entrance.sign_in(browser)
        visitor = await entrance.visitor(browser)
    assert visitor is not None
    assert (visitor["actor"], visitor["bounds"]) == ("regulator:u-1", ["440300"])


NO_ROLE: dict[str, dict[str, Any]] = {
    "no role": {"role": None},
    "a role that is not known": {"role": "root"},
    "the role of programs": {"role": "service"},
    "two roles of the board": {"role": ["operations", "admin"]},
    "no tenant": {"tenant": None},
    "a tenant of another alphabet": {"tenant": "picc sz"},
    "half a region": {"role": "regulator", "region": "4403"},
    "a subject of control characters": {"sub": "u\n1"},
}


@pytest.mark.parametrize("case", NO_ROLE)
async def test_an_account_without_a_role_of_the_board_is_told_whom_to_ask(case: str) -> None:
    entrance = Entrance()
    entrance.issuer.person |= NO_ROLE[case]
    async with entrance.browser(**{"accept-language": "en"}) as browser:
        answer = await entrance.sign_in(browser)
        assert answer.status_code == 403
        assert "Your account has no role on the board" in answer.text
        assert await entrance.visitor(browser) is None


async def test_new_keys_of_the_issuer_are_found_and_not_asked_for_at_every_unknown_one() -> None:
    entrance = Entrance()
    async with entrance.browser() as browser:
        await entrance.sign_in(browser)
        entrance.issuer.key = new_key()
        assert (await entrance.sign_in(browser)).status_code == 502
        entrance.wall.now += 30
        assert (await entrance.sign_in(browser)).status_code == 303
        entrance.issuer.sign = lambda claims: jwt.encode({"alg": "ES256", "kid": "unknown"}, claims, new_key())
        for _ in range(3):
            await entrance.sign_in(browser)
    assert entrance.issuer.asked.count("/realms/claims/keys") == 2
    assert entrance.issuer.asked.count("/realms/claims/.well-known/openid-configuration") == 1


@pytest.mark.parametrize(("error", "status"), [("access_denied", 403), ("server_error", 503), ("invalid_scope", 502)])
async def test_what_the_issuer_answers_in_place_of_a_code_is_told(error: str, status: int) -> None:
    entrance = Entrance()
    entrance.issuer.denies = error
    async with entrance.browser() as browser:
        assert (await entrance.sign_in(browser)).status_code == status
        assert await entrance.visitor(browser) is None


async def test_an_issuer_that_is_away_is_said_so_in_both_languages_and_asked_again_next_time() -> None:
    entrance = Entrance()
    entrance.issuer.away = True
    async with entrance.browser() as browser:
        for language, words in (("zh", "登录服务暂时无法访问"), ("en", "The sign-in service cannot be reached")):
            answer = await browser.get("/board/sign-in/issuer", headers={"accept-language": language})
            assert (answer.status_code, words in answer.text) == (503, True)
        entrance.issuer.away = False
        assert (await entrance.sign_in(browser)).status_code == 303


@pytest.mark.parametrize(
    "line",
    [
        {"issuer": f"{URL}/"},
        {"issuer": None},
        {"token_endpoint": "https://elsewhere.test/token"},
        {"token_endpoint": "http://sign-in.test/realms/claims/token"},
        {"jwks_uri": "https://sign-in.test@elsewhere.test/keys"},
        {"authorization_endpoint": None},
        {"end_session_endpoint": 7},
    ],
)
async def test_a_description_that_leads_elsewhere_is_not_followed(line: dict[str, Any]) -> None:
    entrance = Entrance()
    entrance.issuer.describes |= line
    async with entrance.browser() as browser:
        assert (await browser.get("/board/sign-in/issuer")).status_code == 502
    assert entrance.issuer.asked == ["/realms/claims/.well-known/openid-configuration"]


async def test_sign_out_ends_the_session_here_and_leads_on_to_the_issuer() -> None:
    entrance = Entrance()
    async with entrance.browser() as browser:
        await entrance.sign_in(browser)
        visitor = await entrance.visitor(browser)
        assert visitor is not None
        ended = await browser.post("/board/sign-out", data={"csrf_token": visitor["csrf"]})
        assert (ended.status_code, ended.headers["location"]) == (303, "/board/sign-out")
        assert await entrance.visitor(browser) is None
        told = await browser.get("/board/sign-out")
        asked = query_of(told.headers["refresh"].removeprefix("0; url="))
        assert asked["post_logout_redirect_uri"] == f"{SECURE}/board/sign-in"
        assert asked["id_token_hint"].count(".") == 2
        again = await browser.get("/board/sign-out")
        assert (again.status_code, "refresh" in again.headers) == (200, False)


async def test_an_issuer_without_an_end_of_sessions_is_not_asked_for_one() -> None:
    entrance = Entrance()
    entrance.issuer.describes["end_session_endpoint"] = None
    async with entrance.browser() as browser:
        await entrance.sign_in(browser)
        visitor = await entrance.visitor(browser)
        assert visitor is not None
        await browser.post("/board/sign-out", headers={"X-CSRF-Token": visitor["csrf"]})
        assert "refresh" not in (await browser.get("/board/sign-out")).headers


async def test_a_token_that_is_too_long_for_a_cookie_does_not_keep_anybody_out() -> None:
    entrance = Entrance()
    entrance.issuer.person["groups"] = ["g" * 40] * 200
    async with entrance.browser() as browser:
        answer = await entrance.sign_in(browser)
        assert answer.status_code == 303
        assert max(len(each) for each in answer.headers.get_list("set-cookie")) < 4096
        assert await entrance.visitor(browser) is not None

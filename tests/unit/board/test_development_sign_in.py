"""The sign-in without a password: who is let in as whom, and from where."""

import httpx2
import pytest
from tests.unit.board.entrance import LOCAL, Entrance

ROLES = {
    "operations": ({"tenant": "picc-sz"}, ["picc-sz"]),
    "insurer": ({"tenant": " picc-sz ", "region": "440300"}, ["picc-sz"]),
    "regulator": ({"region": "440300", "tenant": ""}, ["440300"]),
    "broker": ({"broker": "pengcheng"}, ["pengcheng"]),
    "admin": ({}, []),
}


def entrance(base: str = LOCAL, *, on: bool = True) -> Entrance:
    return Entrance(base=base, with_issuer=False, with_development=on)


async def asked(browser: httpx2.AsyncClient, **fields: str) -> httpx2.Response:
    """Fill in the form and send it, as a browser on its page does."""
    whole = {"name": "王芳", "next": "/board/claims", **fields}
    return await browser.post("/board/sign-in/development", data=whole, headers={"sec-fetch-site": "same-origin"})


@pytest.mark.parametrize("role", ROLES)
async def test_anybody_on_this_machine_is_whom_they_name(role: str) -> None:
    here = entrance()
    fields, bounds = ROLES[role]
    async with here.browser() as browser:
        answer = await asked(browser, role=role, **fields)
        assert (answer.status_code, answer.headers["location"]) == (303, "/board/claims")
        visitor = await here.visitor(browser)
    assert visitor is not None
    assert (visitor["actor"], visitor["bounds"], visitor["name"]) == (f"{role}:王芳", bounds, "王芳")


@pytest.mark.parametrize(
    "fields",
    [
        {"role": "operations"},
        {"role": "operations", "tenant": "picc sz"},
        {"role": "regulator", "region": "4403"},
        {"role": "broker", "tenant": "picc-sz"},
        {"role": "service"},
        {"role": "root"},
        {},
        {"role": "admin", "name": " "},
        {"role": "admin", "name": "a\x00b"},
    ],
    ids=str,
)
async def test_what_makes_no_caller_is_asked_for_again_with_what_was_filled_in(fields: dict[str, str]) -> None:
    here = entrance()
    async with here.browser(**{"accept-language": "en"}) as browser:
        answer = await asked(browser, **fields)
        assert (answer.status_code, "This is not enough to sign in" in answer.text) == (422, True)
        assert fields.get("tenant", "") in answer.text
        assert await here.visitor(browser) is None


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_page_offers_roles_and_what_is_known_and_escapes_it(language: str) -> None:
    async with entrance().browser(**{"accept-language": language}) as browser:
        page = (await browser.get("/board/sign-in", params={"next": '/board/?q="><script>'})).text
    assert page.count("<option value=") > 20
    assert 'value="picc-sz"' in page
    assert "&lt;b&gt;" in page
    assert "<script" not in page
    assert ("运营人员" in page, "Operations" in page) == (language == "zh", language == "en")


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("192.168.1.7", {}),
        ("10.0.0.1", {"host": "127.0.0.1:8400"}),
        ("127.0.0.1", {"host": "rebound.evil.test:8400"}),
        ("127.0.0.1", {"host": "127.0.0.1.evil.test"}),
        ("127.0.0.1", {"host": "[::1"}),
        ("127.0.0.1", {"x-forwarded-for": "192.168.1.7"}),
        ("127.0.0.1", {"forwarded": "for=192.168.1.7"}),
        ("127.0.0.1", {"x-forwarded-proto": "https"}),
        ("127.0.0.1", {"origin": "https://board.insurer.test"}),
        ("127.0.0.1", {"origin": "null"}),
        ("not-an-address", {}),
    ],
    ids=str,
)
async def test_nobody_is_let_in_from_elsewhere(address: str, headers: dict[str, str]) -> None:
    here = entrance()
    async with here.browser(address, **headers) as browser:
        answer = await asked(browser, role="admin")
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers
        assert "<form" not in (await browser.get("/board/sign-in")).text


@pytest.mark.parametrize(("address", "host"), [("127.0.0.1", "localhost:8400"), ("::1", "[::1]:8400")])
async def test_this_machine_goes_by_all_its_own_names(address: str, host: str) -> None:
    async with entrance().browser(address, host=host) as browser:
        assert (await asked(browser, role="admin")).status_code == 303


@pytest.mark.parametrize("headers", [{}, {"origin": "https://evil.test"}, {"sec-fetch-site": "cross-site"}], ids=str)
async def test_another_site_signs_nobody_in(headers: dict[str, str]) -> None:
    """A person who is signed in unawares works under a name that another chose."""
    async with entrance().browser(**headers) as browser:
        answer = await browser.post("/board/sign-in/development", data={"role": "admin", "name": "a"})
        assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)


async def test_where_it_is_off_there_is_no_form_and_no_way_in() -> None:
    off = entrance(on=False)
    async with off.browser(**{"accept-language": "en"}) as browser:
        page = await browser.get("/board/sign-in")
        assert (page.status_code, "No way to sign in is set up" in page.text, "<form" in page.text) == (
            200,
            True,
            False,
        )
        assert (await asked(browser, role="admin")).status_code == 403
        assert await off.visitor(browser) is None
        assert (await browser.get("/board/sign-in/issuer")).headers["location"] == "/board/sign-in"

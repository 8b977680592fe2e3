"""Sessions: sealed, bound to a key and a form, over at their hour, and never one that somebody else chose."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from starlette.requests import Request
from starlette.responses import Response
from tests.unit.board.entrance import HOURS, LOCAL, MASTER, SECURE, Entrance

from claims.application.callers import NotACallerError
from claims.application.calls import Caller
from claims.dashboard.sealing import Seal
from claims.dashboard.sessions import PURPOSE, Sessions
from claims.keys.master import MasterKey

CALLERS = (
    Caller("operations", "o", tenant="picc-sz"),
    Caller("insurer", "i", tenant="picc-sz"),
    Caller("regulator", "r", region="440300"),
    Caller("broker", "b", broker="pengcheng"),
    Caller("admin", "a"),
)


def sessions(master: MasterKey = MASTER, purpose: str = PURPOSE, now: float = 0.0, *, https: bool = True) -> Sessions:
    return Sessions(master.for_purpose(purpose), seconds=8 * HOURS, https=https, wall_clock=lambda: now)


def begun(by: Sessions, caller: Caller = CALLERS[0], name: str = "王芳") -> str:
    """Return the cookie of a new session, as a browser sends it."""
    response = Response()
    by.begin(response, caller, name)
    return response.headers["set-cookie"].partition(";")[0]


def showing(cookie: str) -> Request:
    return Request({"type": "http", "method": "GET", "headers": [(b"cookie", cookie.encode("latin-1"))]})


@pytest.mark.parametrize("caller", CALLERS, ids=lambda caller: caller.role)
def test_a_session_says_who_began_it(caller: Caller) -> None:
    visitor = sessions().visitor(showing(begun(sessions(), caller)))
    assert visitor is not None
    assert (visitor.caller, visitor.name, visitor.until) == (caller, "王芳", 8 * HOURS)


def test_every_process_with_the_same_master_key_reads_it() -> None:
    assert sessions(MasterKey(bytes(range(32)))).visitor(showing(begun(sessions()))) is not None


@pytest.mark.parametrize(
    "other",
    [
        sessions(MasterKey(bytes(32))),
        sessions(purpose="board session, form 0"),
        sessions(now=8 * HOURS),
        sessions(now=9 * HOURS),
        sessions(https=False),
    ],
    ids=["another master key", "another form", "on the hour", "over", "over plain http"],
)
def test_nobody_is_signed_in_by_a_session_of_another_key_form_or_time(other: Sessions) -> None:
    assert other.visitor(showing(begun(sessions()))) is None


def test_a_session_lasts_to_its_last_second() -> None:
    assert sessions(now=8 * HOURS - 1).visitor(showing(begun(sessions()))) is not None


def test_no_bit_of_a_session_can_be_changed() -> None:
    name, _, sealed = begun(sessions()).partition("=")
    raw = urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
    for place in range(len(raw)):
        changed = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        assert sessions().visitor(showing(f"{name}={urlsafe_b64encode(changed).decode()}")) is None


@pytest.mark.parametrize("sealed", ["", "x", "=", "AAAA", "A" * 16, "A" * 4000, "é" * 30, "a.b.c", '"', "null"])
def test_what_was_never_sealed_is_nobody(sealed: str) -> None:
    assert sessions().visitor(showing(f"__Host-anze-board={sealed}")) is None


def test_what_was_sealed_for_something_else_is_nobody() -> None:
    stated = {"role": "admin", "sub": "a", "name": "a", "csrf": "c"}
    for_another = Seal(MASTER.for_purpose("something else"), lambda: 0.0).seal(stated, 60)
    assert sessions().visitor(showing(f"__Host-anze-board={for_another}")) is None


def test_a_session_whose_role_lost_its_bound_is_nobody() -> None:
    seal = Seal(MASTER.for_purpose(PURPOSE), lambda: 0.0)
    for stated in ({"role": "operations", "sub": "o", "name": "o", "csrf": "c"}, {"role": "admin", "sub": "a"}):
        assert sessions().visitor(showing(f"__Host-anze-board={seal.seal(stated, 60)}")) is None


def test_programs_have_no_session() -> None:
    with pytest.raises(NotACallerError, match="service"):
        sessions().begin(Response(), Caller("service", "relay"), "relay")


def test_who_signs_in_and_what_they_are_called_is_not_readable_in_the_cookie() -> None:
    sealed = begun(sessions(), CALLERS[0], "wang.fang").partition("=")[2]
    raw = urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
    assert b"wang" not in raw
    assert b"picc" not in raw
    assert begun(sessions(), CALLERS[0], "wang.fang").partition("=")[2] != sealed


@pytest.mark.parametrize(
    ("https", "set_cookie"),
    [
        (True, ("__Host-anze-board=", "; HttpOnly; Path=/; SameSite=lax; Secure")),
        (False, ("anze-board=", "; HttpOnly; Path=/board; SameSite=lax")),
    ],
)
def test_a_cookie_is_for_this_host_and_no_script(https: bool, set_cookie: tuple[str, str]) -> None:
    response = Response()
    sessions(https=https).begin(response, CALLERS[0], "o")
    assert response.headers["set-cookie"].startswith(set_cookie[0])
    assert response.headers["set-cookie"].endswith(set_cookie[1])
    ended = Response()
    sessions(https=https).end(ended)
    assert ended.headers["set-cookie"] == f'{set_cookie[0]}""{set_cookie[1].replace("; Path", "; Max-Age=0; Path")}'


@pytest.mark.parametrize("base", [LOCAL, SECURE])
async def test_who_signs_in_gets_a_new_session_whatever_cookie_came(base: str) -> None:
    """Else somebody could put a session of theirs into another's browser, and know the proof of its changes."""
    entrance = Entrance(base=base)
    async with entrance.browser() as browser:
        await entrance.sign_in(browser)
        first = await entrance.visitor(browser)
        entrance.issuer.person["sub"] = "u-2"
        await entrance.sign_in(browser)
        second = await entrance.visitor(browser)
    assert first is not None
    assert second is not None
    assert (first["actor"], second["actor"]) == ("operations:u-1", "operations:u-2")
    assert first["csrf"] != second["csrf"]


async def test_a_session_ends_at_its_hour_however_busy_it_was() -> None:
    entrance = Entrance()
    async with entrance.browser() as browser:
        await entrance.sign_in(browser)
        for _ in range(8):
            assert await entrance.visitor(browser) is not None
            entrance.wall.now += HOURS
        assert await entrance.visitor(browser) is None

"""The page of a claim over the real log: what each role reads of it, its past, its proof, and the page of one clock."""

import re
from collections.abc import AsyncIterator
from dataclasses import fields
from typing import Any
from uuid import UUID

import asyncpg
import httpx2
import pytest
from starlette.responses import Response
from starlette.routing import Mount, Router
from tests.integration.projections.world import HISTORIES, REFERENCE, World
from tests.support.acts import asks, documents, pays_advance, registers
from tests.support.postgres import Database
from tests.support.story import MILLION, at

from claims.application.calls import Caller
from claims.application.explanations import Explanations
from claims.application.history import Past
from claims.application.subject_store import SubjectStore
from claims.assets import board_assets
from claims.dashboard.app import create_board
from claims.dashboard.rendering import Renderer
from claims.dashboard.services import BoardServices
from claims.dashboard.sessions import Sessions
from claims.event_store.pool import create_pool
from claims.reference.versions import CalendarVersions
from claims.watch.sweep import sweep

OPERATIONS = Caller("operations", "王芳", "picc-sz")
OTHER_OPERATIONS = Caller("operations", "李雷", "cpic-sz")
REGULATOR = Caller("regulator", "office", region="440000")


class Browser:
    """Opens pages as whoever it is told."""

    def __init__(self, services: BoardServices) -> None:
        self._sessions = services.sessions
        board = create_board(services, Renderer(board_assets(), sandbox=False), [])
        self._transport = httpx2.ASGITransport(app=Router([Mount("/board", board)]))

    async def get(self, caller: Caller, path: str, **headers: str) -> httpx2.Response:
        """Return what a page answers."""
        begun = Response()
        self._sessions.begin(begun, caller, caller.subject)
        cookie = begun.headers["set-cookie"].partition(";")[0]
        async with httpx2.AsyncClient(transport=self._transport, base_url="http://127.0.0.1:8400") as client:
            return await client.get(f"/board{path}", headers={"cookie": cookie, **headers})

    async def read(self, caller: Caller, path: str, **headers: str) -> str:
        """Return a page that is there."""
        answer = await self.get(caller, path, **headers)
        assert answer.status_code == 200, answer.text
        return answer.text


@pytest.fixture
async def browser(world: World, claims_database: Database) -> AsyncIterator[Browser]:
    """The pages over the world's log; nothing but the claim's own page is asked for."""
    pool = await create_pool(claims_database.url("claims_command"), name="test board")
    store = world.service.store
    versions = CalendarVersions(pool, "claims_read")
    parts: dict[str, Any] = dict.fromkeys(each.name for each in fields(BoardServices))
    parts |= {
        "queries": world.queries,
        "past": Past(store, HISTORIES),
        "explanations": Explanations(REFERENCE, versions, SubjectStore(store, HISTORIES)),
        "reference": REFERENCE,
        "sessions": Sessions(bytes(32), seconds=3600.0, https=False),
    }
    yield Browser(BoardServices(**parts))
    await pool.close()


async def late_on_paper(world: World) -> UUID:
    """Due on 9 March, paid on the 5th, recorded after the watch had told the breach; then the watch looks again."""
    claim_id = await world.a_claim("report")
    await world.service.execute(claim_id, registers("张三"), "victim")
    await world.service.execute(claim_id, asks("rescue", MILLION), "ask")
    await sweep(world.pool, at("2026-03-20 00:00"))
    await world.service.execute(claim_id, pays_advance("2026-03-05 09:00", MILLION), "pay")
    await sweep(world.pool, at("2026-03-20 00:01"))
    return claim_id


async def test_a_late_looking_payment_is_proved_on_the_page_with_both_moments_and_the_withdrawal(
    world: World, browser: Browser, owner: asyncpg.Connection
) -> None:
    claim_id = await late_on_paper(world)
    page = await browser.read(REGULATOR, f"/claims/{claim_id}")
    proof = re.search(r'<article class="proof".*?</article>', page, re.DOTALL)
    assert proof is not None
    told = proof[0]
    assert "2026-03-05 09:00" in told
    assert "SZ-20.6" in told
    assert "民法典第二百零四条" in told
    withdrawn = await owner.fetchval("select count(*) from events where name = 'breach_withdrawn'")
    assert withdrawn == 1


async def test_personal_data_is_shown_to_the_tenant_and_hidden_from_the_regulator(
    world: World, browser: Browser
) -> None:
    claim_id = await late_on_paper(world)
    await world.service.execute(claim_id, documents("2026-03-06 09:00", "claim_form"), "documents")
    own, regulator = [await browser.read(who, f"/claims/{claim_id}") for who in (OPERATIONS, REGULATOR)]
    for personal in ("张三", "王某", "南山区某工地"):
        assert personal in own
        assert personal not in regulator
    assert "hidden" in regulator
    assert "erased" not in regulator
    assert "claim_form" in regulator, "a document goes by its code where its name may not be read"
    assert 'class="tier target"' in own
    assert 'class="tier target"' not in regulator


async def test_a_claim_of_another_insurer_is_not_found(world: World, browser: Browser) -> None:
    claim_id = await world.a_claim("report")
    assert (await browser.get(OTHER_OPERATIONS, f"/claims/{claim_id}")).status_code == 404
    assert (await browser.get(OPERATIONS, "/claims/not-an-id")).status_code == 404


async def test_the_past_says_that_it_is_the_past_and_holds_nothing_that_came_later(
    world: World, browser: Browser
) -> None:
    claim_id = await late_on_paper(world)
    asked = f"/claims/{claim_id}?as_of=2026-03-02T10:30:00%2B08:00"
    past, now = await browser.read(OPERATIONS, asked), await browser.read(OPERATIONS, f"/claims/{claim_id}")
    assert 'class="is-past"' in past
    assert 'class="is-past"' not in now
    assert "¥1,000,000.00" in now
    story = past[past.index('id="story"') :]
    assert story.count('class="entry') == 2  # the report and the victim


@pytest.mark.parametrize(
    ("as_of", "status"),
    [("yesterday", 400), ("2026-03-02T10:30:00", 400), ("2026-03-01T00:00:00%2B08:00", 404)],
    ids=["no moment", "a moment anywhere on earth", "before the report"],
)
async def test_a_moment_that_cannot_be_looked_at_is_refused(
    world: World, browser: Browser, as_of: str, status: int
) -> None:
    claim_id = await world.a_claim("report")
    assert (await browser.get(OPERATIONS, f"/claims/{claim_id}?as_of={as_of}")).status_code == status


async def test_htmx_gets_the_claim_alone_and_it_listens_for_its_own_news(world: World, browser: Browser) -> None:
    claim_id = await world.a_claim("report")
    part = await browser.read(OPERATIONS, f"/claims/{claim_id}", **{"hx-request-type": "partial"})
    assert part.lstrip().startswith('<div id="claim"')
    assert f'hx-trigger="claim-{claim_id} from:#live"' in part
    assert "<html" not in part


async def test_the_sheet_for_paper_has_every_clock_and_sum_and_no_navigation(world: World, browser: Browser) -> None:
    claim_id = await late_on_paper(world)
    sheet = await browser.read(OPERATIONS, f"/claims/{claim_id}?print=1")
    clocks = await world.queries.claim_clocks(OPERATIONS.scope, claim_id)
    assert all(f'id="clock-{each.clock_id}"' in sheet for each in clocks)
    assert sheet.count('<details class="why"') == sheet.count(" open>") > 0
    assert "¥20,000,000.00" in sheet
    assert "<nav" not in sheet


async def test_nothing_on_the_pages_needs_what_the_policy_of_contents_forbids(world: World, browser: Browser) -> None:
    claim_id = await late_on_paper(world)
    (clock, *_) = await world.queries.claim_clocks(OPERATIONS.scope, claim_id)
    for path in (f"/claims/{claim_id}", f"/claims/{claim_id}?print=1", f"/clocks/{clock.clock_id}"):
        html = await browser.read(OPERATIONS, path)
        assert not re.findall(r'\sstyle="|\son[a-z]+="|hx-on|<script>', html), path
        ids = re.findall(r'\sid="([^"]+)"', html)
        assert len(ids) == len(set(ids)), path


async def test_a_clock_has_a_page_of_its_own_with_the_reason_for_its_date(world: World, browser: Browser) -> None:
    claim_id = await late_on_paper(world)
    clock = next(c for c in await world.queries.claim_clocks(OPERATIONS.scope, claim_id) if c.rule == "SZ-20.6")
    answer = await browser.get(OPERATIONS, f"/clocks/{clock.clock_id}")
    assert answer.status_code == 200
    assert f"/board/claims/{claim_id}#clock-{clock.clock_id}" in answer.text
    assert 'class="step end"' in answer.text
    assert (await browser.get(OTHER_OPERATIONS, f"/clocks/{clock.clock_id}")).status_code == 404


async def test_a_long_story_goes_on_behind_a_cursor(
    world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim_id = await late_on_paper(world)
    monkeypatch.setattr("claims.dashboard.claim_page._OF_A_STORY", 4)
    first = await browser.read(OPERATIONS, f"/claims/{claim_id}")
    following = re.search(rf"/board(/claims/{claim_id}/story\?cursor=[^\"]+)", first)
    assert following is not None
    rest = await browser.get(OPERATIONS, following[1])
    assert rest.status_code == 200
    assert 'class="entry' in rest.text

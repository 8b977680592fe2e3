"""The whole board before fakes: its pages with rows that a test gives, and a browser for each role."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from tests.support.figures import GivenFigures
from tests.unit.api.fake_reads import FakeFeed, FakePast, FakeReference, explanations
from tests.unit.api.fakes import FakeApplication
from tests.unit.board.entrance import MASTER, Wall
from tests.unit.board.rows import BREACHED, ELIGIBLE, FOUND, NOW, RUNNING, delivery, told
from tests.unit.calendars.fakes import FakeCalendars, calendars

import claims.dashboard
from claims.application.board import BUCKETS, BoardRow, DayLoad, EligibleRow, Places, QueueCounts, QueueFilter
from claims.application.board_queries import Board
from claims.application.calls import Caller, NotFound
from claims.application.pages import BadCursor, ClaimSummary, ClockRow, Page
from claims.application.reporting import Reporting
from claims.application.rows import Scope
from claims.application.streaming import Streams
from claims.assets import Asset, Assets, load
from claims.beside import Beside
from claims.dashboard.app import create_board
from claims.dashboard.rendering import Renderer
from claims.dashboard.services import BoardServices
from claims.dashboard.sessions import PURPOSE, Sessions
from claims.dashboard.told import Delivery, DeliveryFilters, DeliveryPage, Redelivered, Told, Unacknowledged
from claims.reference.kpi_source import packaged_kpis

PEOPLE: Mapping[str, Caller] = {
    "operations": Caller("operations", "li.wei", tenant="picc-sz"),
    "insurer": Caller("insurer", "system", tenant="picc-sz"),
    "admin": Caller("admin", "root"),
    "regulator": Caller("regulator", "gd", region="440000"),
    "broker": Caller("broker", "mingya", broker="mingya"),
}
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Current-URL": "http://127.0.0.1:8400/board/"}
EDGE = "0"
_FETCHED = ("htmx.min.js", "hx-sse.min.js", "echarts.min.js")
_ASSETS = Assets(
    "/board/static",
    load(Path(claims.dashboard.__file__).parent / "static"),
    {name: Asset(b"", b"", "text/javascript", "0" * 64) for name in _FETCHED},
)
_RENDERERS = {sandbox: Renderer(_ASSETS, sandbox=sandbox) for sandbox in (False, True)}


def _no_tables(kind: str, report: Any, *, targets: bool) -> Sequence[Any]:
    return ()


@dataclass
class Tables:
    """The derived tables as a test gives them; `asked` holds every question."""

    running: Sequence[BoardRow] = RUNNING
    breached: Sequence[BoardRow] = BREACHED
    eligible_claims: Sequence[EligibleRow] = ELIGIBLE
    found: Sequence[ClaimSummary] = FOUND
    next_cursor: str | None = "next"
    asked: list[tuple[str, Any]] = field(default_factory=list)
    fails_with: Exception | None = None

    def _page(self, name: str, question: Any, items: Sequence[Any], cursor: str | None) -> Page[Any]:
        if self.fails_with is not None:
            raise self.fails_with
        if cursor not in {None, "next"}:
            raise BadCursor(cursor)
        self.asked.append((name, question))
        return Page(tuple(items), self.next_cursor if cursor is None else None)

    async def queue(self, scope: Scope, wanted: QueueFilter, span: Any, cursor: str | None, limit: int) -> Page[Any]:
        return self._page("queue", (wanted, span), self.running, cursor)

    async def provisional(self, scope: Scope, wanted: QueueFilter, cursor: str | None, limit: int) -> Page[Any]:
        return self._page("provisional", wanted, self.running, cursor)

    async def counts(self, scope: Scope, wanted: QueueFilter, edges: Sequence[datetime]) -> QueueCounts:
        count = 1 if self.running else 0
        return QueueCounts(dict.fromkeys(BUCKETS, count), provisional=count, eligible=len(self.eligible_claims))

    async def eligible(self, scope: Scope, wanted: QueueFilter, cursor: str | None, limit: int) -> Page[Any]:
        return self._page("eligible", wanted, self.eligible_claims, cursor)

    async def search(self, scope: Scope, text: str, limit: int) -> tuple[ClaimSummary, ...]:
        self.asked.append(("search", text))
        return tuple(self.found)

    async def breaches(
        self, scope: Scope, wanted: QueueFilter, period: Any, kind: Any, cursor: str | None, limit: int
    ) -> Page[Any]:
        return self._page("breaches", (wanted, period, kind), self.breached, cursor)

    async def daily_load(self, scope: Scope, wanted: QueueFilter, first: date, last: date) -> tuple[DayLoad, ...]:
        return (DayLoad(NOW.date(), due=3, breached=1, missed=1),)

    async def places(self, scope: Scope) -> Places:
        return Places(("cpic-sz", "picc-sz"), ("440300", "440304"), ("adj-7", "adj-8"))


@dataclass
class Notifications:
    """The notifications service as the board sees it; `done` holds what was changed."""

    items: Sequence[Delivery] = field(default_factory=lambda: (delivery(),))
    alerts: Sequence[Told] = field(default_factory=lambda: (told(),))
    fails_with: Exception | None = None
    done: list[tuple[Any, ...]] = field(default_factory=list)
    filters: list[DeliveryFilters] = field(default_factory=list)

    def _fail(self) -> None:
        if self.fails_with is not None:
            raise self.fails_with

    async def of_clocks(self, caller: Caller, clock_ids: Iterable[UUID]) -> Mapping[UUID, tuple[Told, ...]]:
        self._fail()
        return {each: tuple(one for one in self.alerts if one.clock_id == str(each)) for each in clock_ids}

    async def unacknowledged(self, caller: Caller, limit: int = 8) -> Unacknowledged:
        self._fail()
        return Unacknowledged(tuple(self.alerts), more=True)

    async def deliveries(
        self, caller: Caller, filters: DeliveryFilters, cursor: str | None = None, limit: int = 50
    ) -> DeliveryPage:
        self._fail()
        self.filters.append(filters)
        return DeliveryPage(tuple(self.items), "next")

    async def delivery(self, caller: Caller, delivery_id: UUID) -> Delivery:
        self._fail()
        return self.items[0]

    async def redeliver(self, caller: Caller, delivery_id: UUID) -> Delivery:
        self._fail()
        self.done.append(("redeliver", caller.role, delivery_id))
        return self.items[0]

    async def redeliver_range(self, caller: Caller, endpoint_id: UUID, begins: datetime, ends: datetime) -> Redelivered:
        self._fail()
        self.done.append(("range", endpoint_id, begins, ends))
        return Redelivered(3, more=False)

    async def acknowledge(self, caller: Caller, alert_id: UUID, note: str | None = None) -> tuple[()]:
        self._fail()
        self.done.append(("acknowledge", caller.role, alert_id))
        return ()


class Application(FakeApplication):
    """The queries of claims and clocks, with an edge."""

    edge_is = EDGE
    fails_at_the_edge: Exception | None = None
    rows: Sequence[ClockRow] = ()

    async def edge(self) -> tuple[datetime, str]:
        if self.fails_at_the_edge is not None:
            raise self.fails_at_the_edge
        return NOW, self.edge_is

    async def clock(self, scope: Scope, clock_id: UUID) -> ClockRow:
        raise NotFound("clock", str(clock_id))


@dataclass
class Fakes:
    """One board, and everything behind it that a test may change."""

    sandbox: bool = False
    most_streams: int = 10
    tables: Tables = field(default_factory=Tables)
    alerts: Notifications = field(default_factory=Notifications)
    application: Application = field(default_factory=lambda: Application(now_is=NOW))
    stored_calendars: FakeCalendars = field(default_factory=FakeCalendars)
    calendar_handlers: Any = None
    wall: Wall = field(default_factory=Wall)

    def __post_init__(self) -> None:
        self.feed = FakeFeed(self.application.log)
        self.sessions = Sessions(MASTER.for_purpose(PURPOSE), seconds=3600.0, https=False, wall_clock=self.wall)
        self.streams = Streams(self.feed, pause=0.001, most=self.most_streams)
        reads: Any = self.application
        past: Any = FakePast(reads)
        alerts: Any = self.alerts
        self.services = BoardServices(
            board=Board(self.tables, FakeReference()),
            queries=reads,
            past=past,
            explanations=explanations(self.application),
            streams=self.streams,
            calendars=self.calendar_handlers or calendars(self.stored_calendars),
            reports=Reporting(GivenFigures(), packaged_kpis()),
            report_tables=_no_tables,
            reference=FakeReference(),
            alerts=alerts,
            sessions=self.sessions,
        )
        board = create_board(self.services, _RENDERERS[self.sandbox], ())
        self.app = Beside(board, PlainTextResponse("the interface", 418))

    def browser(self, role: str | None, language: str = "en") -> httpx2.AsyncClient:
        """Return a browser that is signed in as somebody of a role; None: nobody is."""
        client = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(self.app),
            base_url="http://127.0.0.1:8400",
            headers={"accept-language": language},
        )
        if role is not None:
            client.headers["cookie"] = self.cookie(role)
        return client

    def cookie(self, role: str) -> str:
        """Return the cookie of somebody's session."""
        answer = Response()
        self.sessions.begin(answer, PEOPLE[role], f"王<{role}>")
        return answer.headers["set-cookie"].partition(";")[0]

    def proof(self, client: httpx2.AsyncClient) -> str:
        """Return what every change of a browser's session has to bring along."""
        visitor = self.sessions.visitor(Request({"type": "http", "headers": client.headers.raw}))
        assert visitor is not None
        return visitor.csrf

    async def get(self, role: str | None, path: str, language: str = "en", **headers: str) -> httpx2.Response:
        """Look at a page as somebody."""
        async with self.browser(role, language) as client:
            return await client.get(f"/board{path}", headers=headers)

    async def post(self, role: str, path: str, language: str = "en", **fields: str) -> httpx2.Response:
        """Send a form with its proof."""
        async with self.browser(role, language) as client:
            return await client.post(f"/board{path}", data={"csrf_token": self.proof(client), **fields})

"""How fast the board's pages and queries are with 100,000 claims and more than 300,000 clocks: medians of server time.

Nothing is asserted of time: machines differ and are shared, and so the processor time of the process that serves pages
stands beside. The server time of a query is the time of its transaction as that process sees it, over a local socket;
of a page it is the time from the request to the whole answer. ANZE_BOARD_CLAIMS sets how many claims there are.
"""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

import httpx2
import pytest
from structlog.testing import capture_logs
from tests.integration.projections.world import REFERENCE
from tests.support.board_at_scale import CLAIMS, Filled, board_at_scale
from tests.support.board_pages import board_pages
from tests.support.postgres import Database
from tests.support.year_of_claims import NOW

from claims.application.board import OVERDUE, BreachKind, QueueFilter
from claims.application.board_queries import Board, last_months
from claims.application.calls import Caller
from claims.application.reporting import Selection
from claims.application.rows import Scope
from claims.dashboard.rendering import Renderer
from claims.domain.reporting.periods import read_period
from claims.event_store.reader import Reader, create_engine
from claims.projections.board import BoardReader
from claims.projections.reporting import ReportFigures

_TIMES = 11
_REQUESTS = 21
_CALLERS = {
    "operations": Caller("operations", "li.wei", tenant="picc-sz"),
    "regulator": Caller("regulator", "guangdong", region="440000"),
    "admin": Caller("admin", "root"),
}
_SCOPES = {who: caller.scope for who, caller in _CALLERS.items()}
_ALL = QueueFilter()
_YEAR = (date(2026, 1, 1), date(2026, 12, 31))
_TODAY = ("queue", "counts", "eligible", "provisional", "choices")
_PAGES = {
    "Today": "/",
    "Today, overdue": "/?due=overdue",
    "Today, an adjuster": "/?adjuster=picc-sz-03",
    "a claim": "/claims/{claim}",
    "Compliance": "/compliance",
    "Breaches": "/breaches",
    "Search, in names": "/search?q=华建",
    "Search, in vain": "/search?q=没有这家公司",
}
# Whose page all three may open: of the insurer, and in the regulator's region.
_A_CLAIM = """
select claim_id from claim_list where tenant = 'picc-sz' and region like '44%' and status = 'closed'
order by md5(claim_id::text) limit 1
"""
Query = Callable[[Scope], Awaitable[object]]


def queries(board: Board, figures: ReportFigures) -> dict[str, Query]:
    """What the pages ask, by the name that is printed."""
    return {
        "queue": lambda scope: board.queue(scope, _ALL, (), NOW),
        "counts": lambda scope: board.counts(scope, _ALL, NOW),
        "eligible": lambda scope: board.eligible(scope, _ALL),
        "provisional": lambda scope: board.provisional(scope, _ALL),
        "choices": lambda scope: board.choices(scope, NOW),
        "queue, overdue": lambda scope: board.queue(scope, _ALL, OVERDUE, NOW),
        "queue, an adjuster": lambda scope: board.queue(scope, QueueFilter(adjuster="picc-sz-03"), (), NOW),
        "search, by a number": lambda scope: board.search(scope, "AZ202611"),
        "search, in names": lambda scope: board.search(scope, "华建"),
        "search, in vain": lambda scope: board.search(scope, "没有这家公司"),
        "breaches": lambda scope: board.breaches(scope, _ALL),
        "breaches, a month": lambda scope: board.breaches(scope, _ALL, read_period("2026-11")),
        "breaches, withdrawn": lambda scope: board.breaches(scope, _ALL, None, BreachKind.WITHDRAWN),
        "load by day, a year": lambda scope: board.daily_load(scope, _ALL, *_YEAR),
        "compliance, a month": lambda scope: figures.clocks(scope, Selection(read_period("2026-11"))),
        "compliance, a year": lambda scope: figures.clocks(scope, Selection(last_months(NOW))),
    }


async def milliseconds(query: Query, scope: Scope) -> float:
    """The median of some times, the first left out."""
    took = []
    for _ in range(_TIMES):
        began = time.perf_counter()
        await query(scope)
        took.append((time.perf_counter() - began) * 1000)
    return median(took[1:])


@dataclass(frozen=True, slots=True)
class Took:
    """Milliseconds of one request: in all, in templates, and of this process's processor."""

    whole: float
    rendering: float
    processor: float

    def __str__(self) -> str:
        return f"{self.whole:8.1f}{self.rendering:6.1f}{self.processor:6.1f}"


@dataclass
class Rendering:
    """How long templates have taken."""

    seconds: float = 0.0

    def watch(self, patched: pytest.MonkeyPatch) -> None:
        """From now on, add it up."""
        render = Renderer.render

        def timed(*given: Any) -> str:
            began = time.perf_counter()
            try:
                return render(*given)
            finally:
                self.seconds += time.perf_counter() - began

        patched.setattr(Renderer, "render", timed)


async def page_took(browser: httpx2.AsyncClient, address: str, rendering: Rendering) -> Took:
    """The median of some requests, the first ones left out; the processor's time is their mean."""
    for _ in range(3):
        (await browser.get(address)).raise_for_status()
    whole, rendered, began = [], [], time.process_time()
    for _ in range(_REQUESTS):
        before, start = rendering.seconds, time.perf_counter()
        answer = await browser.get(address)
        whole.append((time.perf_counter() - start) * 1000)
        rendered.append((rendering.seconds - before) * 1000)
        assert answer.status_code == httpx2.codes.OK
    return Took(median(whole), median(rendered), (time.process_time() - began) * 1000 / _REQUESTS)


async def print_pages(database: Database, claim: UUID, folder: Path, rendering: Rendering) -> None:
    """Each page for each role."""
    async with board_pages(database, folder) as pages:
        browsers = [pages.browser(caller) for caller in _CALLERS.values()]
        print(f"\n{'pages, median ms':22}" + "".join(f"{who:>20}" for who in _CALLERS))
        print(" " * 22 + "   whole  html   cpu" * len(browsers))
        for name, address in _PAGES.items():
            with capture_logs():
                took = [await page_took(each, address.format(claim=claim), rendering) for each in browsers]
            print(f"{name:22}" + "".join(map(str, took)))


async def print_queries(database: Database) -> None:
    """Each query for each scope."""
    engine = create_engine(database.url("claims_command"), name="bench board")
    reader = Reader(engine)
    asked = queries(Board(BoardReader(reader), REFERENCE), ReportFigures(reader))
    took = {name: [await milliseconds(query, scope) for scope in _SCOPES.values()] for name, query in asked.items()}
    whole = [sum(each) for each in zip(*(took[name] for name in _TODAY), strict=True)]
    print(f"\n{'queries, median ms':22}" + "".join(f"{who:>12}" for who in _SCOPES))
    for name, each in {**took, "Today, one by one": whole}.items():
        print(f"{name:22}" + "".join(f"{one:12.1f}" for one in each))
    await engine.dispose()


def print_size(filled: Filled, seconds: float) -> None:
    """What there is, and how long it took to make."""
    print(f"\n{filled.claims} claims, {filled.clocks} clocks ({filled.running} run), {filled.events} events", end="")
    print(f" in {seconds:.0f} s")


async def test_the_board_at_scale(
    claims_sandbox_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendering = Rendering()
    rendering.watch(monkeypatch)
    began = time.perf_counter()
    async with board_at_scale(claims_sandbox_database) as filled:
        print_size(filled, time.perf_counter() - began)
        claim = await filled.world.pool.fetchval(_A_CLAIM)
        await print_pages(claims_sandbox_database, claim, tmp_path, rendering)
        await print_queries(claims_sandbox_database)
        assert filled.claims == CLAIMS

"""The board's queries against what each scope sees by the policies alone, worked out in Python."""

from collections.abc import Callable
from dataclasses import fields
from datetime import date, timedelta
from typing import Any

import pytest
from tests.integration.board.conftest import ADMIN, BEIJING, BROKER, GUANGDONG, OPERATIONS, SCOPES, Boards
from tests.integration.projections.world import REFERENCE
from tests.support.year_of_claims import NOW

from claims.application.board import BUCKETS, OVERDUE, BoardRow, BreachKind, Bucket, EligibleRow, QueueFilter
from claims.application.board_queries import edges, last_months
from claims.application.pages import BadCursor, Page
from claims.application.reporting import Selection
from claims.application.rows import Scope
from claims.domain.moments import NEVER
from claims.domain.reporting.compliance import total
from claims.domain.reporting.periods import read_period
from claims.domain.rulebook import region_covers

ALL = QueueFilter()
BETWEEN = edges(NOW, REFERENCE.calendar)
_RUNNING = "select *, marks[4] as late_at from clocks where ended_at is null and tier <> 'information'"


def bucket_of(late_at: Any) -> Bucket:
    """The first bucket that ends at or after the moment."""
    late = late_at if late_at.tzinfo else NEVER
    return next((bucket for bucket, edge in zip(BUCKETS, BETWEEN, strict=False) if late <= edge), Bucket.UNSETTLED)


async def running(boards: Boards, scope: Scope) -> list[Any]:
    found = await boards.seen(scope, _RUNNING)
    return sorted(found, key=lambda row: (row["late_at"].replace(tzinfo=None), row["due_at"], row["clock_id"]))


async def every(boards: Boards, scope: Scope, wanted: QueueFilter = ALL, *buckets: Bucket) -> list[BoardRow]:
    """The whole queue, three rows a page."""
    items: list[BoardRow] = []
    cursor = None
    while True:
        page = await boards.board.queue(scope, wanted, buckets, NOW, cursor, 3)
        items += page.items
        cursor = page.next_cursor
        if cursor is None:
            return items


@pytest.mark.parametrize("scope", SCOPES, ids=str)
async def test_the_queue_is_all_that_runs_and_may_be_seen_by_the_moment_of_being_late(
    boards: Boards, scope: Scope
) -> None:
    expected = await running(boards, scope)
    assert expected
    assert [row.clock.clock_id for row in await every(boards, scope)] == [row["clock_id"] for row in expected]


async def test_a_row_of_the_queue_names_its_claim(boards: Boards) -> None:
    row = (await every(boards, OPERATIONS))[0]
    assert row.claim is not None
    listed = await boards.owner.fetchrow("select * from claim_list where claim_id = $1", row.clock.subject)
    assert (row.claim.number, row.claim.insured_name, row.claim.adjuster, row.claim.status) == (
        listed["number"], listed["insured_name"], listed["adjuster"], listed["status"],
    )  # fmt: skip


@pytest.mark.parametrize("scope", SCOPES, ids=str)
async def test_counts_and_pages_agree_on_every_bucket(boards: Boards, scope: Scope) -> None:
    counts = await boards.board.counts(scope, ALL, NOW)
    seen = await running(boards, scope)
    for bucket in BUCKETS:
        expected = [row["clock_id"] for row in seen if bucket_of(row["late_at"]) is bucket]
        assert counts.buckets[bucket] == len(expected), bucket
        assert [row.clock.clock_id for row in await every(boards, scope, ALL, bucket)] == expected
    assert counts.running == len(seen)
    assert counts.overdue == len(await every(boards, scope, ALL, *OVERDUE))
    assert counts.provisional == sum(row["provisional"] for row in seen)


async def test_the_told_year_fills_the_buckets_that_matter(boards: Boards) -> None:
    counts = await boards.board.counts(ADMIN, ALL, NOW)
    assert counts.overdue > 0
    assert counts.provisional > 0
    assert counts.eligible > 0
    assert sum(counts.buckets[each] for each in (Bucket.TODAY, Bucket.NEXT_DAY, Bucket.NEXT_FIVE)) > 0


@pytest.mark.parametrize(
    "wanted",
    [
        QueueFilter(insurer="cpic-sz"),
        QueueFilter(region="440300"),
        QueueFilter(region="110000", tier="statutory"),
        QueueFilter(rule="SZ-20.3"),
        QueueFilter(tier="target"),
        QueueFilter(status="overdue"),
        QueueFilter(provisional=True),
        QueueFilter(adjuster="picc-sz-00"),
    ],
    ids=str,
)
async def test_a_filter_keeps_what_fits_and_nothing_else(boards: Boards, wanted: QueueFilter) -> None:
    staff = {row["claim_id"]: row["adjuster"] for row in await boards.owner.fetch("select * from claim_list")}

    def fits(row: Any) -> bool:
        plain = {each.name: row[each.name] for each in fields(QueueFilter) if each.name in row.keys()}  # noqa: SIM118
        own = {**plain, "insurer": row["tenant"], "adjuster": staff.get(row["subject"])}
        said = {name: getattr(wanted, name) for name in own if name != "region"}
        in_region = wanted.region is None or region_covers(wanted.region, row["region"])
        return in_region and all(value in {None, own[name]} for name, value in said.items())

    expected = [row["clock_id"] for row in await running(boards, ADMIN) if fits(row)]
    assert expected
    assert [row.clock.clock_id for row in await every(boards, ADMIN, wanted)] == expected
    assert (await boards.board.counts(ADMIN, wanted, NOW)).running == len(expected)


async def test_provisional_dates_stay_inside_the_insurer(boards: Boards) -> None:
    inside = await boards.board.provisional(OPERATIONS, ALL)
    assert inside.items
    assert all(row.clock.provisional and row.clock.ended_at is None for row in inside.items)
    assert [row.clock.due_at for row in inside.items] == sorted(row.clock.due_at for row in inside.items)
    for scope in (GUANGDONG, BEIJING, BROKER):
        assert (await boards.board.provisional(scope, ALL)).items == ()


async def test_eligible_claims_come_oldest_first_and_page_by_page(boards: Boards) -> None:
    seen = await boards.seen(ADMIN, "select * from claim_list where eligible <> '{}' order by reported_at, claim_id")
    assert seen
    found: list[EligibleRow] = []
    cursor = None
    while True:
        page = await boards.board.eligible(ADMIN, ALL, cursor, 1)
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert [each.claim_id for each in found] == [row["claim_id"] for row in seen]
    assert found[0].kinds == tuple(seen[0]["eligible"])
    assert (await boards.board.eligible(BEIJING, QueueFilter(region="440000"))).items == ()


async def test_a_cursor_is_good_for_its_own_list_alone(boards: Boards) -> None:
    page: Page[BoardRow] = await boards.board.queue(ADMIN, ALL, (), NOW, None, 1)
    for cursor in ("none", page.next_cursor):
        with pytest.raises(BadCursor):
            await boards.board.breaches(ADMIN, ALL, cursor=cursor)
        with pytest.raises(BadCursor):
            await boards.board.eligible(ADMIN, ALL, cursor)


@pytest.mark.parametrize("kind", list(BreachKind))
@pytest.mark.parametrize("scope", SCOPES, ids=str)
async def test_breaches_are_those_that_may_be_seen_newest_first(boards: Boards, scope: Scope, kind: BreachKind) -> None:
    seen = await boards.seen(scope, "select * from clocks where breached_at is not null and tier <> 'target'")
    of_kind: Callable[[Any], bool] = {
        BreachKind.STANDING: lambda row: row["withdrawn_at"] is None,
        BreachKind.WITHDRAWN: lambda row: row["withdrawn_at"] is not None,
        BreachKind.CORRECTED: lambda row: "late_by_reclassification" in row["flags"],
    }[kind]
    expected = sorted(((row["breached_at"], row["clock_id"]) for row in seen if of_kind(row)), reverse=True)
    found = [row async for row in boards.board.all_breaches(scope, ALL, None, kind)]
    assert [(row.clock.breached_at, row.clock.clock_id) for row in found] == expected
    months = [read_period(f"2026-{month:02d}") for month in range(1, 13)]
    by_month = [
        row.clock.clock_id for month in months async for row in boards.board.all_breaches(scope, ALL, month, kind)
    ]
    assert sorted(by_month) == sorted(clock_id for _, clock_id in expected)


async def test_what_a_correction_made_late_has_a_list_of_its_own(boards: Boards) -> None:
    mark = "update clocks set flags = $1 where clock_id = $2"
    (page,) = [await boards.board.breaches(ADMIN, ALL, limit=1)]
    clock = page.items[0].clock
    assert (await boards.board.breaches(ADMIN, ALL, kind=BreachKind.CORRECTED)).items == ()
    await boards.owner.execute(mark, ["tightened", "late_by_reclassification"], clock.clock_id)
    corrected = await boards.board.breaches(ADMIN, ALL, kind=BreachKind.CORRECTED)
    await boards.owner.execute(mark, list(clock.flags), clock.clock_id)
    assert [row.clock.clock_id for row in corrected.items] == [clock.clock_id]


async def test_a_fact_told_late_makes_a_withdrawn_breach_and_a_withdrawn_miss(boards: Boards) -> None:
    assert (await boards.board.breaches(ADMIN, ALL, None, BreachKind.WITHDRAWN)).items
    missed = await boards.board.breaches(ADMIN, QueueFilter(tier="target"), None, BreachKind.WITHDRAWN)
    assert missed.items
    assert all(row.clock.tier == "target" and row.clock.withdrawn_at for row in missed.items)


async def test_a_regulator_sees_no_target_among_breaches_even_if_it_asks(boards: Boards) -> None:
    assert (await boards.board.breaches(GUANGDONG, QueueFilter(tier="target"))).items == ()


@pytest.mark.parametrize("scope", SCOPES, ids=str)
async def test_days_and_months_agree_with_every_clock_counted_by_hand(boards: Boards, scope: Scope) -> None:
    seen = await boards.seen(
        scope,
        "select *, marks[4] as late_at, coalesce(due_date, cast(due_at at time zone 'Asia/Shanghai' as date)) as day"
        " from clocks where tier <> 'information'",
    )

    def late(row: Any) -> bool:
        end = row["ended_at"]
        if row["provisional"] or row["ended_as"] == "extended" or not row["late_at"].tzinfo:
            return False
        return bool((NOW if end is None else end) >= row["late_at"])

    def counts(row: Any) -> bool:
        return not row["provisional"] and not (row["ended_as"] == "cancelled" and not late(row))

    expected: dict[date, list[int]] = {}
    for row in filter(counts, seen):
        day = expected.setdefault(row["day"], [0, 0, 0])
        day[0] += 1
        day[2 if row["tier"] == "target" else 1] += late(row)
    load = await boards.board.daily_load(scope, ALL, date(2026, 1, 1), date(2027, 1, 31))
    assert {each.day: [each.due, each.breached, each.missed] for each in load} == expected
    year = await boards.figures.clocks(scope, Selection(last_months(NOW)))
    inside = [day for day in expected if day <= date(2026, 12, 31)]
    tally = total(year)
    assert tally.due - tally.cancelled - tally.provisional + tally.not_yet_due == sum(expected[d][0] for d in inside)
    assert tally.met_late + tally.overdue == sum(sum(expected[day][1:]) for day in inside)


async def test_filters_of_days_keep_what_fits(boards: Boards) -> None:
    whole = await boards.board.daily_load(ADMIN, ALL, date(2026, 1, 1), date(2026, 12, 31))
    parts = [
        await boards.board.daily_load(ADMIN, QueueFilter(region=region), date(2026, 1, 1), date(2026, 12, 31))
        for region in ("440000", "110000")
    ]
    assert sum(day.due for day in whole) == sum(day.due for part in parts for day in part)
    targets = await boards.board.daily_load(ADMIN, QueueFilter(tier="target"), date(2026, 1, 1), date(2026, 12, 31))
    assert sum(day.missed for day in targets) == sum(day.missed for day in whole)
    assert not any(day.breached for day in targets)


async def test_the_search_finds_by_number_policy_and_name_and_only_what_may_be_seen(boards: Boards) -> None:
    claim = await boards.owner.fetchrow("select * from claim_list where tenant = 'picc-sz' limit 1")
    number, name, policy = claim["number"], claim["insured_name"], claim["policy_number"]
    for sought in (number, number.lower(), f" {number} ", number[:12], number[5:], policy, policy[3:], name, name[4:]):
        found = await boards.board.search(OPERATIONS, sought)
        assert claim["claim_id"] in {each.claim_id for each in found}, sought
    assert (await boards.board.search(OPERATIONS, number))[0].claim_id == claim["claim_id"]
    assert await boards.board.search(BEIJING, number) == ()
    assert await boards.board.search(ADMIN, "  ") == ()
    assert await boards.board.search(ADMIN, "100%_不存在") == ()
    assert len(await boards.board.search(ADMIN, "有限公司", 500)) == 20


@pytest.mark.parametrize("scope", SCOPES, ids=str)
async def test_filters_offer_what_the_claims_in_sight_name(boards: Boards, scope: Scope) -> None:
    seen = await boards.seen(scope, "select * from claim_list")
    choices = await boards.board.choices(scope, NOW)
    assert choices.insurers == tuple(sorted({row["tenant"] for row in seen}))
    assert choices.regions == tuple(sorted({row["region"] for row in seen}))
    staff = tuple(sorted({row["adjuster"] for row in seen if row["adjuster"]}))
    assert choices.adjusters == (() if scope.role in {"regulator", "broker"} else staff)
    rules = {row["rule"] for row in await running(boards, scope)}
    assert rules <= set(choices.rules)
    assert ("SZ-20.1" in choices.rules) is (scope in (OPERATIONS, ADMIN) or scope.tenant == "cpic-sz")


def test_the_edges_go_by_working_days() -> None:
    late = [NOW - timedelta(days=days) for days in (10, 3, 1, 0)]
    assert list(BETWEEN[:4]) == late
    assert [str(edge.date()) for edge in BETWEEN[4:7]] == ["2026-12-09", "2026-12-10", "2026-12-16"]

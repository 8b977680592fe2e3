"""Clocks counted by day follow the log, and are compared with it and built anew."""

from datetime import timedelta

from tests.integration.board.conftest import ADMIN, Boards
from tests.support.service import envelope
from tests.support.year_of_claims import NOW

from claims.application.calls import Caller
from claims.application.reporting import Selection
from claims.domain.claim.commands.end import WithdrawClaim
from claims.domain.reporting.compliance import total
from claims.domain.reporting.periods import read_period

_YEAR = Selection(read_period("2026"))
_MOVE = "update sandbox_clock set offset_us = offset_us + 86400000000 * cast($1 as bigint)"


async def test_the_follower_leaves_nothing_to_correct(boards: Boards) -> None:
    assert await boards.world.differing() == []


async def test_what_is_withdrawn_moves_from_not_yet_due_to_cancelled_and_once_only(boards: Boards) -> None:
    before = total(await boards.figures.clocks(ADMIN, _YEAR))
    claim = await boards.owner.fetchrow(
        "select c.tenant, subject, count(*) as running from clocks c join claim_list l on l.claim_id = c.subject"
        " where ended_at is null and level = 0 and not provisional and tier <> 'information' and due_at > $1"
        " and due_at < '2026-12-31' and l.status in ('reported', 'under_assessment') group by 1, 2"
        " order by 3 desc limit 1",
        NOW + timedelta(days=1),
    )
    caller = Caller("insurer", "core-system", claim["tenant"])
    at = NOW
    command = WithdrawClaim(at, "客户放弃索赔")
    await boards.world.service.commands.execute(caller, claim["subject"], lambda _: command, envelope("withdraw now"))
    await boards.world.follow()
    after = total(await boards.figures.clocks(ADMIN, _YEAR))
    assert after.cancelled >= before.cancelled + claim["running"]
    assert after.not_yet_due <= before.not_yet_due - claim["running"]
    await boards.owner.execute("delete from checkpoints where name = 'clock_days'")
    await boards.world.follow()
    assert total(await boards.figures.clocks(ADMIN, _YEAR)) == after


async def test_what_runs_is_overdue_when_its_moment_has_passed_though_no_worker_ran(boards: Boards) -> None:
    before = total(await boards.figures.clocks(ADMIN, _YEAR))
    await boards.owner.execute(_MOVE, 60)
    later = total(await boards.figures.clocks(ADMIN, _YEAR))
    await boards.owner.execute(_MOVE, -60)
    passed = await boards.owner.fetchval(
        "select count(*) from clocks where ended_at is null and marks[4] > $1 and marks[4] <= $2",
        NOW + timedelta(minutes=5),
        NOW + timedelta(days=60),
    )
    assert passed > 0
    assert later.overdue == before.overdue + passed
    assert later.not_yet_due == before.not_yet_due - passed


async def test_a_count_that_drifted_is_found_and_built_anew(boards: Boards) -> None:
    await boards.world.follow()
    await boards.owner.execute(
        "update clock_days set met = met + 1 where (tenant, due_day) = (select tenant, due_day from clock_days limit 1)"
    )
    tables = {difference.table for difference in await boards.world.differing()}
    assert tables == {"clock_days"}
    await boards.world.rebuild.run()
    assert await boards.world.differing() == []

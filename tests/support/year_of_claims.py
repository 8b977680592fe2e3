"""A year of three insurers in two regions, told by the product's own handlers: what a full board is made of."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

import asyncpg
from tests.support.service import envelope
from tests.support.story import INSURED, YUAN, a_report, arrived, at, calendar, ident, policy

from claims.application.calls import Caller
from claims.application.commands import Commands
from claims.domain.claim.commands.advance import RequestAdvance
from claims.domain.claim.commands.assign import AssignClaim
from claims.domain.claim.commands.decision import Decide
from claims.domain.claim.commands.documents import ReceiveDocuments
from claims.domain.claim.commands.end import CloseClaim, WithdrawClaim
from claims.domain.claim.commands.fast_track import SettleFast
from claims.domain.claim.commands.intake import NotifyIntake, RequestClaim
from claims.domain.claim.commands.pay import PayAdvance, PayIndemnity
from claims.domain.claim.commands.settle import AgreeSettlement
from claims.domain.claim.decide import Command
from claims.domain.claim.events import Casualties, Policy
from claims.domain.moments import start_of
from claims.watch.sweep import sweep

NOW = at("2026-12-09 10:00")
"""Business time of the full board: a Wednesday, so near the year's end that some dates are provisional."""

PLACES = (
    ("picc-sz", "440305"), ("cpic-sz", "440307"), ("pingan-bj", "110105"),
    ("picc-sz", "440300"), ("cpic-sz", "440305"), ("pingan-bj", "110100"),
)  # fmt: skip
"""Insurers, and where their accidents are: Shenzhen and Beijing."""

_FIRST = date(2026, 1, 5)
_LAST_ENDED = date(2026, 11, 12)
_AMOUNT = 8_000 * YUAN
_RESCUE = 600_000 * YUAN
_HOUR = timedelta(hours=1)
_LATE = "told two days late: "

Life = tuple[tuple[int, str], ...]
"""What happens to a claim, and how many working days after its report."""

ENDED: tuple[Life, ...] = (
    ((0, "intake"), (1, "claim"), (1, "complete"), (3, "fast")),
    ((1, "withdraw"),),
    ((0, "withdraw"),),
    ((0, "intake"), (4, "withdraw")),
    ((0, "withdraw"),),
    ((3, "intake"), (6, "withdraw")),
    ((0, "intake"), (0, "claim"), (1, "complete"), (5, "approve"), (6, "agree"), (9, "pay"), (10, "close")),
    ((0, "withdraw"),),
    ((2, "intake"), (2, "claim"), (3, "complete"), (16, "fast")),
    ((0, "intake"), (0, "claim"), (0, "complete"), (10, f"{_LATE}reject"), (14, "close")),
    ((0, "intake"), (1, "withdraw")),
    ((0, "intake"), (0, "advance"), (8, "pay advance"), (9, "withdraw")),
    ((1, f"{_LATE}intake"), (5, "withdraw")),
)
RUNNING: tuple[Life, ...] = (
    ((0, "intake"), (0, "claim"), (0, "complete")),
    (),
    ((0, "intake"), (0, "advance")),
    ((0, "intake"), (0, "claim"), (0, "complete"), (1, "approve"), (1, "agree")),
    ((0, "intake"), (1, "claim"), (1, "complete")),
)


@dataclass(frozen=True, slots=True)
class Told:
    """A claim that was told, and what of it is its own."""

    claim_id: UUID
    policy: Policy
    opened: datetime
    runs: bool
    adjuster: str

    @property
    def caller(self) -> Caller:
        """The insurer's system."""
        return Caller("insurer", "core-system", self.policy.insurer)


@dataclass(frozen=True, slots=True)
class Act:
    """What is done on a claim, and when it is recorded."""

    recorded: datetime
    told: Told
    command: Command | None
    """None: it is reported."""


async def tell_the_year(
    commands: Commands, worker: asyncpg.Pool, owner: asyncpg.Connection, *, ended: int, running: int
) -> list[Told]:
    """Tell so many claims that ended and so many that run, in the order of time, the watch beside; return them."""
    claims = [*_begun(ended, ENDED, _days_until(_LAST_ENDED, ended)), *_begun(running, RUNNING, _last_days(running))]
    acts = sorted((act for told, life in claims for act in _acts(told, life)), key=lambda act: act.recorded)
    for act in acts:
        await _set_now(owner, act.recorded)
        await _watch(worker, act.recorded)
        await _do(commands, act)
    await _set_now(owner, NOW)
    await _watch(worker, NOW)
    return [told for told, _ in claims]


def _days_until(last: date, count: int) -> list[date]:
    span = (last - _FIRST).days
    return [_working_day(_FIRST + timedelta(days=span * n // count)) for n in range(count)]


def _last_days(count: int) -> list[date]:
    """Running claims are young, a few of them older than their limits."""
    return [_working_day(NOW.date() - timedelta(days=1 + 26 * n // count)) for n in reversed(range(count))]


def _working_day(day: date) -> date:
    return day if calendar().is_working_day(day) else calendar().nth_working_day_after(day, 1)


def _begun(count: int, lives: tuple[Life, ...], days: list[date]) -> Iterator[tuple[Told, Life]]:
    for n, day in enumerate(days[:count]):
        insurer, region = PLACES[n % len(PLACES)]
        life = lives[n % len(lives)]
        name = f"{insurer} {day} {n} {'runs' if lives is RUNNING else 'ended'}"
        broker = "mingya" if n % 4 == 0 else None
        named = {"number": f"={name}=", "insured_name": f"={name} 有限公司="}
        stated = policy(insurer=insurer, region=region, broker=broker, **named)
        opened = start_of(day) + (8 + n % 9) * _HOUR
        yield Told(ident(f"claim {name}"), stated, opened, lives is RUNNING, f"{insurer}-{n % 7:02d}"), life


def _acts(told: Told, life: Life) -> Iterator[Act]:
    yield Act(told.opened, told, None)
    assigned = told.opened + timedelta(minutes=2)
    yield Act(assigned, told, AssignClaim(assigned, told.adjuster))
    day = told.opened.date()
    for place, (days, what) in enumerate(life):
        moved = timedelta() if days == 0 else calendar().nth_working_day_after(day, days) - day
        happened = told.opened + moved + (place + 1) * timedelta(minutes=7)
        recorded = happened + timedelta(days=2) if what.startswith(_LATE) else happened
        if recorded < NOW:
            yield Act(recorded, told, _COMMANDS[what.removeprefix(_LATE)](happened, told))


async def _do(commands: Commands, act: Act) -> None:
    told, command = act.told, act.command
    key = envelope(f"{told.claim_id} {type(command).__name__}", status=200 if command else 201)
    if command is not None:
        await commands.execute(told.caller, told.claim_id, lambda _: command, key)
        return
    stated = told.policy
    surgeries = 3 if told.opened.day % 4 == 0 else 1
    plain = a_report(casualties=Casualties(0, 0, surgeries, surgeries), policy=stated)
    accident = replace(plain.accident, occurred_at=told.opened - _HOUR, region=stated.region)
    report = replace(plain, occurred_at=told.opened, accident=accident)
    await commands.report(told.caller, told.claim_id, stated.insurer, stated.number, lambda _: report, key)


async def _set_now(owner: asyncpg.Connection, moment: datetime) -> None:
    await owner.execute(
        "update sandbox_clock"
        " set offset_us = (extract(epoch from $1::timestamptz - clock_timestamp()) * 1000000)::bigint",
        moment,
    )


async def _watch(worker: asyncpg.Pool, moment: datetime) -> None:
    while (await sweep(worker, moment)).moved:
        pass


def _advance(moment: datetime, told: Told) -> Command:
    return RequestAdvance(moment, ident(f"advance {told.claim_id}"), "rescue", "insured", _RESCUE, (), None, None)


def _advance_paid(moment: datetime, told: Told) -> Command:
    of = ident(f"advance {told.claim_id}")
    return PayAdvance(moment, ident(f"paid {told.claim_id}"), of, _RESCUE, INSURED, "ICBC-1", None)


_COMMANDS: Mapping[str, Callable[[datetime, Told], Command]] = {
    "intake": lambda at_, _: NotifyIntake(at_, "高处坠落", "covered", (), ()),
    "claim": lambda at_, _: RequestClaim(at_, "insured", None),
    "complete": lambda at_, _: ReceiveDocuments(at_, arrived("id", "loss"), complete=True),
    "fast": lambda at_, told: SettleFast(at_, ident(f"fast {told.claim_id}"), _AMOUNT, INSURED, "ICBC-3", "收条"),
    "approve": lambda at_, _: Decide(at_, "approved", _AMOUNT, None, at_),
    "reject": lambda at_, _: Decide(at_, "rejected", None, "不属于保险责任", at_),
    "agree": lambda at_, _: AgreeSettlement(at_, _AMOUNT, 0, "确认书", ()),
    "pay": lambda at_, told: PayIndemnity(at_, ident(f"pay {told.claim_id}"), _AMOUNT, INSURED, "ICBC-2", "收条"),
    "close": lambda at_, _: CloseClaim(at_, None),
    "withdraw": lambda at_, _: WithdrawClaim(at_, "客户放弃索赔"),
    "advance": _advance,
    "pay advance": _advance_paid,
}

"""Moves of random histories: commands whose details come from a few numbers and from what the claim has by now."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar
from uuid import UUID

from tests.support.story import arrived, ident, items

from claims.domain.claim.commands.advance import RefuseAdvance, RequestAdvance, WithdrawAdvance
from claims.domain.claim.commands.amend import AmendAdvance
from claims.domain.claim.commands.assign import AssignClaim
from claims.domain.claim.commands.authorities import NotifyAuthorities, ReportOutcome, SurveySite
from claims.domain.claim.commands.decision import Decide, NotifyRejection, TellDecision
from claims.domain.claim.commands.direct import DecideDirectPayment, RequestDirectPayment
from claims.domain.claim.commands.documents import ReceiveDocuments, RequestDocuments
from claims.domain.claim.commands.end import CloseClaim, ReceiveRecovery, WithdrawClaim
from claims.domain.claim.commands.fast_track import SettleFast
from claims.domain.claim.commands.intake import NotifyIntake, RequestClaim, UpdateCasualties
from claims.domain.claim.commands.loss import DetermineLoss
from claims.domain.claim.commands.pay import FailPayment, PayAdvance, PayIndemnity
from claims.domain.claim.commands.progress import NotifyProgress
from claims.domain.claim.commands.reopen import ReopenClaim
from claims.domain.claim.commands.rescue import RecordRescueSupport
from claims.domain.claim.commands.settle import AgreeSettlement
from claims.domain.claim.decide import Command
from claims.domain.claim.events import AgreedPayee, Casualties, Payee
from claims.domain.claim.money import balance, outstanding
from claims.domain.claim.state import Claim
from claims.domain.policy.events import Share

VICTIMS = tuple(ident(f"victim {n}") for n in range(3))
_KINDS = ("rescue", "death_indemnity", "medical", "determinable_part")
_CODES = ("a", "b", "c")
_REASONS = ("client_asked_less", "limit_nearly_used", None)
_COVERAGES = ("covered", "covered", "covered", "open", "open", "not_covered")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Move:
    """One attempt: what, on which claim, with numbers to choose its details by, how long after the last, how late."""

    what: str
    on: int
    amount: int
    pick: int
    after: timedelta
    late: timedelta

    def of(self, options: Iterable[T], otherwise: T, turn: int = 1) -> T:
        """Return one of the options; different turns choose independently enough."""
        known = list(options)
        return known[self.pick // turn % len(known)] if known else otherwise


@dataclass(frozen=True, slots=True)
class Given:
    """What a move becomes a command with."""

    claim: Claim
    move: Move
    at: datetime
    new_id: UUID
    """An id that no other move got."""


def command(claim: Claim, move: Move, now: datetime, new_id: UUID) -> Command:
    """Return the command of a move, as of now; it may well be refused."""
    return COMMANDS[move.what](Given(claim, move, now - move.late, new_id))


def _payee(given: Given, turn: int = 1) -> Payee:
    victims = [Payee("victim", each) for each in VICTIMS]
    return given.move.of([*victims, *victims, Payee("hospital", None), Payee("insured", None)], victims[0], turn)


def _shares(given: Given) -> tuple[Share, ...]:
    """Up to all victims share; together they may be more than is asked or owed."""
    pick, amount = given.move.pick, given.move.amount
    return tuple(Share(victim, 1 + amount // (n + 1)) for n, victim in enumerate(VICTIMS[: pick % 4]))


def _codes(given: Given) -> tuple[str, ...]:
    return _CODES[: 1 + given.move.pick % 3]


def _request_advance(given: Given) -> Command:
    kind, amount = given.move.of(_KINDS, "rescue"), given.move.amount
    shares = _shares(given) if given.move.pick // 4 % 3 == 0 else ()
    asked = None if given.move.pick // 8 % 2 and kind in {"rescue", "death_indemnity"} else amount
    reason = given.move.of(_REASONS, None, turn=4)
    return RequestAdvance(given.at, given.new_id, kind, "insured", asked, shares, reason, None)


def _pay_advance(given: Given) -> Command:
    claim = given.claim
    advance_id = given.move.of(claim.advances, ident("nothing"))
    left = outstanding(claim, claim.advances[advance_id]) if advance_id in claim.advances else 0
    return PayAdvance(
        given.at, given.new_id, advance_id, _near(left, given), _payee(given, turn=3), "ICBC", _proof(given)
    )


def _pay(given: Given) -> Command:
    amount = _near(balance(given.claim), given)
    return PayIndemnity(given.at, given.new_id, amount, _payee(given), "ICBC", _proof(given))


def _near(left: int, given: Given) -> int:
    """Mostly what is left or a part of it, sometimes more."""
    part, whole = 1 + given.move.amount % max(1, left), max(1, left)
    return given.move.of((whole, whole, part, part, given.move.amount), part, turn=7)


def _proof(given: Given) -> str | None:
    return given.move.of(("收条", "收条", "收条", None), None, turn=2)


def _decide(given: Given) -> Command:
    if given.move.pick % 5:
        return Decide(given.at, "approved", given.move.amount, None, None)
    return Decide(given.at, "rejected", None, "理由", None)


def _last(given: Given, wanted: Command) -> Command:
    """What ends a claim, or its advances, is rare, or histories would be short."""
    return wanted if given.move.pick % 4 == 0 else NotifyProgress(given.at, "等待鉴定")


def _casualties(given: Given) -> Command:
    pick = given.move.pick
    return UpdateCasualties(given.at, Casualties(pick % 5, pick // 5 % 3, pick // 2 % 6, pick // 3 % 12))


def _agree(given: Given) -> Command:
    decided = given.claim.decision.amount if given.claim.decision else 0
    amount = _near(decided, given)
    payees = (AgreedPayee(_payee(given), amount // 2),) if given.move.pick % 2 and amount > 1 else ()
    return AgreeSettlement(given.at, amount, 0, "签收单", payees)


COMMANDS: dict[str, Callable[[Given], Command]] = {
    "claim": lambda given: RequestClaim(given.at, "李某", given.move.amount),
    "intake": lambda given: NotifyIntake(
        given.at, "高处坠落", given.move.of(_COVERAGES, "open"), (), items(*_codes(given)[1:])
    ),
    "casualties": _casualties,
    "request documents": lambda given: RequestDocuments(given.at, items(*_codes(given)), given.at, None),
    "receive documents": lambda given: ReceiveDocuments(given.at, arrived(*_codes(given)), given.move.pick % 4 == 0),
    "determine": lambda given: DetermineLoss(given.at, given.move.amount, "定损单"),
    "ask": _request_advance,
    "amend": lambda given: AmendAdvance(
        given.at, given.move.of(given.claim.advances, ident("nothing")), given.move.amount, "费用变化"
    ),
    "ask directly": lambda given: RequestDirectPayment(
        given.at, given.new_id, given.move.of(("insured", "victim"), "insured"), VICTIMS[0], given.move.amount
    ),
    "answer directly": lambda given: DecideDirectPayment(
        given.at,
        given.move.of(given.claim.direct_payments, ident("nothing")),
        given.move.of(("accepted", "refused"), "accepted", turn=3),
        "理由",
    ),
    "settle fast": lambda given: SettleFast(
        given.at, given.new_id, given.move.amount, _payee(given), "ICBC", _proof(given)
    ),
    "tell authorities": lambda given: NotifyAuthorities(given.at, ("safety_authority",), "KB-1"),
    "survey": lambda given: SurveySite(given.at, "赵某", "坍塌"),
    "rescue support": lambda given: RecordRescueSupport(given.at, "救援队", "搜救"),
    "assign": lambda given: AssignClaim(given.at, given.move.of(("staff-1", "staff-2", None), None)),
    "report outcome": lambda given: ReportOutcome(given.at, ("safety_authority",), "JA-1"),
    "reopen": lambda given: ReopenClaim(given.at, "补充证据"),
    "refuse": lambda given: RefuseAdvance(given.at, given.move.of(given.claim.advances, ident("nothing")), "理由"),
    "withdraw advance": lambda given: WithdrawAdvance(
        given.at, given.move.of(given.claim.advances, ident("nothing")), "理由"
    ),
    "pay advance": _pay_advance,
    "pay": _pay,
    "bounce": lambda given: FailPayment(given.at, given.move.of(given.claim.payments, ident("nothing")), "账号有误"),
    "progress": lambda given: NotifyProgress(given.at, "等待鉴定"),
    "decide": _decide,
    "tell": lambda given: TellDecision(given.at),
    "notify rejection": lambda given: NotifyRejection(given.at, "拒赔-1", "理由"),
    "agree": _agree,
    "recover": lambda given: ReceiveRecovery(given.at, given.move.amount, "ICBC"),
    "withdraw": lambda given: _last(given, WithdrawClaim(given.at, "撤销")),
    "close": lambda given: _last(given, CloseClaim(given.at, None)),
}

BEFORE = (
    "ask",
    "ask",
    "ask",
    "amend",
    "determine",
    "pay advance",
    "pay advance",
    "bounce",
    "determine",
    "refuse",
    "casualties",
)
AFTER = ("pay advance", "pay", "pay", "pay", "bounce", "bounce", "agree", "tell", "recover", "close", "reopen")
"""What a history of money is made of before the decision, and after it."""

_LATE, _ANYTHING = 0.3, 0.3
"""How often a move is recorded late, and how often it is any move at all."""


def history(seed: int) -> list[Move]:
    """Return a history of two claims: advances, then decisions, then payments, with anything in between.

    Moves follow soon after one another; most are recorded as they happen, some late. One seed replays a history.
    """
    chance = Random(seed)  # noqa: S311 - it plays, it keeps no secret
    parts = [(BEFORE, chance.randint(8, 25)), (("decide",), chance.randint(0, 4)), (AFTER, chance.randint(8, 30))]
    return [_move(often, chance) for often, length in parts for _ in range(length)]


def medical_history(seed: int) -> list[Move]:
    """Return a history of medical advances of one claim that are small beside their limit, and of what ends them."""
    chance = Random(seed)  # noqa: S311 - it plays, it keeps no secret
    return [_medical_move(chance) for _ in range(chance.randint(8, 30))]


def _medical_move(chance: Random) -> Move:
    what = chance.choice(("ask", "ask", "pay advance", "pay advance", "bounce", "refuse", "withdraw advance"))
    pick = chance.randint(0, 1_000)
    medical = pick - pick % len(_KINDS) + _KINDS.index("medical")
    return Move(
        what=what,
        on=0,
        amount=chance.randint(1, 120),
        pick=medical if what == "ask" else pick,
        after=timedelta(minutes=chance.randint(1, 600)),
        late=timedelta(),
    )


def _move(often: tuple[str, ...], chance: Random) -> Move:
    late = chance.randint(-30, 9_000) if chance.random() < _LATE else 0
    return Move(
        what=chance.choice(sorted(COMMANDS) if chance.random() < _ANYTHING else often),
        on=chance.randint(0, 1),
        amount=chance.randint(1, 1_100),
        pick=chance.randint(0, 1_000),
        after=timedelta(minutes=chance.randint(0, 4_000)),
        late=timedelta(minutes=late),
    )

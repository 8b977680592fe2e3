"""A claim told as a story: given what happened, when somebody commands, then these facts follow. No I/O."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID, uuid5

from claims.domain.claim import money
from claims.domain.claim.commands.report import Report
from claims.domain.claim.decide import Command, decide
from claims.domain.claim.events import Accident, Casualties, DocumentItem, Payee, Policy, ReceivedDocument, Reporter
from claims.domain.claim.evolve import fold
from claims.domain.claim.state import Advance, Claim
from claims.domain.claim.terms import Decided, Terms
from claims.domain.clock import Clock
from claims.domain.moments import SHANGHAI
from claims.domain.policy.events import Limits
from claims.domain.policy.ledger import Ledger
from claims.domain.policy.ledger import fold as fold_ledger
from claims.domain.rulebook import Rulebook
from claims.domain.working_days import Calendar
from claims.reference.calendar_seed import seed_calendar
from claims.reference.rulebook_file import packaged_rulebooks

NAMES = UUID("00000000-0000-5000-8000-000000000001")
CLAIM_ID = uuid5(NAMES, "claim")
YUAN = 100
MILLION = 1_000_000 * YUAN


def at(text: str) -> datetime:
    """Return an instant in Shanghai: "2026-03-02 09:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def ident(name: str) -> UUID:
    """Return the same id for the same name."""
    return uuid5(NAMES, name)


@cache
def rulebooks() -> Mapping[str, Rulebook]:
    """Return the packaged rulebooks by reference."""
    return {text.rulebook.reference: text.rulebook for text in packaged_rulebooks()}


@cache
def calendar() -> Calendar:
    """Return the seeded calendar."""
    return seed_calendar()


def limits(**changes: int | None) -> Limits:
    """Return limits in fen: 20 million per accident, 1 million per person and for rescue, 2 million medical."""
    whole: dict[str, Any] = {
        "per_accident": 20 * MILLION,
        "per_person": MILLION,
        "rescue": MILLION,
        "medical": 2 * MILLION,
        "aggregate": None,
    }
    return Limits(**{**whole, **changes})


def policy(**changes: Any) -> Policy:
    """Return a policy of 2026 in Shenzhen."""
    whole = Policy(
        number="PZAA202644030000000001",
        insurer="picc-sz",
        broker=None,
        insured_name="深圳市某建筑有限公司",
        insured_credit_code="91440300MA5F00000X",
        industry="construction",
        region="440300",
        effective_from=date(2026, 1, 1),
        effective_to=date(2026, 12, 31),
        limits=limits(),
        medical_deductible=0,
        determination_days=None,
        payment_days=None,
    )
    return replace(whole, **changes)


def a_report(
    received: str = "2026-03-02 10:00",
    *,
    accident: str = "2026-03-02 09:30",
    casualties: Casualties | None = None,
    **changes: Any,
) -> Report:
    """Return the report of an accident with one dead and four in surgery."""
    happened = Accident(
        occurred_at=at(accident),
        place="南山区某工地",
        region="440300",
        kind="construction",
        description="脚手架坍塌",
        casualties=casualties or Casualties(1, 0, 4, 4),
        direct_loss=None,
    )
    whole = Report(
        occurred_at=at(received),
        policy=policy(),
        accident=happened,
        reported_by=Reporter("insured", "王某", "13800000000"),
        broker_received_at=None,
        received_by_insurer=True,
        confirm_not_duplicate=False,
    )
    return replace(whole, **changes)


def items(*codes: str) -> tuple[DocumentItem, ...]:
    """Return documents to ask for, by their codes."""
    return tuple(DocumentItem(code, code) for code in codes)


def arrived(*codes: str) -> tuple[ReceivedDocument, ...]:
    """Return documents that arrived, by their codes."""
    return tuple(ReceivedDocument(code, code, None, None) for code in codes)


INSURED = Payee("insured", None)


class Story:
    """One claim and its policy's ledger, as commands change them."""

    def __init__(self, ledger: Ledger | None = None, claim_id: UUID = CLAIM_ID) -> None:
        self.claim = Claim(claim_id)
        self.ledger = ledger or Ledger()
        self.last = Decided()
        self.rulebooks = rulebooks()

    def when(self, command: Command, *, recorded: str | None = None) -> "Story":
        """Decide a command, recorded as it happens or later, and let its facts happen."""
        now = at(recorded) if recorded else command.occurred_at + timedelta(seconds=1)
        terms = Terms(now, self.rulebooks, calendar(), self.ledger)
        self.last = decide(self.claim, command, terms)
        self.claim = fold(self.claim, ((fact, command.occurred_at) for fact in self.last.claim))
        self.ledger = fold_ledger(self.last.policy, self.ledger)
        return self

    def clock(self, rule: str, scope: UUID | None = None) -> Clock:
        """Return the one clock of a rule, for the claim or for one advance."""
        wanted = None if scope is None else str(scope)
        found = [c for c in self.claim.clocks.values() if c.rule == rule and wanted in {None, c.scope}]
        assert len(found) == 1, f"{len(found)} clocks of {rule}"
        return found[0]

    def has_clock(self, rule: str) -> bool:
        """Say whether a clock of the rule runs or ran."""
        return any(clock.rule == rule for clock in self.claim.clocks.values())

    def advance(self, name: str) -> Advance:
        """Return an advance by the name it was requested with."""
        return self.claim.advances[ident(name)]

    @property
    def status(self) -> str:
        """Return how far the claim has come."""
        return str(money.status(self.claim))


def reported(**changes: Any) -> Story:
    """Return a claim that was just reported."""
    return Story().when(a_report(**changes))

"""March 2026 of two insurers, told command by command: small enough that every figure is counted by hand."""

from dataclasses import dataclass
from uuid import UUID

from tests.integration.projections.world import World
from tests.support.service import envelope
from tests.support.story import INSURED, YUAN, a_report, arrived, at, ident, policy

from claims.application.calls import Caller
from claims.domain.claim.commands.advance import RequestAdvance, WithdrawAdvance
from claims.domain.claim.commands.decision import Decide
from claims.domain.claim.commands.documents import ReceiveDocuments
from claims.domain.claim.commands.intake import NotifyIntake, RegisterVictim, RequestClaim
from claims.domain.claim.commands.pay import FailPayment, PayAdvance, PayIndemnity
from claims.domain.claim.commands.settle import AgreeSettlement
from claims.domain.claim.decide import Command
from claims.domain.claim.events import AgreedPayee, Casualties, Payee

UNHURT = Casualties(0, 0, 0, 1)
ONE_DEAD = Casualties(1, 0, 0, 0)
RESCUE = 600_000 * YUAN


@dataclass
class Teller:
    """Sends commands, each with a key of its own."""

    world: World

    def claim(self, name: str) -> UUID:
        """Return a claim's id."""
        return ident(f"claim {name}")

    async def report(self, name: str, received: str, casualties: Casualties, **changes: object) -> None:
        """An accident half an hour before its report, under a policy of its own."""
        insurer, region = str(changes.get("insurer", "picc-sz")), str(changes.get("region", "440300"))
        stated = policy(number=f"={name}", insurer=insurer, region=region)
        happened = at(received).isoformat()
        report = a_report(received, accident="2026-03-01 09:30", casualties=casualties, policy=stated)
        caller = Caller("insurer", "core-system", insurer)
        commands, key = self.world.service.commands, envelope(f"report {name} {happened}", status=201)
        await commands.report(caller, self.claim(name), insurer, stated.number, lambda _: report, key)

    async def tell(self, name: str, *commands: Command) -> None:
        """What happens to a claim of the first insurer."""
        for number, command in enumerate(commands):
            key = f"{name} {type(command).__name__} {command.occurred_at.isoformat()} {number}"
            await self.world.service.execute(self.claim(name), command, key)


def victim_of(name: str) -> Payee:
    """The victim of a claim, as payee."""
    return Payee("victim", ident(f"victim {name}"))


def settled(name: str, when: str, amount: int, to_victim: int) -> tuple[Command, ...]:
    """From the intake notice to the agreement; the victim is one of its payees."""
    decided, agreed = f"{when} 10:00", f"{when} 11:00"
    payee = victim_of(name)
    assert payee.victim_id is not None
    return (
        NotifyIntake(at("2026-03-03 09:30"), "坍塌", "covered", (), ()),
        RequestClaim(at("2026-03-03 09:30"), "insured", amount),
        ReceiveDocuments(at("2026-03-03 09:40"), arrived("id"), complete=True),
        RegisterVictim(at("2026-03-03 09:45"), payee.victim_id, "李某", None, None, "injured", ()),
        Decide(at(decided), "approved", amount, None, at(decided)),
        AgreeSettlement(at(agreed), amount, 0, "确认书", (AgreedPayee(payee, to_victim),)),
    )


def rescue(name: str) -> RequestAdvance:
    """The client asks for the rescue advance on 2 March at 11:00: due in five working days, on the 9th."""
    return RequestAdvance(at("2026-03-02 11:00"), ident(f"advance {name}"), "rescue", "insured", RESCUE, (), None, None)


def advance_paid(name: str, when: str) -> PayAdvance:
    """The whole advance is paid to the insured."""
    return PayAdvance(at(when), ident(f"pay {name}"), ident(f"advance {name}"), RESCUE, INSURED, "ICBC", None)


def paid(name: str, when: str, amount: int) -> PayIndemnity:
    """The victim is paid."""
    return PayIndemnity(at(when), ident(f"indemnity {name} {when}"), amount, victim_of(name), "ICBC", None)


async def tell_march(world: World) -> None:
    """Tell the month."""
    teller = Teller(world)
    # A, small: from report to payment two days exactly.
    await teller.report("A", "2026-03-02 10:00", UNHURT)
    await teller.tell("A", *settled("A", "2026-03-03", 8_000 * YUAN, 8_000 * YUAN))
    await teller.tell("A", paid("A", "2026-03-04 10:00", 8_000 * YUAN))
    # B, small: the first payment bounces; four and a half days.
    await teller.report("B", "2026-03-03 09:00", UNHURT)
    await teller.tell("B", *settled("B", "2026-03-04", 999_999, 999_999), paid("B", "2026-03-05 10:00", 999_999))
    bounced = FailPayment(at("2026-03-06 10:00"), ident("indemnity B 2026-03-05 10:00"), "账号错误")
    await teller.tell("B", bounced, paid("B", "2026-03-07 21:00", 999_999))
    # C, major: an advance within a day, all paid after ten days exactly.
    await teller.report("C", "2026-03-02 10:00", ONE_DEAD)
    await teller.tell("C", rescue("C"), advance_paid("C", "2026-03-03 10:59"))
    await teller.tell("C", *settled("C", "2026-03-11", 700_000 * YUAN, 100_000 * YUAN))
    await teller.tell("C", paid("C", "2026-03-12 10:00", 100_000 * YUAN))
    # D, major: the advance is paid a day late, the victim never.
    await teller.report("D", "2026-03-02 10:00", ONE_DEAD)
    await teller.tell("D", rescue("D"), advance_paid("D", "2026-03-10 09:00"))
    await teller.tell("D", *settled("D", "2026-03-11", 650_000 * YUAN, 50_000 * YUAN))
    # E: the advance is never paid. F: its request is withdrawn the same day.
    await teller.report("E", "2026-03-02 10:00", UNHURT)
    await teller.tell("E", rescue("E"))
    await teller.report("F", "2026-03-02 10:00", UNHURT)
    await teller.tell("F", rescue("F"), WithdrawAdvance(at("2026-03-02 20:00"), ident("advance F"), "不需要"))
    # The last second of March, the first of April, and another insurer.
    await teller.report("G", "2026-03-31 23:59:59", UNHURT)
    await teller.report("H", "2026-04-01 00:00:00", UNHURT)
    await teller.report("I", "2026-03-15 10:00", UNHURT, insurer="cpic-sz")
    await world.follow()

"""The graver plots: deaths, persons in surgery, rescue; what is advanced, and what nobody asks for."""

from collections.abc import Generator

from anze.demo.callers import Json
from anze.demo.case import Toll
from anze.demo.desk import Desk, Doing
from anze.demo.money import Share, ask_for, pay_advance, settle
from anze.demo.office import AFTERNOON, MORNING, entry, working_day
from anze.demo.plots import Plot
from anze.demo.steps import Ask, Life

_IN_TIME, _LATE = (1, 4), (6, 8)


def _until_advanced(desk: Desk) -> None:
    """Go on to the payment of an advance, mostly within its five working days."""
    late = desk.dice.random() < desk.case.insurer.lateness
    desk.after(desk.dice.randint(*(_LATE if late else _IN_TIME)))


def _begun(desk: Desk, toll: Toll, amount: int) -> Doing:
    """Grave accidents are taken up at once."""
    yield from desk.report(toll)
    yield from desk.intake()
    return (yield from desk.claim(amount))


def _loss(desk: Desk) -> int:
    """The loss by one death, in yuan, within what the policy pays for one person."""
    return min(desk.dice.randrange(4300, 5900) * 200, desk.case.enterprise.limits.per_person)


def fatal(desk: Desk) -> Life:
    """A death: half of the determined loss is advanced to the heirs, the rest follows."""
    loss = _loss(desk)
    yield from _begun(desk, Toll(deaths=1, injured=0), loss)
    victim = yield from desk.victim("death")
    advance = yield from ask_for(desk, "death_indemnity", None)
    desk.after(desk.dice.randint(1, 3))
    yield from desk.determine(loss)
    _until_advanced(desk)
    half = Share("heirs", loss // 2, victim, advanced=True)
    yield from pay_advance(desk, advance, half)
    desk.after(desk.pace.papers)
    yield from desk.certificate()
    desk.after(desk.pace.decision)
    yield from settle(desk, [half, Share("heirs", loss - loss // 2, victim)])


def surgeries(desk: Desk) -> Life:
    """Three persons in surgery: the hospital is paid within a day where the sum is small."""
    cost = desk.dice.choice((46_000, 68_000, 92_000, 180_000, 340_000))
    amount = sum(shares := [desk.dice.randrange(200, 900) * 100 for _ in range(3)])
    desk.half = MORNING
    yield from _begun(desk, Toll(surgeries=3, injured=3), amount + cost)
    victims = yield from desk.victims_of("surgery", 3)
    advance = yield from ask_for(desk, "medical", cost)
    if cost > 100_000:
        _until_advanced(desk)
    else:
        desk.after(1 if desk.dice.random() < desk.case.insurer.lateness * 2 else 0, AFTERNOON)
    hospital = Share("hospital", cost, advanced=True)
    yield from pay_advance(desk, advance, hospital)
    desk.after(desk.pace.papers)
    yield from desk.papers()
    desk.after(desk.pace.decision)
    rest = [Share("victim", each, one) for each, one in zip(shares, victims, strict=True)]
    yield from settle(desk, [hospital, *rest])


def _rescue_asked(desk: Desk, amount: int) -> Generator[Ask, Json, tuple[str, Share]]:
    yield from _begun(desk, Toll(injured=2), amount)
    least = desk.case.enterprise.limits.rescue * 6 // 10
    advance = yield from ask_for(desk, "rescue", least)
    return advance, Share("insured", least, advanced=True)


def _rest(desk: Desk, advanced: Share, amount: int) -> Doing:
    """What follows an advance for rescue: documents, decision, payment to the injured."""
    victim = yield from desk.victim("injured")
    desk.after(desk.pace.papers)
    yield from desk.papers()
    desk.after(desk.pace.decision)
    return (yield from settle(desk, [advanced, Share("victim", amount, victim)]))


def rescue(desk: Desk) -> Life:
    """The rescue is advanced to the enterprise."""
    amount = desk.dice.randrange(600, 3000) * 100
    advance, share = yield from _rescue_asked(desk, amount)
    _until_advanced(desk)
    yield from pay_advance(desk, advance, share)
    yield from _rest(desk, share, amount)


def recorded_late(desk: Desk) -> Life:
    """The rescue is paid in time and entered days later: there was a breach, and then there was none."""
    amount = desk.dice.randrange(600, 3000) * 100
    advance, share = yield from _rescue_asked(desk, amount)
    desk.remember("withdrawn breach", desk.claim_id)
    desk.after(4, MORNING)
    desk.enters_at = entry(working_day(desk.day, 3), MORNING)
    yield from pay_advance(desk, advance, share)
    desk.enters_at = None
    desk.after(4)
    yield from _rest(desk, share, amount)


def rescue_in_parts(desk: Desk) -> Life:
    """A part of the rescue advance is paid, the rest stays open."""
    advance, share = yield from _rescue_asked(desk, 160_000)
    desk.after(2)
    yield from pay_advance(desk, advance, Share("insured", share.amount // 3))


def rescue_unpaid(desk: Desk) -> Life:
    """The rescue advance is owed and not paid."""
    advance, _ = yield from _rescue_asked(desk, 240_000)
    desk.remember("payable advance", advance)
    desk.remember("claim with a payable advance", desk.claim_id)


def rescue_refused(desk: Desk) -> Life:
    """What was asked for were no costs of a rescue: refused, and the claim goes on."""
    amount = 85_000
    advance, _ = yield from _rescue_asked(desk, amount)
    desk.after(2)
    yield from desk.act(f"advances/{advance}/refusals", reason="所列费用为设备修复费用，不属于救援费用")
    victim = yield from desk.victim("injured")
    desk.after(desk.pace.papers)
    yield from desk.papers()
    desk.after(desk.pace.decision)
    yield from settle(desk, [Share("victim", amount, victim)])


def surgery_unpaid(desk: Desk) -> Life:
    """A hospital waits for its money, and a day is soon over."""
    yield from _begun(desk, Toll(surgeries=4, injured=4), 320_000)
    yield from desk.victims_of("surgery", 4)
    yield from ask_for(desk, "medical", desk.dice.choice((78_000, 86_000, 95_000)))


def death_unpaid(desk: Desk) -> Life:
    """The loss by a death is determined, the advance owed, and not paid."""
    loss = _loss(desk)
    yield from _begun(desk, Toll(deaths=1, injured=1), loss)
    yield from desk.victim("death")
    yield from ask_for(desk, "death_indemnity", None)
    desk.after(2)
    yield from desk.determine(loss)


def death_not_asked_for(desk: Desk) -> Life:
    """A death, the loss determined, and nobody told the family that they may ask for half of it."""
    loss = _loss(desk)
    yield from _begun(desk, Toll(deaths=1, injured=0), loss)
    desk.remember("nobody asked", desk.claim_id)
    yield from desk.victim("death")
    desk.after(2)
    yield from desk.determine(loss)


def surgery_not_asked_for(desk: Desk) -> Life:
    """Three persons in surgery, and nobody asks for the cost."""
    yield from _begun(desk, Toll(surgeries=3, injured=3), 260_000)
    yield from desk.victims_of("surgery", 3)


def major(desk: Desk) -> Life:
    """Three dead: a major accident, an emergency, and half of the loss to three families at once."""
    each = 1_100_000
    yield from _begun(desk, Toll(deaths=3, injured=5), 3 * each)
    yield from desk.act("rescue-supports", provider="应急救援服务队", description="派出救援车辆两台、破拆装备一套")
    victims = yield from desk.victims_of("death", 3)
    advance = yield from ask_for(desk, "death_indemnity", None)
    desk.after(2)
    yield from desk.determine(3 * each)
    desk.after(3)
    halves = [Share("heirs", each // 2, victim, advanced=True) for victim in victims]
    for half in halves:
        yield from pay_advance(desk, advance, half)
    desk.after(5)
    yield from desk.certificate()
    desk.after(6)
    rests = [Share("heirs", each - each // 2, victim) for victim in victims]
    yield from settle(desk, [*halves, *rests])


def regraded(desk: Desk) -> Life:
    """Two dead, and a third in hospital a week later: the accident becomes a major one."""
    yield from _begun(desk, Toll(deaths=2, injured=3), 2_400_000)
    yield from desk.victims_of("death", 2)
    desk.after(5)
    counts = {"deaths": 3, "missing": 0, "emergency_surgeries": 0, "serious_injuries": 2}
    yield from desk.act("casualty-updates", **counts)
    yield from ask_for(desk, "death_indemnity", None)


GRAVE: dict[str, Plot] = {
    plot.__name__: plot
    for plot in (
        fatal,
        surgeries,
        rescue,
        recorded_late,
        rescue_in_parts,
        rescue_unpaid,
        rescue_refused,
        surgery_unpaid,
        death_unpaid,
        death_not_asked_for,
        surgery_not_asked_for,
        major,
        regraded,
    )
}

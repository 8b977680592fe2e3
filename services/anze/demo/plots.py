"""How the claims of the demo go: each plot is the life of one claim, played by its desk."""

from collections.abc import Callable

from anze.demo.accidents import DOCUMENTS, EXPERT_OPINION
from anze.demo.case import Toll
from anze.demo.desk import Desk, Doing
from anze.demo.money import Share, agree, close, pay, settle
from anze.demo.steps import Life

Plot = Callable[[Desk], Life]


def opened(desk: Desk, toll: Toll, amount: int) -> Doing:
    """Reported, covered, claimed, and asked for what is missing: how most claims begin."""
    yield from desk.report(toll)
    missing = DOCUMENTS[2:]
    desk.after(desk.pace.intake)
    yield from desk.intake(missing=missing)
    yield from desk.claim(amount)
    desk.after(desk.pace.request)
    return (yield from desk.ask_for_papers(*missing))


def injured(desk: Desk, amount: int) -> list[int]:
    """Split an amount over one to three persons, in hundreds of yuan."""
    persons = desk.dice.randint(1, 3) if amount >= 150_000 else 1
    each = amount // persons // 100 * 100
    return [each] * (persons - 1) + [amount - each * (persons - 1)]


def sum_of_injuries(desk: Desk) -> int:
    """What injuries come to, in yuan."""
    return desk.dice.randrange(320, 4200) * 100


def ordinary(desk: Desk) -> Life:
    """Injuries, from the report to the closure."""
    amount = sum_of_injuries(desk)
    shares = injured(desk, amount)
    yield from opened(desk, Toll(injured=len(shares)), amount)
    victims = yield from desk.victims_of("injured", len(shares))
    desk.after(desk.pace.papers)
    yield from desk.papers()
    desk.after(desk.pace.decision)
    yield from desk.determine(amount)
    yield from settle(desk, [Share("victim", each, one) for each, one in zip(shares, victims, strict=True)])


def small(desk: Desk) -> Life:
    """A small claim, settled in one step."""
    amount = desk.dice.randrange(18, 96) * 100
    yield from desk.report(Toll(injured=0))
    desk.after(desk.pace.intake)
    yield from desk.intake()
    yield from desk.claim(amount)
    desk.after(desk.dice.randint(1, 4), half=1)
    yield from desk.papers()
    desk.after(0 if desk.pace.decision < 10 else 4)
    yield from desk.act(
        "fast-track-settlements",
        amount=f"{amount}.00",
        payee={"party": "insured", "victim_id": None},
        bank_reference=desk.reference("快赔"),
        victim_compensation_proof=desk.reference("收据"),
    )
    yield from close(desk)


def rejected(desk: Desk) -> Life:
    """Not covered: rejected with a notice, mostly in time."""
    yield from opened(desk, Toll(), sum_of_injuries(desk))
    desk.after(desk.pace.papers)
    yield from desk.papers()
    desk.after(desk.pace.decision)
    reason = "事故发生于保险责任范围以外的作业活动"
    decided = (desk.entry).isoformat()
    yield from desk.act("decisions", outcome="rejected", amount=None, reason=reason, told_at=decided)
    desk.after(0 if desk.pace.told == 0 else 4)
    yield from desk.act("rejection-notices", reference=desk.reference("拒赔"), reason=reason)
    yield from close(desk)


def withdrawn(desk: Desk) -> Life:
    """The client compensates by itself and no longer claims."""
    yield from opened(desk, Toll(), sum_of_injuries(desk))
    desk.after(desk.dice.randint(2, 6))
    yield from desk.act("withdrawals", reason="企业已自行赔偿，撤回索赔")


def reported_twice(desk: Desk) -> Life:
    """The enterprise reports what its broker reported already: the second claim is merged into the first."""
    amount = sum_of_injuries(desk)
    yield from desk.report(Toll())
    first = desk.claim_id
    yield from desk.report(Toll())
    duplicate, desk.claim_id = desk.claim_id, first
    desk.after(1)
    yield from desk.intake()
    yield from desk.claim(amount)
    desk.claim_id = duplicate
    yield from desk.act("merges", into_claim_id=first, reason="同一事故重复报案")
    desk.claim_id = first
    victim = yield from desk.victim("injured")
    desk.after(desk.pace.papers)
    yield from desk.papers()
    desk.after(desk.pace.decision)
    yield from settle(desk, [Share("victim", amount, victim)])


def reopened(desk: Desk) -> Life:
    """Closed, and taken up again when an expert finds a graver injury."""
    amount = 120_000
    yield from opened(desk, Toll(), amount)
    victim = yield from desk.victim("injured")
    desk.after(desk.pace.papers)
    yield from desk.papers()
    desk.after(desk.pace.decision)
    yield from settle(desk, [Share("victim", amount, victim)])
    desk.after(5)
    yield from desk.act("reopenings", reason="伤残鉴定等级提高，伤者申请补充赔付")
    desk.after(2)
    yield from desk.papers(EXPERT_OPINION)
    desk.after(6)
    yield from desk.decide(amount + 60_000)
    desk.after(2)
    yield from agree(desk, [Share("victim", amount + 60_000, victim)])
    desk.after(4)
    yield from pay(desk, Share("victim", 60_000, victim))
    yield from close(desk)


def bounced(desk: Desk) -> Life:
    """The payment comes back from the bank, and is made again."""
    amount = sum_of_injuries(desk)
    yield from opened(desk, Toll(), amount)
    victim = yield from desk.victim("injured")
    desk.after(desk.pace.papers)
    yield from desk.papers()
    desk.after(desk.pace.decision)
    yield from desk.decide(amount)
    desk.after(1)
    share = Share("victim", amount, victim)
    yield from agree(desk, [share])
    desk.after(2)
    payment = yield from pay(desk, share)
    desk.after(2)
    yield from desk.act(f"payments/{payment}/failures", reason="收款账户户名不符，银行退回")
    desk.after(2 if desk.pace.payment < 10 else 9)
    yield from pay(desk, share)
    yield from close(desk)


def asked_again(desk: Desk) -> Life:
    """The client is asked for one more document without a new fact: once only is the rule."""
    amount = sum_of_injuries(desk)
    yield from opened(desk, Toll(), amount)
    victim = yield from desk.victim("injured")
    desk.after(3)
    yield from desk.ask_for_papers(EXPERT_OPINION)
    desk.after(desk.pace.papers)
    yield from desk.papers(EXPERT_OPINION)
    desk.after(desk.pace.decision)
    yield from settle(desk, [Share("victim", amount, victim)])


def extended(desk: Desk) -> Life:
    """The cause is still being looked into: the client is told before the ten days are over."""
    amount = sum_of_injuries(desk)
    yield from opened(desk, Toll(), amount)
    victim = yield from desk.victim("injured")
    desk.after(3)
    yield from desk.papers()
    desk.after(8)
    yield from desk.act("progress-notices", text="事故原因仍在调查，预计一周内作出核定")
    desk.after(6)
    yield from settle(desk, [Share("victim", amount, victim)])


def neglected(desk: Desk) -> Life:
    """All documents are there, and nobody decides."""
    yield from desk.report(Toll(injured=2))
    yield from desk.intake()
    yield from desk.claim(sum_of_injuries(desk))
    desk.after(3)
    yield from desk.papers()


def agreed_and_unpaid(desk: Desk) -> Life:
    """The agreement is signed, and the money does not come."""
    amount = sum_of_injuries(desk)
    yield from desk.report(Toll())
    yield from desk.intake()
    yield from desk.claim(amount)
    victim = yield from desk.victim("injured")
    desk.after(2)
    yield from desk.papers()
    desk.after(3)
    yield from desk.decide(amount)
    desk.after(1)
    yield from agree(desk, [Share("victim", amount, victim)])


def paid_directly(desk: Desk) -> Life:
    """The insured asks that the victim be paid directly; another victim claims by itself."""
    amount = sum_of_injuries(desk)
    yield from opened(desk, Toll(injured=2), amount)
    one, other = yield from desk.victims_of("injured", 2)
    made = yield from desk.act(
        "direct-payment-requests", requested_by="victim", victim_id=other, amount=f"{amount // 4}.00"
    )
    yield from desk.act("direct-payment-requests", requested_by="insured", victim_id=one, amount=f"{amount}.00")
    desk.after(2 if desk.pace.told == 0 else 5)
    request = f"direct-payment-requests/{made['direct_payment_id']}"
    yield from desk.act(f"{request}/decisions", outcome="refused", reason="该伤者已由工伤保险赔付")
    desk.after(desk.pace.papers)
    yield from desk.papers()
    desk.after(desk.pace.decision)
    yield from desk.decide(amount)
    yield from agree(desk, [Share("victim", amount, one)])
    desk.after(1)
    yield from pay(desk, Share("victim", amount, one))
    yield from close(desk)


PLOTS: dict[str, Plot] = {
    plot.__name__: plot
    for plot in (
        ordinary,
        small,
        rejected,
        withdrawn,
        reported_twice,
        reopened,
        bounced,
        asked_again,
        extended,
        neglected,
        agreed_and_unpaid,
        paid_directly,
    )
}

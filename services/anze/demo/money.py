"""What is asked for, promised and paid at a desk: advances, the agreement, payments, and the end of a claim."""

from collections.abc import Generator
from dataclasses import dataclass

from anze.demo.callers import Json
from anze.demo.desk import Desk, Doing
from anze.demo.enterprises import yuan
from anze.demo.steps import Ask


@dataclass(frozen=True, slots=True)
class Share:
    """What of the indemnity goes to whom, in yuan; `advanced`: it is paid already."""

    party: str
    amount: int
    victim_id: str | None = None
    advanced: bool = False

    @property
    def payee(self) -> Json:
        """As the APIs take it."""
        return {"party": self.party, "victim_id": self.victim_id}


def ask_for(desk: Desk, kind: str, amount: int | None) -> Generator[Ask, Json, str]:
    """The client asks for an advance; its id."""
    stated = None if amount is None else yuan(amount)
    made = yield from desk.act("advances", kind=kind, requested_by="insured", amount=stated, allocations=[])
    return str(made["advance_id"])


def pay_advance(desk: Desk, advance_id: str, share: Share) -> Generator[Ask, Json, str]:
    """An advance is paid, or a part of it; the id of the payment."""
    made = yield from desk.act(
        f"advances/{advance_id}/payments",
        amount=yuan(share.amount),
        payee=share.payee,
        bank_reference=desk.reference("预付"),
    )
    return str(made["payment_id"])


def agree(desk: Desk, shares: list[Share]) -> Doing:
    """The agreement is signed: the whole indemnity, advances included."""
    payees = [{**share.payee, "amount": yuan(share.amount)} for share in shares]
    return (
        yield from desk.act(
            "settlement-agreements",
            amount=yuan(sum(share.amount for share in shares)),
            self_borne="0.00",
            client_confirmation=desk.reference("确认书"),
            payees=payees,
        )
    )


def pay(desk: Desk, share: Share) -> Generator[Ask, Json, str]:
    """One share of the indemnity is paid; the id of the payment."""
    proof = desk.reference("收据") if share.party == "insured" else None
    made = yield from desk.act(
        "payments",
        payee=share.payee,
        amount=yuan(share.amount),
        bank_reference=desk.reference("赔款"),
        victim_compensation_proof=proof,
    )
    return str(made["payment_id"])


def settle(desk: Desk, shares: list[Share]) -> Doing:
    """Decide, agree, pay what is not advanced, and close: the usual end of a claim."""
    yield from desk.decide(sum(share.amount for share in shares))
    desk.after(desk.pace.agreement)
    yield from agree(desk, shares)
    desk.after(desk.pace.payment)
    for share in shares:
        if not share.advanced:
            yield from pay(desk, share)
    return (yield from close(desk))


def close(desk: Desk) -> Doing:
    """The claim is closed; in Beijing its outcome is reported first."""
    desk.after(desk.pace.closure)
    if desk.is_beijing:
        yield from desk.act(
            "outcome-reports", recipients=["运营服务中心", "区应急管理局"], reference=desk.reference("结案报告")
        )
    return (yield from desk.act("closures", reason="全部赔付完毕"))

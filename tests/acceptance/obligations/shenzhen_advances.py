"""The Shenzhen service specification on money before and beside the settlement: articles 20 (6) to (8) and (10)."""

from tests.acceptance.obligations.acts import (
    advance_paid,
    advance_paid_for_the_dead,
    advance_refused,
    advance_withdrawn,
    agreed,
    answered_directly,
    approved,
    asked_directly,
    asked_for,
    claimed,
    intake,
    loss,
    paid_to_the_insured,
    paid_to_the_victim,
    rejected,
    rejection_notified,
    reported,
    victim,
    withdrawn,
)
from tests.acceptance.obligations.telling import EDGE, EVERY_END, Case, Ways

ENDED: Ways = {
    "advance_refused": (advance_refused(),),
    "advance_withdrawn": (advance_withdrawn(),),
    "claim_rejected": (rejected(), rejection_notified()),
    "claim_withdrawn": (withdrawn(),),
}


def _rescue(amount: str, within: str, *, edge: bool = False) -> Case:
    """The client asks for rescue money after an insured accident."""
    return Case(
        rule="SZ-20.6",
        about=f"a rescue advance of {amount}",
        tier="service",
        within=within,
        begins=(reported(), intake(), asked_for("rescue", amount)),
        met={"advance_paid": (advance_paid(amount),)},
        cancelled=ENDED,
        shown=EDGE if edge else EVERY_END,
    )


def _death(determined: str, half: str, within: str, *, edge: bool = False) -> Case:
    """One is dead, the loss is determined, and the client asks: half of it, rounded up to the fen."""
    return Case(
        rule="SZ-20.7",
        about=f"a death advance of {half}",
        tier="service",
        within=within,
        begins=(reported(deaths=1), intake(), victim(), loss(determined), asked_for("death_indemnity")),
        met={"advance_paid": (advance_paid_for_the_dead(half),)},
        cancelled=ENDED,
        shown=EDGE if edge else EVERY_END,
    )


def _medical(amount: str, within: str, *, edge: bool = False) -> Case:
    """Three persons of one accident need emergency surgery, and the client asks."""
    return Case(
        rule="SZ-20.8",
        about=f"a medical advance of {amount}",
        tier="service",
        within=within,
        begins=(reported(), intake(), asked_for("medical", amount)),
        met={"advance_paid": (advance_paid(amount),)},
        cancelled=ENDED,
        shown=EDGE if edge else EVERY_END,
    )


_DIRECTLY = (reported(), intake(), claimed(), approved(), victim())

CASES: tuple[Case, ...] = (
    _rescue("1000000.00", "5 working days"),
    _rescue("1000000.01", "10 working days", edge=True),
    _death("4000000.00", "2000000.00", "5 working days"),
    _death("4000000.01", "2000000.01", "10 working days", edge=True),
    _medical("100000.00", "24 hours"),
    _medical("100000.01", "5 working days", edge=True),
    _medical("500000.00", "5 working days", edge=True),
    _medical("500000.01", "10 working days", edge=True),
    Case(
        rule="SZ-20.10a",
        about="the client asks that the victim be paid directly",
        tier="target",
        within="3 working days",
        begins=(*_DIRECTLY, asked_directly("insured")),
        met={"victim_paid": (agreed(), paid_to_the_victim())},
        cancelled={
            "direct_payment_refused": (answered_directly("refused"),),
            "indemnity_paid": (agreed(), paid_to_the_insured()),
            "claim_withdrawn": (withdrawn(),),
        },
        refused={"claim_rejected": ("claim-already-decided", rejected())},
    ),
    Case(
        rule="SZ-20.10b",
        about="a victim claims because the client is idle",
        tier="target",
        within="3 working days",
        begins=(reported(), intake(), victim(), asked_directly("victim")),
        met={
            "direct_payment_accepted": (answered_directly("accepted"),),
            "direct_payment_refused": (answered_directly("refused"),),
        },
        cancelled={"claim_withdrawn": (withdrawn(),)},
    ),
)

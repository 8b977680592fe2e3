"""A claim after a command that made something, with the id of what was made."""

from claims.api.answers.claim import ClaimAnswer
from claims.api.answers.common import IdText


class VictimMadeAnswer(ClaimAnswer):
    """The claim, with the id of the victim that was registered."""

    victim_id: IdText


class AdvanceMadeAnswer(ClaimAnswer):
    """The claim, with the id of the advance that was requested."""

    advance_id: IdText


class PaymentMadeAnswer(ClaimAnswer):
    """The claim, with the id of the payment that was recorded."""

    payment_id: IdText


class DirectPaymentMadeAnswer(ClaimAnswer):
    """The claim, with the id of the request for direct payment."""

    direct_payment_id: IdText

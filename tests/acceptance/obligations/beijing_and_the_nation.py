"""The Beijing notice of 2016, part 4, and the Insurance Law, articles 22 to 26."""

from datetime import date, timedelta

from tests.acceptance.obligations.acts import (
    advance_paid,
    agreed,
    approved,
    asked_for,
    authorities_notified,
    claimed,
    documents,
    documents_asked_for,
    intake,
    on,
    outcome_reported,
    paid_to_the_insured,
    rejected,
    rejection_notified,
    reopened,
    reported,
    surveyed,
    withdrawn,
)
from tests.acceptance.obligations.new_years_eve import at
from tests.acceptance.obligations.telling import Acts, Case, End

_WITHDRAWN = {"claim_withdrawn": (withdrawn(),)}
_NOT_WITHDRAWN = {"claim_withdrawn": ("claim-already-settled", withdrawn())}
_CLAIMED: Acts = (reported(), intake("open"), claimed(), documents(complete=True))
_AGREED: Acts = (reported(), intake(), claimed(), approved(), agreed())
_AWAITED: Acts = (
    on("2025-12-23 10:00", reported(accident=at("2025-12-23 08:30"))),
    on("2025-12-23 10:00", intake("open")),
    on("2025-12-23 10:00", claimed()),
    on("2025-12-23 10:00", documents(complete=False)),
    on("2025-12-23 10:00", documents_asked_for("loss")),
    documents(complete=True, code="loss"),
)
"""The client had the request for what was missing in hand at once, and sent it on New Year's Eve."""
_IN_BEIJING = reported(region="110000")
_NEVER = frozenset({End.NEVER})

_BEIJING: tuple[Case, ...] = (
    Case(
        rule="BJ-4.1",
        about="the operations centre and the authorities are told of the accident",
        tier="target",
        within="1 working day",
        begins=(_IN_BEIJING, surveyed()),
        met={"authorities_notified": (authorities_notified(),)},
        cancelled=_WITHDRAWN,
    ),
    Case(
        rule="BJ-4.2",
        about="a surveyor is on site",
        tier="target",
        within="1 working day",
        begins=(_IN_BEIJING, authorities_notified()),
        met={"site_surveyed": (surveyed(),)},
        cancelled=_WITHDRAWN,
    ),
    Case(
        rule="BJ-4.4",
        about="the outcome of a finished claim is reported",
        tier="target",
        within="5 working days",
        begins=(_IN_BEIJING, authorities_notified(), surveyed(), rejected(), rejection_notified()),
        met={"outcome_reported": (outcome_reported(),)},
        cancelled={"a new round": (reopened(),)},
        refused=_NOT_WITHDRAWN,
    ),
    Case(
        rule="BJ-4.4",
        about="the outcome is reported once all is paid",
        tier="target",
        within="5 working days",
        begins=(
            *(_IN_BEIJING, authorities_notified(), surveyed()),
            *(approved(), agreed(), paid_to_the_insured()),
        ),
        met={"outcome_reported": (outcome_reported(),)},
        shown=_NEVER,
    ),
)

_LAW: tuple[Case, ...] = (
    Case(
        rule="IL-22",
        about="a second request adds a document without new facts",
        tier="statutory",
        within="immediately",
        begins=(reported(), intake(), documents_asked_for("id"), documents_asked_for("loss")),
    ),
    Case(
        rule="IL-23a",
        about="claim and documents were received",
        tier="statutory",
        within="30 calendar days",
        begins=_CLAIMED,
        met={"claim_decided": (approved(),)},
        cancelled=_WITHDRAWN,
    ),
    Case(
        rule="IL-23a",
        about="the policy gives five days to decide",
        tier="statutory",
        within="5 calendar days",
        begins=(reported(determination_days=5), *_CLAIMED[1:]),
        met={"claim_decided": (approved(),)},
        shown=_NEVER,
    ),
    Case(
        rule="IL-23a",
        about="for eight days documents were awaited, which are not counted",
        tier="statutory",
        within="30 calendar days",
        begins=_AWAITED,
        met={"claim_decided": (approved(),)},
        shown=frozenset({End.MET, End.NEVER}),
        start=at("2025-12-23 10:00"),
        uncounted=timedelta(days=8),
        # 30 days end on Thursday 22 January; 24 to 31 December do not count
        last=date(2026, 1, 30),
    ),
    Case(
        rule="IL-23b",
        about="the agreed indemnity is paid",
        tier="statutory",
        within="10 calendar days",
        begins=_AGREED,
        met={"indemnity_paid": (paid_to_the_insured(),)},
        refused={"claim_rejected": ("claim-already-decided", rejected()), **_NOT_WITHDRAWN},
    ),
    Case(
        rule="IL-24",
        about="the notice of refusal with its reasons",
        tier="statutory",
        within="3 calendar days",
        begins=(reported(), intake("open"), claimed(), rejected()),
        met={"rejection_notified": (rejection_notified(),)},
        cancelled={"a new round": (reopened(),)},
        refused=_NOT_WITHDRAWN,
    ),
    Case(
        rule="IL-25",
        about="the determinable part is paid in advance",
        tier="statutory",
        within="60 calendar days",
        begins=_CLAIMED,
        met={"determinable_part_paid": (asked_for("determinable_part", "300000.00"), advance_paid("300000.00"))},
        cancelled={"claim_decided": (approved(),), **_WITHDRAWN},
    ),
)


_LONG_AGO: Acts = (
    on("2024-01-15 09:00", reported(accident=at("2024-01-15 08:00"))),
    on("2024-01-15 10:00", intake()),
    on("2024-02-19 10:00", approved()),
)
"""The claim of an accident in January 2024 was approved on Monday 19 February 2024."""

_LAPSE: tuple[Case, ...] = (
    Case(
        rule="IL-26",
        about="the insured's liability is determined",
        tier="information",
        within="2 years",
        begins=(reported(), intake(), claimed(), approved()),
        cancelled={"indemnity_paid": (agreed(), paid_to_the_insured()), **_WITHDRAWN},
        shown=frozenset({End.NEVER}),
    ),
    Case(
        rule="IL-26",
        about="it was determined two years ago",
        tier="information",
        within="2 years",
        begins=_LONG_AGO,
        cancelled={"indemnity_paid": (agreed(), paid_to_the_insured()), **_WITHDRAWN},
        # 19 February 2026 lies in Spring Festival: the first working day after it is Tuesday the 24th
        last=date(2026, 2, 24),
    ),
)

CASES: tuple[Case, ...] = (*_BEIJING, *_LAW, *_LAPSE)

"""What must come out of the story, worked out by hand from the regulation and a calendar of March 2026.

March 2026 has neither holidays nor make-up days: working days are Monday to Friday, the starting day is not counted.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExpectedClock:
    """One clock of the claim as it must stand at the end."""

    rule: str
    status: str
    due: str
    """The last day of a day clock, the moment of an hour clock, in Shanghai."""


@dataclass(frozen=True, slots=True, order=True)
class Alert:
    """One message as a recipient gets it; `time` is the mark of its level, in Shanghai, to the minute."""

    time: str
    kind: str
    rule: str
    role: str


CLOCKS = (
    # The broker heard on Monday 2 March at 08:40 and told the insurer at 09:00: within its hour.
    ExpectedClock("SZ-14.1", "met", "2026-03-02 09:40"),
    # One working day from the report: Tuesday. Told on Monday at 10:30.
    ExpectedClock("SZ-20.1", "met", "2026-03-03"),
    # Missing documents named on Monday at 10:30, the one request reached the client at 11:30.
    ExpectedClock("SZ-20.2", "met", "2026-03-03"),
    # Accepted with the last document on Friday 6 March: ten working days are 9 to 13 and 16 to 20 March.
    ExpectedClock("SZ-20.3", "met", "2026-03-20"),
    # Decided on Friday 13 March, told at once; one working day would have been Monday.
    ExpectedClock("SZ-20.3b", "met", "2026-03-16"),
    # 600,000.00 asked on Monday 2 March: five working days are 3 to 6 and 9 March. Paid on the 3rd.
    ExpectedClock("SZ-20.6", "met", "2026-03-09"),
    # 900,000.00 from the determination on Wednesday 4 March: 5, 6, 9, 10, 11 March. Paid on the 6th.
    ExpectedClock("SZ-20.7", "met", "2026-03-11"),
    # 90,000.00 asked on Monday at 11:00: 24 hours. Paid on Tuesday at 16:10, after its breach and both escalations.
    ExpectedClock("SZ-20.8", "met_late", "2026-03-03 11:00"),
    # Agreed on Monday 16 March, documents complete since the 6th: 17 to 20, 23 to 27 and 30 March. Paid on the 18th.
    ExpectedClock("SZ-20.9", "met", "2026-03-30"),
    # Claimed on the 2nd, first documents on Friday 6 March, all of them at once, so that no time is left uncounted:
    # thirty calendar days end on Sunday 5 April, and Qingming is 4 to 6 April. Decided on 13 March.
    ExpectedClock("IL-23a", "met", "2026-04-07"),
    # Agreed on Monday 16 March: ten calendar days end on Thursday 26 March, four days before SZ-20.9. Paid on the 18th.
    ExpectedClock("IL-23b", "met", "2026-03-26"),
    # From the first documents too: sixty calendar days end on 5 May, the last day of the holiday. With the decision on
    # 13 March the amount is open no more.
    ExpectedClock("IL-25", "cancelled", "2026-05-06"),
    # Shown only: the claim would have lapsed two years after the decision of 13 March, a Monday. All was paid before.
    ExpectedClock("IL-26", "cancelled", "2028-03-13"),
)

_BREACH = ("operations", "compliance", "insurance_regulator")
_ESCALATION = (*_BREACH, "safety_authority", "joint_conference_office")

# The medical advance alone reaches a mark: four fifths of its 24 hours after 19 h 12 min, its end, one and four
# hours after it.
ALERTS = (
    Alert("2026-03-03 06:12", "clock.at_risk", "SZ-20.8", "operations"),
    *(Alert("2026-03-03 11:00", "clock.breached", "SZ-20.8", role) for role in _BREACH),
    *(Alert("2026-03-03 12:00", "clock.escalated", "SZ-20.8", role) for role in _ESCALATION),
    *(Alert("2026-03-03 15:00", "clock.escalated", "SZ-20.8", role) for role in _ESCALATION),
)

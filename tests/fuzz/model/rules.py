"""The obligations on a claim as regulation.md §1 lists them: what starts, meets, extends and cancels each."""

from dataclasses import dataclass, field

from tests.fuzz.model.days import Limit

YUAN = 100
WITHDRAWN = ("withdrawn",)
ADVANCE_ENDS = ("advance_refused", "advance_withdrawn", "rejected", "withdrawn")


@dataclass(frozen=True, slots=True)
class Rule:
    """One obligation; a bracket is an amount in fen, that amount included, and its limit."""

    starts: tuple[str, ...]
    met: tuple[str, ...]
    within: Limit
    tier: str
    cancelled: tuple[str, ...] = WITHDRAWN
    extended: tuple[str, ...] = ()
    owed_by: str = "insurer"
    advance: str | None = None
    direct: str | None = None
    policy_days: str | None = None
    pauses: bool = False
    brackets: tuple[tuple[int, Limit], ...] = field(default=())
    """Of amounts above the last of them it is `within`."""

    def limit_for(self, amount: int) -> Limit:
        """Return the limit for an amount: on the edge the shorter one. Of nothing there is no bracket to take."""
        if not amount:
            return self.within
        return next((limit for up_to, limit in self.brackets if amount <= up_to), self.within)


def _wd(days: int) -> Limit:
    return (days, "working_days")


def _cd(days: int) -> Limit:
    return (days, "calendar_days")


NATIONAL: dict[str, Rule] = {
    "IL-22": Rule(("once_only_broken",), (), (0, "immediately"), "statutory", cancelled=()),
    "IL-23a": Rule(
        ("claim_and_documents",), ("decided",), _cd(30), "statutory", policy_days="determination_days", pauses=True
    ),
    "IL-23b": Rule(
        ("agreed",),
        ("indemnity_paid",),
        _cd(10),
        "statutory",
        cancelled=("rejected", "withdrawn"),
        policy_days="payment_days",
    ),
    "IL-24": Rule(("rejected",), ("rejection_told",), _cd(3), "statutory"),
    "IL-25": Rule(
        ("claim_and_documents",),
        ("determinable_paid",),
        _cd(60),
        "statutory",
        cancelled=("decided", "withdrawn"),
    ),
    "IL-26": Rule(("approved",), (), (2, "years"), "information", cancelled=("indemnity_paid", "withdrawn")),
}
SHENZHEN: dict[str, Rule] = {
    "SZ-14.1": Rule(("broker_received",), ("insurer_received",), (1, "hours"), "service", owed_by="broker"),
    "SZ-20.1": Rule(("insurer_received",), ("intake",), _wd(1), "target"),
    "SZ-20.2": Rule(
        ("incomplete",), ("documents_asked",), _wd(1), "target", cancelled=("complete", "decided", "withdrawn")
    ),
    "SZ-20.3": Rule(("accepted",), ("decided",), _wd(10), "service", extended=("progress",)),
    "SZ-20.3b": Rule(("decided",), ("told",), _wd(1), "target"),
    "SZ-20.4": Rule(("rejected",), ("rejection_told",), _wd(1), "target"),
    "SZ-20.5": Rule(
        ("small_complete",), ("indemnity_paid",), _cd(3), "target", cancelled=("outgrown", "rejected", "withdrawn")
    ),
    "SZ-20.6": Rule(
        ("payable",),
        ("advance_paid",),
        _wd(10),
        "service",
        cancelled=ADVANCE_ENDS,
        advance="rescue",
        brackets=((1_000_000 * YUAN, _wd(5)),),
    ),
    "SZ-20.7": Rule(
        ("payable",),
        ("advance_paid",),
        _wd(10),
        "service",
        cancelled=ADVANCE_ENDS,
        advance="death_indemnity",
        brackets=((2_000_000 * YUAN, _wd(5)),),
    ),
    "SZ-20.8": Rule(
        ("payable",),
        ("advance_paid",),
        _wd(10),
        "service",
        cancelled=ADVANCE_ENDS,
        advance="medical",
        brackets=((100_000 * YUAN, (24, "hours")), (500_000 * YUAN, _wd(5))),
    ),
    "SZ-20.9": Rule(
        ("agreed", "complete"), ("indemnity_paid",), _wd(10), "service", cancelled=("rejected", "withdrawn")
    ),
    "SZ-20.10a": Rule(
        ("directly_asked", "approved"),
        ("victim_paid",),
        _wd(3),
        "target",
        cancelled=("directly_refused", "indemnity_paid", "rejected", "withdrawn"),
        direct="insured",
    ),
    "SZ-20.10b": Rule(
        ("directly_asked",), ("directly_accepted", "directly_refused"), _wd(3), "target", direct="victim"
    ),
}
BEIJING: dict[str, Rule] = {
    "BJ-4.1": Rule(("insurer_received",), ("authorities",), _wd(1), "target"),
    "BJ-4.2": Rule(("insurer_received",), ("survey",), _wd(1), "target"),
    "BJ-4.4": Rule(("finished",), ("outcome",), _wd(5), "target"),
}
OF_REGION = {"440300": {**NATIONAL, **SHENZHEN}, "110000": {**NATIONAL, **BEIJING}}

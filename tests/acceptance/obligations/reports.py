"""The reports that are due again and again: Shenzhen articles 25 and 28, Beijing part 6; each party owes its own."""

from tests.acceptance.obligations.telling import EVERY_END, Act, Acts, Case, End

_REGIONS = ["440300", "110000"]
_CLOCKS = "/v1/clocks?limit=200&rule={rule}"


def _registered(kind: str, regions: list[str]) -> Act:
    """An administrator registers the party, or changes where it is active."""
    body = {"kind": kind, "regions": regions, "active_from": "2025-01-01"}
    return Act("/v1/parties/{party}", body, who="admin", method="PUT")


def _submitted(rule: str) -> Acts:
    """The party finds the clock that waits for its report, and hands it in."""
    waiting = Act(_CLOCKS.format(rule=rule), {}, who="party", method="GET", finds="clock_id")
    report = {"reference": f"报告-{rule}", "recipients": ["联席会议办公室"]}
    return waiting, Act("/v1/clocks/{clock_id}/submissions", report, who="party")


def _report(rule: str, about: str, period: str, within: str, *, owed_by: str, tier: str = "service") -> Case:
    """A party leaves for good, so that leaving late is shown with one report of each kind of party."""
    leaves_late = frozenset({End.CANCELLED_LATE} if rule == "SZ-28.1q" else ())
    return Case(
        rule=rule,
        about=f"{about}, by the {owed_by}",
        tier=tier,
        owed_by=owed_by,
        within=within,
        period=period,
        begins=(_registered(owed_by, _REGIONS),),
        met={"report_submitted": _submitted(rule)},
        cancelled={"activity_ended": (_registered(owed_by, []),)},
        shown=EVERY_END - {End.CANCELLED_LATE} | leaves_late,
    )


_OF_EACH: tuple[Case, ...] = tuple(
    case
    for owed_by in ("insurer", "broker")
    for case in (
        _report("SZ-28.1q", "the run report on the quarter before", "2025-Q4", "first 10 days", owed_by=owed_by),
        _report("SZ-28.1y", "the annual report", "2025", "first 31 days", owed_by=owed_by),
        _report("SZ-28.2", "the plan for prevention costs", "2026", "first 31 days", owed_by=owed_by),
        _report("SZ-28.3", "the report on risk control", "2025-Q4", "first 10 days", owed_by=owed_by),
    )
)

CASES: tuple[Case, ...] = (
    _report("SZ-25", "the risk bulletin for the quarter", "2026-Q1", "first 5 days", owed_by="broker"),
    *_OF_EACH,
    _report("BJ-6.3m", "the data of the month before", "2025-12", "first 5 days", owed_by="insurer"),
    _report("BJ-6.3q", "the operations analysis", "2025-Q4", "first 10 days", owed_by="insurer", tier="target"),
    _report("BJ-6.1", "the profit-and-loss report", "2025", "first 31 days", owed_by="insurer", tier="target"),
)

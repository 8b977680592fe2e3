"""Why a receiver saw a message again: each arrival is laid beside the attempts of the delivery log."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from tests.faults.unreliable import HUNG_UP, OK, REFUSED, SLOW, Arrival

Attempt = Mapping[str, Any]

KILLED, FAILED, AMBIGUOUS, OVERTAKEN = "a kill", "a failed answer", "an ambiguous time-out", "a lease that ran out"


def causes_of_repeats(
    arrivals: Sequence[Arrival], attempts: Sequence[Attempt], killed: Collection[int]
) -> list[str] | None:
    """The cause of each arrival after the first: what came of the attempt that brought the one before.

    `killed` are the process ids of workers that were killed. None where the log does not explain what came: the two
    cannot be laid side by side, or something came again after it was delivered.
    """
    brought = _brought(tuple(one.fate for one in arrivals), tuple(attempts))
    if brought is None:
        return None
    causes = [_cause(attempt, killed) for attempt in brought[:-1]]
    return None if None in causes else [cause for cause in causes if cause is not None]


def _brought(fates: Sequence[str], attempts: Sequence[Attempt]) -> list[Attempt] | None:
    """For each arrival the attempt that brought it, in order; attempts that brought nothing are passed over."""
    if not attempts:
        return None if fates else []
    first, rest = attempts[0], attempts[1:]
    if fates and _may_have_met(first, fates[0]):
        found = _brought(fates[1:], rest)
        if found is not None:
            return [first, *found]
    return _brought(fates, rest) if _may_have_been_lost(first) else None


def _may_have_met(attempt: Attempt, fate: str) -> bool:
    match attempt["outcome"]:
        case "delivered":
            return fate == OK
        case "failed":
            return fate == REFUSED and attempt["status_code"] == 500
        case "ambiguous":
            return fate in {HUNG_UP, SLOW, OK, REFUSED}
        case "interrupted":
            return True
        case _:
            return False


def _may_have_been_lost(attempt: Attempt) -> bool:
    """Whether an attempt may never have reached the receiver: nobody knows, or nobody listened."""
    unsure = attempt["outcome"] in {"ambiguous", "interrupted"}
    return unsure or (attempt["outcome"] == "failed" and attempt["status_code"] is None)


def _cause(attempt: Attempt, killed: Collection[int]) -> str | None:
    late = (attempt["detail"] or "").startswith("after its lease ran out")
    match attempt["outcome"]:
        case "interrupted" if int(attempt["worker"].rpartition(":")[2]) in killed:
            return KILLED
        case "interrupted":
            return OVERTAKEN
        case "delivered":
            return OVERTAKEN if late else None
        case "failed":
            return FAILED
        case "ambiguous":
            return AMBIGUOUS
        case _:
            return None

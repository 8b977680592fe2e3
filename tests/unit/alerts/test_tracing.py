"""The soak's judge: it explains what the log explains, and nothing else."""

from typing import Any

import pytest
from tests.faults.tracing import AMBIGUOUS, FAILED, KILLED, OVERTAKEN, causes_of_repeats
from tests.faults.unreliable import HUNG_UP, OK, REFUSED, SLOW, Arrival

KILLED_PID = 7


def attempt(outcome: str, status: int | None = None, detail: str = "", pid: int = KILLED_PID) -> dict[str, Any]:
    """An attempt as the log shows it."""
    return {"outcome": outcome, "status_code": status, "detail": detail, "worker": f"host:{pid}"}


def arrivals(*fates: str) -> list[Arrival]:
    """What the receiver saw."""
    return [Arrival("e", "c", 1, fate) for fate in fates]


DELIVERED = attempt("delivered", 200)


@pytest.mark.parametrize(
    ("came", "made", "causes"),
    [
        ([OK], [DELIVERED], []),
        ([REFUSED, OK], [attempt("failed", 500), DELIVERED], [FAILED]),
        ([HUNG_UP, SLOW, OK], [attempt("ambiguous"), attempt("ambiguous"), DELIVERED], [AMBIGUOUS, AMBIGUOUS]),
        ([OK, OK], [attempt("interrupted"), DELIVERED], [KILLED]),
        ([OK, OK], [attempt("interrupted", pid=8), DELIVERED], [OVERTAKEN]),
        ([OK], [attempt("interrupted"), DELIVERED], []),
        ([OK, OK], [attempt("delivered", 200, "after its lease ran out: HTTP 200"), DELIVERED], [OVERTAKEN]),
        ([OK, OK], [DELIVERED], None),
        ([OK, OK], [DELIVERED, DELIVERED], None),
        ([REFUSED, OK], [attempt("ambiguous"), attempt("failed", 500)], None),
        ([OK], [attempt("failed", 500), DELIVERED], None),
    ],
)
def test_a_repeat_is_explained_by_what_came_of_the_attempt_before_it(
    came: list[str], made: list[dict[str, Any]], causes: list[str] | None
) -> None:
    assert causes_of_repeats(arrivals(*came), made, {KILLED_PID}) == causes

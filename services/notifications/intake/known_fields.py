"""The fields of an alert that are sent on; whatever is not named here is dropped."""

from collections.abc import Mapping
from typing import Final

KEEP: Final[Mapping[str, object]] = {}
"""The field is kept if it is a string, a number, a boolean, null, or a list of these."""

_TITLE = {"zh": KEEP, "en": KEEP}

_LIMIT = dict.fromkeys(("amount", "unit", "value"), KEEP)

_CLOCK = dict.fromkeys(
    (
        "id", "subject", "claim_id", "rule", "citation", "tier", "responsible", "started_at", "due_at", "due_date",
        "status", "fulfilled_at", "breached_at", "withdrawn_at", "level", "generation", "flags", "binding",
        "rulebook", "calendar_version", "provisional", "round", "mark", "reached_at", "previous_due_at",
    ),
    KEEP,
) | {"title": _TITLE, "limit": _LIMIT}  # fmt: skip

_CLAIM = dict.fromkeys(("id", "number", "policy_number", "status", "grade", "previous_grade"), KEEP)
_ADVANCE = dict.fromkeys(("id", "kind", "status", "amount", "requested_at"), KEEP)
_SUBJECT = dict.fromkeys(("kind", "id"), KEEP)
_REPORT = dict.fromkeys(("party", "about", "due_date"), KEEP)
_CALENDAR = dict.fromkeys(("year", "version", "last_published_year"), KEEP)
_HEARTBEAT = dict.fromkeys(("day", "due", "breached", "missed", "alerts", "delivered", "dead", "waiting"), KEEP)
_AUDIT = dict.fromkeys(("finding", "count", "since", "ids", "repaired"), KEEP)
_ACCIDENT = dict.fromkeys(("grade", "previous_grade", "occurred_at", "kind", "region"), KEEP)

DATA: Final[Mapping[str, Mapping[str, object]]] = dict.fromkeys(
    ("tenant", "region", "roles", "severity", "sequence", "sandbox"), KEEP
) | {
    "clock": _CLOCK,
    "claim": _CLAIM,
    "advance": _ADVANCE,
    "accident": _ACCIDENT,
    "calendar": _CALENDAR,
    "heartbeat": _HEARTBEAT,
    "audit": _AUDIT,
    "subject": _SUBJECT,
    "report": _REPORT,
}


def only_known(value: dict[str, object], known: Mapping[str, object]) -> dict[str, object]:
    """Drop from a JSON object what `known` does not name, and anything nested where nothing nested belongs."""
    kept: dict[str, object] = {}
    for name, part in value.items():
        inner = known.get(name)
        if not isinstance(inner, Mapping):
            continue
        if isinstance(part, dict):
            if inner:
                kept[name] = only_known(part, inner)
        elif isinstance(part, list):
            kept[name] = [item for item in part if not isinstance(item, dict | list)]
        else:
            kept[name] = part
    return kept

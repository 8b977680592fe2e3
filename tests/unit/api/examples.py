"""Bodies as callers send them."""

from copy import deepcopy
from typing import Any

Json = dict[str, Any]

REPORT: Json = {
    "policy": {
        "number": "PZAA202644030000000001",
        "insurer": "picc-sz",
        "broker": "pengcheng",
        "insured": {"name": "深圳市某建筑有限公司", "credit_code": "91440300MA5F00000X"},
        "industry": "construction",
        "region": "440300",
        "effective_from": "2026-01-01",
        "effective_to": "2026-12-31",
        "limits": {
            "per_accident": "20000000.00",
            "per_person": "1000000.00",
            "rescue": "1000000.00",
            "medical": "2000000.00",
            "aggregate": None,
        },
        "medical_deductible": "0.00",
        "terms": {"determination_days": None, "payment_days": None},
    },
    "accident": {
        "occurred_at": "2026-03-02T09:30:00+08:00",
        "place": "南山区某工地",
        "region": "440300",
        "kind": "construction",
        "description": "脚手架坍塌",
        "casualties": {"deaths": 1, "missing": 0, "emergency_surgeries": 3, "serious_injuries": 4},
        "direct_loss": None,
    },
    "reported_by": {"party": "insured", "name": "王某", "phone": "13800000000"},
    "broker_received_at": None,
    "occurred_at": "2026-03-02T10:00:00+08:00",
    "confirm_not_duplicate": False,
}


def a_report(**changes: Any) -> Json:
    """Return a report; a change names its place with double underscores: policy__insurer."""
    body = deepcopy(REPORT)
    for path, value in changes.items():
        *parents, last = path.split("__")
        place = body
        for parent in parents:
            place = place[parent]
        if value is ...:
            del place[last]
        else:
            place[last] = value
    return body

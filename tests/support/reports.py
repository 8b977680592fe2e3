"""An accident report as JSON, for tests over HTTP: plausible, and of a policy that every advance is covered by."""

import copy
from typing import Any

Json = dict[str, Any]

_REPORT: Json = {
    "policy": {
        "number": "PZAA-1",
        "insurer": "picc-sz",
        "broker": "pengcheng",
        "insured": {"name": "深圳市某某建筑工程有限公司", "credit_code": "91440300MA5F00000X"},
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
        "terms": None,
    },
    "accident": {
        "occurred_at": "2026-03-02T08:10:00+08:00",
        "place": "南山区某工地",
        "region": "440300",
        "kind": "construction",
        "description": "脚手架坍塌",
        "casualties": {"deaths": 0, "missing": 0, "emergency_surgeries": 3, "serious_injuries": 3},
        "direct_loss": None,
    },
    "reported_by": {"party": "insured", "name": "王某", "phone": "13800000000"},
    "broker_received_at": None,
    "occurred_at": "2026-03-02T09:00:00+08:00",
    "confirm_not_duplicate": False,
}


def report(**changes: object) -> Json:
    """Return a report, with changes at paths such as `policy__number`."""
    return changed(_REPORT, **changes)


def changed(body: Json, **changes: object) -> Json:
    """Return a copy of a body with changes at paths such as `policy__limits__rescue`; a new name is added."""
    copied = copy.deepcopy(body)
    for path, value in changes.items():
        *names, last = path.split("__")
        part = copied
        for name in names:
            part = part[name]
        part[last] = value
    return copied

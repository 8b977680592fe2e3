"""The accident of the story as the broker reports it."""

from anze.demo.callers import Json
from anze.demo.moments import at

INSURER = "picc-sz"
BROKER = "pengcheng-brokers"
REGION = "440300"

REPORT: Json = {
    "policy": {
        "number": "PZAA202644030000000001",
        "insurer": INSURER,
        "broker": BROKER,
        "insured": {"name": "深圳市某某建筑工程有限公司", "credit_code": "91440300MA5F00000X"},
        "industry": "construction",
        "region": REGION,
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
        "occurred_at": at("2026-03-02 08:10"),
        "place": "宝安区某某路地铁施工工地",
        "region": REGION,
        "kind": "construction",
        "description": "脚手架坍塌，一人死亡，多人受伤送医手术",
        "casualties": {"deaths": 1, "missing": 0, "emergency_surgeries": 3, "serious_injuries": 4},
        "direct_loss": None,
    },
    "reported_by": {"party": "broker", "name": "李某", "phone": "13800000000"},
    "broker_received_at": at("2026-03-02 08:40"),
    "occurred_at": at("2026-03-02 09:00"),
    "confirm_not_duplicate": False,
}

VICTIMS: tuple[Json, ...] = (
    {"name": "王某", "identity_number": "440301198001010011", "phone": None, "outcome": "death", "relatives": []},
    *(
        {"name": name, "identity_number": None, "phone": None, "outcome": "surgery", "relatives": []}
        for name in ("陈某", "刘某", "黄某", "周某")
    ),
)

DOCUMENTS: tuple[Json, ...] = (
    {"code": "claim_form", "name": "索赔申请书"},
    {"code": "accident_report", "name": "事故调查报告"},
    {"code": "death_certificate", "name": "死亡证明"},
    {"code": "medical_records", "name": "病历及医疗费用单据"},
)
MISSING = DOCUMENTS[1:3]

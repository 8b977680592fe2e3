"""Reports and commands with one thing wrong in the body, and where the answer must say so."""

from collections.abc import Mapping
from dataclasses import dataclass

_NUL = "工地\x00"
NOBODY = "01990000-0000-7000-8000-000000000000"
"""An id that nothing has."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """One change to a good body, and the JSON pointer of the field that the 422 must name."""

    path: str
    value: object
    pointer: str


def _at(path: str, *values: object) -> dict[str, Wrong]:
    pointer = "/" + path.replace("__", "/")
    return {f"{pointer} {value!r:.40}": Wrong(path, value, pointer) for value in values}


NAIVE = ("2026-03-02T09:00:00", "2026-03-02", "2026-03-02 09:00:00", 1_772_413_200, "yesterday", "")
MONEY = (
    "0.001",
    "1.999",
    "-1.00",
    "-0.01",
    "1e6",
    "NaN",
    "Infinity",
    "1,000.00",
    " 1.00",
    "+1.00",
    "１.00",
    "0x10",
    "01.00",
    ".50",
    "1.",
    "",
    100,
    1.5,
    True,
    "9" * 30,
    "99999999999999999.99",
)
COUNTS = (-1, 1.5, "3", True, 10**12, None)

REPORTS: Mapping[str, Wrong] = {
    **_at("occurred_at", *NAIVE, "2026-02-30T09:00:00+08:00", "2026-03-02T25:00:00+08:00", "9999-12-31T23:59:59Z"),
    **_at("accident__occurred_at", *NAIVE[:1]),
    **_at("broker_received_at", "2026-03-02T08:30:00"),
    **_at("accident__direct_loss", *MONEY),
    **_at("policy__limits__rescue", "600000.001", "-600000.00", 700000),
    **_at("accident__casualties__deaths", *COUNTS),
    **_at("accident__place", _NUL, "", "x" * 201, 7, None),
    **_at("accident__description", _NUL, "x" * 4001),
    **_at("policy__insured__name", _NUL),
    **_at("policy__number", "P\x00", "P 1", "P/1", "", "P" * 65),
    **_at("policy__region", "44030", "shenzhen", "４４０３００", None),
    **_at("policy__effective_from", "2026-13-01", "2026-01-01T00:00:00+08:00"),
    **_at("reported_by__party", "somebody", None),
    **_at("confirm_not_duplicate", "yes", 1),
    **_at("reported_at", "2026-03-02T09:00:00+08:00"),
    **_at("policy__nubmer", "PZAA-1"),
    **_at("accident__casualties__wounded", 2),
}

ADVANCES: Mapping[str, Wrong] = {
    **_at("amount", "90000.001", "-90000.00", "0.00", 90000, "9" * 30),
    **_at("occurred_at", NAIVE[0]),
    **_at("requested_by", _NUL),
    **_at("kind", "funeral"),
    **_at("ammount", "1.00"),
    "a share of no amount": Wrong("allocations", [{"victim_id": NOBODY}], "/allocations/0/amount"),
    "a share of a victim that is no id": Wrong(
        "allocations", [{"victim_id": "x", "amount": "1.00"}], "/allocations/0/victim_id"
    ),
    "a share of a victim that this claim has not": Wrong(
        "allocations",
        [{"victim_id": NOBODY, "amount": "1.00"}],
        "/allocations/0/victim_id",
    ),
}

"""What a field takes and what it refuses, with the place of each wrong one."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.support.story import at
from tests.unit.api.conftest import Api
from tests.unit.api.examples import a_report

from claims.api.bodies.fields import instant
from claims.api.bodies.payment import AdvancePaymentBody
from claims.api.bodies.report import ReportBody
from claims.api.problems import field_errors
from claims.api.render import moment
from claims.api.sandbox import duration
from claims.domain.money import MOST_FEN, format_yuan


def wrong(body: dict[str, Any]) -> list[str]:
    with pytest.raises(ValidationError) as raised:
        ReportBody.model_validate(body)
    return [error.pointer for error in field_errors(raised.value.errors(include_input=False))]


WRONG: dict[str, tuple[str, Any]] = {
    "a third decimal": ("policy__limits__rescue", "1.001"),
    "money that is a number": ("policy__limits__rescue", 1000),
    "negative money": ("policy__limits__rescue", "-1.00"),
    "money with an exponent": ("policy__limits__rescue", "1e3"),
    "money with a plus": ("policy__limits__rescue", "+1"),
    "money with grouping": ("policy__limits__rescue", "1,000.00"),
    "money of other digits": ("policy__limits__rescue", "１００"),
    "money with a blank": ("policy__limits__rescue", "1.00\n"),
    "absurd money": ("policy__limits__rescue", "10000000000000.01"),
    "no number at all": ("policy__limits__rescue", "NaN"),
    "a naive time": ("accident__occurred_at", "2026-03-02T09:30:00"),
    "a time that is a number": ("accident__occurred_at", 1772415000),
    "a number in a text": ("accident__occurred_at", "1772415000"),
    "a day instead of a time": ("accident__occurred_at", "2026-03-02"),
    "no such time": ("accident__occurred_at", "2026-02-30T09:30:00+08:00"),
    "a time with a blank": ("accident__occurred_at", "2026-03-02 09:30:00+08:00"),
    "a time of other digits": ("accident__occurred_at", "２026-03-02T09:30:00+08:00"),
    "a time before all time": ("accident__occurred_at", "0001-01-01T00:00:00+14:00"),
    "a time after all time": ("accident__occurred_at", "9999-12-31T23:59:59-14:00"),
    "no such day": ("policy__effective_from", "2026-02-30"),
    "a day of another calendar": ("policy__effective_from", "2026-W10-1"),
    "NUL in a text": ("accident__place", "a\x00b"),
    "NUL in a code": ("policy__insurer", "a\x00b"),
    "NUL in a number": ("policy__number", "a\x00b"),
    "a slash in a number": ("policy__number", "a/b"),
    "an empty text": ("accident__place", ""),
    "a blank text": ("accident__place", "   "),
    "a text too long": ("accident__place", "x" * 201),
    "half a region": ("policy__region", "4403"),
    "a region of letters": ("accident__region", "44030a"),
    "a region with a line end": ("accident__region", "440300\n"),
    "half a person": ("accident__casualties__deaths", 1.5),
    "a person in quotes": ("accident__casualties__deaths", "1"),
    "a true person": ("accident__casualties__deaths", True),
    "fewer than nobody": ("accident__casualties__deaths", -1),
    "more than everybody": ("accident__casualties__deaths", 10**6),
    "an unknown party": ("reported_by__party", "passer-by"),
    "truth in quotes": ("confirm_not_duplicate", "true"),
    "a missing field": ("policy__insured", ...),
    "a list for an object": ("accident", []),
    "null for what is required": ("policy__number", None),
    "no days": ("policy__terms__payment_days", 0),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_field_is_refused_at_its_place(case: str) -> None:
    path, value = WRONG[case]
    assert wrong(a_report(**{path: value})) == ["/" + path.replace("__", "/")]


@pytest.mark.parametrize("path", ["nothing", "policy__nothing", "accident__casualties__nothing"])
def test_an_unknown_field_is_refused_at_its_place(path: str) -> None:
    assert wrong(a_report(**{path: 1})) == ["/" + path.replace("__", "/")]


def test_a_pointer_escapes_what_json_pointers_escape() -> None:
    assert wrong(a_report(**{"a/b~c": 1})) == ["/a~1b~0c"]


async def test_the_answer_names_every_wrong_field_and_none_of_their_values(api: Api) -> None:
    body = a_report(accident__place="secret\x00", policy__region="secret", reported_by__phone=["secret"])
    answer = await api.post("/v1/claims", body)
    assert answer.status_code == 422
    assert sorted(error["pointer"] for error in answer.json()["errors"]) == [
        "/accident/place",
        "/policy/region",
        "/reported_by/phone",
    ]
    assert "secret" not in answer.text


OPTIONAL = [
    "policy__broker",
    "policy__terms",
    "policy__limits__aggregate",
    "policy__terms__payment_days",
    "accident__region",
    "accident__kind",
    "accident__direct_loss",
    "reported_by__phone",
    "broker_received_at",
    "occurred_at",
]


@pytest.mark.parametrize("value", [..., None], ids=["left out", "null"])
@pytest.mark.parametrize("path", OPTIONAL)
def test_what_may_be_null_may_be_left_out(path: str, value: Any) -> None:
    ReportBody.model_validate(a_report(**{path: value}))


def test_an_accident_without_a_region_happened_in_the_policys() -> None:
    body = ReportBody.model_validate(a_report(accident__region=..., policy__region="440305"))
    assert body.report(at("2026-03-02 10:00"), received_by_insurer=True).accident.region == "440305"


@pytest.mark.parametrize("amount", ["0", "0.0", "0.00"])
def test_a_payment_of_nothing_is_refused(amount: str) -> None:
    with pytest.raises(ValidationError, match="more than zero"):
        AdvancePaymentBody.model_validate({"amount": amount, "bank_reference": "x"})


@pytest.mark.parametrize("party", ["victim", "heirs", "beneficiary"])
def test_a_payment_for_a_victim_names_it(party: str) -> None:
    body = {"amount": "1", "bank_reference": "x", "payee": {"party": party}}
    with pytest.raises(ValidationError, match="victim_id"):
        AdvancePaymentBody.model_validate(body)


@given(st.integers(1, MOST_FEN))
def test_every_amount_comes_in_as_it_goes_out(fen: int) -> None:
    body = AdvancePaymentBody.model_validate({"amount": format_yuan(fen), "bank_reference": "x"})
    assert body.amount == fen


@given(st.datetimes(datetime(1992, 1, 1), datetime(2990, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds
def test_every_moment_comes_in_as_it_goes_out(known: datetime) -> None:
    assert moment(known).endswith("+08:00")
    assert instant(moment(known)) == known


@pytest.mark.parametrize("text", ["2026-03-02T01:30:00Z", "2026-03-02t09:30:00+08:00", "2026-03-02T09:30:00.000+08:00"])
def test_a_moment_may_be_written_in_any_way_of_rfc_3339(text: str) -> None:
    assert instant(text) == at("2026-03-02 09:30")


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("P3D", timedelta(days=3)),
        ("PT4H", timedelta(hours=4)),
        ("P1W", timedelta(7)),
        ("P1DT2H3M4S", timedelta(1, 7384)),
    ],
)
def test_a_duration_has_its_length(text: str, length: timedelta) -> None:
    assert duration(text) == length


@pytest.mark.parametrize("text", ["", "P", "PT", "P1M", "P1Y", "3D", "P-1D", "PT1.5H", "P1DT", 3, None, "P３D"])
def test_what_has_no_length_is_no_duration(text: object) -> None:
    with pytest.raises(ValueError, match="ISO 8601"):
        duration(text)

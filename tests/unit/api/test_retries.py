"""The same key gives the same answer; what the key is bound to, and what counts as the same body."""

import json

from hypothesis import given
from hypothesis import strategies as st
from tests.support.story import at
from tests.unit.api.conftest import Api
from tests.unit.api.examples import a_report

from claims.api.idempotency import body_hash, key_hash
from claims.application.calls import Caller

SAME_KEY = {"Idempotency-Key": "the-same"}
CALLER = Caller("insurer", "s", "picc-sz")


async def test_a_retry_gets_the_first_answer_and_says_so(api: Api) -> None:
    first = await api.post("/v1/claims", a_report(), headers=SAME_KEY)
    await api.post(f"/v1/claims/{first.json()['id']}/claim-requests", {"claimant": "李某"})
    api.application.now_is = at("2026-04-01 10:00")
    again = await api.post("/v1/claims", a_report(), headers=SAME_KEY)
    assert again.status_code == 201
    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["etag"] == first.headers["etag"]


async def test_a_retry_names_the_id_that_the_first_one_made(api: Api) -> None:
    base = f"/v1/claims/{(await api.post('/v1/claims', a_report())).json()['id']}"
    body = {"name": "王某", "outcome": "death"}
    made = [(await api.post(f"{base}/victims", body, headers=SAME_KEY)).json() for _ in range(2)]
    assert made[0]["victim_id"] == made[1]["victim_id"] == made[0]["victims"][0]["victim_id"]


async def test_the_same_key_with_another_body_or_another_path_id_is_422(api: Api) -> None:
    await api.post("/v1/claims", a_report(), headers=SAME_KEY)
    answer = await api.post("/v1/claims", a_report(policy__number="another"), headers=SAME_KEY)
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:anze:problem:idempotency-key-reused"


async def test_the_order_of_fields_and_blanks_do_not_make_another_body(api: Api) -> None:
    await api.post("/v1/claims", a_report(), headers=SAME_KEY)
    turned = json.dumps(dict(reversed(a_report().items())), indent=3)
    headers = api.headers("insurer", {**SAME_KEY, "Content-Type": "application/json"})
    answer = await api.client.post("/v1/claims", content=turned, headers=headers)
    assert answer.headers["idempotency-replayed"] == "true"


async def test_the_keys_of_money_are_kept_for_ever_and_others_are_not(api: Api) -> None:
    base = f"/v1/claims/{(await api.post('/v1/claims', a_report())).json()['id']}"
    made = await api.post(f"{base}/advances", {"kind": "rescue", "requested_by": "insured"})
    body = {"amount": "1.00", "bank_reference": "x"}
    await api.post(f"{base}/advances/{made.json()['advance_id']}/payments", body)
    await api.post(f"{base}/progress-notices", {"text": "x"})
    assert [envelope.kept_for_ever for envelope in api.application.envelopes] == [False, True, True, False]


def test_a_key_belongs_to_its_caller_method_and_route() -> None:
    same = key_hash(CALLER, "POST", "/v1/claims", "k")
    others = [
        key_hash(Caller("insurer", "s", "cpic-sz"), "POST", "/v1/claims", "k"),
        key_hash(Caller("insurer", "t", "picc-sz"), "POST", "/v1/claims", "k"),
        key_hash(Caller("operations", "s", "picc-sz"), "POST", "/v1/claims", "k"),
        key_hash(Caller("broker", "s", None, "picc-sz"), "POST", "/v1/claims", "k"),
        key_hash(CALLER, "PUT", "/v1/claims", "k"),
        key_hash(CALLER, "POST", "/v1/claims/{claim_id}/documents", "k"),
        key_hash(CALLER, "POST", "/v1/claims", "K"),
        key_hash(Caller("insurer", "sPOST", "picc-sz"), "", "/v1/claims", "k"),
    ]
    assert same == key_hash(CALLER, "POST", "/v1/claims", "k")
    assert len({same, *others}) == len(others) + 1


@given(st.dictionaries(st.text(st.characters(codec="utf-8")), st.integers() | st.none() | st.booleans(), max_size=5))
def test_a_body_has_one_hash_in_any_order_and_another_for_another_claim(body: dict[str, object]) -> None:
    turned = dict(reversed(body.items()))
    whole = {name: value if not isinstance(value, int) else str(value) for name, value in body.items()}
    turned = {name: whole[name] for name in turned}
    assert body_hash({"claim_id": "a"}, whole) == body_hash({"claim_id": "a"}, turned)
    assert body_hash({"claim_id": "a"}, whole) != body_hash({"claim_id": "b"}, whole)

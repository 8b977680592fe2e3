"""The delivery log: deliveries of every kind and state, one with its attempts, and who may send again."""

from dataclasses import replace

import pytest
from tests.support.story import at, ident
from tests.unit.board.boards import HTMX, PEOPLE, Fakes
from tests.unit.board.markup import Markup
from tests.unit.board.rows import MOMENT, attempt, delivery

from claims.dashboard import deliveries
from claims.dashboard.alerts import RIGHTS, Action, AlertsAwayError, AlertsRefusedError
from claims.dashboard.texts import LANGUAGES, catalogue
from notifications.domain.kinds import KINDS

OUTCOMES = ("delivered", "failed", "refused", "deferred", "ambiguous", "interrupted", None, "to_come")
ONE, ENDPOINT = ident("one"), ident("endpoint")
RANGE = {"endpoint_id": str(ENDPOINT), "begins": "2026-03-01T00:00", "ends": "2026-03-08T00:00"}


def test_the_filter_offers_every_kind_that_there_is() -> None:
    assert set(deliveries.KINDS) == set(KINDS)
    assert all(f"deliveries.kind.{each.replace('.', '_')}" in catalogue() for each in (*KINDS, "endpoint.test"))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_deliveries_of_every_kind_state_and_channel_are_shown(language: str) -> None:
    board = Fakes()
    about = delivery().about
    board.alerts.items = (
        *(delivery(kind, id=ident(kind)) for kind in (*KINDS, "endpoint.test", "kind.to_come")),
        *(delivery(status=status, id=ident(f"as {status}")) for status in (*deliveries.STATUSES, "to_come")),
        *(delivery(channel=channel, id=ident(f"by {channel}")) for channel in (*deliveries.CHANNELS, "to_come")),
        delivery(id=ident("a"), about=replace(about, claim_id=None), role="to_come", repeat=2, next_at=MOMENT),
        delivery(id=ident("b"), about=replace(about, claim_number=None), status="pending", next_at=MOMENT),
        delivery(id=ident("c"), about=replace(about, claim_id=None, rule=None)),
        delivery(id=ident("d"), about=replace(about, claim_id=None, clock_id=None, rule=None, tenant=None)),
        delivery(id=ident("e"), attempts=(), recipient_name="王<1>", address="***"),
    )
    text = (await board.get("admin", "/deliveries", language)).text
    markup = Markup(text)
    assert not markup.faults
    assert "None" not in markup.text
    assert text.count('<tr id="delivery-') == len(board.alerts.items)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_one_delivery_shows_every_attempt(language: str) -> None:
    board = Fakes()
    bare = attempt(9, None, status_code=None, detail=None, milliseconds=None)
    tried = tuple(attempt(number, outcome) for number, outcome in enumerate(OUTCOMES))
    for shown in (delivery(attempts=(*tried, bare), reason="gone"), delivery("x.y", "pending", attempts=())):
        board.alerts.items = (shown,)
        for headers in ({}, HTMX):
            text = (await board.get("insurer", f"/deliveries/{ONE}", language, **headers)).text
            assert not Markup(text).faults
            assert "None" not in Markup(text).text
            assert ("every 2s" in text) is (shown.status == "pending")


async def test_only_who_may_send_again_is_offered_it() -> None:
    board = Fakes()
    for role in PEOPLE.keys() - {"broker"}:
        text = (await board.get(role, f"/deliveries/{ONE}")).text
        ranged = (await board.get(role, f"/deliveries?endpoint_id={ENDPOINT}")).text
        offered = role in RIGHTS[Action.REDELIVER]
        assert ("/redeliveries" in text, "/redeliveries" in ranged) == (offered, offered)
        assert (await board.post(role, f"/deliveries/{ONE}/redeliveries")).status_code == (303 if offered else 403)
        assert (await board.post(role, "/deliveries/redeliveries", **RANGE)).status_code == (303 if offered else 403)
    assert "/redeliveries" not in (await board.get("admin", "/deliveries")).text, "a range is of one receiver"


async def test_a_delivery_is_sent_again_and_shown() -> None:
    board = Fakes()
    answer = await board.post("admin", f"/deliveries/{ONE}/redeliveries")
    assert answer.headers["location"] == f"/board/deliveries/{ONE}?done=again"
    assert board.alerts.done == [("redeliver", "admin", ONE)]
    assert "queued to be sent again" in (await board.get("admin", f"/deliveries/{ONE}?done=again")).text
    assert (await board.post("admin", "/deliveries/nothing/redeliveries")).status_code == 404


async def test_a_range_is_one_of_shanghai_and_says_how_many_are_sent_again() -> None:
    board = Fakes()
    answer = await board.post("operations", "/deliveries/redeliveries", **RANGE)
    assert answer.headers["location"] == f"/board/deliveries?endpoint_id={ENDPOINT}&done=range&count=3"
    assert board.alerts.done == [("range", ENDPOINT, at("2026-03-01 00:00"), at("2026-03-08 00:00"))]
    shown = await board.get("operations", f"/deliveries?endpoint_id={ENDPOINT}&done=range&count=3")
    assert "3 deliveries are queued" in shown.text
    assert board.alerts.filters[-1].endpoint_id == ENDPOINT


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint_id": "x"},
        {"begins": ""},
        {"ends": "tomorrow"},
        {"ends": "2026-03-01T00:00"},
        {"ends": "2026-02-01T00:00"},
        {"ends": "2026-04-02T00:00"},
        {"begins": "0001-01-01T00:00", "ends": "9999-12-31T23:59"},
        {"begins": "2026-03-01T00:00+08:00", "ends": "2026-03-08T00:00", "endpoint_id": ""},
    ],
    ids=str,
)
async def test_a_range_that_is_none_sends_nothing(wrong: dict[str, str]) -> None:
    board = Fakes()
    answer = await board.post("operations", "/deliveries/redeliveries", **(RANGE | wrong))
    assert (answer.status_code, board.alerts.done) == (400, [])


async def test_a_count_that_is_no_number_harms_nothing() -> None:
    for count in ("<b>", "-1", "²", "9" * 5000):
        answer = await Fakes().get("admin", f"/deliveries?done=range&count={count}")
        assert answer.status_code == 200, count[:9]


async def test_a_service_that_is_away_is_told_on_the_page_and_a_refusal_is_not_called_that() -> None:
    board = Fakes()
    board.alerts.fails_with = AlertsAwayError("x")
    away = await board.get("admin", "/deliveries")
    assert (away.status_code, "does not answer" in away.text, "No delivery matches" in away.text) == (200, True, False)
    assert (await board.get("admin", f"/deliveries/{ONE}")).status_code == 503
    board.alerts.fails_with = AlertsRefusedError(422, "Unprocessable", "The cursor is not one of this list.")
    assert (await board.get("admin", "/deliveries?cursor=x")).status_code == 400
    board.alerts.fails_with = AlertsRefusedError(429, "Too Many Requests", "Wait.")
    assert (await board.get("admin", "/deliveries")).status_code == 409

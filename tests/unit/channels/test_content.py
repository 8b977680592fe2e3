"""What is told: named fields only, in the recipient's language, marked in a sandbox."""

import json
from typing import Any

import pytest
from tests.support.messages import LINK, NOW, document, message

from notifications.application.ports import Message
from notifications.channels import dingtalk, feishu, sms, wecom
from notifications.channels.content import _FIELDS, Sheet, sheet_of
from notifications.channels.letter import letter_of, subject_of
from notifications.channels.robots import to_json
from notifications.channels.wording import words_in
from notifications.domain.auditing import Finding
from notifications.domain.endpoint import ChannelName
from notifications.domain.kinds import AUTHORITIES, KINDS

SECRETS_OF_PEOPLE = ("王小明", "440301199001011234", "13800138000", "carol@example.com", "骨折")


def everything_said(told: Message) -> list[str]:
    """The message as every channel but the webhook says it."""
    sheet = sheet_of(told)
    letter = letter_of(sheet, "alerts@anze.example", "somebody@example.com", NOW)
    parts = [part.get_content() for part in letter.walk() if not part.is_multipart()]
    robots = [to_json(module._payload(sheet)).decode() for module in (dingtalk, wecom, feishu)]
    return [str(letter["subject"]), *parts, *robots, sms.text_of(sheet)]


def test_only_named_fields_are_told_whatever_an_alert_holds() -> None:
    victim = {"name": "王小明", "identity_number": "440301199001011234", "phone": "13800138000", "injury": "骨折"}
    data: dict[str, Any] = json.loads(document())["data"]
    nested = {name: part | victim | {"victims": [victim]} for name, part in data.items() if isinstance(part, dict)}
    person: dict[str, Any] = {"victims": [victim], "victim": victim, "contact": "carol@example.com", **victim}
    crowded = document(1, **{**nested, **person})
    for text in everything_said(message("x", crowded)):
        assert not any(secret in text for secret in SECRETS_OF_PEOPLE)


def test_every_channel_names_what_it_is_about_and_until_when() -> None:
    for text in everything_said(message("x")):
        assert "SZ-20.6" in text
        assert "C-2026-1" in text
        assert "2026-03-08 24:00" in text


def test_a_recipient_reads_its_own_language() -> None:
    zh, en = sheet_of(message("x")), sheet_of(message("x", language="en"))
    assert zh.title == "时限已违反 SZ-20.6 抢险救援费用预付"
    assert en.title == "Deadline breached SZ-20.6 Rescue advance"
    assert ("责任方", "保险公司") in zh.notices[0].rows
    assert ("Responsible", "insurer") in en.notices[0].rows
    assert subject_of(en) == "Deadline breached SZ-20.6 Rescue advance · C-2026-1 · Due 2026-03-08 24:00"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_message_of_a_sandbox_says_so_everywhere(language: str) -> None:
    mark = {"zh": "演练", "en": "SANDBOX"}[language]
    marked = message("x", document(sandbox=True), language=language)
    plain = message("x", language=language)
    assert all(mark in text for text in everything_said(marked))
    assert not any(mark in text for text in everything_said(plain))
    sheet = sheet_of(marked)
    assert letter_of(sheet, "alerts@anze.example", "a@example.com", NOW)["X-Anze-Sandbox"] == "true"


def test_a_digest_is_marked_if_one_of_its_alerts_is() -> None:
    assert sheet_of(message("x", document(1), document(2, sandbox=True))).sandbox


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("2026-03-09T00:00:00+08:00", "2026-03-08 24:00"),
        ("2026-03-08T16:00:00Z", "2026-03-08 24:00"),
        ("2026-03-09T09:30:59+08:00", "2026-03-09 09:30"),
        ("2026-01-01T00:00:00+08:00", "2025-12-31 24:00"),
        ("0001-01-01T00:00:00+14:00", None),
        ("soon", None),
    ],
)
def test_the_end_of_a_day_is_its_twenty_fourth_hour(moment: str, shown: str | None) -> None:
    clock = json.loads(document())["data"]["clock"] | {"due_at": moment}
    assert sheet_of(message("x", document(clock=clock))).notices[0].due == shown


@pytest.mark.parametrize(
    "kind", ["advance.requested", "calendar.missing", "routing.unheard", "delivery.dead", "heartbeat"]
)
def test_an_alert_without_a_clock_is_told_too(kind: str) -> None:
    sheet = sheet_of(message("x", document(type=kind, clock=None, claim=None)))
    assert sheet.title in sheet.words.kinds.values()
    assert sheet.notices[0].claim is None


def test_both_languages_have_words_for_every_kind_and_every_field() -> None:
    zh, en = words_in("zh"), words_in("en")
    assert set(zh.kinds) == set(en.kinds) == {*KINDS, "endpoint.test"}
    assert set(zh.labels) == set(en.labels) == {label for label, _, _ in _FIELDS}
    assert set(zh.values) >= set(en.values) >= set(Finding) | AUTHORITIES
    assert set(zh.values) >= set(ChannelName) | {"operations", "compliance", "insurer", "broker", "admin"}


@pytest.mark.parametrize(
    ("kind", "data", "rows"),
    [
        (
            "delivery.dead",
            {
                "recipient": "深圳监管局", "recipient_role": "insurance_regulator", "channel": "dingtalk", "count": 3,
                "kinds": {"clock.breached": 2, "heartbeat": 1}, "reason": "HTTP 500", "endpoint_id": "018f",
            },
            {
                "接收方": "深圳监管局", "接收角色": "金融监管局", "渠道": "钉钉", "未送达数量": "3",
                "未送达类别": "时限已违反 ×2, 每日运行通报 ×1", "原因": "HTTP 500", "接收端点": "018f",
            },
        ),
        (
            "routing.unheard",
            {"role": "safety_committee", "count": 2},
            {"无人接收的角色": "安委办", "无人接收数量": "2"},
        ),
        ("audit.finding", {"finding": "delivery_never_ended", "count": 1}, {"检查发现": "投递没有结束", "数量": "1"}),
        (
            "heartbeat",
            {"day": "2026-03-09", "due": 0, "dead": 2},
            {"日期": "2026-03-09", "到期时限": "0", "未能送达": "2"},
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_telling_itself_is_told_in_full(
    kind: str, data: dict[str, Any], rows: dict[str, str]
) -> None:
    part = {"delivery.dead": "dead", "routing.unheard": "unheard", "audit.finding": "audit"}.get(kind, kind)
    given: dict[str, Any] = {"type": kind, "clock": None, "claim": None, part: data}
    told = sheet_of(message("x", document(1, **given))).notices[0]
    assert rows.items() <= dict(told.rows).items()


HOSTILE = "<script>alert(1)</script> [here](http://evil.example) **x** <@all> `y`\r\nBcc: z@example.com \u202e"


def hostile() -> Sheet:
    """An alert of which a field tries to be more than text."""
    return sheet_of(message("x", document(claim={"number": HOSTILE, "id": "c"})))


def test_what_others_wrote_is_text_in_every_markup() -> None:
    letter = letter_of(hostile(), "alerts@anze.example", "a@example.com", NOW)
    html = next(part for part in letter.walk() if part.get_content_type() == "text/html").get_content()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert letter["bcc"] is None
    assert "\n" not in str(letter["subject"])
    for payload in (dingtalk._payload(hostile())["markdown"]["text"], wecom._payload(hostile())["markdown"]["content"]):
        assert "[here]" not in payload
        assert "<@all>" not in payload
        assert "http://evil" not in payload
        assert "\u202e" not in payload
    rows = feishu._payload(hostile())["content"]["post"]["zh_cn"]["content"]
    assert {item["tag"] for row in rows for item in row} == {"text"}


def test_the_link_that_acknowledges_is_in_mail_and_robots_and_not_in_a_text_message() -> None:
    *said, text = everything_said(message("x", acknowledgement_url=LINK))
    assert all(LINK.split("?")[0] in each for each in said[1:])
    assert "anze.example" not in text
    assert not any("anze.example/a/" in each for each in everything_said(message("x")))


def test_a_message_shows_neither_its_address_nor_its_secrets_nor_its_link() -> None:
    told = message("https://x.example/?access_token=abc", secrets=("SECx",), acknowledgement_url=LINK)
    assert not any(secret in repr(told) for secret in ("access_token", "SECx", "signature"))

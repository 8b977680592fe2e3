"""The forms of addresses and secrets, channel by channel, and what of them is shown."""

from datetime import timedelta
from uuid import UUID

import pytest
from tests.support.messages import HandClock

from notifications.application.credentials import Credentials, Keyring
from notifications.application.masking import SEALED_ADDRESSES, hide_in, shown
from notifications.application.secrets import complaint_about
from notifications.channels.address_policy import AddressPolicy, AddressRefusedError
from notifications.channels.addresses import EndpointAddresses
from notifications.domain.endpoint import ChannelName
from notifications.store.secret_box import AesSecretBox

DINGTALK = "https://oapi.dingtalk.com/robot/send?access_token=0123456789abcdef"
WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4-97a0"
FEISHU = "https://open.feishu.cn/open-apis/bot/v2/hook/0123456789abcdef"
FORMS = EndpointAddresses(AddressPolicy(), frozenset(ChannelName))


@pytest.mark.parametrize(
    ("channel", "address"),
    [
        ("webhook", "https://example.com/hook"), ("email", "first.last+x@mail.example.com"), ("sms", "+8613800138000"),
        ("sms", "13800138000"), ("dingtalk", DINGTALK), ("wecom", WECOM), ("feishu", FEISHU),
    ],
)  # fmt: skip
def test_a_usable_address_is_accepted(channel: str, address: str) -> None:
    FORMS.check(ChannelName(channel), address)


@pytest.mark.parametrize(
    ("channel", "address"),
    [
        ("email", "nobody"), ("email", "a@localhost"), ("email", "a@example.com, b@example.com"),
        ("email", "a@example.com\nBcc: b@example.com"), ("email", "A <a@example.com>"), ("email", "ä@example.com"),
        ("email", "a@127.0.0.1"), ("email", "a" * 65 + "@example.com"), ("email", "a@" + "b." * 130 + "com"),
        ("sms", "12345"), ("sms", "+86138001380001234"), ("sms", "https://example.com/"),
        ("sms", "１３８００１３８０００"), ("sms", "138 0013 8000"), ("sms", "13800138000&to=1"),
        ("dingtalk", "https://oapi.dingtalk.com/robot/send"), ("dingtalk", "https://x.example/?access_token="),
        ("dingtalk", "http://oapi.dingtalk.com/robot/send?access_token=1"), ("dingtalk", "https://10.0.0.1/?access_token=1"),
        ("wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send"), ("wecom", DINGTALK),
        ("feishu", "https://open.feishu.cn/open-apis/bot/v2/"), ("feishu", "https://open.feishu.cn/hook/"),
        ("feishu", "https://[fd00:ec2::254]/hook/1"), ("webhook", "ftp://example.com/"),
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_used_is_refused(channel: str, address: str) -> None:
    with pytest.raises(AddressRefusedError):
        FORMS.check(ChannelName(channel), address)


def test_a_channel_that_is_not_set_up_cannot_be_chosen() -> None:
    without_mail = EndpointAddresses(AddressPolicy(), frozenset({ChannelName.WEBHOOK}))
    with pytest.raises(AddressRefusedError, match="no channel of the kind email is set up"):
        without_mail.check(ChannelName.EMAIL, "a@example.com")


@pytest.mark.parametrize(
    ("channel", "secret", "accepted"),
    [
        ("webhook", "whsec_" + "QUFB" * 10, True), ("webhook", "SEC0123", False), ("webhook", "whsec_QUFB", False),
        ("dingtalk", "SEC0123", True), ("dingtalk", "two words", False), ("dingtalk", "x" * 201, False),
        ("dingtalk", "", False), ("dingtalk", "密", False), ("feishu", "0123", True), ("feishu", "a\nb", False),
        ("wecom", "x", False), ("email", "x", False), ("sms", "x", False),
    ],
)  # fmt: skip
def test_each_channel_has_its_own_form_of_secret_or_none(channel: str, secret: str, accepted: bool) -> None:
    assert (complaint_about(ChannelName(channel), secret) is None) is accepted


@pytest.mark.parametrize(
    ("channel", "address", "seen"),
    [
        ("dingtalk", DINGTALK, "https://oapi.dingtalk.com/robot/send?access_token=****cdef"),
        ("wecom", WECOM, "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=****97a0"),
        ("feishu", FEISHU, "https://open.feishu.cn/open-apis/bot/v2/hook/****cdef"),
        ("dingtalk", "https://x.example/?access_token=12345678", "https://x.example/?access_token=****"),
        ("sms", "+8613800138000", "****8000"),
        ("webhook", "https://example.com/hook", "https://example.com/hook"),
        ("email", "a@example.com", "a@example.com"),
    ],
)
def test_of_an_address_that_is_a_secret_only_the_end_is_shown(channel: str, address: str, seen: str) -> None:
    assert shown(ChannelName(channel), address) == seen
    assert (seen != address) is (ChannelName(channel) in SEALED_ADDRESSES)


@pytest.mark.parametrize(
    ("channel", "address", "answer", "seen"),
    [
        ("dingtalk", DINGTALK, "no token 0123456789abcdef here", "no token **** here"),
        ("dingtalk", DINGTALK, f"you asked {DINGTALK}.", "you asked ****."),
        ("dingtalk", DINGTALK, "an excerpt that ends in 0123456789ab", "an excerpt that ends in ****"),
        ("feishu", FEISHU, "no hook 0123456789abcdef", "no hook ****"),
        ("sms", "+8613800138000", "bad number 8613800138000", "bad number ****"),
        ("sms", "+8613800138000", "quota of 0 used up", "quota of 0 used up"),
        ("webhook", "https://example.com/hook", "no /hook", "no /hook"),
    ],
)
def test_an_answer_that_repeats_a_secret_address_is_covered(channel: str, address: str, answer: str, seen: str) -> None:
    assert hide_in(answer, ChannelName(channel), address) == seen


def test_sealed_credentials_come_back_whole_and_in_the_older_form_too() -> None:
    clock, mine = HandClock(), UUID(int=1)
    ring = Keyring(AesSecretBox(bytes(32)), clock)
    whole = Credentials("new", DINGTALK, "old", clock.wall() + timedelta(hours=1))
    assert ring.open(mine, ring.seal(mine, whole)) == whole
    assert ring.reach(mine, "masked", ring.seal(mine, whole)).address == DINGTALK
    older = ring.box.seal(mine, "whsec_QUFB")
    reach = ring.reach(mine, "https://example.com/", older)
    assert (reach.address, reach.secrets) == ("https://example.com/", ("whsec_QUFB",))
    assert not any(secret in repr((whole, reach)) for secret in ("new", "old", "0123456789abcdef", "QUFB"))


def test_the_secret_before_signs_until_its_time_is_over_and_the_one_before_that_no_longer() -> None:
    clock = HandClock()
    until = clock.wall() + timedelta(hours=1)
    rotated = Credentials("first").rotated("second", until)
    assert rotated.valid_at(until - timedelta(seconds=1)) == ("second", "first")
    assert rotated.valid_at(until) == ("second",)
    assert rotated.rotated("third", until).valid_at(clock.wall()) == ("third", "second")
    assert rotated.replaced("third").valid_at(clock.wall()) == ("third",)

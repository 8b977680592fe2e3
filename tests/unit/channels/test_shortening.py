"""Messages never exceed what a receiver takes, and say what is missing."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.messages import LINK, document, message

from notifications.channels import dingtalk, feishu, sms, wecom
from notifications.channels.content import sheet_of
from notifications.channels.robots import to_json
from notifications.channels.shortening import cut_to, shorten


def mark(missing: int) -> str:
    """The mark of a cut."""
    return f"…{missing}"


@given(st.text(min_size=1, max_size=200), st.integers(8, 60))
def test_a_cut_text_fits_in_bytes_and_counts_what_is_missing(text: str, limit: int) -> None:
    text = text.encode("utf-8", "ignore").decode()
    cut = cut_to(text, lambda t: len(t.encode()), limit, mark)
    assert len(cut.encode()) <= limit
    kept, _, missing = cut.rpartition("…")
    if cut != text:
        assert text.startswith(kept)
        assert len(text) - len(kept) == int(missing)


def test_what_is_seen_as_one_character_is_not_parted() -> None:
    family = "👨\u200d👩\u200d👧"
    for limit in range(4, 30):
        cut = cut_to(f"ab{family}cde\u0301f", lambda t: len(t.encode()), limit, lambda _: "")
        assert family in cut or "👨" not in cut
        assert not cut.endswith("e")


@given(st.lists(st.text("aé中", max_size=30), max_size=12), st.integers(20, 120))
def test_as_many_whole_blocks_as_fit_are_kept(blocks: list[str], limit: int) -> None:
    def size(some: object, missing: int) -> int:
        assert isinstance(some, list | tuple)
        return len("\n".join([*some, f"+{missing}"]).encode())

    kept, left_out = shorten(blocks, lambda some, missing: size(some, missing) <= limit, mark)
    assert size(kept, left_out) <= limit
    if kept and kept[0] in blocks:
        assert list(kept) == blocks[: len(kept)]
        assert left_out == len(blocks) - len(kept)
    if 0 < len(kept) < len(blocks):
        assert size(blocks[: len(kept) + 1], left_out - 1) > limit or kept[0] not in blocks


@pytest.mark.parametrize("count", [1, 2, 20, 60, 500])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_digest_fits_every_robot_and_says_how_many_it_does_not_list(count: int, language: str) -> None:
    documents = [document(number, sandbox=True) for number in range(count)]
    sheet = sheet_of(message("x", *documents, language=language, acknowledgement_url=LINK))
    ding, feishu_body = dingtalk._payload(sheet), to_json(feishu._payload(sheet))
    wecom_text = wecom._payload(sheet)["markdown"]["content"]
    assert len(to_json(ding)) <= 20_000
    assert len(feishu_body) + 100 <= 20_000
    assert len(wecom_text.encode()) <= 4096
    for text in (ding["markdown"]["text"], wecom_text, feishu_body.decode()):
        listed = text.count("C-2026-")
        assert listed > 0
        assert text.count(LINK) == 1
        if listed < count:
            said = {"zh": f"另有 {count - listed} 条", "en": f"{count - listed} more"}[language]
            assert said in text


def test_one_endless_alert_is_cut_and_says_by_how_much() -> None:
    claim = {"number": "C" * 200, "policy_number": "保" * 200}
    clock = json.loads(document())["data"]["clock"] | {"citation": "条" * 200, "title": {"zh": "题" * 200}}
    told = sheet_of(message("x", document(claim=claim, clock=clock, tenant="险" * 200, region="9" * 200)))
    text = wecom._payload(told)["markdown"]["content"]
    assert len(text.encode()) <= 4096


@given(st.text(max_size=200), st.booleans(), st.sampled_from(["zh", "en"]), st.sampled_from(["", "【安责】"]))
def test_a_text_message_is_one_part_of_seventy_units(title: str, sandbox: bool, language: str, signature: str) -> None:
    clock = json.loads(document())["data"]["clock"] | {"title": {"zh": title + "𠀀", "en": title + "😀"}}
    told = message("x", document(clock=clock, sandbox=sandbox), language=language)
    text = sms.text_of(sheet_of(told), signature)
    assert len(text.encode("utf-16-le")) <= 140
    assert text.startswith(signature)
    assert ("演练" in text or "SANDBOX" in text) is sandbox

"""Mail against a real server: encrypted, once, and every answer understood."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.mail_server import Certificate, Mailbox, mail_server, make_certificate
from tests.support.messages import LINK, HandClock, document, message

from notifications.channels.mail import MailChannel, MailServer
from notifications.domain.delivery import Delivered, GiveUp, Outcome, Retry

SENDER, RECEIVER = "alerts@anze.example", "desk@authority.example"
LOGIN = ("anze", "a password")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate for loopback."""
    folder: Path = tmp_path_factory.mktemp("certificate")
    return make_certificate(folder)


@pytest.fixture
async def mailbox(certificate: Certificate) -> AsyncIterator[Mailbox]:
    """A server that demands STARTTLS."""
    async with mail_server(certificate) as running:
        yield running


def channel(mailbox: Mailbox, certificate: Certificate | None, **given: Any) -> MailChannel:
    """The channel, set up for this server."""
    server = MailServer(
        "127.0.0.1", mailbox.port, SENDER, trusted=certificate.trusted() if certificate else None, **given
    )
    return MailChannel(server, HandClock())


async def test_a_letter_arrives_encrypted_with_text_and_html(mailbox: Mailbox, certificate: Certificate) -> None:
    told = message(RECEIVER, acknowledgement_url=LINK)
    assert await channel(mailbox, certificate).send(told) == Delivered("250 OK: queued as 1", 250)
    [letter], [envelope] = mailbox.letters, mailbox.envelopes
    assert envelope == (SENDER, [RECEIVER], True)
    assert letter["subject"] == "时限已违反 SZ-20.6 抢险救援费用预付 · C-2026-1 · 截止时间 2026-03-08 24:00"
    assert letter["message-id"] == "<018f-1@anze.example>"
    assert letter["to"] == RECEIVER
    assert letter["from"].addresses[0].display_name == "安责预警"
    assert letter["auto-submitted"] == "auto-generated"
    assert letter["x-anze-sandbox"] is None
    text, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert text is not None
    assert html is not None
    assert "案件号：C-2026-1" in text.get_content()
    assert LINK in text.get_content()
    assert f'href="{LINK}"' in html.get_content()


async def test_a_repetition_has_the_same_message_id(mailbox: Mailbox, certificate: Certificate) -> None:
    for _ in range(2):
        await channel(mailbox, certificate).send(message(RECEIVER))
    assert len({letter["message-id"] for letter in mailbox.letters}) == 1


async def test_a_digest_lists_every_alert(mailbox: Mailbox, certificate: Certificate) -> None:
    told = message(RECEIVER, *(document(number, sandbox=True) for number in range(500)), language="en")
    await channel(mailbox, certificate).send(told)
    [letter] = mailbox.letters
    assert letter["subject"] == "[SANDBOX] 500 alerts"
    assert letter["x-anze-sandbox"] == "true"
    for part in letter.iter_parts():
        assert isinstance(part.get_content(), str)
        assert part.get_content().count("C-2026-") == 500


@pytest.mark.parametrize(
    ("step", "answer", "meaning"),
    [
        ("MAIL", "421 closing", Retry), ("MAIL", "450 later", Retry), ("MAIL", "550 not from you", Retry),
        ("RCPT", "250 OK", Delivered), ("RCPT", "421 closing", Retry), ("RCPT", "450 busy", Retry),
        ("RCPT", "451 greylisted", Retry), ("RCPT", "452 full", Retry), ("RCPT", "550 no such user", GiveUp),
        ("RCPT", "551 not local", GiveUp), ("RCPT", "552 full", GiveUp), ("RCPT", "553 bad name", GiveUp),
        ("RCPT", "554 refused", GiveUp),
        ("DATA", "421 closing", Retry), ("DATA", "451 later", Retry), ("DATA", "452 no room", Retry),
        ("DATA", "550 policy", GiveUp), ("DATA", "552 too large", GiveUp), ("DATA", "554 spam", GiveUp),
    ],
)  # fmt: skip
async def test_every_answer_has_its_meaning(
    mailbox: Mailbox, certificate: Certificate, step: str, answer: str, meaning: type[Outcome]
) -> None:
    mailbox.answers[step] = None if answer.startswith("250") else answer
    outcome = await channel(mailbox, certificate).send(message(RECEIVER))
    assert isinstance(outcome, meaning)
    if isinstance(outcome, Retry):
        assert not outcome.ambiguous, "the server has said that it did not take the letter"
    if not isinstance(outcome, Delivered):
        assert answer in outcome.detail


async def test_without_starttls_nothing_is_sent() -> None:
    async with mail_server(None) as plain:
        outcome = await channel(plain, None).send(message(RECEIVER))
        assert isinstance(outcome, Retry)
        assert "STARTTLS" in outcome.detail
        assert plain.envelopes == []
        assert isinstance(await channel(plain, None, tls="none").send(message(RECEIVER)), Delivered)


async def test_a_certificate_that_is_not_trusted_ends_the_conversation(mailbox: Mailbox) -> None:
    outcome = await channel(mailbox, None).send(message(RECEIVER))
    assert isinstance(outcome, Retry)
    assert "certificate" in outcome.detail
    assert mailbox.envelopes == []


async def test_a_server_that_asks_for_a_login_gets_it_and_a_wrong_one_is_our_own_failure(
    certificate: Certificate,
) -> None:
    async with mail_server(certificate, LOGIN) as guarded:
        well = await channel(guarded, certificate, user=LOGIN[0], password=LOGIN[1]).send(message(RECEIVER))
        assert isinstance(well, Delivered)
        ill = await channel(guarded, certificate, user=LOGIN[0], password="wrong").send(message(RECEIVER))
        assert isinstance(ill, Retry), "a letter is not given up because our password is wrong"
        assert "log in" in ill.detail
        assert "wrong" not in ill.detail
        assert len(guarded.envelopes) == 1


async def _answering(*lines: bytes, taken: bytes | None = None) -> asyncio.Server:
    """A server that says these lines, one for each that it hears, and then only that it has `taken` a letter."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            for line in lines:
                writer.write(line + b"\r\n")
                await writer.drain()
                if line.startswith(b"354") and taken is not None:
                    await reader.readuntil(b"\r\n.\r\n")
                    writer.write(taken + b"\r\n")
                else:
                    await reader.readline()
            await reader.read()
        except ConnectionError:
            pass
        finally:
            writer.close()

    return await asyncio.start_server(serve, "127.0.0.1", 0)


@pytest.mark.parametrize(
    ("lines", "ambiguous"),
    [
        ((), False),
        ((b"220 hello", b"250 anze"), False),
        ((b"220 hello", b"250 anze", b"250 sender", b"250 receiver", b"354 go on"), True),
    ],
)
async def test_silence_is_ambiguous_only_after_the_letter_was_on_its_way(
    lines: tuple[bytes, ...], ambiguous: bool
) -> None:
    server = await _answering(*lines)
    port = server.sockets[0].getsockname()[1]
    silent = MailChannel(MailServer("127.0.0.1", port, SENDER, "none"), HandClock(), 0.3, 0.3)
    outcome = await silent.send(message(RECEIVER))
    server.close()
    assert isinstance(outcome, Retry)
    assert outcome.ambiguous is ambiguous


async def test_a_letter_that_was_taken_is_delivered_though_nobody_says_goodbye() -> None:
    said = (b"220 hello", b"250 anze", b"250 sender", b"250 receiver", b"354 go on")
    server = await _answering(*said, taken=b"250 queued")
    port = server.sockets[0].getsockname()[1]
    outcome = await MailChannel(MailServer("127.0.0.1", port, SENDER, "none"), HandClock()).send(message(RECEIVER))
    server.close()
    assert outcome == Delivered("250 queued", 250)


async def test_a_server_that_is_not_there_is_tried_again(mailbox: Mailbox) -> None:
    nobody = MailChannel(MailServer("127.0.0.1", 1, SENDER, trusted=ssl.create_default_context()), HandClock())
    outcome = await nobody.send(message(RECEIVER))
    assert isinstance(outcome, Retry)
    assert not outcome.ambiguous
